//! The matcher against models of it that are too simple to be wrong, and too slow to be used.

use std::sync::Arc;

use bytes::Bytes;
use mqttspec_codec::packet::{Delivery, Publish};
use mqttspec_codec::topic::TopicName;
use mqttspec_codec::{Packet, PacketType, Properties, Version};
use proptest::prelude::*;
use tokio::time::Instant;

use super::*;
use crate::scenario::ast::Span;

/// A PUBLISH in as few facts as it takes to tell lanes and conditions apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mail {
    topic: u8,
    payload: u8,
    retain: bool,
}

/// A line: which of the facts it asks for, and whether the payload chooses its lane.
#[derive(Clone, Copy, Debug)]
struct Wish {
    topic: Option<u8>,
    payload: Option<u8>,
    selects: bool,
    retain: Option<bool>,
}

impl Wish {
    fn is_lane_of(&self, mail: Mail) -> bool {
        self.topic.is_none_or(|topic| topic == mail.topic)
            && (!self.selects || self.payload.is_none_or(|payload| payload == mail.payload))
    }

    fn wants(&self, mail: Mail) -> bool {
        self.topic.is_none_or(|topic| topic == mail.topic)
            && self.payload.is_none_or(|payload| payload == mail.payload)
            && self.retain.is_none_or(|retain| retain == mail.retain)
    }

    fn pattern(&self) -> Pattern {
        let field = |name: &str, expected, selection| FieldPattern {
            name: name.to_owned(),
            selection,
            test: Test::OneOf(vec![Alternative { weak: false, expected }]),
            span: Span::default(),
        };
        let text = |number: u8| Expected::Bytes(Bytes::from(number.to_string()));
        let selection = if self.selects { Selection::Selects } else { Selection::Plain };
        let topic = self.topic.map(|it| field("topic", text(it), Selection::Plain));
        let payload = self.payload.map(|it| field("payload", text(it), selection));
        let retain =
            self.retain.map(|it| field("retain", Expected::Int(it.into()), Selection::Plain));
        Pattern {
            packet: PacketType::Publish,
            fields: [topic, payload, retain].into_iter().flatten().collect(),
        }
    }
}

fn message(seq: u64, mail: Mail) -> Arc<Message> {
    let topic = TopicName::new(mail.topic.to_string()).unwrap();
    let publish = Publish {
        delivery: Delivery::AtMostOnce,
        retain: mail.retain,
        topic: topic.clone(),
        properties: Properties::default(),
        payload: Bytes::from(mail.payload.to_string()),
    };
    Arc::new(Message {
        seq,
        at: Instant::now(),
        version: Version::V5_0,
        frame: Bytes::new(),
        packet: Packet::Publish(publish),
        topic: Some(topic.as_mqtt_string().clone()),
    })
}

fn queue(mails: &[Mail]) -> Queue {
    let mut queue = Queue::default();
    for (seq, mail) in (1..).zip(mails) {
        queue.push(message(seq, *mail));
    }
    queue
}

/// The position of a message among the mails.
fn place(message: &Message) -> usize {
    usize::try_from(message.seq).unwrap() - 1
}

struct World(Vec<Queue>);

impl Queues for World {
    fn queue(&mut self, connection: ConnId) -> &mut Queue {
        &mut self.0[connection.0]
    }
}

fn mail() -> impl Strategy<Value = Mail> {
    (0..2_u8, 0..3_u8, any::<bool>()).prop_map(|(topic, payload, retain)| Mail {
        topic,
        payload,
        retain,
    })
}

fn wish() -> impl Strategy<Value = Wish> {
    let maybe = |count: u8| proptest::option::of(0..count);
    (maybe(2), maybe(3), any::<bool>(), proptest::option::weighted(0.3, any::<bool>()))
        .prop_map(|(topic, payload, selects, retain)| Wish { topic, payload, selects, retain })
}

