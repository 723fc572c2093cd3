//! Whole runs: order, limits, interruption, and peers that are no brokers.

use std::time::Duration;

use insta::assert_snapshot;
use mqttspec_codec::Version::V5_0;
use tokio::sync::watch;

use super::*;
use crate::report::event::{Event, Summary};
use crate::runner::run;

/// Runs all cases of a text; the ids in the order of beginning and of ending.
async fn run_all(
    text: &str,
    target: Target,
    options: &RunOptions,
) -> (Vec<String>, Vec<Ran>, Summary) {
    let (mut begun, mut ended) = (Vec::new(), Vec::new());
    let mut on_event = |event| match event {
        Event::CaseStart { id } => begun.push(id),
        Event::Case(report) => ended.push(Ran { report: *report, text: text.to_owned() }),
        _ => {}
    };
    let summary = run(cases(text), Arc::new(target), options, &mut on_event).await;
    (begun, ended, summary)
}

fn scenario(name: &str, headers: &str, steps: &str) -> String {
    format!(
        "scenario {name} {{\n    summary  \"A test.\"\n    versions 5.0\n    covers   MQTT-3.3.1-9\n\
         {headers}\n{steps}\n}}\n"
    )
}

#[tokio::test(start_paused = true)]
async fn slow_cases_begin_first_and_exclusive_ones_run_alone_at_the_end() {
    let ping = "    connect a\n    a -> PINGREQ\n    a <- PINGRESP";
    let slow = format!("{ping}\n    wait 3s");
    let text = [
        scenario("quick", "", ping),
        scenario("alone", "    exclusive", ping),
        scenario("slow", "", &slow),
    ]
    .concat();
    let options = RunOptions { jobs: 2, ..options() };
    let target = Target::embedded_memory(Config::default());
    let (begun, ended, summary) = run_all(&text, target, &options).await;
    assert_eq!(begun, ["t/slow@5.0", "t/quick@5.0", "t/alone@5.0"]);
    let ended: Vec<&str> = ended.iter().map(|ran| ran.report.id.as_str()).collect();
    assert_eq!(ended, ["t/quick@5.0", "t/slow@5.0", "t/alone@5.0"]);
    assert_eq!((summary.cases, summary.pass), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn the_connections_of_all_cases_are_limited() {
    let steps = r#"
    repeat 4 as i { connect c[i] }
    c[*] -> PINGREQ
    c[*] <- PINGRESP
    wait 1s"#;
    let text: String = (0..4).map(|at| scenario(&format!("s{at}"), "", steps)).collect();
    let open = Arc::new(Mutex::new((0_usize, 0_usize)));
    let server = server::memory::Server::start(Config::default());
    let counted = Arc::clone(&open);
    let target = Target::links("counted", Profile::default(), move || {
        let mut counts = counted.lock().unwrap();
        counts.0 += 1;
        counts.1 = counts.1.max(counts.0);
        let counted = Arc::clone(&counted);
        let (near, mut far) = duplex(1024);
        let mut broker = server.connect();
        tokio::spawn(async move {
            let _ = tokio::io::copy_bidirectional(&mut far, &mut broker).await;
            counted.lock().unwrap().0 -= 1;
        });
        Ok(Link::new(near))
    });
    let options = RunOptions { jobs: 4, connections_max: 14, ..options() };
    let (_, _, summary) = run_all(&text, target, &options).await;
    assert_eq!(summary.pass, 4);
    assert!(open.lock().unwrap().1 <= 14, "{:?}", open.lock().unwrap());
}

#[tokio::test(start_paused = true)]
async fn fail_fast_begins_nothing_behind_a_failure() {
    let fails = "    connect a\n    a <- PINGRESP";
    let text: String = (0..5).map(|at| scenario(&format!("s{at}"), "", fails)).collect();
    let options = RunOptions { jobs: 2, fail_fast: true, ..options() };
    let target = Target::embedded_memory(Config::default());
    let (begun, _, summary) = run_all(&text, target, &options).await;
    assert_eq!((begun.len(), summary.fail), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn an_interruption_ends_cases_early_and_still_sums_up() {
    let (interrupt, watched) = watch::channel(false);
    let waits = "    connect a persistent\n    a -> PINGREQ\n    a <- PINGRESP\n    wait 40s";
    let text: String = (0..3).map(|at| scenario(&format!("s{at}"), "", waits)).collect();
    let options = RunOptions { jobs: 2, interrupt: watched, ..options() };
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let _ = interrupt.send(true);
        std::future::pending::<()>().await;
    });
    let target = Target::embedded_memory(Config::default());
    let (begun, ended, summary) = run_all(&text, target, &options).await;
    assert_eq!((begun.len(), ended.len(), summary.skip), (2, 2, 2));
    assert!(summary.interrupted && summary.seconds < 3.0, "{summary:?}");
    assert_snapshot!(ended[0].told(), @r#"
        SKIP
          the run was interrupted
        "#);
    // What it had left is cleaned all the same.
    assert!(ended[0].report.trace.iter().any(|line| line.client == "(clean-up)"));
}

#[tokio::test(start_paused = true)]
async fn a_case_is_over_by_its_deadline() {
    let text = scenario("late", "    timeout  3s", "    connect a\n    wait 10s\n    a <- closed");
    let target = Target::embedded_memory(Config::default());
    let (_, ended, _) = run_all(&text, target, &options()).await;
    assert_snapshot!(ended[0].told(), @r#"
        BLOCKED
          the case is out of time
          the case is given 3 s, and this line did not end in them
          at `wait 10s` charged []
        "#);
    assert!((ended[0].report.seconds - 3.0).abs() < 0.1);
}

#[tokio::test(start_paused = true)]
async fn each_seed_has_names_of_its_own_and_the_same_again() {
    let names = async |seed| {
        let target = Target::embedded_memory(Config::default());
        let options = RunOptions { seed, ..options() };
        let steps = "    connect a\n    a -> PUBLISH topic=\"{topic}\"\n    a <- nothing";
        let case = case(V5_0, steps);
        let report = run_case(&case, &target, &options).await;
        report.trace.iter().map(|line| line.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(1).await, names(1).await);
    assert_ne!(names(1).await, names(2).await);
}

/// What is said of a peer when a case connects to it.
async fn said_of(target: Target) -> String {
    let case = case(V5_0, "    connect a\n    a <- nothing");
    run_on(&target, &case).await.told()
}

#[tokio::test(start_paused = true)]
async fn peers_that_are_no_brokers_cost_a_deadline_and_get_a_sentence() {
    let dead = Target::links("nobody", Profile::default(), || {
        Err(std::io::ErrorKind::ConnectionRefused.into())
    });
    assert_snapshot!(said_of(dead).await, @r#"
        ERROR
          the broker takes no connection
          cannot connect to nobody: connection refused
          at `connect a` charged []
        "#);
    assert_snapshot!(said_of(peer(b"", false)).await, @r#"
        ERROR
          the broker is gone; CONNACK did not come
          nothing like it came to a in 5 s
          at `connect a` charged []
          then CONNACK did not come: nothing like it came to (is it there) in 5 s
        "#);
    assert_snapshot!(said_of(peer(b"", true)).await, @r#"
        ERROR
          the broker is gone; the connection of a has ended
          expected CONNACK
          at `connect a` charged []
          then the connection of (is it there) has ended: expected CONNACK
        "#);
    assert_snapshot!(said_of(peer(b"HTTP/1.1 400 Bad Request\r\n\r\n", true)).await, @r#"
        ERROR
          the broker is gone; the connection of a has ended
          expected CONNACK
          at `connect a` charged []
          the last that came is no whole packet: "HTTP/1.1 400 Bad Request\u{D}\n\u{D}\n"
          then the connection of (is it there) has ended: expected CONNACK
        "#);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_packets_ends() {
    let target = Target::links("a flood", Profile::default(), || {
        let (near, mut far) = duplex(64 * 1024);
        tokio::spawn(async move {
            let mut flood = vec![0x20, 3, 0, 0, 0];
            let _ = far.write_all(&flood).await;
            flood = [0xD0, 0].repeat(8 * 1024);
            while far.write_all(&flood).await.is_ok() {}
        });
        Ok(Link::new(near))
    });
    let told = said_of(target).await;
    assert!(told.starts_with("FAIL") || told.starts_with("ERROR"), "{told}");
}
