//! Events in any order: no panic, no packet behind the end of a connection, and time goes on.

use std::collections::{BTreeMap, BTreeSet};

use bytes::{Bytes, BytesMut};
use mqttspec_broker::defect::Defect;
use mqttspec_broker::{Action, Broker, Config, ConnectionId, Event, Timestamp};
use mqttspec_codec::packet::*;
use mqttspec_codec::*;
use proptest::prelude::*;

use crate::harness::*;

/// One thing that happens. Connections are told by the place where they were opened last.
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

/// The broker and what is known about its connections.
struct World {
    broker: Broker,
    now: u64,
    opened: u64,
    places: BTreeMap<u64, ConnectionId>,
    open: BTreeSet<ConnectionId>,
}

impl World {
    fn new(config: Config) -> Self {
        let broker = Broker::new(config);
        Self { broker, now: 0, opened: 0, places: BTreeMap::new(), open: BTreeSet::new() }
    }

    /// The event of a step, if it is one.
    fn event(&mut self, step: Step) -> Option<Event> {
        match step {
            Step::Wait(ms) => {
                self.now += ms;
                None
            }
            Step::Open(place) => {
                self.opened += 1;
                let id = ConnectionId(self.opened);
                self.places.insert(place, id);
                self.open.insert(id);
                Some(Event::Opened(id))
            }
            Step::Close(place) => {
                let id = *self.places.get(&place)?;
                self.open.remove(&id);
                Some(Event::Closed(id))
            }
            Step::Tick => Some(Event::Tick),
            Step::Shutdown => Some(Event::Shutdown),
            Step::Connect(place, client, clean_start, version) => {
                let connect = connect_of(client, clean_start, version);
                Some(Event::Received(*self.places.get(&place)?, encode(connect, version)))
            }
            Step::Send(place, version, packet) => {
                let packet = match *packet {
                    Packet::Publish(publish) if version == V3_1_1 => {
                        Publish { properties: Properties::default(), ..publish }.into()
                    }
                    packet => packet,
                };
                Some(Event::Received(*self.places.get(&place)?, encode(packet, version)))
            }
            Step::Bytes(place, bytes) => {
                Some(Event::Received(*self.places.get(&place)?, Bytes::from(bytes)))
            }
        }
    }
}

/// What cannot be said in one of the versions is not said.
fn encode(packet: impl Into<Packet>, version: Version) -> Bytes {
    let mut bytes = BytesMut::new();
    let _ = packet.into().encode(version, &mut bytes);
    bytes.freeze()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_events_in_any_order_do_no_harm(steps in prop::collection::vec(step(), 0..80)) {
        let mut world = World::new(Config::default());
        for step in steps {
            let Some(event) = world.event(step) else { continue };
            for action in world.broker.handle(Timestamp::from_millis(world.now), event) {
                match action {
                    Action::Send(id, _) => prop_assert!(world.open.contains(&id), "sent to {id:?}"),
                    Action::Close(id) => prop_assert!(world.open.remove(&id), "closed {id:?} twice"),
                }
            }
            let next = world.broker.next_deadline();
            prop_assert!(next.is_none_or(|next| next.as_millis() > world.now), "{next:?} is past");
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_defect_does_more_harm_than_it_is_meant_to(
        defect in prop::sample::select(Defect::all()),
        versions in prop::collection::vec(prop::sample::select(vec![V3_1_1, V5_0]), 3),
        steps in prop::collection::vec(step(), 0..80),
    ) {
        let mut world = World::new(Config { defect: Some(defect), ..Config::default() });
        let greetings = (0..).zip(versions).flat_map(|(place, version)| {
            let client = u8::try_from(place).unwrap();
            [Step::Open(place), Step::Connect(place, client, true, version)]
        });
        for step in greetings.chain(steps) {
            let Some(event) = world.event(step) else { continue };
            world.broker.handle(Timestamp::from_millis(world.now), event);
            let next = world.broker.next_deadline();
            prop_assert!(next.is_none_or(|next| next.as_millis() > world.now), "{next:?} is past");
        }
    }
}
