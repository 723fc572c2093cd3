//! Finding out about a broker before the first case runs: whether it is one, which versions it
//! speaks, and which of the optional features it has.
//!
//! 5.0 brokers announce what they lack in CONNACK (section 3.2.2.3). 3.1.1 brokers announce
//! nothing, but grant less than was asked (section 3.9.3); so they are asked.

use std::time::Duration;

use bytes::Bytes;
use mqttspec_codec::packet::{Connack, Connect};
use mqttspec_codec::{MqttString, Properties, Property, QoS, ReasonCode, Version};

use super::client::{Client, Message, Trouble};
use super::{Capabilities, Target};
use crate::scenario::Capability;

/// The Session Expiry Interval that is asked for, in seconds: what `persistent` stands for.
const SESSION_EXPIRY_S: u32 = 300;
/// A session that ends sooner, in seconds, may be gone before a case has come back to it.
const SESSION_EXPIRY_MIN_S: u32 = 60;

/// What came of a CONNECT of one version.
#[derive(Debug)]
pub struct Greeting {
    /// The version asked for.
    pub version: Version,
    /// CONNACK, or why there is none. `Ok(None)` is a CONNACK that does not decode: a broker is
    /// there, and the scenarios will say what is wrong with it.
    pub answer: Result<Option<Connack>, Trouble>,
}

/// Why a target cannot be tested: a sentence for each version that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable {
    /// What went wrong.
    pub reasons: Vec<String>,
}

/// Greets the broker in each version.
///
/// # Errors
///
/// There is no connection, no version works, or one fails in a way that is no refusal of it.
pub async fn preflight(
    target: &Target,
    versions: &[Version],
    deadline: Duration,
) -> Result<Vec<Greeting>, Unusable> {
    let mut greetings = Vec::new();
    for &version in versions {
        let greeting = greet(target, version, deadline).await;
        if let Err(trouble) = &greeting.answer
            && trouble.is_unreachable()
        {
            return Err(Unusable { reasons: vec![trouble.to_string()] });
        }
        greetings.push(greeting);
    }
    let works = |greeting: &Greeting| greeting.answer.is_ok();
    let refuses =
        |greeting: &Greeting| greeting.answer.as_ref().is_err_and(Trouble::is_version_refused);
    if greetings.iter().any(works) && greetings.iter().all(|one| works(one) || refuses(one)) {
        return Ok(greetings);
    }
    let sentence = |greeting: &Greeting| {
        let trouble = greeting.answer.as_ref().err()?;
        Some(format!("MQTT {}: {trouble}", greeting.version))
    };
    Err(Unusable { reasons: greetings.iter().filter_map(sentence).collect() })
}

/// What the greetings and a few polite questions say of the broker.
pub async fn capabilities(
    target: &Target,
    greetings: &[Greeting],
    deadline: Duration,
) -> Capabilities {
    let mut known = Capabilities::default();
    for Greeting { version, answer } in greetings {
        match answer {
            Err(trouble) => known.refuse(*version, trouble.to_string()),
            Ok(connack) => {
                if let (Version::V5_0, Some(connack)) = (version, connack) {
                    announced(connack, &mut known);
                }
                observed(target, *version, deadline, &mut known).await;
            }
        }
    }
    known
}

/// Finds out what a broker can do, and takes it down; of one that does not answer nothing is known.
pub async fn explore(target: &mut Target, deadline: Duration) {
    if let Ok(greetings) = preflight(target, &Version::ALL, deadline).await {
        let known = capabilities(target, &greetings, deadline).await;
        target.set_capabilities(known);
    }
}

/// The CONNECT with which probes introduce themselves: a new session that ends with the connection.
pub(super) fn connect(target: &Target, version: Version, client_id: &str) -> Connect {
    let profile = target.profile();
    let text = |text: &String| MqttString::try_from(text.as_str()).ok();
    Connect {
        version,
        clean_start: true,
        keep_alive: 60,
        properties: Properties::default(),
        client_id: MqttString::try_from(client_id).unwrap_or_default(),
        will: None,
        username: profile.username.as_ref().and_then(text),
        password: profile.password.clone(),
    }
}

/// Asks for a stored session of the usual length; in 3.1.1 that is Clean Session 0.
pub(super) fn persistent(mut connect: Connect) -> Connect {
    if connect.version == Version::V5_0 {
        let mut properties = Properties::builder();
        // One property, with a value in range: there is nothing to refuse.
        let _ = properties.push(Property::SessionExpiryInterval(SESSION_EXPIRY_S));
        connect.properties = properties.build();
    } else {
        connect.clean_start = false;
    }
    connect
}

