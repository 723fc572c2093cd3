//! Retained messages: the last one of each topic (section 3.3.1.3). They belong to no session.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use mqttspec_codec::topic;

use super::message::Message;
use super::time::Timestamp;

/// The retained message of every topic that has one, in the order of the topics' bytes.
#[derive(Debug, Default)]
pub(super) struct Retained {
    messages: BTreeMap<Arc<str>, Arc<Message>>,
}

impl Retained {
    /// Keeps a message in place of the one that its topic had.
    pub(super) fn store(&mut self, message: &Arc<Message>) {
        self.messages.insert((*message.topic).into(), message.clone());
    }

    /// The message of a topic, expired or not.
    pub(super) fn get(&self, topic: &str) -> Option<&Arc<Message>> {
        self.messages.get(topic)
    }

    /// Forgets all messages but those that are to stay.
    pub(super) fn keep(&mut self, stays: impl Fn(&Message) -> bool) {
        self.messages.retain(|_, message| stays(message));
    }

    /// Forgets the message of a topic.
    pub(super) fn clear(&mut self, topic: &str) {
        self.messages.remove(topic);
    }

    /// The messages whose topics match a filter. Those that have expired are dropped on the way.
    pub(super) fn matching(&mut self, filter: &str, now: Timestamp) -> Vec<Arc<Message>> {
        let fits = |name: &str| topic::matches(filter, name);
        let found: Vec<_> = match filter.find(['+', '#']) {
            None => self.messages.get(filter).into_iter().cloned().collect(),
            Some(wildcard) => {
                // All names that match start with what stands in front of the first wildcard. The
                // slash before a # is optional: x/# matches x.
                let prefix = filter[..wildcard].trim_end_matches('/');
                self.messages
                    .range::<str, _>((Bound::Included(prefix), Bound::Unbounded))
                    .take_while(|(name, _)| name.starts_with(prefix))
                    .filter(|(name, _)| fits(name))
                    .map(|(_, message)| message.clone())
                    .collect()
            }
        };
        self.drop_expired(found, now)
    }

    /// The messages whose topics fit, whatever the rule.
    pub(super) fn fitting(
        &mut self,
        fits: impl Fn(&str) -> bool,
        now: Timestamp,
    ) -> Vec<Arc<Message>> {
        let found = self.messages.values().filter(|message| fits(&message.topic));
        let found = found.cloned().collect();
        self.drop_expired(found, now)
    }

    fn drop_expired(&mut self, found: Vec<Arc<Message>>, now: Timestamp) -> Vec<Arc<Message>> {
        let (expired, alive) = found.into_iter().partition(|message| message.is_expired(now));
        let expired: Vec<Arc<Message>> = expired;
        for message in expired {
            self.clear(&message.topic);
        }
        alive
    }
}
