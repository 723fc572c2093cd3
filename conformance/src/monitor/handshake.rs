//! How a connection begins and ends: CONNECT, CONNACK, AUTH and DISCONNECT (sections 3.1, 3.2, 3.14,
//! 3.15 and 4.12), and which packets may come before and behind them.

use mqttspec_codec::packet::{Auth, Connack, Connect, Disconnect, Packet, PacketType};
use mqttspec_codec::{ReasonCode, Version};

use super::breach::Breach;
use super::rules::{Findings, Rule};

pub(super) const CONNACK_FIRST: Rule = Rule {
    name: "connack-first",
    statement_3_1_1: &["MQTT-3.2.0-1"],
    statement_5_0: &["MQTT-3.2.0-1"],
    summary: "The first packet of the server is CONNACK; in 5.0 only AUTH may precede it.",
    unconditional: true,
};

pub(super) const ONE_CONNACK: Rule = Rule {
    name: "one-connack",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-3.2.0-2"],
    summary: "The server sends one CONNACK on a connection.",
    unconditional: true,
};

pub(super) const NOTHING_AFTER_REFUSAL: Rule = Rule {
    name: "nothing-after-refusal",
    statement_3_1_1: &["MQTT-3.2.2-5"],
    statement_5_0: &["MQTT-3.2.2-7"],
    summary: "Behind a CONNACK that refuses the connection nothing comes but its end.",
    unconditional: true,
};

pub(super) const DISCONNECT_AFTER_CONNACK: Rule = Rule {
    name: "disconnect-after-connack",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-3.14.0-1"],
    summary: "The server sends DISCONNECT only behind a CONNACK with success.",
    unconditional: true,
};

pub(super) const NOTHING_AFTER_DISCONNECT: Rule = Rule {
    name: "nothing-after-disconnect",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-3.14.4-1"],
    summary: "Behind its DISCONNECT the server sends nothing.",
    unconditional: true,
};

pub(super) const CLEAN_START_NO_SESSION: Rule = Rule {
    name: "clean-start-no-session",
    statement_3_1_1: &["MQTT-3.2.2-1"],
    statement_5_0: &["MQTT-3.2.2-2"],
    summary: "To Clean Start 1 (3.1.1: Clean Session 1) the answer is Session Present 0.",
    unconditional: false,
};

pub(super) const ASSIGNED_ID_GIVEN: Rule = Rule {
    name: "assigned-id-given",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-3.2.2-16"],
    summary: "A server that accepts an empty client id names the one that it assigned.",
    unconditional: false,
};

pub(super) const ASSIGNED_ID_NEW: Rule = Rule {
    name: "assigned-id-new",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-3.2.2-16"],
    summary: "A client id that the server assigns has no session yet.",
    unconditional: false,
};

pub(super) const ASSIGNED_ID_ONLY_IF_EMPTY: Rule = Rule {
    name: "assigned-id-only-if-empty",
    statement_3_1_1: &[],
    statement_5_0: &["U-5.0-3.2.2.3.7-1"],
    summary: "A client that named itself is not given another client id.",
    unconditional: false,
};

pub(super) const RESPONSE_INFORMATION_ASKED: Rule = Rule {
    name: "response-information-asked",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-3.1.2-28"],
    summary: "CONNACK has Response Information only if the client asked for it.",
    unconditional: false,
};

pub(super) const AUTHENTICATION_ASKED: Rule = Rule {
    name: "authentication-asked",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-4.12.0-6"],
    summary: "Without an Authentication Method in CONNECT there is none in CONNACK, and no AUTH.",
    unconditional: false,
};

pub(super) const AUTHENTICATION_METHOD_SAME: Rule = Rule {
    name: "authentication-method-same",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-4.12.0-5"],
    summary: "AUTH and a CONNACK with success have the Authentication Method of CONNECT.",
    unconditional: false,
};

pub(super) const AUTH_CONTINUES: Rule = Rule {
    name: "auth-continues",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-4.12.0-2"],
    summary: "An AUTH before CONNACK has the Reason Code Continue authentication.",
    unconditional: false,
};

