//! The shell around the core: streams in memory under a paused clock, and TCP on the loopback.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]

use std::io;

use bytes::{Bytes, BytesMut};
use mqttspec_broker::Config;
use mqttspec_broker::server::{memory, serve_tcp};
use mqttspec_codec::packet::*;
use mqttspec_codec::topic::{TopicFilter, TopicName};
use mqttspec_codec::*;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::time::{Duration, Instant, advance, timeout};

/// A client at one end of a stream.
struct Client<S> {
    stream: S,
    version: Version,
    input: BytesMut,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    fn new(stream: S, version: Version) -> Self {
        Self { stream, version, input: BytesMut::new() }
    }

    /// A client that is connected.
    async fn connected(stream: S, connect: Connect) -> Self {
        let mut client = Self::new(stream, connect.version);
        client.send(connect).await;
        let Some(Packet::Connack(connack)) = client.receive().await else { panic!("no CONNACK") };
        assert_eq!(connack.reason, ReasonCode::Success);
        client
    }

    async fn send(&mut self, packet: impl Into<Packet>) {
        self.stream.write_all(&self.encoded(packet)).await.unwrap();
    }

    fn encoded(&self, packet: impl Into<Packet>) -> BytesMut {
        let mut bytes = BytesMut::new();
        packet.into().encode(self.version, &mut bytes).unwrap();
        bytes
    }

    /// The next packet; `None` at the end of the stream.
    async fn receive(&mut self) -> Option<Packet> {
        self.try_receive().await.unwrap()
    }

    async fn try_receive(&mut self) -> io::Result<Option<Packet>> {
        let context = Context::new(self.version, Sender::Server);
        loop {
            if let Some(packet) = decode(&mut self.input, &context).unwrap() {
                return Ok(Some(packet));
            }
            if self.stream.read_buf(&mut self.input).await? == 0 {
                return Ok(None);
            }
        }
    }
}

fn connect(version: Version, client_id: &str) -> Connect {
    Connect {
        version,
        clean_start: true,
        keep_alive: 0,
        properties: Properties::default(),
        client_id: client_id.try_into().unwrap(),
        will: None,
        username: None,
        password: None,
    }
}

fn subscribe(filter: &str) -> Subscribe {
    let options = SubscriptionOptions {
        qos: QoS::AtMostOnce,
        no_local: false,
        retain_as_published: false,
        retain_handling: RetainHandling::Send,
    };
    Subscribe {
        packet_id: PacketId::new(1).unwrap(),
        properties: Properties::default(),
        filters: [(TopicFilter::new(filter).unwrap(), options)].into_iter().collect(),
    }
}

fn publish(topic: &str, payload: impl Into<Bytes>) -> Publish {
    Publish {
        delivery: Delivery::AtMostOnce,
        retain: false,
        topic: TopicName::new(topic).unwrap(),
        properties: Properties::default(),
        payload: payload.into(),
    }
}

fn payload(packet: Option<Packet>) -> Bytes {
    match packet {
        Some(Packet::Publish(publish)) => publish.payload,
        other => panic!("no PUBLISH but {other:?}"),
    }
}

/// A broker on a port of its own, and what stops it.
async fn tcp_broker(config: Config) -> (std::net::SocketAddr, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(serve_tcp(listener, config, async {
        let _ = stopped.await;
    }));
    (address, stop)
}