/// A word that no other run uses in its topics and client ids.
pub(super) fn token() -> String {
    let clock = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    format!("p{:x}{:x}", std::process::id(), clock.as_micros() & 0xff_ffff_ffff)
}

/// Sends a CONNECT and hangs up again.
pub async fn greet(target: &Target, version: Version, deadline: Duration) -> Greeting {
    let client_id = token();
    let mut connect = connect(target, version, &client_id);
    if version == Version::V5_0 {
        connect = persistent(connect);
    }
    let answer = match Client::open(target, connect, deadline).await {
        Ok((client, connack)) => {
            client.finish().await;
            Ok(Some(connack))
        }
        Err(Trouble::BadConnack(..)) => Ok(None),
        Err(trouble) => Err(trouble),
    };
    Greeting { version, answer }
}

/// What a 5.0 CONNACK announces to be missing.
fn announced(connack: &Connack, known: &mut Capabilities) {
    let properties = &connack.properties;
    let mut off = |capability, name: &str, value: u32| {
        let reason = format!("the broker announces {name} {value}");
        known.announce_off(Version::V5_0, capability, reason);
    };
    if let Some(maximum) = properties.maximum_qos() {
        off(Capability::Qos2, "Maximum QoS", maximum.into());
        if maximum == 0 {
            off(Capability::Qos1, "Maximum QoS", 0);
        }
    }
    for (capability, name, value) in [
        (Capability::Retain, "Retain Available", properties.retain_available()),
        (
            Capability::Wildcard,
            "Wildcard Subscription Available",
            properties.wildcard_subscription_available(),
        ),
        (
            Capability::SubscriptionId,
            "Subscription Identifiers Available",
            properties.subscription_identifier_available(),
        ),
        (
            Capability::Shared,
            "Shared Subscription Available",
            properties.shared_subscription_available(),
        ),
    ] {
        if value == Some(0) {
            off(capability, name, 0);
        }
    }
    if properties.topic_alias_maximum().unwrap_or(0) == 0 {
        off(Capability::TopicAlias, "Topic Alias Maximum", 0);
    }
    if let Some(granted) = properties.session_expiry_interval()
        && granted < SESSION_EXPIRY_MIN_S
    {
        off(Capability::Session, "Session Expiry Interval", granted);
    }
    if properties.server_keep_alive().is_none_or(|seconds| seconds == 0) {
        let reason = "the broker sets no Server Keep Alive".into();
        known.observe_off(Version::V5_0, Capability::ServerKeepAlive, reason);
    }
}

/// What the broker is seen not to do. Whatever goes wrong here says nothing: then the feature is
/// taken to be there.
async fn observed(target: &Target, version: Version, deadline: Duration, known: &mut Capabilities) {
    if version == Version::V3_1_1 {
        if let Ok(granted) = granted(target, "a", QoS::ExactlyOnce, deadline).await {
            for (capability, least) in [(Capability::Qos2, 2), (Capability::Qos1, 1)] {
                if granted.value() < least {
                    let reason = format!("the broker grants QoS {} at most", granted.value());
                    known.announce_off(version, capability, reason);
                }
            }
        }
        for filter in ["+", "#"] {
            if granted(target, filter, QoS::AtMostOnce, deadline)
                .await
                .is_ok_and(ReasonCode::is_error)
            {
                let reason = format!("the broker refuses subscriptions with {filter}");
                known.announce_off(version, Capability::Wildcard, reason);
            }
        }
    }
    if target.profile().username.is_some() {
        let mut nobody = connect(target, version, &token());
        (nobody.username, nobody.password) = (None, None);
        let mut liar = connect(target, version, &token());
        liar.password = Some(Bytes::from(token()));
        for (client, who) in [(nobody, "without a user name"), (liar, "with any password")] {
            if let Ok((client, _)) = Client::open(target, client, deadline).await {
                client.disconnect().await;
                let reason = format!("the broker lets in clients {who}");
                known.observe_off(version, Capability::Auth, reason);
            }
        }
    }
    if !dollar_topics(target, version, deadline).await.unwrap_or(false) {
        let reason = "the broker does not pass on what clients publish to $test/...".to_owned();
        known.observe_off(version, Capability::DollarTopics, reason);
    }
}