pub(super) const AUTH_ON_REQUEST: Rule = Rule {
    name: "auth-on-request",
    statement_3_1_1: &[],
    statement_5_0: &["U-5.0-4.12.1-1"],
    summary: "Behind CONNACK the server sends AUTH only while the client re-authenticates.",
    unconditional: false,
};

/// How far the dialogue has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    BeforeConnack,
    Connected { session_present: bool },
    Refused,
    Disconnected,
}

/// What a connection did to the session that the broker may have held before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing: no CONNECT was sent, or a harmless one was refused.
    None,
    /// The broker may have ended the session, or not.
    Unclear,
    /// It was a connection of the session.
    Used,
}

/// The life of a connection.
#[derive(Clone, Debug)]
pub(super) struct Handshake {
    version: Version,
    stage: Stage,
    /// Whether the connection ever was accepted, even if it is over by now.
    accepted: Option<bool>,
    connect: Option<Box<Connect>>,
    assigned_client_id: Option<String>,
    expected_client_id: Option<String>,
    sent_disconnect: bool,
    /// Re-authentications that the client began and the server has not ended.
    reauthentications: u32,
}

impl Handshake {
    pub(super) fn new(version: Version) -> Self {
        Self {
            version,
            stage: Stage::BeforeConnack,
            accepted: None,
            connect: None,
            assigned_client_id: None,
            expected_client_id: None,
            sent_disconnect: false,
            reauthentications: 0,
        }
    }

    /// The client id whose session a former connection watched.
    pub(super) fn expect_client_id(&mut self, client_id: &str) {
        self.expected_client_id = Some(client_id.to_owned());
    }

    /// Whether CONNECT has the client id that was expected, and one that tells clients apart.
    pub(super) fn is_expected_client(&self) -> bool {
        let expected = self.expected_client_id.as_deref();
        expected.is_some_and(|id| !id.is_empty() && id == self.client_id())
    }

    /// Whether CONNECT had Clean Start 1 (3.1.1: Clean Session 1).
    pub(super) fn is_clean_start(&self) -> bool {
        self.connect.as_ref().is_some_and(|connect| connect.clean_start)
    }

    pub(super) fn connected(&self) -> bool {
        matches!(self.stage, Stage::Connected { .. })
    }

    pub(super) fn session_present(&self) -> Option<bool> {
        self.accepted
    }

    /// The client id whose session the next connection may find.
    pub(super) fn session_owner(&self) -> &str {
        match (&self.connect, &self.expected_client_id) {
            (None, Some(expected)) => expected,
            _ => self.client_id(),
        }
    }

    pub(super) fn client_id(&self) -> &str {
        match (&self.assigned_client_id, &self.connect) {
            (Some(assigned), _) => assigned,
            (None, Some(connect)) => &connect.client_id,
            (None, None) => "",
        }
    }

    /// Whether Reason String and User Property may stand in all packets.
    pub(super) fn wants_problem_information(&self) -> bool {
        let connect = self.connect.as_ref();
        connect.and_then(|c| c.properties.request_problem_information()) != Some(0)
    }

    pub(super) fn effect_on_session(&self) -> Effect {
        match (&self.connect, self.accepted, self.stage) {
            (None, _, _) => Effect::None,
            (Some(_), Some(_), _) => Effect::Used,
            (Some(connect), None, Stage::Refused) if !connect.clean_start => Effect::None,
            (Some(_), None, _) => Effect::Unclear,
        }
    }

