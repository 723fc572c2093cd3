//! Events in any order: no panic, no packet behind the end of a connection, and time goes on.

use std::collections::BTreeSet;

use bytes::{Bytes, BytesMut};
use mqttspec_broker::{Action, Broker, Config, ConnectionId, Event, Timestamp};
use mqttspec_codec::packet::*;
use mqttspec_codec::*;
use proptest::prelude::*;

use crate::harness::*;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    Open(u64),
    Close(u64),
    Wait(u64),
    Tick,
    Connect(u64, u8, bool, Version),
    Send(u64, Version, Box<Packet>),
    Bytes(u64, Vec<u8>),
    Shutdown,
}

fn packet() -> impl Strategy<Value = Packet> {
    let topic = prop::sample::select(vec!["a", "a/b", "b", "$x/a", "mqttspec/denied/x"]);
    let filter = prop::sample::select(vec!["a", "#", "+/b", "a/#", "$share/g/a", "$share/g/#"]);
    let id = 1..4u16;
    prop_oneof![
        4 => (topic, 0..3u8, id.clone(), any::<bool>(), "[xy]{0,3}", prop::option::of(0..3u32))
            .prop_map(|(topic, qos, id, retain, payload, expiry)| {
                let id = if qos == 0 { 0 } else { id };
                let properties = properties(expiry.map(Property::MessageExpiryInterval));
                Publish { retain, properties, ..publish(topic, qos, id, &payload) }.into()
            }),
        2 => (filter.clone(), 0..3u8, id.clone())
            .prop_map(|(filter, qos, id)| subscribe(id, &[(filter, qos)]).into()),
        1 => (filter, id.clone()).prop_map(|(filter, id)| unsubscribe(id, &[filter]).into()),
        1 => id.clone().prop_map(|id| puback(id).into()),
        1 => id.clone().prop_map(|id| pubrec(id).into()),
        1 => id.clone().prop_map(|id| pubrel(id).into()),
        1 => id.prop_map(|id| pubcomp(id).into()),
        1 => Just(Packet::Pingreq),
        1 => Just(disconnect(ReasonCode::Success).into()),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let connection = 0..5u64;
    let version = prop::sample::select(vec![V3_1_1, V5_0]);
    prop_oneof![
        3 => connection.clone().prop_map(Step::Open),
        1 => connection.clone().prop_map(Step::Close),
        2 => (0..5_000u64).prop_map(Step::Wait),
        1 => Just(Step::Tick),
        4 => (connection.clone(), 0..3u8, any::<bool>(), version.clone())
            .prop_map(|(id, client, clean, version)| Step::Connect(id, client, clean, version)),
        12 => (connection.clone(), version, packet())
            .prop_map(|(id, version, packet)| Step::Send(id, version, Box::new(packet))),
        1 => (connection, prop::collection::vec(any::<u8>(), 0..20))
            .prop_map(|(id, bytes)| Step::Bytes(id, bytes)),
        1 => Just(Step::Shutdown),
    ]
}

fn connect_of(client: u8, clean_start: bool, version: Version) -> Connect {
    let will = will("a", "will");
    match version {
        V3_1_1 => Connect {
            clean_start,
            keep_alive: 3,
            will: Some(will),
            ..connect(version, &format!("c{client}"))
        },
        V5_0 => Connect {
            clean_start,
            keep_alive: 3,
            properties: properties([
                Property::SessionExpiryInterval(4),
                Property::ReceiveMaximum(2),
                Property::TopicAliasMaximum(1),
            ]),
            will: Some(Will { properties: properties([Property::WillDelayInterval(2)]), ..will }),
            ..connect(version, &format!("c{client}"))
        },
    }
}

/// The event of a step, if it is one.
fn event(step: Step, now: &mut u64) -> Option<Event> {
    // What cannot be said in one of the versions is not said.
    let encode = |packet: Packet, version| {
        let mut bytes = BytesMut::new();
        let _ = packet.encode(version, &mut bytes);
        bytes.freeze()
    };
    Some(match step {
        Step::Open(id) => Event::Opened(ConnectionId(id)),
        Step::Close(id) => Event::Closed(ConnectionId(id)),
        Step::Wait(ms) => {
            *now += ms;
            return None;
        }
        Step::Tick => Event::Tick,
        Step::Connect(id, client, clean_start, version) => {
            let connect = connect_of(client, clean_start, version);
            Event::Received(ConnectionId(id), encode(connect.into(), version))
        }
        Step::Send(id, version, packet) => match *packet {
            Packet::Publish(publish) if version == V3_1_1 => {
                let publish = Publish { properties: Properties::default(), ..publish };
                Event::Received(ConnectionId(id), encode(publish.into(), version))
            }
            packet => Event::Received(ConnectionId(id), encode(packet, version)),
        },
        Step::Bytes(id, bytes) => Event::Received(ConnectionId(id), Bytes::from(bytes)),
        Step::Shutdown => Event::Shutdown,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_events_in_any_order_do_no_harm(steps in prop::collection::vec(step(), 0..80)) {
        let mut broker = Broker::new(Config::default());
        let mut now = 0;
        let mut open = BTreeSet::new();
        for step in steps {
            let Some(event) = event(step, &mut now) else { continue };
            match &event {
                Event::Opened(id) => drop(open.insert(*id)),
                Event::Closed(id) => drop(open.remove(id)),
                _ => {}
            }
            for action in broker.handle(Timestamp::from_millis(now), event) {
                match action {
                    Action::Send(id, _) => prop_assert!(open.contains(&id), "sent to {id:?}"),
                    Action::Close(id) => prop_assert!(open.remove(&id), "closed {id:?} twice"),
                }
            }
            let next = broker.next_deadline();
            prop_assert!(next.is_none_or(|next| next.as_millis() > now), "{next:?} is past");
        }
    }
}
