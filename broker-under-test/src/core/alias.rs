//! Topic Aliases of one connection, one table for each direction (5.0, section 3.3.2.3.4).

use std::collections::{BTreeMap, HashMap};

use mqttspec_codec::ReasonCode;
use mqttspec_codec::topic::TopicName;

use super::missteps::inbound_alias_maximum;
use crate::defect::Flaw;

/// What the client's aliases stand for.
#[derive(Debug)]
pub(super) struct InboundAliases {
    maximum: u16,
    topics: BTreeMap<u16, TopicName>,
}

/// Which aliases the client was told.
#[derive(Clone, Debug)]
pub(super) struct OutboundAliases {
    maximum: u16,
    aliases: HashMap<TopicName, u16>,
}

/// How a topic is written in the next PUBLISH.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// In full, without an alias.
    Plain,
    /// In full, with an alias that stands for it from then on.
    Introduces(u16),
    /// By an alias alone.
    Aliased(u16),
}

impl InboundAliases {
    /// Aliases from 1 to a maximum, none of which stands for anything yet.
    pub(super) fn new(maximum: u16) -> Self {
        Self { maximum, topics: BTreeMap::new() }
    }

    /// The topic that a PUBLISH means; a name beside an alias gives the alias its meaning. Errors:
    /// an alias of 0 or above the maximum, and a zero-length name without an alias that is known.
    pub(super) fn resolve(
        &mut self,
        topic: TopicName,
        alias: Option<u16>,
        flaw: Option<Flaw>,
    ) -> Result<TopicName, ReasonCode> {
        let maximum = inbound_alias_maximum(flaw, self.maximum);
        match alias {
            None if topic.is_absent() => Err(ReasonCode::ProtocolError),
            None => Ok(topic),
            Some(alias) if alias == 0 || alias > maximum => Err(ReasonCode::TopicAliasInvalid),
            Some(alias) if topic.is_absent() => {
                self.topics.get(&alias).cloned().ok_or(ReasonCode::ProtocolError)
            }
            Some(alias) if flaw == Some(Flaw::AliasNeverChanged) => {
                Ok(self.topics.entry(alias).or_insert(topic).clone())
            }
            Some(alias) => {
                self.topics.insert(alias, topic.clone());
                Ok(topic)
            }
        }
    }
}

impl OutboundAliases {
    /// Aliases from 1 to a maximum, none of which was used yet.
    pub(super) fn new(maximum: u16) -> Self {
        Self { maximum, aliases: HashMap::new() }
    }

    /// Topics get the aliases 1, 2, 3... as they come; later ones get none.
    pub(super) fn spelling(&self, topic: &TopicName) -> Spelling {
        if let Some(&alias) = self.aliases.get(topic) {
            return Spelling::Aliased(alias);
        }
        match u16::try_from(self.aliases.len()) {
            Ok(used) if used < self.maximum => Spelling::Introduces(used + 1),
            _ => Spelling::Plain,
        }
    }

    /// The client was sent this alias together with the name.
    pub(super) fn introduced(&mut self, topic: TopicName, alias: u16) {
        self.aliases.insert(topic, alias);
    }
}
