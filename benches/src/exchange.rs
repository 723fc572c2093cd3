//! One publisher, and subscribers that answer what they get, at a broker core without I/O.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use mqttspec_broker::{Action, Broker, Config, ConnectionId, Event, Timestamp};
use mqttspec_codec::packet::{
    Connect, Delivery, Packet, Puback, Pubcomp, Publish, Pubrec, Pubrel, Subscribe,
    SubscriptionOptions,
};
use mqttspec_codec::topic::{TopicFilter, TopicName};
use mqttspec_codec::{
    Context, PacketId, Properties, QoS, ReasonCode, Sender, Version, decode_frame,
};

const PUBLISHER: ConnectionId = ConnectionId(0);
const TOPIC: &str = "building/7/floor/3/room/11/light";

/// A broker with one publisher and some subscribers to one topic.
pub struct Exchange {
    broker: Broker,
    publish: Bytes,
    subscribers: usize,
}

impl Exchange {
    /// Connects the clients and makes the subscriptions.
    #[must_use]
    pub fn new(subscribers: usize, qos: QoS) -> Self {
        let message = Publish {
            delivery: Delivery::new(qos, (qos != QoS::AtMostOnce).then_some(PacketId::MIN), false)
                .unwrap_or(Delivery::AtMostOnce),
            retain: false,
            topic: TopicName::new(TOPIC).expect("a topic"),
            properties: Properties::default(),
            payload: Bytes::from_static(&[b'x'; 64]),
        };
        let publish = encoded(&message.into());
        let mut exchange = Self { broker: Broker::new(Config::default()), publish, subscribers };
        exchange.connect(PUBLISHER);
        for number in 1..=subscribers {
            let id = ConnectionId(number as u64);
            exchange.connect(id);
            let options = SubscriptionOptions { qos, ..SubscriptionOptions::default() };
            let filter = TopicFilter::new(TOPIC).expect("a filter");
            let subscribe = Subscribe {
                packet_id: PacketId::MIN,
                properties: Properties::default(),
                filters: [(filter, options)].into_iter().collect(),
            };
            exchange.tell(Event::Received(id, encoded(&subscribe.into())));
        }
        exchange
    }

    /// Publishes one message and carries all answers to their end. Returns how many deliveries
    /// there were.
    ///
    /// # Panics
    ///
    /// If the broker lost a message.
    pub fn publish(&mut self) -> usize {
        let delivered = self.tell(Event::Received(PUBLISHER, self.publish.clone()));
        assert_eq!(delivered, self.subscribers, "each subscriber gets the message once");
        delivered
    }

    fn connect(&mut self, id: ConnectionId) {
        let connect = Connect {
            version: Version::V5_0,
            clean_start: true,
            keep_alive: 0,
            properties: Properties::default(),
            client_id: format!("client{}", id.0).try_into().expect("a string"),
            will: None,
            username: None,
            password: None,
        };
        self.tell(Event::Opened(id));
        self.tell(Event::Received(id, encoded(&connect.into())));
    }

    /// Hands an event to the broker and answers as clients do until nothing is left to answer.
    fn tell(&mut self, event: Event) -> usize {
        let mut events = VecDeque::from([event]);
        let mut delivered = 0;
        while let Some(event) = events.pop_front() {
            for action in self.broker.handle(Timestamp::default(), event) {
                let Action::Send(id, frame) = action else { continue };
                let context = Context::new(Version::V5_0, Sender::Server);
                let packet = decode_frame(frame, &context).expect("a legal packet");
                delivered += usize::from(matches!(packet, Packet::Publish(_)));
                if let Some(answer) = answer(&packet) {
                    events.push_back(Event::Received(id, encoded(&answer)));
                }
            }
        }
        delivered
    }
}

fn answer(packet: &Packet) -> Option<Packet> {
    let reason = ReasonCode::Success;
    match packet {
        Packet::Publish(publish) => {
            let packet_id = publish.packet_id()?;
            Some(match publish.qos() {
                QoS::ExactlyOnce => {
                    Pubrec { packet_id, reason, properties: Properties::default() }.into()
                }
                QoS::AtMostOnce | QoS::AtLeastOnce => {
                    Puback { packet_id, reason, properties: Properties::default() }.into()
                }
            })
        }
        Packet::Pubrec(pubrec) => {
            let packet_id = pubrec.packet_id;
            Some(Pubrel { packet_id, reason, properties: Properties::default() }.into())
        }
        Packet::Pubrel(pubrel) => {
            let packet_id = pubrel.packet_id;
            Some(Pubcomp { packet_id, reason, properties: Properties::default() }.into())
        }
        _ => None,
    }
}

fn encoded(packet: &Packet) -> Bytes {
    let mut bytes = BytesMut::new();
    packet.encode(Version::V5_0, &mut bytes).expect("a legal packet");
    bytes.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_reaches_every_subscriber() {
        for qos in QoS::ALL {
            let mut exchange = Exchange::new(3, qos);
            for _ in 0..100 {
                assert_eq!(exchange.publish(), 3);
            }
        }
    }
}
