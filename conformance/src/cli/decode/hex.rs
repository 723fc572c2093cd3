//! Lines of hexadecimal digits, read as they come: no more of a line is kept than a packet can have
//! bytes, however long the line is.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read};

use bytes::{BufMut, BytesMut};

/// One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// The bytes are in the buffer.
    Bytes,
    /// It is not hexadecimal.
    Invalid(NotHex),
    /// The input has ended before it.
    End,
}

/// Why a text is not bytes in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotHex {
    /// A character that is no digit, and its column in bytes, from 1.
    Character { column: usize },
    /// The last byte has one digit.
    HalfByte,
}

impl fmt::Display for NotHex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character { column } => write!(f, "no hexadecimal digit in column {column}"),
            Self::HalfByte => f.write_str("the last byte has one digit"),
        }
    }
}

/// Reads the bytes of one text, blanks between them allowed.
pub(super) fn parse(text: &str, buffer: &mut BytesMut) -> Result<(), NotHex> {
    let mut digits = Digits::new(usize::MAX);
    digits.feed(text.as_bytes(), buffer);
    digits.finish()
}

/// Reads one line, the end of line included, behind what is in the buffer. Bytes beyond `bytes_max`
/// are checked and dropped. `idle` is called before the input may make us wait.
pub(super) fn read_line(
    input: &mut BufReader<impl Read>,
    buffer: &mut BytesMut,
    bytes_max: usize,
    mut idle: impl FnMut() -> io::Result<()>,
) -> io::Result<Line> {
    let mut digits = Digits::new(bytes_max);
    let mut anything = false;
    loop {
        if input.buffer().is_empty() {
            idle()?;
        }
        let chunk = input.fill_buf()?;
        if chunk.is_empty() && !anything {
            return Ok(Line::End);
        }
        anything = true;
        let end = chunk.iter().position(|&byte| byte == b'\n');
        digits.feed(&chunk[..end.unwrap_or(chunk.len())], buffer);
        let is_last = end.is_some() || chunk.is_empty();
        let used = end.map_or(chunk.len(), |end| end + 1);
        input.consume(used);
        if is_last {
            return Ok(digits.finish().map_or_else(Line::Invalid, |()| Line::Bytes));
        }
    }
}

struct Digits {
    bytes_max: usize,
    /// Bytes of the text that were seen.
    column: usize,
    /// Bytes in the buffer that are ours.
    written: usize,
    /// The first digit of a byte.
    high: Option<u8>,
    error: Option<NotHex>,
}

impl Digits {
    fn new(bytes_max: usize) -> Self {
        Self { bytes_max, column: 0, written: 0, high: None, error: None }
    }

    fn feed(&mut self, text: &[u8], buffer: &mut BytesMut) {
        for &character in text {
            self.column += 1;
            if self.error.is_some() || character.is_ascii_whitespace() {
                continue;
            }
            let Some(digit) = digit(character) else {
                self.error = Some(NotHex::Character { column: self.column });
                continue;
            };
            match self.high.take() {
                None => self.high = Some(digit),
                Some(high) if self.written < self.bytes_max => {
                    buffer.put_u8(high << 4 | digit);
                    self.written += 1;
                }
                Some(_) => {}
            }
        }
    }

    fn finish(self) -> Result<(), NotHex> {
        match (self.error, self.high) {
            (Some(error), _) => Err(error),
            (None, Some(_)) => Err(NotHex::HalfByte),
            (None, None) => Ok(()),
        }
    }
}

fn digit(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        b'A'..=b'F' => Some(character - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, bytes_max: usize) -> Vec<(Line, Vec<u8>)> {
        let mut input = BufReader::with_capacity(3, text.as_bytes());
        let mut buffer = BytesMut::new();
        let mut lines = Vec::new();
        loop {
            buffer.clear();
            match read_line(&mut input, &mut buffer, bytes_max, || Ok(())).unwrap() {
                Line::End => return lines,
                line => lines.push((line, buffer.to_vec())),
            }
        }
    }

    #[test]
    fn lines_are_bytes_whatever_their_blanks_and_ends() {
        let expected = [vec![0xc0, 0x00], vec![], vec![0xab, 0xcd], vec![0x01]];
        let expected: Vec<_> = expected.into_iter().map(|bytes| (Line::Bytes, bytes)).collect();
        assert_eq!(lines("c0 00\n\n AB\tcd \r\n0 1", 9), expected);
        assert_eq!(lines("", 9), []);
    }

    #[test]
    fn a_line_that_is_not_hexadecimal_does_not_spoil_the_next() {
        let found: Vec<Line> =
            lines("c0 0x\nc00\nc0", 9).into_iter().map(|(line, _)| line).collect();
        let column = Line::Invalid(NotHex::Character { column: 5 });
        assert_eq!(found, [column, Line::Invalid(NotHex::HalfByte), Line::Bytes]);
    }

    #[test]
    fn no_more_is_kept_than_a_packet_can_have() {
        assert_eq!(lines("01020304\n05", 2), [(Line::Bytes, vec![1, 2]), (Line::Bytes, vec![5])]);
    }
}
