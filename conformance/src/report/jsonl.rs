//! Events as JSON lines: the form in which runs are kept, compared and rendered again.

use std::fmt::Write;

use super::escape;
use super::event::Event;

/// One event as a line, its line break included.
///
/// Text from the broker is the same after parsing, but nothing in the line can act on a terminal:
/// control characters and invisible marks stand there as `\u` escapes.
///
/// # Errors
///
/// None that can happen: there is nothing in an event that JSON cannot say.
pub fn line(event: &Event) -> serde_json::Result<String> {
    let json = serde_json::to_string(event)?;
    if !json.chars().any(escape::is_harmful) {
        return Ok(json + "\n");
    }
    // Such characters can only stand inside strings, where an escape means the same.
    let mut safe = String::with_capacity(json.len() + 1);
    for character in json.chars() {
        if escape::is_harmful(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(safe, "\\u{unit:04x}");
            }
        } else {
            safe.push(character);
        }
    }
    Ok(safe + "\n")
}

/// The events of a run, from its lines. Empty lines are left out.
///
/// # Errors
///
/// The first line that is no event: its number from 1, and what is wrong with it.
pub fn parse(text: &str) -> Result<Vec<Event>, (usize, serde_json::Error)> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(at, line)| serde_json::from_str(line).map_err(|error| (at + 1, error))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    fn text() -> String {
        samples::run().iter().map(|event| line(event).unwrap()).collect()
    }

    #[test]
    fn a_run_is_a_line_for_each_event() {
        insta::assert_snapshot!(text());
    }

    #[test]
    fn a_run_reads_back_as_it_was() {
        assert_eq!(parse(&text()).unwrap(), samples::run());
    }

    #[test]
    fn nothing_in_a_line_acts_on_a_terminal() {
        assert!(!text().lines().any(|line| line.chars().any(escape::is_harmful)));
    }

    #[test]
    fn a_line_that_is_no_event_is_named() {
        let (at, _) = parse("\n{\"event\":\"case-start\",\"id\":\"a\"}\n{}\n").unwrap_err();
        assert_eq!(at, 3);
    }
}
