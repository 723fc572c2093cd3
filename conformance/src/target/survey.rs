//! What a broker announces, and what it really does: every optional feature is tried once,
//! politely.

use std::time::Duration;

use mqttspec_codec::packet::{Connack, Publish};
use mqttspec_codec::{MqttString, Properties, QoS, Version};
use serde::Serialize;

use super::Target;
use super::client::{Client, Message, Trouble};
use super::probe::{connect, persistent, token};

/// The size of a payload that counts as large, in bytes.
const LARGE: usize = 512 * 1024;

/// What is found out about one version.
#[derive(Clone, Debug, Serialize)]
pub struct Survey {
    /// The features, in a fixed order.
    pub features: Vec<Feature>,
    /// Numbers that CONNACK announces, by the standard's names.
    pub limits: Vec<(&'static str, u32)>,
}

/// A feature that a broker may have.
#[derive(Clone, Debug, Serialize)]
pub struct Feature {
    /// A few words.
    pub name: &'static str,
    /// What CONNACK says; `None` if it has nothing to say about it.
    pub announced: Option<bool>,
    /// Whether it was seen to work.
    pub works: bool,
    /// What happened instead; empty if it works.
    pub reason: String,
}

/// Tries all features, one after the other. `connack` is the answer to a greeting in that version;
/// `None` if it did not decode.
pub async fn survey(
    target: &Target,
    version: Version,
    connack: Option<&Connack>,
    deadline: Duration,
) -> Survey {
    let attempt = Attempt { target, version, deadline };
    let says = |read: fn(&Properties<Connack>) -> bool| {
        connack.filter(|_| version == Version::V5_0).map(|connack| read(&connack.properties))
    };
    let mut features = vec![
        feature(
            "QoS 1",
            says(|p| p.maximum_qos() != Some(0)),
            attempt.round_trip(QoS::AtLeastOnce, b"x").await,
        ),
        feature(
            "QoS 2",
            says(|p| p.maximum_qos().is_none()),
            attempt.round_trip(QoS::ExactlyOnce, b"x").await,
        ),
        feature(
            "retained messages",
            says(|p| p.retain_available() != Some(0)),
            attempt.retain().await,
        ),
        feature(
            "wildcards in filters",
            says(|p| p.wildcard_subscription_available() != Some(0)),
            attempt.wildcards().await,
        ),
        feature(
            "stored sessions",
            says(|p| p.session_expiry_interval() != Some(0)),
            attempt.session().await,
        ),
    ];
    if version == Version::V5_0 {
        features.extend([
            feature(
                "shared subscriptions",
                says(|p| p.shared_subscription_available() != Some(0)),
                attempt.shared().await,
            ),
            feature(
                "subscription identifiers",
                says(|p| p.subscription_identifier_available() != Some(0)),
                attempt.subscription_id().await,
            ),
            feature(
                "topic aliases from clients",
                says(|p| p.topic_alias_maximum().is_some_and(|maximum| maximum > 0)),
                attempt.alias().await,
            ),
        ]);
    }
    features.extend([
        feature(
            "payloads of 512 KiB",
            says(|p| p.maximum_packet_size().is_none_or(|size| size as usize > LARGE + 1024)),
            attempt.round_trip(QoS::AtLeastOnce, &vec![b'x'; LARGE]).await,
        ),
        feature("empty client identifiers", None, attempt.empty_client_id().await),
        feature("topics that begin with $", None, attempt.dollar().await),
        feature("clients without a user name", None, attempt.nobody().await),
    ]);
    Survey { features, limits: connack.map_or_else(Vec::new, limits) }
}

/// Why a feature was not seen to work.
struct Unseen(String);

type Seen = Result<(), Unseen>;

impl From<Trouble> for Unseen {
    fn from(trouble: Trouble) -> Self {
        Self(trouble.to_string())
    }
}

fn unseen(text: impl Into<String>) -> Seen {
    Err(Unseen(text.into()))
}

fn feature(name: &'static str, announced: Option<bool>, seen: Seen) -> Feature {
    let (works, reason) = match seen {
        Ok(()) => (true, String::new()),
        Err(Unseen(reason)) => (false, reason),
    };
    Feature { name, announced, works, reason }
}

/// The numbers of a CONNACK.
fn limits(connack: &Connack) -> Vec<(&'static str, u32)> {
    let properties = &connack.properties;
    let limits = [
        ("Receive Maximum", properties.receive_maximum().map(u32::from)),
        ("Maximum Packet Size", properties.maximum_packet_size()),
        ("Maximum QoS", properties.maximum_qos().map(u32::from)),
        ("Topic Alias Maximum", properties.topic_alias_maximum().map(u32::from)),
        ("Session Expiry Interval", properties.session_expiry_interval()),
        ("Server Keep Alive", properties.server_keep_alive().map(u32::from)),
    ];
    limits.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// What every attempt needs.
struct Attempt<'a> {
    target: &'a Target,
    version: Version,
    deadline: Duration,
}

impl Attempt<'_> {
    async fn client(&self) -> Result<Client, Trouble> {
        let connect = connect(self.target, self.version, &token());
        Ok(Client::open(self.target, connect, self.deadline).await?.0)
    }

    /// A message comes back with the QoS that it was sent with.
    async fn round_trip(&self, qos: QoS, payload: &[u8]) -> Seen {
        let mut client = self.client().await?;
        let topic = token();
        granted(client.subscribe(&topic, qos, None).await?.value(), qos)?;
        client.publish(Message::new(&topic, qos, payload)).await?;
        let message = client.message().await?;
        client.disconnect().await;
        match message {
            message if message.payload != payload => unseen("another payload came back"),
            message if message.delivery.qos() != qos => {
                unseen(format!("it comes back with QoS {}", message.delivery.qos().value()))
            }
            _ => Ok(()),
        }
    }

