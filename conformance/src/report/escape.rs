//! Text from a broker made harmless: a broker's bytes are hostile until shown otherwise, and so is
//! whatever it writes into its log.
//!
//! In a terminal a control sequence can move the cursor, recolour, even type; a bidirectional mark
//! can make a line read as another one. Neither passes. Printable text of any language does.

use std::fmt::Write;

/// One line of harmless text: control characters, line breaks and invisible marks become escapes
/// (`\n`, `\u{1b}`).
#[must_use]
pub fn line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        push(&mut safe, character);
    }
    safe
}

/// As [`line()`], cut to a number of characters; what is missing is counted in bytes of the original.
#[must_use]
pub fn short(text: &str, characters_max: usize) -> String {
    match text.char_indices().nth(characters_max) {
        None => line(text),
        Some((end, _)) => format!("{}... ({} bytes)", line(&text[..end]), text.len()),
    }
}

/// Several lines of harmless text: as [`line()`], but line breaks stay.
#[must_use]
pub fn lines(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => safe.push('\n'),
            other => push(&mut safe, other),
        }
    }
    safe
}

/// Bytes as a line of harmless text, as far as they are printable ASCII; others become `\x1b`. At
/// most `bytes_max` of them are shown.
#[must_use]
pub fn bytes(bytes: &[u8], bytes_max: usize) -> String {
    let mut safe = bytes[..bytes.len().min(bytes_max)].escape_ascii().to_string();
    if bytes.len() > bytes_max {
        let _ = write!(safe, "... ({} bytes)", bytes.len());
    }
    safe
}

fn push(safe: &mut String, character: char) {
    match character {
        '\n' => safe.push_str("\\n"),
        '\r' => safe.push_str("\\r"),
        '\t' => safe.push_str("\\t"),
        other if is_harmful(other) => {
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(other));
        }
        other => safe.push(other),
    }
}

/// Control characters (C0, DEL, C1), marks that are invisible or change the direction of text, and
/// what XML 1.0 cannot carry (section 2.2 of that standard).
pub(super) fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{fff0}'..='\u{ffff}'
                | '\u{e0000}'..='\u{e0fff}'
        )
        || u32::from(character) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_sequence_passes() {
        assert_eq!(line("\u{1b}[2Jx\u{7}\u{9b}1m\u{7f}"), "\\u{1b}[2Jx\\u{7}\\u{9b}1m\\u{7f}");
        assert_eq!(line("a\r\nb\tc\0"), "a\\r\\nb\\tc\\u{0}");
        assert_eq!(lines("a\r\nb\u{1b}"), "a\\r\nb\\u{1b}");
    }

    #[test]
    fn marks_that_hide_or_turn_text_are_shown() {
        assert_eq!(line("a\u{202e}b\u{200b}c\u{feff}"), "a\\u{202e}b\\u{200b}c\\u{feff}");
        assert_eq!(line("\u{fffe}\u{1ffff}"), "\\u{fffe}\\u{1ffff}");
    }

    #[test]
    fn printable_text_of_any_language_stays() {
        let text = "Ångström 温度 \u{1f321} \"x\" <y> \\";
        assert_eq!(line(text), text);
    }

    #[test]
    fn nothing_harmful_is_left_of_any_character() {
        for character in (0..=0x10_ffff).filter_map(char::from_u32) {
            assert!(!line(&character.to_string()).chars().any(is_harmful), "{character:?}");
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(short("温度温度", 2), "温度... (12 bytes)");
        assert_eq!(short("温度\n", 3), "温度\\n");
    }

    #[test]
    fn bytes_are_shown_up_to_a_bound() {
        assert_eq!(bytes(b"HTTP/1.1\r\n\xff", 64), "HTTP/1.1\\r\\n\\xff");
        assert_eq!(bytes(&[b'a'; 100], 4), "aaaa... (100 bytes)");
    }
}
