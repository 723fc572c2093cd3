//! The packaged scenarios catch every defect of the reference broker, for the right statement. That
//! each case catches one is what `mqttspec selftest` shows, which takes longer.

use mqttspec::catalogue::catalogue;
use mqttspec::scenario::Suite;
use mqttspec::selftest::{self, Extent, Summary};
use mqttspec_broker::defect::Defect;
use mqttspec_codec::Version;

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
fn every_defect_is_caught_for_a_statement_that_it_breaks() {
    let cases = Suite::packaged().expect("the packaged scenarios have no mistakes").cases();
    let summary =
        Summary::of(&selftest::run(&Defect::all(), &cases, Extent::Caught).unwrap(), &cases);
    assert_eq!(summary.survivors, [""; 0]);
    assert_eq!(summary.misattributed, [""; 0]);
    assert_eq!(summary.statements_without_defect, [""; 0]);
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