/// The code with which a 3.1.1 broker answers a subscription below a topic of our own.
async fn granted(
    target: &Target,
    level: &str,
    qos: QoS,
    deadline: Duration,
) -> Result<ReasonCode, Trouble> {
    let token = token();
    let connect = connect(target, Version::V3_1_1, &token);
    let (mut client, _) = Client::open(target, connect, deadline).await?;
    let code = client.subscribe(&format!("{token}/{level}"), qos, None).await?;
    client.disconnect().await;
    Ok(code)
}

/// Whether a message to a topic that begins with `$` comes back. Another message behind it tells
/// when to stop waiting.
pub(super) async fn dollar_topics(
    target: &Target,
    version: Version,
    deadline: Duration,
) -> Result<bool, Trouble> {
    let token = token();
    let (mut client, _) = Client::open(target, connect(target, version, &token), deadline).await?;
    let topics = [format!("$test/{token}/a"), format!("{token}/end")];
    for topic in &topics {
        if client.subscribe(topic, QoS::AtLeastOnce, None).await?.is_error() {
            return Ok(false);
        }
    }
    for topic in &topics {
        client.publish(Message::new(topic, QoS::AtLeastOnce, b"x")).await?;
    }
    let first = client.message().await?;
    client.disconnect().await;
    Ok(*first.topic == *topics[0])
}

#[cfg(test)]
mod tests {
    use mqttspec_broker::defect::Defect;
    use mqttspec_broker::{Config, server};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::target::{Address, Profile, embedded};

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(50);