#[tokio::test(start_paused = true)]
async fn keep_alive_passes_in_virtual_time() {
    let server = memory::Server::start(Config::default());
    let connect = Connect { keep_alive: 3600, ..connect(Version::V5_0, "a") };
    let mut client = Client::connected(server.connect(), connect).await;
    let start = Instant::now();
    let Some(Packet::Disconnect(disconnect)) = client.receive().await else { panic!("DISCONNECT") };
    assert_eq!(disconnect.reason, ReasonCode::KeepAliveTimeout);
    assert_eq!(start.elapsed(), Duration::from_secs(5400));
    assert!(client.receive().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_will_is_published_when_its_stream_is_dropped_and_its_delay_is_over() {
    let server = memory::Server::start(Config::default());
    let mut watcher = Client::connected(server.connect(), connect(Version::V3_1_1, "w")).await;
    watcher.send(subscribe("will")).await;
    watcher.receive().await;
    let mut delay = PropertiesBuilder::new();
    delay.push(Property::WillDelayInterval(7)).unwrap();
    let mut expiry = PropertiesBuilder::new();
    expiry.push(Property::SessionExpiryInterval(100)).unwrap();
    let will = Will {
        qos: QoS::AtMostOnce,
        retain: false,
        properties: delay.build(),
        topic: TopicName::new("will").unwrap(),
        payload: Bytes::from_static(b"x"),
    };
    let properties = expiry.build();
    let connect = Connect { will: Some(will), properties, ..connect(Version::V5_0, "a") };
    let start = Instant::now();
    drop(Client::connected(server.connect(), connect).await);
    assert_eq!(payload(watcher.receive().await), "x");
    assert_eq!(start.elapsed(), Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn a_stream_without_connect_ends() {
    let server = memory::Server::start(Config::default());
    let mut stream = server.connect();
    let start = Instant::now();
    assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
    assert_eq!(start.elapsed(), Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn deadlines_are_met_between_events() {
    let server = memory::Server::start(Config::default());
    let short = Connect { keep_alive: 2, ..connect(Version::V3_1_1, "short") };
    let mut short = Client::connected(server.connect(), short).await;
    let mut busy = Client::connected(server.connect(), connect(Version::V3_1_1, "busy")).await;
    for _ in 0..29 {
        advance(Duration::from_millis(100)).await;
        busy.send(Packet::Pingreq).await;
        busy.receive().await;
    }
    let rest = Instant::now();
    assert!(short.receive().await.is_none());
    assert_eq!(rest.elapsed(), Duration::from_millis(100));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_closes_its_side_gets_what_it_is_owed() {
    let server = memory::Server::start(Config::default());
    let mut client = Client::new(server.connect(), Version::V3_1_1);
    client.send(connect(Version::V3_1_1, "a")).await;
    client.send(Packet::Pingreq).await;
    client.stream.shutdown().await.unwrap();
    assert!(matches!(client.receive().await, Some(Packet::Connack(_))));
    assert!(matches!(client.receive().await, Some(Packet::Pingresp)));
    assert!(client.receive().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_client_that_does_not_read_holds_up_nobody() {
    let server = memory::Server::start(Config::default());
    let mut slow = Client::connected(server.connect(), connect(Version::V5_0, "slow")).await;
    let mut quick = Client::connected(server.connect(), connect(Version::V5_0, "quick")).await;
    for client in [&mut slow, &mut quick] {
        client.send(subscribe("t")).await;
        client.receive().await;
    }
    let mut publisher = Client::connected(server.connect(), connect(Version::V5_0, "p")).await;
    for n in 0..16 {
        publisher.send(publish("t", vec![n; 100_000])).await;
        assert_eq!(payload(quick.receive().await)[0], n);
    }
    for n in 0..16 {
        assert_eq!(payload(slow.receive().await)[0], n, "it was only late");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_too_much_unread_is_cut_off() {
    let server = memory::Server::start(Config::default());
    let mut slow = Client::connected(server.connect(), connect(Version::V5_0, "slow")).await;
    slow.send(subscribe("t")).await;
    slow.receive().await;
    let mut publisher = Client::connected(server.connect(), connect(Version::V5_0, "p")).await;
    let large = Bytes::from(vec![0; 1_000_000]);
    for _ in 0..80 {
        publisher.send(publish("t", large.clone())).await;
    }
    publisher.send(Packet::Pingreq).await;
    assert!(matches!(publisher.receive().await, Some(Packet::Pingresp)));
    // The stream ends in the middle of a packet.
    assert!(slow.receive().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_says_good_bye() {
    let server = memory::Server::start(Config::default());
    let mut client = Client::connected(server.connect(), connect(Version::V5_0, "a")).await;
    let shutdown = tokio::spawn(server.shutdown());
    let Some(Packet::Disconnect(disconnect)) = client.receive().await else { panic!("DISCONNECT") };
    assert_eq!(disconnect.reason, ReasonCode::ServerShuttingDown);
    assert!(client.receive().await.is_none());
    drop(client);
    shutdown.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_dropped_cuts_its_clients_off() {
    let server = memory::Server::start(Config::default());
    let mut client = Client::connected(server.connect(), connect(Version::V5_0, "a")).await;
    drop(server);
    assert!(client.receive().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn the_end_comes_even_if_the_client_never_reads_it() {
    let server = memory::Server::start(Config::default());
    let mut client = Client::connected(server.connect(), connect(Version::V5_0, "a")).await;
    client.send_bytes(b"\xc1\0").await;
    // It keeps its own side open, and reads nothing: the server lets go in the end.
    let closed = timeout(Duration::from_secs(60), async {
        while client.stream.write_all(b"\xc0\0").await.is_ok() {
            advance(Duration::from_millis(100)).await;
        }
    });
    assert!(closed.await.is_ok());
}

impl<S: AsyncWrite + Unpin> Client<S> {
    async fn send_bytes(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }
}

#[tokio::test]
async fn messages_go_over_tcp_between_versions() {
    let (address, _stop) = tcp_broker(Config::default()).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let mut old = Client::connected(stream, connect(Version::V3_1_1, "old")).await;
    old.send(subscribe("#")).await;
    assert!(matches!(old.receive().await, Some(Packet::Suback(_))));
    let stream = TcpStream::connect(address).await.unwrap();
    let mut new = Client::connected(stream, connect(Version::V5_0, "new")).await;
    new.send(publish("t", "x")).await;
    assert_eq!(payload(old.receive().await), "x");
}

#[tokio::test]
async fn a_disconnect_arrives_although_more_bytes_were_on_their_way() {
    let (address, _stop) = tcp_broker(Config::default()).await;
    for _ in 0..20 {
        let stream = TcpStream::connect(address).await.unwrap();
        let mut client = Client::connected(stream, connect(Version::V5_0, "a")).await;
        let mut bytes = client.encoded(connect(Version::V5_0, "a"));
        for _ in 0..100 {
            bytes.extend_from_slice(&client.encoded(publish("t", vec![0; 1000])));
        }
        client.send_bytes(&bytes).await;
        let packet = client.try_receive().await.expect("no reset");
        assert!(matches!(packet, Some(Packet::Disconnect(_))), "{packet:?}");
        assert!(client.try_receive().await.expect("no reset").is_none());
    }
}

#[tokio::test]
async fn a_reset_publishes_the_will() {
    let (address, _stop) = tcp_broker(Config::default()).await;
    let stream = TcpStream::connect(address).await.unwrap();
    let mut watcher = Client::connected(stream, connect(Version::V5_0, "w")).await;
    watcher.send(subscribe("will")).await;
    watcher.receive().await;
    let will = Will {
        qos: QoS::AtMostOnce,
        retain: false,
        properties: Properties::default(),
        topic: TopicName::new("will").unwrap(),
        payload: Bytes::from_static(b"x"),
    };
    let stream = TcpStream::connect(address).await.unwrap();
    let connect = Connect { will: Some(will), ..connect(Version::V5_0, "a") };
    let client = Client::connected(stream, connect).await;
    client.stream.set_zero_linger().unwrap();
    drop(client);
    assert_eq!(payload(watcher.receive().await), "x");
}

#[tokio::test]
async fn a_tcp_server_stops_when_it_is_told_to() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve_tcp(listener, Config::default(), async {
        let _ = stopped.await;
    }));
    let stream = TcpStream::connect(address).await.unwrap();
    let mut client = Client::connected(stream, connect(Version::V5_0, "a")).await;
    stop.send(()).unwrap();
    assert!(matches!(client.receive().await, Some(Packet::Disconnect(_))));
    assert!(client.receive().await.is_none());
    drop(client);
    server.await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
