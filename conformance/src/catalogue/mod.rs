//! What the two standards demand of a broker: the statement catalogue.
//!
//! The catalogue is the TOML of the `spec` folder, compiled in and parsed once. It is the only
//! authority on statement ids: the numbered ones of MQTT 3.1.1 and 5.0 (`MQTT-3.8.1-1`), and rules
//! that the standards state without a number, under ids of this project (`U-5.0-4.9-1`). The same
//! number often means different rules in the two versions, so every look-up takes a version.

pub mod coverage;
mod statement;

use std::collections::HashMap;
use std::sync::LazyLock;

use mqttspec_codec::Version;
use serde::Deserialize;

pub use statement::{Binds, Level, Observable, Statement};

/// All statements of both versions.
#[derive(Debug)]
pub struct Catalogue {
    v3_1_1: Standard,
    v5_0: Standard,
}

/// The catalogue that is compiled in.
#[must_use]
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue {
        v3_1_1: Standard::parse(
            Version::V3_1_1,
            include_str!("../../spec/mqtt-3.1.1.toml"),
            include_str!("../../spec/mqtt-3.1.1-unnumbered.toml"),
        ),
        v5_0: Standard::parse(
            Version::V5_0,
            include_str!("../../spec/mqtt-5.0.toml"),
            include_str!("../../spec/mqtt-5.0-unnumbered.toml"),
        ),
    });
    &CATALOGUE
}

impl Catalogue {
    /// The statement of a version with this id, written exactly as in the catalogue.
    #[must_use]
    pub fn get(&self, version: Version, id: &str) -> Option<&Statement> {
        let standard = self.standard(version);
        standard.index.get(id).map(|&at| &standard.statements[at])
    }

    /// The statements of a version: the numbered ones in the order of the standard, then the
    /// unnumbered ones.
    pub fn statements(&self, version: Version) -> impl Iterator<Item = &Statement> {
        self.standard(version).statements.iter()
    }

    /// The id of a version that is most like a misspelt one, if any is like it at all. The `MQTT-`
    /// in front may be missing.
    #[must_use]
    pub fn nearest(&self, version: Version, id: &str) -> Option<&str> {
        let written = id.trim().to_ascii_uppercase();
        let completed = format!("MQTT-{written}");
        self.statements(version)
            .map(|statement| statement.id.as_str())
            .map(|id| {
                let distances = [&written, &completed].map(|text| distance(text, id));
                (distances[0].min(distances[1]), id)
            })
            .filter(|&(distance, id)| distance * 3 <= id.len())
            .min_by_key(|&(distance, _)| distance)
            .map(|(_, id)| id)
    }

    /// Whether a statement of this version stands in the section or below it.
    #[must_use]
    pub fn has_section(&self, version: Version, section: &str) -> bool {
        self.statements(version).any(|statement| statement.is_in_section(section))
    }

    fn standard(&self, version: Version) -> &Standard {
        match version {
            Version::V3_1_1 => &self.v3_1_1,
            Version::V5_0 => &self.v5_0,
        }
    }
}

/// The statements of one version.
#[derive(Debug)]
struct Standard {
    statements: Vec<Statement>,
    /// Position in `statements` by id.
    index: HashMap<String, usize>,
}

impl Standard {
    fn parse(version: Version, numbered: &str, unnumbered: &str) -> Self {
        let statements: Vec<Statement> = [numbered, unnumbered]
            .into_iter()
            .flat_map(|text| {
                let file: File = toml::from_str(text).expect("a test parses the same text");
                file.statement.into_iter().map(move |entry| entry.into_statement(version))
            })
            .collect();
        let index = statements
            .iter()
            .enumerate()
            .map(|(at, statement)| (statement.id.clone(), at))
            .collect();
        Self { statements, index }
    }
}

/// A catalogue file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    statement: Vec<statement::Entry>,
}

fn distance(left: &str, right: &str) -> usize {
    strsim::damerau_levenshtein(left, right)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Numbered and unnumbered statements of a version.
    fn counts(version: Version) -> (usize, usize) {
        let numbered = catalogue().statements(version).filter(|s| s.is_numbered()).count();
        (numbered, catalogue().statements(version).count() - numbered)
    }

    #[test]
    fn every_numbered_statement_of_both_standards_is_there() {
        assert_eq!(counts(Version::V3_1_1), (141, 60));
        assert_eq!(counts(Version::V5_0), (251, 140));
    }

    #[test]
    fn ids_are_unique_and_name_their_version() {
        for version in Version::ALL {
            let mut seen = HashSet::new();
            for statement in catalogue().statements(version) {
                let id = statement.id.as_str();
                assert!(seen.insert(id), "{version}: {id} is there twice");
                assert_eq!(statement.version, version);
                let unnumbered = format!("U-{version}-");
                assert!(id.starts_with("MQTT-") || id.starts_with(&unnumbered), "odd id {id}");
                assert!(std::ptr::eq(catalogue().get(version, id).unwrap(), statement));
            }
        }
    }

    #[test]
    fn every_statement_is_complete() {
        for version in Version::ALL {
            for statement in catalogue().statements(version) {
                let Statement { id, section, title, requirement, probe, .. } = statement;
                for (part, text) in [
                    ("section", section),
                    ("title", title),
                    ("requirement", requirement),
                    ("probe", probe),
                ] {
                    assert!(!text.trim().is_empty(), "{version} {id}: {part} is empty");
                    assert!(text.is_ascii(), "{version} {id}: {part} is not plain ASCII");
                }
                let parts_are_numbers =
                    section.split('.').all(|part| part.parse::<u8>().is_ok_and(|n| n > 0));
                assert!(parts_are_numbers, "{version} {id}: odd section {section}");
            }
        }
    }

    /// The second part of an id is the section, or one above it (`3.1.0` stands for 3.1 itself).
    #[test]
    fn sections_fit_their_ids() {
        for version in Version::ALL {
            for statement in catalogue().statements(version) {
                let (front, _) = statement.id.rsplit_once('-').unwrap();
                let (_, mut named) = front.rsplit_once('-').unwrap();
                while let Some(above) = named.strip_suffix(".0") {
                    named = above;
                }
                assert!(statement.is_in_section(named), "{version} {}", statement.id);
            }
        }
    }

    #[test]
    fn the_same_number_can_mean_different_rules() {
        let [old, new] = Version::ALL.map(|v| catalogue().get(v, "MQTT-3.3.1-8").unwrap());
        assert_ne!(old.requirement, new.requirement);
    }

    #[test]
    fn a_misspelt_id_is_put_right() {
        let nearest = |id| catalogue().nearest(Version::V5_0, id);
        assert_eq!(nearest("mqtt-3.8.1-1"), Some("MQTT-3.8.1-1"));
        assert_eq!(nearest("3.8.1-1"), Some("MQTT-3.8.1-1"));
        assert_eq!(nearest("MQTT-3.8-1-1"), Some("MQTT-3.8.1-1"));
        assert_eq!(nearest("retain"), None);
        assert_eq!(nearest(""), None);
    }

    #[test]
    fn a_section_holds_those_below_it() {
        assert!(catalogue().has_section(Version::V5_0, "3.8"));
        assert!(catalogue().has_section(Version::V5_0, "3"));
        assert!(!catalogue().has_section(Version::V5_0, "3.88"));
        assert!(!catalogue().has_section(Version::V3_1_1, "3.15"));
    }
}