    /// A target that answers a CONNECT of each version with some bytes, or with `None` by closing.
    async fn peer(answers: impl Fn(u8) -> Option<Vec<u8>> + Send + 'static) -> Target {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 1024];
                let len = stream.read(&mut request).await.unwrap();
                // Fixed header of two bytes, the name with its length, the level.
                if let Some(answer) = answers(if len > 8 { request[8] } else { 0 }) {
                    // The client may have hung up in the middle of it.
                    let _ = stream.write_all(&answer).await;
                    tokio::spawn(
                        async move { while let Ok(1..) = stream.read(&mut request).await {} },
                    );
                }
            }
        });
        target(port)
    }

    fn target(port: u16) -> Target {
        Target::address(Address::new("127.0.0.1", port), Profile::default())
    }

    async fn sentence(target: &Target, versions: &[Version], deadline: Duration) -> String {
        match preflight(target, versions, deadline).await {
            Ok(_) => "(usable)".into(),
            Err(unusable) => unusable.reasons.join("\n   "),
        }
    }

    #[tokio::test]
    async fn what_is_no_broker_is_told_in_a_sentence() {
        let gone = {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            listener.local_addr().unwrap().port()
        };
        let http = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".to_vec();
        let noise: Vec<u8> = (0..1_000_000_u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8 | 0x80)
            .collect();
        let peers = [
            ("nobody listens", target(gone), LONG),
            ("says nothing", peer(|_| Some(Vec::new())).await, SHORT),
            ("closes", peer(|_| None).await, LONG),
            ("HTTP", peer(move |_| Some(http.clone())).await, LONG),
            ("TLS", peer(|_| Some(vec![0x15, 3, 1, 0, 2, 2, 70])).await, SHORT),
            ("noise", peer(move |_| Some(noise.clone())).await, LONG),
            ("control sequences", peer(|_| Some(b"\x1b[2J\x07\r\n".to_vec())).await, SHORT),
            ("a PUBLISH", peer(|_| Some(b"\x30\x03\x00\x01a".to_vec())).await, SHORT),
            ("half a CONNACK", peer(|_| Some(vec![0x20, 2])).await, SHORT),
            ("an endless length", peer(|_| Some(vec![0x20, 0xff, 0xff, 0xff, 0xff])).await, SHORT),
            ("a huge length", peer(|_| Some(vec![0x20, 0xff, 0xff, 0xff, 0x7f])).await, SHORT),
            ("no", peer(|_| Some(vec![0x20, 2, 0, 5])).await, LONG),
        ];
        let mut text = String::new();
        for (name, target, deadline) in peers {
            let sentence = sentence(&target, &[Version::V3_1_1], deadline).await;
            text.push_str(&format!("{name}\n   {sentence}\n"));
        }
        insta::assert_snapshot!(text);
    }

    #[tokio::test]
    async fn a_version_that_is_refused_is_no_error_if_the_other_one_works() {
        let old = || peer(|level| Some(vec![0x20, 2, 0, u8::from(level == 5)]));
        let new = || peer(|level| (level == 5).then(|| vec![0x20, 3, 0, 0, 0]));
        for (target, refused) in [(old().await, Version::V5_0), (new().await, Version::V3_1_1)] {
            let greetings = preflight(&target, &Version::ALL, LONG).await.unwrap();
            let known = capabilities(&target, &greetings, SHORT).await;
            for version in Version::ALL {
                assert_eq!(known.refusal(version).is_some(), version == refused, "{known:?}");
            }
            assert_ne!(sentence(&target, &[refused], LONG).await, "(usable)");
        }
    }

    #[tokio::test]
    async fn a_connack_that_is_malformed_is_left_to_the_scenarios() {
        // Session Present beside a Return Code that says no (3.1.1, section 3.2.2.2).
        let target = peer(|_| Some(vec![0x20, 2, 1, 5])).await;
        assert_eq!(sentence(&target, &[Version::V3_1_1], LONG).await, "(usable)");
    }

    #[tokio::test]
    async fn what_a_connack_announces_off_is_missing() {
        // Maximum QoS 0, Retain 0, Wildcards 0, Subscription Identifiers 0, Shared 0, expiry 10 s.
        let connack = [
            &[0x20, 18, 0, 0, 15, 0x24, 0, 0x25, 0, 0x28, 0, 0x29, 0, 0x2a, 0][..],
            &[0x11, 0, 0, 0, 10],
        ]
        .concat();
        let mut target = peer(move |_| Some(connack.clone())).await;
        let greetings = preflight(&target, &[Version::V5_0], LONG).await.unwrap();
        target.set_capabilities(capabilities(&target, &greetings, SHORT).await);
        let lacks = Capability::ALL.map(|capability| {
            let lack = target.unmet(Version::V5_0, false, capability).unwrap_or_default();
            format!("{capability:16} {lack}")
        });
        insta::assert_snapshot!(lacks.join("\n"));
    }

    #[tokio::test]
    async fn the_embedded_broker_has_all_that_it_can_have_at_once() {
        let mut target = Target::embedded_tcp(embedded::config()).unwrap();
        let greetings = preflight(&target, &Version::ALL, LONG).await.unwrap();
        target.set_capabilities(capabilities(&target, &greetings, LONG).await);
        for capability in Capability::ALL {
            let lack = target.unmet(Version::V5_0, false, capability);
            let is_off =
                matches!(capability, Capability::Persistence | Capability::ServerKeepAlive);
            assert_eq!(lack.is_some(), is_off, "{lack:?}");
        }
        for capability in [Capability::Qos2, Capability::Wildcard, Capability::Auth] {
            assert_eq!(target.unmet(Version::V3_1_1, false, capability), None);
        }
    }

    #[tokio::test]
    async fn a_broker_that_takes_any_password_has_nothing_to_refuse() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let config =
            Config { defect: Defect::from_name("password-unchecked"), ..embedded::config() };
        tokio::spawn(server::serve_tcp(listener, config, std::future::pending()));
        let profile = embedded::profile(&embedded::config());
        let mut target = Target::address(Address::new("127.0.0.1", port), profile);
        explore(&mut target, LONG).await;
        for version in Version::ALL {
            let lack = target.unmet(version, false, Capability::Auth);
            assert!(lack.is_some_and(|it| it.contains("any password")), "{version}");
        }
    }

    #[tokio::test]
    async fn the_embedded_broker_is_back_after_a_restart_and_after_a_kill() {
        let target = Target::embedded_tcp(embedded::config()).unwrap();
        let mut link = target.connect().await.unwrap();
        let end = tokio::spawn(async move { link.read(&mut [0; 1]).await });
        target.control().unwrap().restart().await.unwrap();
        assert_eq!(end.await.unwrap().unwrap_or(0), 0, "the old connection is gone");
        assert_eq!(sentence(&target, &Version::ALL, LONG).await, "(usable)");
        target.control().unwrap().kill().await.unwrap();
        assert_eq!(sentence(&target, &Version::ALL, LONG).await, "(usable)");
        target.stop().await;
        assert!(target.connect().await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn the_embedded_broker_in_memory_works_in_paused_time() {
        let target = Target::embedded_memory(embedded::config());
        assert!(target.virtual_time());
        assert_eq!(sentence(&target, &Version::ALL, LONG).await, "(usable)");
        target.control().unwrap().restart().await.unwrap();
        target.control().unwrap().kill().await.unwrap();
        assert_eq!(sentence(&target, &Version::ALL, LONG).await, "(usable)");
    }
}
