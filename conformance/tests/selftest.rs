//! The packaged scenarios catch every defect of the reference broker, for the right statement.

use mqttspec::catalogue::catalogue;
use mqttspec::scenario::Suite;
use mqttspec::selftest::{self, Summary};
use mqttspec_broker::defect::Defect;
use mqttspec_codec::Version;

/// Caught, but for what follows from the defect: the monitor sees a QoS above the one requested
/// before the order of the codes is looked at.
const MISATTRIBUTED: [&str; 1] = ["suback-codes-reversed"];

/// No rule tells a server what to do about DUP at QoS 0; a client whose AUTH is passed over is closed
/// when its time for a CONNECT is over, which is an answer as well.
const SURVIVORS: [&str; 2] = ["dup-on-qos-0", "no-authentication-method"];

/// What a server may fail to notice: the cases say that it is weak, and fail under `--strict` only.
/// A broker that asks for a user name refuses a CONNECT with a password alone in any case.
const GRADED: [&str; 11] = [
    "packet-too-large",
    "unsupported-protocol-name",
    "unsupported-protocol-version",
    "password-without-user-name",
    "retain-handling-3",
    "variable-byte-integer-too-long",
    "property-length-too-long",
    "unknown-property",
    "property-of-other-side",
    "property-cut-short",
    "authentication-data-without-method",
];

#[test]
fn every_defect_breaks_statements_of_the_catalogue() {
    for defect in Defect::all() {
        let broken = Version::ALL.map(|version| defect.breaks(version).len());
        assert!(broken.iter().sum::<usize>() > 0, "{} breaks nothing", defect.name());
        for version in Version::ALL {
            for id in defect.breaks(version) {
                assert!(catalogue().get(version, id).is_some(), "{}: {id}", defect.name());
            }
        }
    }
}

#[test]
fn every_defect_but_those_named_is_caught_for_a_statement_that_it_breaks() {
    let cases = Suite::packaged().expect("the packaged scenarios have no mistakes").cases();
    let summary = Summary::of(&selftest::run(&Defect::all(), &cases, false).unwrap());
    assert_eq!(summary.survivors, SURVIVORS);
    assert_eq!(summary.graded, GRADED);
    assert_eq!(summary.misattributed, MISATTRIBUTED);
    let caught = Defect::all().len() - SURVIVORS.len() - GRADED.len();
    assert_eq!(summary.killed, caught);
}

#[test]
fn a_defect_is_shown_with_the_cases_that_fail() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_mqttspec"))
        .args(["selftest", "--defect", "empty-client-id-kept"])
        .output()
        .unwrap();
    assert!(output.status.success());
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stdout));
}