    /// A subscription that comes later gets the message. Another one tells when to stop waiting.
    async fn retain(&self) -> Seen {
        let mut client = self.client().await?;
        let [topic, end] = [token(), token() + "/end"];
        let retained = Message::new(&topic, QoS::AtLeastOnce, b"kept");
        client.publish(Message { retain: true, ..retained }).await?;
        for topic in [&topic, &end] {
            granted(
                client.subscribe(topic, QoS::AtLeastOnce, None).await?.value(),
                QoS::AtLeastOnce,
            )?;
        }
        client.publish(Message::new(&end, QoS::AtLeastOnce, b"end")).await?;
        let first = client.message().await?;
        client.publish(Message { retain: true, payload: b"", ..retained }).await?;
        client.disconnect().await;
        if &first.payload[..] == b"kept" { Ok(()) } else { unseen("it does not come back") }
    }

    async fn wildcards(&self) -> Seen {
        let mut client = self.client().await?;
        let topic = token();
        for filter in ["+", "#"] {
            let filter = format!("{topic}/{filter}");
            granted(
                client.subscribe(&filter, QoS::AtLeastOnce, None).await?.value(),
                QoS::AtLeastOnce,
            )?;
        }
        client.publish(Message::new(&format!("{topic}/a"), QoS::AtLeastOnce, b"x")).await?;
        client.message().await?;
        client.disconnect().await;
        Ok(())
    }

    /// A session is there again after its connection ended, with a message from the meantime.
    async fn session(&self) -> Seen {
        let topic = token();
        let mut again = persistent(connect(self.target, self.version, &token()));
        let new = again.clone();
        again.clean_start = false;
        let (mut first, _) = Client::open(self.target, new, self.deadline).await?;
        let code = first.subscribe(&topic, QoS::AtLeastOnce, None).await?;
        granted(code.value(), QoS::AtLeastOnce)?;
        first.disconnect().await;
        let mut other = self.client().await?;
        other.publish(Message::new(&topic, QoS::AtLeastOnce, b"x")).await?;
        other.disconnect().await;
        let (mut second, connack) = Client::open(self.target, again.clone(), self.deadline).await?;
        let seen = match connack.session_present {
            false => unseen("Session Present is 0"),
            true => second.message().await.map(drop).map_err(Unseen::from),
        };
        second.finish().await;
        if self.version == Version::V3_1_1 {
            // Only a clean session ends a stored one.
            let mut clean = again;
            clean.clean_start = true;
            Client::open(self.target, clean, self.deadline).await?.0.disconnect().await;
        }
        seen
    }

    async fn shared(&self) -> Seen {
        let mut client = self.client().await?;
        let topic = token();
        let filter = format!("$share/{}/{topic}", token());
        granted(
            client.subscribe(&filter, QoS::AtLeastOnce, None).await?.value(),
            QoS::AtLeastOnce,
        )?;
        client.publish(Message::new(&topic, QoS::AtLeastOnce, b"x")).await?;
        client.message().await?;
        client.disconnect().await;
        Ok(())
    }

    async fn subscription_id(&self) -> Seen {
        let mut client = self.client().await?;
        let topic = token();
        let code = client.subscribe(&topic, QoS::AtLeastOnce, Some(7)).await?;
        granted(code.value(), QoS::AtLeastOnce)?;
        client.publish(Message::new(&topic, QoS::AtLeastOnce, b"x")).await?;
        let message = client.message().await?;
        client.disconnect().await;
        if has_id(&message, 7) { Ok(()) } else { unseen("messages come without it") }
    }

    /// A message that has only the alias for its topic arrives.
    async fn alias(&self) -> Seen {
        let connect = connect(self.target, self.version, &token());
        let (mut client, connack) = Client::open(self.target, connect, self.deadline).await?;
        if connack.properties.topic_alias_maximum().unwrap_or(0) == 0 {
            return unseen("Topic Alias Maximum is 0");
        }
        let topic = token();
        granted(client.subscribe(&topic, QoS::AtLeastOnce, None).await?.value(), QoS::AtLeastOnce)?;
        for name in [topic.as_str(), ""] {
            let message = Message::new(name, QoS::AtLeastOnce, b"x");
            client.publish(Message { alias: Some(1), ..message }).await?;
            client.message().await?;
        }
        client.disconnect().await;
        Ok(())
    }

    async fn empty_client_id(&self) -> Seen {
        let mut connect = connect(self.target, self.version, "");
        connect.client_id = MqttString::default();
        let (client, connack) = Client::open(self.target, connect, self.deadline).await?;
        client.disconnect().await;
        let is_named = connack.properties.assigned_client_identifier().is_some();
        if self.version == Version::V5_0 && !is_named {
            return unseen("no Assigned Client Identifier");
        }
        Ok(())
    }

    async fn dollar(&self) -> Seen {
        match super::probe::dollar_topics(self.target, self.version, self.deadline).await? {
            true => Ok(()),
            false => unseen("a message to $test/... does not come back"),
        }
    }

    async fn nobody(&self) -> Seen {
        let mut connect = connect(self.target, self.version, &token());
        (connect.username, connect.password) = (None, None);
        Client::open(self.target, connect, self.deadline).await?.0.disconnect().await;
        Ok(())
    }
}

/// A subscription was granted as asked.
fn granted(code: u8, qos: QoS) -> Seen {
    match code {
        code if code >= 0x80 => unseen(format!("SUBACK says {code:#04x}")),
        code if code < qos.value() => unseen(format!("SUBACK grants QoS {code}")),
        _ => Ok(()),
    }
}

fn has_id(message: &Publish, id: u32) -> bool {
    message.properties.subscription_identifiers().any(|one| one == id)
}
