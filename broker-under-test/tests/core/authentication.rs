//! Enhanced authentication (5.0, section 4.12).

use mqttspec_broker::Config;
use mqttspec_codec::packet::*;
use mqttspec_codec::*;

use crate::expect;
use crate::harness::*;

const METHOD: &str = "MQTTSPEC-CHALLENGE";
const CHALLENGE: &str = "AUTH ContinueAuthentication MQTTSPEC-CHALLENGE mqttspec";

fn authenticating(method: &str) -> Connect {
    let properties = properties([Property::AuthenticationMethod(method)]);
    Connect { properties, ..connect(V5_0, "a") }
}

fn auth(reason: ReasonCode, method: &str, data: Option<&[u8]>) -> Auth {
    let method = Property::AuthenticationMethod(method);
    let data = data.map(Property::AuthenticationData);
    Auth { reason, properties: properties([method].into_iter().chain(data)) }
}

fn response(data: &[u8]) -> Auth {
    auth(ReasonCode::ContinueAuthentication, METHOD, Some(data))
}

fn authenticated(bench: &mut Bench) -> Id {
    let id = bench.open_with(authenticating(METHOD));
    expect!(bench, id, CHALLENGE);
    bench.send(id, response(b"cepsttqm"));
    expect!(bench, id, "CONNACK Success");
    id
}

#[test]
fn the_right_response_lets_a_client_in_under_its_method() {
    let mut bench = Bench::default();
    let id = bench.open_with(authenticating(METHOD));
    expect!(bench, id, CHALLENGE);
    bench.send(id, response(b"cepsttqm"));
    let [Packet::Connack(connack)] = &bench.packets(id)[..] else { panic!("CONNACK") };
    assert_eq!(connack.properties.authentication_method(), Some(METHOD));
    bench.send(id, Packet::Pingreq);
    expect!(bench, id, "PINGRESP");
}

#[test]
fn without_a_method_there_is_none_in_connack() {
    let mut bench = Bench::default();
    let id = bench.open_with(connect(V5_0, "a"));
    let [Packet::Connack(connack)] = &bench.packets(id)[..] else { panic!("CONNACK") };
    assert_eq!(connack.properties.authentication_method(), None);
}

#[test]
fn whatever_else_comes_during_the_exchange_refuses_the_client() {
    let cases: [(Packet, &[&str]); 8] = [
        (response(b"wrong").into(), &["CONNACK NotAuthorized", "closed"]),
        (
            auth(ReasonCode::ContinueAuthentication, METHOD, None).into(),
            &["CONNACK NotAuthorized", "closed"],
        ),
        (
            auth(ReasonCode::ContinueAuthentication, "other", Some(b"cepsttqm")).into(),
            &["CONNACK ProtocolError", "closed"],
        ),
        (
            auth(ReasonCode::ReAuthenticate, METHOD, Some(b"cepsttqm")).into(),
            &["CONNACK ProtocolError", "closed"],
        ),
        (Packet::Pingreq, &["CONNACK ProtocolError", "closed"]),
        (publish("t", 0, 0, "x").into(), &["CONNACK ProtocolError", "closed"]),
        (authenticating(METHOD).into(), &["CONNACK ProtocolError", "closed"]),
        (disconnect(ReasonCode::Success).into(), &["closed"]),
    ];
    for (packet, answer) in cases {
        let mut bench = Bench::default();
        let id = bench.open_with(authenticating(METHOD));
        expect!(bench, id, CHALLENGE);
        bench.send(id, packet.clone());
        assert_eq!(bench.read(id), answer, "{packet:?}");
    }
}

#[test]
fn an_unknown_method_is_refused() {
    for authentication in [Config::default().authentication, None] {
        let mut bench = Bench::new(Config { authentication, ..Config::default() });
        let id = bench.open_with(authenticating("no-such-method"));
        expect!(bench, id, "CONNACK BadAuthenticationMethod", "closed");
    }
}

#[test]
fn a_client_may_authenticate_again_while_messages_flow() {
    let mut bench = Bench::default();
    let id = authenticated(&mut bench);
    bench.subscribe(id, "t", 0);
    bench.send(id, auth(ReasonCode::ReAuthenticate, METHOD, None));
    expect!(bench, id, CHALLENGE);
    bench.send(id, publish("t", 0, 0, "x"));
    expect!(bench, id, r#"PUBLISH t qos=0 "x""#);
    bench.send(id, response(b"cepsttqm"));
    expect!(bench, id, "AUTH Success MQTTSPEC-CHALLENGE -");
    bench.send(id, auth(ReasonCode::ReAuthenticate, METHOD, None));
    expect!(bench, id, CHALLENGE);
}

#[test]
fn a_failed_or_disorderly_reauthentication_ends_the_connection() {
    let begin = || auth(ReasonCode::ReAuthenticate, METHOD, None);
    let cases: [(&[Auth], &str); 4] = [
        (&[begin(), response(b"wrong")], "NotAuthorized"),
        (&[auth(ReasonCode::ReAuthenticate, "other", None)], "ProtocolError"),
        (&[response(b"cepsttqm")], "ProtocolError"),
        (&[begin(), begin()], "ProtocolError"),
    ];
    for (packets, reason) in cases {
        let mut bench = Bench::default();
        let id = authenticated(&mut bench);
        for packet in packets {
            bench.send(id, packet.clone());
        }
        let lines = bench.read(id);
        assert_eq!(lines[lines.len() - 2..], [format!("DISCONNECT {reason}"), "closed".into()]);
    }
}

#[test]
fn auth_without_a_method_in_connect_is_a_protocol_error() {
    for reason in [ReasonCode::ReAuthenticate, ReasonCode::ContinueAuthentication] {
        let mut bench = Bench::default();
        let id = bench.connect(V5_0, "a");
        bench.send(id, auth(reason, METHOD, None));
        expect!(bench, id, "DISCONNECT ProtocolError", "closed");
    }
}

#[test]
fn an_exchange_that_takes_too_long_is_cut_off() {
    let mut bench = Bench::default();
    let id = bench.open_with(authenticating(METHOD));
    expect!(bench, id, CHALLENGE);
    bench.advance_s(10);
    expect!(bench, id, "closed");
}
