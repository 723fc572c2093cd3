//! Making the broker finish, so that the absence of a packet is proved instead of waited for.
//!
//! The strong fence is a marker that takes the way of the messages before it: section 4.6 puts it
//! behind them. Where there is no such way, a marker between two helpers and a PINGREQ round trip
//! show at least that the broker has had the time.

use std::time::Duration;

use mqttspec_codec::packet::{Delivery, Publish, Subscribe, SubscriptionList, SubscriptionOptions};
use mqttspec_codec::topic::{TopicFilter, TopicName, levels};
use mqttspec_codec::{Packet, PacketId, PacketType, Properties, QoS};
use tokio::time::Instant;

use super::case::{CaseRun, LINE_DEADLINE};
use super::connection::{Connection, Flow};
use super::outcome::{Miss, Stop};
use crate::matcher::{ConnId, Queues};
use crate::monitor::AnswerDue;

/// What a marker adds to its topic and payload, in bytes, with room for what a broker may add.
const MARKER_OVERHEAD: usize = 32;

/// A message that the script published.
#[derive(Clone, Debug)]
pub(super) struct Published {
    /// Its topic.
    pub topic: TopicName,
    /// Its QoS.
    pub qos: QoS,
    /// Where it was published.
    pub connection: ConnId,
}

/// The marker that a strong fence sends.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Plan {
    /// `None`: a helper.
    publisher: Option<ConnId>,
    topic: TopicName,
    qos: QoS,
}

