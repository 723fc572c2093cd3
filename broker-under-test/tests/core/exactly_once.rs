//! Links that break at any moment: what was published at QoS 2 comes exactly once and in order, and
//! at QoS 1 at least once, if both clients do what a client has to do.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use mqttspec_codec::packet::*;
use mqttspec_codec::*;
use proptest::prelude::*;

use crate::harness::*;

#[derive(Clone, Copy, Debug)]
enum Step {
    /// The publisher publishes the next message.
    Publish,
    /// A client reads what has come, and answers.
    PublisherReads,
    SubscriberReads,
    /// A link breaks; what was on its way in either direction may be lost.
    PublisherBreaks,
    SubscriberBreaks,
    /// A link is dead before anybody knows: nothing that the client sends arrives any more.
    PublisherIsDead,
    SubscriberIsDead,
}

/// A client's end of a connection.
struct Line {
    id: Id,
    is_dead: bool,
}

impl Line {
    fn send(&self, bench: &mut Bench, packet: impl Into<Packet>) {
        if !self.is_dead {
            bench.send(self.id, packet);
        }
    }
}

/// A client that publishes numbers, each under an identifier of its own.
struct Publisher {
    version: Version,
    qos: u8,
    line: Line,
    published: u16,
    /// Identifiers in flight in order, and whether PUBREC came for them.
    in_flight: BTreeMap<u16, bool>,
}

impl Publisher {
    fn publish(&mut self, bench: &mut Bench) {
        if self.in_flight.len() < 3 {
            self.published += 1;
            self.in_flight.insert(self.published, false);
            let number = self.published.to_string();
            self.line.send(bench, publish("t", self.qos, self.published, &number));
        }
    }

    fn read(&mut self, bench: &mut Bench) {
        if self.line.is_dead {
            return;
        }
        for packet in bench.packets(self.line.id) {
            match packet {
                Packet::Puback(Puback { packet_id, .. })
                | Packet::Pubcomp(Pubcomp { packet_id, .. }) => {
                    self.in_flight.remove(&packet_id.get());
                }
                Packet::Pubrec(Pubrec { packet_id, .. }) => {
                    self.in_flight.insert(packet_id.get(), true);
                    self.line.send(bench, pubrel(packet_id.get()));
                }
                other => panic!("unexpected {other:?}"),
            }
        }
    }

    fn resume(&mut self, bench: &mut Bench) {
        bench.lose(self.line.id);
        self.line = resumed(bench, self.version, "publisher");
        for (&id, &is_received) in &self.in_flight {
            if is_received {
                self.line.send(bench, pubrel(id));
            } else {
                let qos = QoS::from_u8(self.qos).unwrap();
                let delivery = Delivery::new(qos, PacketId::new(id), true).unwrap();
                let packet = publish("t", self.qos, id, &id.to_string());
                self.line.send(bench, Publish { delivery, ..packet });
            }
        }
    }
}

/// A client that takes down what it gets.
struct Subscriber {
    version: Version,
    line: Line,
    unreleased: BTreeSet<u16>,
    numbers: Vec<u16>,
}

impl Subscriber {
    fn read(&mut self, bench: &mut Bench) {
        if self.line.is_dead {
            return;
        }
        let mut packets = VecDeque::from(bench.packets(self.line.id));
        while let Some(packet) = packets.pop_front() {
            match packet {
                Packet::Publish(publish) => {
                    let number = String::from_utf8(publish.payload.to_vec()).unwrap();
                    let id = publish.packet_id().unwrap().get();
                    let is_new = publish.qos() == QoS::AtLeastOnce || self.unreleased.insert(id);
                    if is_new {
                        self.numbers.push(number.parse().unwrap());
                    }
                    match publish.qos() {
                        QoS::ExactlyOnce => self.line.send(bench, pubrec(id)),
                        _ => self.line.send(bench, puback(id)),
                    }
                }
                Packet::Pubrel(Pubrel { packet_id, .. }) => {
                    self.unreleased.remove(&packet_id.get());
                    self.line.send(bench, pubcomp(packet_id.get()));
                }
                other => panic!("unexpected {other:?}"),
            }
            packets.extend(bench.packets(self.line.id));
        }
    }

    fn resume(&mut self, bench: &mut Bench) {
        bench.lose(self.line.id);
        self.line = resumed(bench, self.version, "subscriber");
        self.read(bench);
    }
}

fn resumed(bench: &mut Bench, version: Version, client_id: &str) -> Line {
    let properties = match version {
        V3_1_1 => Properties::default(),
        V5_0 => properties([Property::SessionExpiryInterval(100), Property::ReceiveMaximum(2)]),
    };
    let connect = Connect { clean_start: false, properties, ..connect(version, client_id) };
    let id = bench.open_with(connect);
    let connack = bench.first(id);
    assert!(matches!(connack, Packet::Connack(_)));
    Line { id, is_dead: false }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => Just(Step::Publish),
        6 => Just(Step::PublisherReads),
        6 => Just(Step::SubscriberReads),
        2 => Just(Step::PublisherBreaks),
        2 => Just(Step::SubscriberBreaks),
        1 => Just(Step::PublisherIsDead),
        1 => Just(Step::SubscriberIsDead),
    ]
}

fn run(version: Version, qos: u8, steps: Vec<Step>) -> (u16, Vec<u16>) {
    let mut bench = Bench::default();
    let line = resumed(&mut bench, version, "publisher");
    let mut publisher = Publisher { version, qos, line, published: 0, in_flight: BTreeMap::new() };
    let line = resumed(&mut bench, version, "subscriber");
    bench.subscribe(line.id, "t", 2);
    let mut subscriber =
        Subscriber { version, line, unreleased: BTreeSet::new(), numbers: Vec::new() };
    for step in steps {
        match step {
            Step::Publish => publisher.publish(&mut bench),
            Step::PublisherReads => publisher.read(&mut bench),
            Step::SubscriberReads => subscriber.read(&mut bench),
            Step::PublisherBreaks => publisher.resume(&mut bench),
            Step::SubscriberBreaks => subscriber.resume(&mut bench),
            Step::PublisherIsDead => publisher.line.is_dead = true,
            Step::SubscriberIsDead => subscriber.line.is_dead = true,
        }
    }
    // In the end both come back, and all is finished.
    publisher.resume(&mut bench);
    subscriber.resume(&mut bench);
    for _ in 0..3 {
        publisher.read(&mut bench);
        subscriber.read(&mut bench);
    }
    assert!(publisher.in_flight.is_empty() && subscriber.unreleased.is_empty());
    (publisher.published, subscriber.numbers)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn qos_2_comes_exactly_once_and_in_order(
        version in prop::sample::select(vec![V3_1_1, V5_0]),
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let (published, numbers) = run(version, 2, steps);
        prop_assert_eq!(numbers, (1..=published).collect::<Vec<_>>());
    }

    #[test]
    fn qos_1_comes_at_least_once_and_first_in_order(
        version in prop::sample::select(vec![V3_1_1, V5_0]),
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let (published, numbers) = run(version, 1, steps);
        let mut seen = BTreeSet::new();
        let first: Vec<_> = numbers.into_iter().filter(|&number| seen.insert(number)).collect();
        prop_assert_eq!(first, (1..=published).collect::<Vec<_>>());
    }
}