/// What a line should find: the position of its packet, or of one that does not fit.
fn lookup(wish: Wish, mails: &[Mail], gone: &[bool]) -> Option<Result<usize, usize>> {
    let at = (0..mails.len()).find(|&at| !gone[at] && wish.is_lane_of(mails[at]))?;
    Some(if wish.wants(mails[at]) { Ok(at) } else { Err(at) })
}

/// Whether the mails from `at` on can be given to different wishes; what is used is marked.
fn assignable(mails: &[Mail], wishes: &[Wish], used: &mut [bool]) -> bool {
    let Some((first, rest)) = mails.split_first() else { return true };
    (0..wishes.len()).any(|at| {
        if used[at] || !wishes[at].wants(*first) {
            return false;
        }
        used[at] = true;
        let rest = assignable(rest, wishes, used);
        used[at] = false;
        rest
    })
}

/// Whether each wish can be given a mail of its own.
fn servable(wishes: &[Wish], mails: &[Mail], gone: &mut [bool]) -> bool {
    let Some((first, rest)) = wishes.split_first() else { return true };
    (0..mails.len()).any(|at| {
        if gone[at] || !first.wants(mails[at]) {
            return false;
        }
        gone[at] = true;
        let rest = servable(rest, mails, gone);
        gone[at] = false;
        rest
    })
}

fn group(wishes: &[Wish], sources: &[ConnId]) -> Unordered {
    let line = |wish: &Wish| Line {
        sources: sources.to_vec(),
        count: 1,
        optional: false,
        pattern: wish.pattern(),
    };
    Unordered::new(wishes.iter().map(line).collect())
}