impl CaseRun<'_> {
    /// Makes the broker finish what it has to send on these connections.
    ///
    /// # Errors
    ///
    /// BLOCKED if a marker or a PINGRESP is lost, and as [`CaseRun::wait`].
    pub(super) async fn fence(&mut self, connections: &[ConnId], weak: bool) -> Result<(), Stop> {
        self.drain();
        let publishers: Vec<ConnId> = self
            .connections
            .iter()
            .filter(|it| it.published && it.is_live() && it.can_ping())
            // Who states a Keep Alive is left alone: PINGREQ would put it off.
            .filter(|it| [0, self.target.profile().keep_alive].contains(&it.keep_alive()))
            .map(|it| it.id)
            // What a connection published for itself the marker follows on the same way.
            .filter(|id| {
                connections != [*id] || self.plan(*id).is_none_or(|it| it.publisher != Some(*id))
            })
            .collect();
        self.round_trips(&publishers).await?;
        let mut strong: Vec<(Plan, Vec<ConnId>)> = Vec::new();
        let mut others = Vec::new();
        for &id in connections {
            match self.plan(id).filter(|_| !weak) {
                None => others.push(id),
                Some(plan) => match strong.iter_mut().find(|(known, _)| *known == plan) {
                    Some((_, members)) => members.push(id),
                    None => strong.push((plan, vec![id])),
                },
            }
        }
        for (plan, members) in strong {
            self.strong_fence(plan, &members).await?;
        }
        if others.is_empty() { Ok(()) } else { self.weak_fence(&others).await }
    }

    /// PINGREQ round trips on those of the connections that live.
    ///
    /// # Errors
    ///
    /// BLOCKED if one is not answered, and as [`CaseRun::wait`].
    pub(super) async fn round_trips(&mut self, connections: &[ConnId]) -> Result<(), Stop> {
        let until = self.after(LINE_DEADLINE);
        let mut waiting = Vec::new();
        for &id in connections {
            if self.connections[id.0].is_live() && self.connections[id.0].can_ping() {
                waiting.push((id, self.ping(id)));
            }
        }
        loop {
            waiting.retain(|&(id, pongs)| {
                let connection = &self.connections[id.0];
                connection.pongs < pongs && connection.ended.is_none()
            });
            let Some(&(id, _)) = waiting.first() else { return Ok(()) };
            if Instant::now() >= until {
                // Whom we broke a rule with need not be served any more.
                waiting.retain(|(id, _)| self.connections[id.0].monitor.tainted().is_none());
                if waiting.is_empty() {
                    return Ok(());
                }
                let name = &self.connections[id.0].name;
                let label = format!(
                    "{name} has waited {} s",
                    self.options.scaled(LINE_DEADLINE).as_secs_f64()
                );
                return Err(self.blocked(Miss::silent("PINGREQ was not answered", label)));
            }
            self.wait(until).await?;
        }
    }

    /// How a marker can get to a connection on the way of its messages.
    fn plan(&self, id: ConnId) -> Option<Plan> {
        let connection = &self.connections[id.0];
        if !connection.is_live() {
            return None;
        }
        let filters: Vec<(&TopicFilter, QoS)> =
            connection.monitor.granted().filter(|(filter, _)| !filter.is_shared()).collect();
        let matching = |topic: &TopicName| filters.iter().find(|(filter, _)| filter.matches(topic));
        let last = self.published.iter().rev().find(|published| {
            !published.topic.starts_with('$') && matching(&published.topic).is_some()
        });
        let (topic, qos, publisher) = match last {
            Some(last) => (last.topic.clone(), last.qos, Some(last.connection)),
            None => {
                let (topic, granted) = filters
                    .iter()
                    .find_map(|(filter, granted)| Some((self.name_for(filter)?, *granted)))?;
                (topic, granted.min(QoS::AtLeastOnce), None)
            }
        };
        let max = connection.monitor.own_limits().maximum_packet_size as usize;
        let size = topic.len() + self.names.marker(u64::MAX).len() + MARKER_OVERHEAD;
        if size > max {
            return None;
        }
        let window = usize::from(connection.monitor.own_limits().receive_maximum);
        let open = connection.monitor.open_deliveries();
        // Our answer to a marker may not come before those that the script still owes
        // (MQTT-4.6.0-2 and -3): a broker may close the connection then.
        let owed = open.iter().any(|it| matches!(it.due, AnswerDue::Puback | AnswerDue::Pubrec));
        let qos = match open.len() >= window || owed || self.a_session_is_offline() {
            true => QoS::AtMostOnce,
            false => qos,
        };
        let publisher = publisher.filter(|publisher| {
            let local = *publisher == id && !connection.no_local.is_empty();
            !local && can_publish(&self.connections[publisher.0], qos)
        });
        Some(Plan { publisher, topic, qos })
    }

    /// A topic that a filter matches, if there is one that clients may use.
    fn name_for(&self, filter: &TopicFilter) -> Option<TopicName> {
        let filter = filter.filter_part();
        if filter.starts_with('$') {
            return None;
        }
        let parts: Vec<&str> = levels(filter)
            .map(|level| if level == "+" || level == "#" { self.names.token() } else { level })
            .collect();
        TopicName::new(parts.join("/")).ok()
    }

    /// Whether a stored session of the case has no connection: markers above QoS 0 would wait for
    /// it.
    fn a_session_is_offline(&self) -> bool {
        self.leavings.sessions().any(|id| {
            let mut connections = self.connections.iter();
            !connections.any(|it| it.is_live() && it.monitor.client_id() == id)
        })
    }

    async fn strong_fence(&mut self, plan: Plan, members: &[ConnId]) -> Result<(), Stop> {
        let publisher = match plan.publisher {
            Some(publisher) => publisher,
            None => self.helper(0).await?,
        };
        let until = self.after(LINE_DEADLINE);
        let number = self.marker(publisher, &plan.topic, plan.qos, "strong")?;
        // A broker may hold back more than the standard says while deliveries are open: a marker at
        // QoS 0 gets past.
        let mut second_try = (plan.qos > QoS::AtMostOnce).then(|| self.after(LINE_DEADLINE / 2));
        loop {
            let missing = members.iter().copied().find(|id| {
                let connection = &self.connections[id.0];
                connection.marker.is_none_or(|seen| seen < number) && connection.ended.is_none()
            });
            let Some(missing) = missing else { break };
            let now = Instant::now();
            if now >= until {
                let name = &self.connections[missing.0].name;
                let label = format!("the marker on {} did not reach {name}", &*plan.topic);
                return Err(self.blocked(Miss::silent("a fence marker was lost", label)));
            }
            if second_try.is_some_and(|at| now >= at) {
                second_try = None;
                self.marker(publisher, &plan.topic, QoS::AtMostOnce, "strong")?;
            }
            self.wait(second_try.unwrap_or(until).min(until)).await?;
        }
        self.connection(publisher).flows.retain(|_, flow| !matches!(flow, Flow::Done));
        Ok(())
    }

    async fn weak_fence(&mut self, connections: &[ConnId]) -> Result<(), Stop> {
        let (publisher, subscriber) = (self.helper(0).await?, self.helper(1).await?);
        let topic = self.helper_topic();
        let until = self.after(LINE_DEADLINE);
        let number = self.marker(publisher, &topic, QoS::AtMostOnce, "weak")?;
        while self.connections[subscriber.0].marker.is_none_or(|seen| seen < number) {
            if Instant::now() >= until || self.connections[subscriber.0].ended.is_some() {
                let label = "the marker did not get from one helper to the other";
                return Err(self.blocked(Miss::silent("a fence marker was lost", label)));
            }
            self.wait(until).await?;
        }
        self.round_trips(connections).await?;
        let grace = match self.target.virtual_time() {
            true => Duration::ZERO,
            false => self.options.scaled(self.options.grace),
        };
        self.listen_until(Instant::now() + grace).await?;
        let names: Vec<&str> =
            connections.iter().map(|id| self.connections[id.0].name.as_str()).collect();
        let text = format!("weak fence: {} ms of silence after a round trip", grace.as_millis());
        let names = names.join(", ");
        self.trace.note(Instant::now(), &names, text);
        Ok(())
    }

    /// Publishes a marker; its number.
    fn marker(
        &mut self,
        publisher: ConnId,
        topic: &TopicName,
        qos: QoS,
        fence: &str,
    ) -> Result<u64, Stop> {
        self.markers += 1;
        let number = self.markers;
        let max = self.connections[publisher.0].monitor.limits().maximum_qos;
        let qos = qos.min(max);
        let written = &self.written_ids;
        let packet_id = match qos {
            QoS::AtMostOnce => None,
            _ => self.connections[publisher.0].free_id(written).and_then(PacketId::new),
        };
        let Some(delivery) = Delivery::new(qos, packet_id, false) else {
            return Err(self.blocked(Miss::new("no packet id is free", "for a fence marker")));
        };
        if let Some(id) = packet_id {
            self.connection(publisher).flows.insert(id.get(), Flow::Sent);
        }
        let packet = Publish {
            delivery,
            retain: false,
            topic: topic.clone(),
            properties: Properties::default(),
            payload: self.names.marker(number).into(),
        };
        let by = self.connections[publisher.0].name.clone();
        let text = format!("{fence} fence: marker {number} on {} at QoS {}", &**topic, qos.value());
        self.trace.note(Instant::now(), &by, text);
        self.send_packet(publisher, &packet.into());
        Ok(number)
    }

    /// A connection of the runner's own: 0 publishes, 1 receives what 0 publishes for it.
    pub(super) async fn helper(&mut self, number: usize) -> Result<ConnId, Stop> {
        if let Some(&id) = self.helpers.get(number)
            && self.connections[id.0].is_live()
        {
            return Ok(id);
        }
        if number > 0 && self.helpers.is_empty() {
            Box::pin(self.helper(0)).await?;
        }
        let id = self.open_helper(&format!("(helper {number})"), 900 + number).await?;
        if number == 1 {
            let topic = self.helper_topic();
            self.subscribe_helper(id, &topic, QoS::AtMostOnce).await?;
        }
        if number < self.helpers.len() {
            self.helpers[number] = id;
        } else {
            self.helpers.push(id);
        }
        Ok(id)
    }

    /// Opens a connection of the runner's own.
    pub(super) async fn open_helper(&mut self, name: &str, number: usize) -> Result<ConnId, Stop> {
        let id = self.open(name).await?;
        self.connection(id).acks_auto = true;
        let client_id = self.names.client_id(number);
        let connect = super::exchange::plain_connect(self.target, self.version, &client_id, true);
        self.send_packet(id, &connect.into());
        match self.answer_of(id, PacketType::Connack, None).await? {
            Ok(message) if self.connections[id.0].connected => {
                self.world.queue(id).remove(message.seq);
                Ok(id)
            }
            Ok(message) => {
                let miss = Miss::unexpected(name, &message, "a helper of the runner was refused");
                Err(self.blocked(miss))
            }
            Err(miss) => Err(self.blocked(miss)),
        }
    }

    /// Subscribes a connection of the runner's own.
    pub(super) async fn subscribe_helper(
        &mut self,
        id: ConnId,
        topic: &TopicName,
        qos: QoS,
    ) -> Result<(), Stop> {
        let Ok(filter) = TopicFilter::new(topic.as_mqtt_string().clone()) else { return Ok(()) };
        let packet_id = PacketId::MIN;
        let filters: SubscriptionList =
            [(filter, SubscriptionOptions::new(qos))].into_iter().collect();
        let subscribe = Subscribe { packet_id, properties: Properties::default(), filters };
        self.send_packet(id, &Packet::from(subscribe));
        match self.answer_of(id, PacketType::Suback, Some(packet_id.get())).await? {
            Ok(_) => Ok(()),
            Err(miss) => Err(self.blocked(miss)),
        }
    }

    fn helper_topic(&self) -> TopicName {
        let topic = format!("ms/{}/fence", self.names.token());
        TopicName::new(topic).unwrap_or_else(|_| TopicName::absent())
    }
}

/// Whether a marker can be published there without disturbing anything.
fn can_publish(connection: &Connection, qos: QoS) -> bool {
    connection.is_live()
        && connection.can_ping()
        && connection.monitor.tainted().is_none()
        && (qos == QoS::AtMostOnce || connection.monitor.send_quota() > 0)
}
