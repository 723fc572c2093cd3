//! Missteps with shared subscriptions: who gets a message, and who gets it next.

use std::collections::BTreeSet;

use mqttspec_codec::{PacketId, QoS};

use crate::core::event::ConnectionId;
use crate::core::message::Delivery;
use crate::core::session::ClientId;
use crate::core::subscriptions::{Filter, Place, Share};
use crate::core::{Broker, rules};
use crate::defect::Flaw;

impl Broker {
    /// Takes several shared subscriptions for one.
    pub(in crate::core) fn confuse_groups(&self, filters: &mut Vec<(Place, Filter)>) {
        match self.config.flaw() {
            Some(Flaw::SharedGroupsAreOne) => filters.dedup_by_key(|(place, _)| *place),
            Some(Flaw::SharedSameNameIsOne) => {
                let mut seen = BTreeSet::new();
                filters.retain(|(_, filter)| seen.insert(filter.share.clone()));
            }
            _ => {}
        }
    }

    /// The members of a shared subscription that get a message, with what one of them should get.
    pub(in crate::core) fn misshare(
        &self,
        place: Place,
        filter: &Filter,
        (chosen, delivery): (ClientId, Delivery),
    ) -> Vec<(ClientId, Delivery)> {
        let members = || {
            let share =
                filter.share.as_ref().and_then(|name| self.subscriptions.share(place, name));
            share.into_iter().flat_map(Share::members)
        };
        let first = members().next();
        let mut delivery = delivery;
        match (self.config.flaw(), first) {
            (Some(Flaw::SharedToAll), _) => {
                return members().map(|(it, _)| (it.clone(), delivery.clone())).collect();
            }
            (Some(Flaw::SharedTwiceInNumber), _)
                if self.remembered.made_again.contains(&(chosen.clone(), filter.clone())) =>
            {
                return vec![(chosen.clone(), delivery.clone()), (chosen, delivery)];
            }
            (Some(Flaw::SharedQosOfFirst), Some((_, first))) => {
                delivery.qos = rules::delivery_qos(delivery.message.qos, first.qos);
            }
            (Some(Flaw::SharedIdentifierOfFirst), Some((_, first))) => {
                delivery.subscription_identifiers = first.identifier.into_iter().collect();
            }
            (Some(Flaw::SharedWithoutIdentifier), _) => delivery.subscription_identifiers.clear(),
            (Some(Flaw::SharedRetainFlagDropped), _) => delivery.retain = false,
            (Some(Flaw::SharedRetainFlagKept), _) => delivery.retain = delivery.message.retain,
            (Some(Flaw::SharedWildcardsMatchNothing), _) if filter.has_wildcard() => return vec![],
            _ => {}
        }
        vec![(chosen, delivery)]
    }

    /// A member of a shared subscription has refused a message.
    pub(in crate::core) fn misrefuse(&mut self, id: ConnectionId, packet_id: PacketId, qos: QoS) {
        let is_due = match qos {
            QoS::AtLeastOnce => self.config.has(Flaw::SharedRefusedQos1PassedOn),
            _ => self.config.has(Flaw::SharedRefusedQos2PassedOn),
        };
        let Some(client) = self.client_of(id).filter(|_| is_due) else { return };
        let session = self.sessions.get(&client);
        let delivery = session.and_then(|session| session.outbound.in_flight(packet_id)).cloned();
        if let Some(delivery) = delivery {
            self.pass_on_share(&delivery);
        }
    }

    /// The connection of a session is lost that goes on.
    pub(in crate::core) fn mislay_in_flight(&mut self, client: &ClientId) {
        let passes_on = self.config.has(Flaw::SharedQos2PassedOnAtOnce);
        if !passes_on && !self.config.has(Flaw::SharedQos2Dropped) {
            return;
        }
        let Some(session) = self.sessions.get_mut(client) else { return };
        let is_mislaid = |it: &Delivery| it.share.is_some() && it.qos == QoS::ExactlyOnce;
        for delivery in session.outbound.take_in_flight(is_mislaid) {
            if passes_on {
                self.pass_on_share(&delivery);
            }
        }
    }

    /// A message of a shared subscription that nobody is left for.
    pub(in crate::core) fn keep_orphan(&mut self, delivery: &Delivery) {
        if self.config.has(Flaw::SharedMessagesOutliveAll) {
            self.remembered.orphans.push(delivery.clone());
        }
    }

    /// Who joins a shared subscription gets what was left there.
    pub(in crate::core) fn adopt_orphans(&mut self, filter: &Filter, retained: &mut Vec<Delivery>) {
        if filter.share.is_some() {
            let is_left = |it: &mut Delivery| it.share.as_ref() == Some(filter);
            retained.extend(self.remembered.orphans.extract_if(.., is_left));
        }
    }
}
