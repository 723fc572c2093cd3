//! Topic Aliases (5.0 sections 3.3.2.3.4 and 4.7): one direction of one connection.

use std::collections::HashMap;

use mqttspec_codec::packet::Publish;
use mqttspec_codec::topic::TopicName;

use super::breach::Breach;
use super::limits::Limits;
use super::rules::{Findings, Rule};

pub(super) const TOPIC_ALIAS_RANGE: Rule = Rule {
    name: "topic-alias-range",
    statement_3_1_1: &[],
    statement_5_0: &["MQTT-3.1.2-26", "MQTT-3.1.2-27", "MQTT-3.3.2-11"],
    summary: "A Topic Alias of the server is at most the client's Topic Alias Maximum.",
    unconditional: false,
};

pub(super) const TOPIC_ALIAS_MEANING: Rule = Rule {
    name: "topic-alias-meaning",
    statement_3_1_1: &[],
    statement_5_0: &["U-5.0-3.3.4-2"],
    summary: "A Topic Alias without a Topic Name was given one before on the same connection.",
    unconditional: false,
};

/// The meanings of the aliases that one side has set.
#[derive(Clone, Debug, Default)]
pub(super) struct Aliases {
    topics: HashMap<u16, TopicName>,
}

impl Aliases {
    /// The topic of a PUBLISH, by the mappings so far.
    pub(super) fn resolve(&self, publish: &Publish) -> Option<TopicName> {
        if !publish.topic.is_absent() {
            return Some(publish.topic.clone());
        }
        let alias = publish.properties.topic_alias()?;
        self.topics.get(&alias).cloned()
    }

    /// Follows a PUBLISH of ours.
    pub(super) fn sent(&mut self, publish: &Publish, theirs: &Limits) -> Result<(), Breach> {
        self.map(publish);
        let alias = publish.properties.topic_alias().unwrap_or(0);
        if alias > theirs.topic_alias_maximum || self.resolve(publish).is_none() {
            Err(Breach::TopicAlias)
        } else {
            Ok(())
        }
    }

    /// Follows a PUBLISH of the broker. Returns its topic, if it has one.
    pub(super) fn received(
        &mut self,
        publish: &Publish,
        ours: &Limits,
        findings: &mut Findings,
    ) -> Option<TopicName> {
        self.map(publish);
        let limit = ours.topic_alias_maximum;
        let alias = publish.properties.topic_alias().unwrap_or(0);
        if alias > limit {
            let statement = if limit == 0 { "MQTT-3.1.2-27" } else { "MQTT-3.1.2-26" };
            findings.add_as(&TOPIC_ALIAS_RANGE, statement, || {
                format!("the Topic Alias {alias}, the limit is {limit}")
            });
        }
        let topic = self.resolve(publish);
        if topic.is_none() {
            findings.add(&TOPIC_ALIAS_MEANING, || {
                format!("the Topic Alias {alias} stands for no topic on this connection")
            });
        }
        topic
    }

    fn map(&mut self, publish: &Publish) {
        if let Some(alias) = publish.properties.topic_alias()
            && !publish.topic.is_absent()
        {
            self.topics.insert(alias, publish.topic.clone());
        }
    }
}