proptest! {
    #[test]
    fn each_line_takes_the_oldest_of_its_lane(
        mails in prop::collection::vec(mail(), 0..8),
        wishes in prop::collection::vec(wish(), 0..6),
    ) {
        let mut queue = queue(&mails);
        let mut gone = vec![false; mails.len()];
        for wish in wishes {
            let found = match queue.take(&wish.pattern(), Lanes::Own) {
                Take::Taken { message, .. } => Some(Ok(place(&message))),
                Take::Mismatch { message, .. } => Some(Err(place(&message))),
                Take::Empty => None,
            };
            prop_assert_eq!(found, lookup(wish, &mails, &gone));
            if let Some(Ok(at)) = found {
                gone[at] = true;
            }
        }
    }

    #[test]
    fn without_lanes_a_line_takes_the_oldest_of_all(
        mails in prop::collection::vec(mail(), 0..4),
        wish in wish(),
    ) {
        let fits = match queue(&mails).take(&wish.pattern(), Lanes::All) {
            Take::Taken { message, .. } => Some((message.seq, true)),
            Take::Mismatch { message, .. } => Some((message.seq, false)),
            Take::Empty => None,
        };
        prop_assert_eq!(fits, mails.first().map(|first| (1, wish.wants(*first))));
    }

    #[test]
    fn a_packet_is_unexpected_only_if_there_is_no_way_to_let_all_pass(
        mails in prop::collection::vec(mail(), 0..5),
        wishes in prop::collection::vec(wish(), 0..5),
    ) {
        let mut queue = queue(&mails);
        for wish in &wishes {
            queue.allow(Allowance { pattern: wish.pattern() });
        }
        let all_pass = assignable(&mails, &wishes, &mut vec![false; wishes.len()]);
        prop_assert_eq!(queue.unexpected().is_none(), all_pass);
        let left = queue.all_unexpected().len();
        let most = (0..=mails.len()).filter(|count| {
            subsets(&mails, *count)
                .any(|some| assignable(&some, &wishes, &mut vec![false; wishes.len()]))
        }).max().unwrap_or(0);
        prop_assert_eq!(left, mails.len() - most);
    }

    #[test]
    fn a_group_that_is_done_had_a_packet_for_every_line(
        mails in prop::collection::vec(mail(), 0..6),
        wishes in prop::collection::vec(wish(), 0..5),
    ) {
        let mut world = World(vec![queue(&mails)]);
        let mut taken = Vec::new();
        let progress = group(&wishes, &[ConnId(0)]).feed(&mut world, &mut taken);
        let can = servable(&wishes, &mails, &mut vec![false; mails.len()]);
        match progress {
            Progress::Done => {
                prop_assert!(can);
                for Taken { line, message, .. } in &taken {
                    prop_assert!(wishes[*line].wants(mails[place(message)]));
                }
                let mut lines: Vec<usize> = taken.iter().map(|it| it.line).collect();
                lines.sort_unstable();
                prop_assert_eq!(lines, (0..wishes.len()).collect::<Vec<_>>());
                prop_assert_eq!(world.0[0].iter().len(), mails.len() - wishes.len());
            }
            Progress::Failed { message, line, .. } => {
                let mail = mails[place(&message)];
                prop_assert!(wishes[line].is_lane_of(mail) && !wishes[line].wants(mail));
            }
            Progress::Waiting => prop_assert!(taken.len() < wishes.len()),
        }
    }

    #[test]
    fn a_group_of_lines_that_exclude_each_other_waits_for_nothing_it_has(
        mails in prop::collection::vec(mail(), 0..6),
        payloads in prop::collection::btree_set(0..3_u8, 0..3),
    ) {
        let wishes: Vec<Wish> = payloads
            .iter()
            .map(|&payload| {
                let payload = Some(payload);
                Wish { topic: None, payload, selects: true, retain: None }
            })
            .collect();
        let mut world = World(vec![queue(&mails)]);
        let progress = group(&wishes, &[ConnId(0)]).feed(&mut world, &mut Vec::new());
        let can = servable(&wishes, &mails, &mut vec![false; mails.len()]);
        prop_assert_eq!(matches!(progress, Progress::Done), can);
    }

    #[test]
    fn it_does_not_matter_in_how_many_pieces_packets_come(
        mails in prop::collection::vec((mail(), 0..2_usize), 0..7),
        wishes in prop::collection::vec(wish(), 1..5),
    ) {
        let sources = [ConnId(0), ConnId(1)];
        let mut at_once = World(vec![Queue::default(), Queue::default()]);
        let mut one_by_one = World(vec![Queue::default(), Queue::default()]);
        let (mut all, mut some) = (Vec::new(), Vec::new());
        let mut group_of_some = group(&wishes, &sources);
        let mut last = Progress::Waiting;
        for (seq, (mail, source)) in (1..).zip(&mails) {
            at_once.0[*source].push(message(seq, *mail));
            one_by_one.0[*source].push(message(seq, *mail));
            if matches!(last, Progress::Waiting) {
                last = group_of_some.feed(&mut one_by_one, &mut some);
            }
        }
        let first = group(&wishes, &sources).feed(&mut at_once, &mut all);
        prop_assert_eq!(std::mem::discriminant(&first), std::mem::discriminant(&last));
        let seqs = |taken: &[Taken]| {
            taken.iter().map(|it| (it.line, it.message.seq)).collect::<Vec<_>>()
        };
        prop_assert_eq!(seqs(&all), seqs(&some));
    }
}

/// All ways to choose so many, in order.
fn subsets(mails: &[Mail], count: usize) -> impl Iterator<Item = Vec<Mail>> + '_ {
    (0..1_u32 << mails.len()).filter(move |set| set.count_ones() as usize == count).map(
        move |set| {
            let chosen = (0..mails.len()).filter(|at| set >> at & 1 == 1);
            chosen.map(|at| mails[at]).collect()
        },
    )
}

#[test]
fn a_field_that_is_not_in_the_packet_is_absent() {
    let mail = message(1, Mail { topic: 0, payload: 0, retain: false });
    let test = |expected| {
        let field = FieldPattern {
            name: "topic_alias".to_owned(),
            selection: Selection::Plain,
            test: Test::OneOf(vec![Alternative { weak: false, expected }]),
            span: Span::default(),
        };
        let pattern = Pattern { packet: PacketType::Publish, fields: vec![field] };
        matches!(pattern.fit(&mail), Fit::Meets { .. })
    };
    assert!(test(Expected::Absent));
    assert!(!test(Expected::Any) && !test(Expected::Range(None, None)) && !test(Expected::Int(0)));
}