    pub(super) fn sent(&mut self, packet: &Packet) -> Result<(), Breach> {
        if self.sent_disconnect {
            return Err(Breach::AfterDisconnect);
        }
        match packet {
            Packet::Connect(connect) => self.sent_connect(connect),
            _ if self.connect.is_none() => Err(Breach::ConnectNotFirst),
            Packet::Connack(_) | Packet::Suback(_) | Packet::Unsuback(_) | Packet::Pingresp => {
                Err(Breach::ServerPacket)
            }
            Packet::Auth(auth) => self.sent_auth(auth),
            Packet::Disconnect(disconnect) => {
                self.sent_disconnect = true;
                self.check_session_expiry(disconnect)
            }
            _ if self.stage == Stage::BeforeConnack && self.method().is_some() => {
                Err(Breach::Authentication)
            }
            _ => Ok(()),
        }
    }

    /// Follows a packet of the broker. Returns whether it is in place, so that more can be judged.
    pub(super) fn received(&mut self, packet: &Packet, findings: &mut Findings) -> bool {
        match self.stage {
            Stage::Disconnected => {
                let kind = packet.packet_type();
                findings.add(&NOTHING_AFTER_DISCONNECT, || format!("{kind} behind DISCONNECT"));
                return false;
            }
            Stage::Refused => {
                let kind = packet.packet_type();
                let is_disconnect = kind == PacketType::Disconnect;
                let rule =
                    if is_disconnect { &DISCONNECT_AFTER_CONNACK } else { &NOTHING_AFTER_REFUSAL };
                findings.add(rule, || format!("{kind} behind a CONNACK that refuses the client"));
                return false;
            }
            Stage::BeforeConnack | Stage::Connected { .. } => {}
        }
        match packet {
            Packet::Connack(connack) => self.received_connack(connack, findings),
            Packet::Auth(auth) => {
                self.received_auth(auth, findings);
                true
            }
            Packet::Disconnect(_) => self.received_disconnect(findings),
            _ if self.stage == Stage::BeforeConnack => {
                before_connack(packet.packet_type(), findings);
                false
            }
            _ => true,
        }
    }

    fn sent_connect(&mut self, connect: &Connect) -> Result<(), Breach> {
        if self.connect.is_some() {
            return Err(Breach::SecondConnect);
        }
        self.connect = Some(Box::new(connect.clone()));
        let is_3_1_1 = connect.version == Version::V3_1_1;
        if connect.version != self.version {
            Err(Breach::OtherVersion)
        } else if is_3_1_1 && connect.client_id.is_empty() && !connect.clean_start {
            Err(Breach::EmptyClientId)
        } else {
            Ok(())
        }
    }

    fn sent_auth(&mut self, auth: &Auth) -> Result<(), Breach> {
        let before = self.stage == Stage::BeforeConnack;
        let starts = auth.reason == ReasonCode::ReAuthenticate;
        let method = auth.properties.authentication_method();
        if starts {
            self.reauthentications += 1;
        }
        let in_turn = if before { !starts } else { self.reauthentications > 0 };
        if in_turn && self.method().is_some() && method == self.method() {
            Ok(())
        } else {
            Err(Breach::Authentication)
        }
    }

    fn check_session_expiry(&self, disconnect: &Disconnect) -> Result<(), Breach> {
        let connect = self.connect.as_ref();
        let before = connect.and_then(|c| c.properties.session_expiry_interval()).unwrap_or(0);
        match disconnect.properties.session_expiry_interval() {
            Some(now) if now > 0 && before == 0 => Err(Breach::SessionExpiryRaised),
            _ => Ok(()),
        }
    }

    fn received_connack(&mut self, connack: &Connack, findings: &mut Findings) -> bool {
        if self.connected() {
            findings.add(&ONE_CONNACK, || "a second CONNACK".to_owned());
            return false;
        }
        let success = connack.reason == ReasonCode::Success;
        self.stage = if success {
            Stage::Connected { session_present: connack.session_present }
        } else {
            Stage::Refused
        };
        if success {
            self.accepted = Some(connack.session_present);
        }
        if let Some(connect) = &self.connect {
            check_connack(connect, connack, findings);
        }
        let assigned = connack.properties.assigned_client_identifier();
        if success && let Some(assigned) = assigned {
            self.assigned_client_id = Some(assigned.to_owned());
        }
        true
    }

