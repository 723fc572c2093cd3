//! The two versions of the protocol that this crate speaks (section 3.1.2.2, Protocol Level or
//! Protocol Version).

use std::fmt;
use std::str::FromStr;

/// A version of MQTT. Its text is "3.1.1" or "5.0".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// MQTT 3.1.1, Protocol Level 4.
    V3_1_1,
    /// MQTT 5.0, Protocol Version 5.
    V5_0,
}

impl Version {
    /// Both versions, the older one first.
    pub const ALL: [Self; 2] = [Self::V3_1_1, Self::V5_0];

    /// The byte that stands for this version in CONNECT: 4 or 5.
    #[must_use]
    pub const fn level(self) -> u8 {
        match self {
            Self::V3_1_1 => 4,
            Self::V5_0 => 5,
        }
    }

    /// The version that a Protocol Level stands for, if it is one of ours.
    #[must_use]
    pub const fn from_level(level: u8) -> Option<Self> {
        match level {
            4 => Some(Self::V3_1_1),
            5 => Some(Self::V5_0),
            _ => None,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::V3_1_1 => "3.1.1",
            Self::V5_0 => "5.0",
        })
    }
}

/// The text is not the name of a version that this crate speaks: "3.1.1" or "5.0".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownVersion;

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the version is neither 3.1.1 nor 5.0")
    }
}

impl std::error::Error for UnknownVersion {}

impl FromStr for Version {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "3.1.1" => Ok(Self::V3_1_1),
            "5.0" => Ok(Self::V5_0),
            _ => Err(UnknownVersion),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_levels_go_there_and_back() {
        for version in Version::ALL {
            assert_eq!(version.to_string().parse(), Ok(version));
            assert_eq!(Version::from_level(version.level()), Some(version));
        }
        assert_eq!("3.1".parse::<Version>(), Err(UnknownVersion));
        assert_eq!(Version::from_level(3), None);
        assert_eq!(Version::from_level(6), None);
    }
}
