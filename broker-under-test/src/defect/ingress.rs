//! Defects of packets on their way in: one with an error of some kind is passed over, as if it had
//! never come, but for a CONNECT, which is taken for one without the error. They are made from the codec's list of errors, so that a new kind brings its defect.

use bytes::{Buf, BytesMut};
use mqttspec_codec::packet::{Connect, Packet};
use mqttspec_codec::{DecodeError, ErrorKind, Frame, MqttString, Properties, Sender, Version};

use super::Defect;

/// What only a server can get wrong, and a frame that its caller has cut wrong.
const NOT_FROM_A_CLIENT: [&str; 3] =
    ["frame-length", "acknowledge-reserved-flags", "session-present-with-error"];

/// The names of the kinds of errors that a client can make.
pub(super) fn kinds() -> Vec<&'static str> {
    let mut names: Vec<&str> = ErrorKind::all().map(ErrorKind::name).collect();
    names.dedup();
    names.retain(|name| !NOT_FROM_A_CLIENT.contains(name));
    names
}

/// The statements that a client breaks with errors of a kind, each of them one that a server has to
/// see kept.
pub(super) fn breaks(kind: &str, version: Version) -> Vec<&'static str> {
    let of_kind = ErrorKind::all().filter(|it| it.name() == kind);
    let mut ids: Vec<&str> =
        of_kind.filter_map(|it| it.statement(version, Sender::Client)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Takes the packet with this error off the input, if the defect is to pass over it. Nothing is left
/// of an input in which no further packet can be found.
pub(crate) fn passes_over(
    defect: Option<Defect>,
    error: &DecodeError,
    input: &mut BytesMut,
) -> bool {
    if defect != Some(Defect::PassedOver(error.name())) {
        return false;
    }
    match Frame::read(input, u32::MAX) {
        Ok(Some(frame)) if frame.total_len <= input.len() => input.advance(frame.total_len),
        _ => input.clear(),
    }
    true
}

/// What a broker makes of a CONNECT whose error it does not see: one of a client that has nothing
/// to say but its version, if that is one.
pub(crate) fn faultless_connect(connection: u64, level: Option<u8>) -> Packet {
    let client_id = format!("faultless-{connection}");
    let connect = Connect {
        version: level.and_then(Version::from_level).unwrap_or(Version::V3_1_1),
        clean_start: true,
        keep_alive: 0,
        properties: Properties::new(),
        client_id: MqttString::try_from(client_id).unwrap_or_default(),
        will: None,
        username: None,
        password: None,
    };
    connect.into()
}