    fn received_auth(&mut self, auth: &Auth, findings: &mut Findings) {
        let Some(asked) = self.method() else {
            if self.connect.is_some() {
                findings.add(&AUTHENTICATION_ASKED, || {
                    "AUTH, but CONNECT had no Authentication Method".to_owned()
                });
            }
            return;
        };
        let method = auth.properties.authentication_method();
        // An AUTH of two bytes means success and has no room for a method (section 3.15.2.1).
        if method.is_some_and(|method| method != asked) {
            findings.add(&AUTHENTICATION_METHOD_SAME, || {
                format!("AUTH with the method {method:?} instead of {asked:?}")
            });
        }
        let before = self.stage == Stage::BeforeConnack;
        if before && auth.reason != ReasonCode::ContinueAuthentication {
            findings.add(&AUTH_CONTINUES, || {
                format!("AUTH with Reason Code {:#04x} before CONNACK", auth.reason.value())
            });
        }
        if !before && self.reauthentications == 0 {
            findings.add(&AUTH_ON_REQUEST, || {
                "AUTH, but the client does not re-authenticate".to_owned()
            });
        }
        if auth.reason == ReasonCode::Success {
            self.reauthentications = self.reauthentications.saturating_sub(1);
        }
    }

    fn received_disconnect(&mut self, findings: &mut Findings) -> bool {
        let in_place = self.connected();
        if !in_place {
            findings.add(&DISCONNECT_AFTER_CONNACK, || "DISCONNECT before CONNACK".to_owned());
        }
        self.stage = Stage::Disconnected;
        in_place
    }

    fn method(&self) -> Option<&str> {
        self.connect.as_ref()?.properties.authentication_method()
    }
}

fn before_connack(kind: PacketType, findings: &mut Findings) {
    findings.add(&CONNACK_FIRST, || format!("{kind} before CONNACK"));
}

fn check_connack(connect: &Connect, connack: &Connack, findings: &mut Findings) {
    if connect.clean_start && connack.session_present {
        findings.add(&CLEAN_START_NO_SESSION, || {
            "Session Present is 1, but the client asked for a clean start".to_owned()
        });
    }
    let properties = &connack.properties;
    let asked = connect.properties.request_response_information() == Some(1);
    if !asked && properties.response_information().is_some() {
        findings.add(&RESPONSE_INFORMATION_ASKED, || {
            "Response Information, but the client did not ask for it".to_owned()
        });
    }
    check_assigned_id(connect, connack, findings);
    let method = connect.properties.authentication_method();
    match (method, properties.authentication_method()) {
        (None, Some(given)) => findings.add(&AUTHENTICATION_ASKED, || {
            format!("the Authentication Method {given:?}, but CONNECT had none")
        }),
        (Some(asked), given) if given != Some(asked) && connack.reason == ReasonCode::Success => {
            findings.add(&AUTHENTICATION_METHOD_SAME, || {
                format!("the Authentication Method {given:?} instead of {asked:?}")
            });
        }
        _ => {}
    }
}

fn check_assigned_id(connect: &Connect, connack: &Connack, findings: &mut Findings) {
    let assigned = connack.properties.assigned_client_identifier();
    if !connect.client_id.is_empty() {
        // To repeat the client's own id is pointless, but it is not another id.
        if let Some(assigned) = assigned.filter(|assigned| *assigned != &*connect.client_id) {
            findings.add(&ASSIGNED_ID_ONLY_IF_EMPTY, || {
                format!("the client id {assigned:?}, but the client named itself")
            });
        }
    } else if connack.reason == ReasonCode::Success {
        if assigned.is_none_or(str::is_empty) {
            findings.add(&ASSIGNED_ID_GIVEN, || {
                "no Assigned Client Identifier, but the client id was empty".to_owned()
            });
        } else if connack.session_present && !connect.clean_start {
            findings.add(&ASSIGNED_ID_NEW, || {
                "Session Present is 1 for a client id that was assigned just now".to_owned()
            });
        }
    }
}
