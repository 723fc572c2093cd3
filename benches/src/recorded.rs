//! `instructions.toml`: how many instructions our codec takes for a packet of each row, so that a
//! change that makes it slower is seen, and one that makes it faster is kept.

use std::fmt::Write;

use toml::Table;

use crate::figures::{Direction, Figure};

/// How far a count may be from the recorded one, either way.
pub const TOLERANCE_PERCENT: f64 = 3.0;

/// The text of the file.
#[must_use]
pub fn format(figures: &[Figure]) -> String {
    let mut text = String::from(
        "# Instructions per packet of our codec, by callgrind. Compared and written by the\n\
         # example `table` of this package, with --check and --write.\n",
    );
    for direction in Direction::ALL {
        let _ = writeln!(text, "\n[{}]", direction.name());
        for figure in figures.iter().filter(|figure| figure.direction == direction) {
            let _ = writeln!(text, "\"{}\" = {:.0}", figure.row, figure.per_packet);
        }
    }
    text
}

/// What differs by more than [`TOLERANCE_PERCENT`], a line each.
///
/// # Errors
///
/// The text is not TOML.
pub fn differences(recorded: &str, figures: &[Figure]) -> Result<Vec<String>, toml::de::Error> {
    let recorded: Table = recorded.parse()?;
    let mut lines = Vec::new();
    for Figure { row, direction, per_packet, .. } in figures {
        let direction = direction.name();
        let entry = recorded.get(direction).and_then(|rows| rows.get(row));
        let Some(before) = entry.and_then(toml::Value::as_integer) else {
            lines.push(format!("{direction} {row}: {per_packet:.0}, not recorded"));
            continue;
        };
        let percent = (per_packet - before as f64) / before as f64 * 100.0;
        if percent.abs() > TOLERANCE_PERCENT {
            let what = if percent > 0.0 { "slower" } else { "faster" };
            lines.push(format!(
                "{direction} {row}: {per_packet:.0}, recorded {before}: {what} by {:.1} %",
                percent.abs()
            ));
        }
    }
    for direction in Direction::ALL {
        let known = |row: &str| figures.iter().any(|f| f.direction == direction && f.row == row);
        let rows = recorded.get(direction.name()).and_then(toml::Value::as_table);
        for row in rows.into_iter().flat_map(Table::keys).filter(|row| !known(row)) {
            lines.push(format!("{} {row}: recorded, but there is no such row", direction.name()));
        }
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codecs::Codec;
    use crate::rows::rows;

    fn figures(per_packet: f64) -> Vec<Figure> {
        let figure = |direction, row| Figure { codec: Codec::Mqttspec, row, direction, per_packet };
        vec![figure(Direction::Decode, "mixed-5.0"), figure(Direction::Encode, "mixed-5.0")]
    }

    #[test]
    fn counts_differ_beyond_the_tolerance_either_way() {
        let recorded = format(&figures(1000.0));
        let none: [String; 0] = [];
        assert_eq!(differences(&recorded, &figures(1030.0)).unwrap(), none);
        assert_eq!(differences(&recorded, &figures(970.0)).unwrap(), none);
        let slower = differences(&recorded, &figures(1031.0)).unwrap();
        assert_eq!(slower[0], "decode mixed-5.0: 1031, recorded 1000: slower by 3.1 %");
        let faster = differences(&recorded, &figures(900.0)).unwrap();
        assert_eq!(faster[1], "encode mixed-5.0: 900, recorded 1000: faster by 10.0 %");
    }

    #[test]
    fn a_row_on_one_side_only_is_a_difference() {
        let missing = differences("", &figures(1000.0)).unwrap();
        assert_eq!(missing[0], "decode mixed-5.0: 1000, not recorded");
        let surplus = differences(&format(&figures(1000.0)), &[]).unwrap();
        assert_eq!(surplus[0], "decode mixed-5.0: recorded, but there is no such row");
    }

    #[test]
    fn the_committed_file_has_all_rows() {
        let recorded: Table = include_str!("../instructions.toml").parse().unwrap();
        for direction in Direction::ALL {
            let mut recorded: Vec<&String> =
                recorded[direction.name()].as_table().unwrap().keys().collect();
            recorded.sort();
            let mut known: Vec<&str> = rows().iter().map(|row| row.name).collect();
            known.sort_unstable();
            assert_eq!(recorded, known, "{}", direction.name());
        }
    }
}
