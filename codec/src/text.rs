//! The check of text on the wire (3.1.1 section 1.5.3, 5.0 section 1.5.4): well-formed UTF-8, no
//! U+0000 and, for Topic Names, no wildcards. One pass over blocks of bytes, made so that a compiler
//! turns it into vector instructions, finds almost all text to be harmless ASCII; only the rest is
//! looked at closely.

/// What is wrong with a text, and at which of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextFault {
    /// Not UTF-8 as RFC 3629 defines it.
    IllFormed(usize),
    /// U+0000.
    Nul(usize),
    /// `+` or `#` where only a name may stand.
    Wildcard(usize),
}

/// Checks a UTF-8 Encoded String, without its length.
#[inline]
pub(crate) fn check(bytes: &[u8]) -> Result<(), TextFault> {
    if is_free_of(bytes, suspicious) { Ok(()) } else { check_closely(bytes, false) }
}

/// Checks a string that has to be a Topic Name; its length is for the caller to judge.
#[inline]
pub(crate) fn check_name(bytes: &[u8]) -> Result<(), TextFault> {
    if is_free_of(bytes, |byte| suspicious(byte) | wildcard(byte)) {
        Ok(())
    } else {
        check_closely(bytes, true)
    }
}

/// Whether these are certainly a Topic Filter that is not shared: ASCII without U+0000 and without
/// a `$` at its front, of which each wildcard has a level to itself, and `#` the last. Of other
/// bytes it says nothing.
#[inline]
pub(crate) fn is_plain_filter(bytes: &[u8]) -> bool {
    let [first, .., last] = *bytes else { return false };
    // What stands between the first and the last byte, with the neighbours of each.
    let [before, inner, after] =
        [&bytes[..bytes.len() - 2], &bytes[1..bytes.len() - 1], &bytes[2..]];
    let first_is_good =
        !suspicious(first) && first != b'$' && first != b'#' && (first != b'+' || bytes[1] == b'/');
    let last_is_good = !suspicious(last) && (!wildcard(last) || bytes[bytes.len() - 2] == b'/');
    first_is_good && last_is_good && is_inside_of_filter(before, inner, after)
}

/// Whether bytes with these neighbours may stand inside of a Topic Filter.
#[inline(always)]
fn is_inside_of_filter(before: &[u8], inner: &[u8], after: &[u8]) -> bool {
    let (Some(last_before), Some(last), Some(last_after)) =
        (before.last_chunk(), inner.last_chunk(), after.last_chunk())
    else {
        let mut bytes = before.iter().zip(inner).zip(after);
        return !bytes.any(|((&before, &byte), &after)| is_bad_between(before, byte, after));
    };
    let blocks = before.as_chunks().0.iter().zip(inner.as_chunks().0).zip(after.as_chunks().0);
    for ((before, block), after) in blocks {
        if !is_block_inside(before, block, after) {
            return false;
        }
    }
    is_block_inside(last_before, last, last_after)
}

/// The same for a block. Inlined, it is a handful of vector instructions.
#[inline(always)]
fn is_block_inside(before: &Block, block: &Block, after: &Block) -> bool {
    let mut found = false;
    for lane in 0..BLOCK {
        found |= is_bad_between(before[lane], block[lane], after[lane]);
    }
    !found
}

#[inline(always)]
const fn is_bad_between(before: u8, byte: u8, after: u8) -> bool {
    let joined = (before != b'/') | (after != b'/');
    suspicious(byte) | (byte == b'#') | ((byte == b'+') & joined)
}

/// How many bytes are looked at together.
const BLOCK: usize = 16;
type Block = [u8; BLOCK];

/// Whether no byte is bad. What does not fill blocks is covered by some that overlap.
#[inline(always)]
fn is_free_of(bytes: &[u8], bad: impl Fn(u8) -> bool + Copy) -> bool {
    if let Some(last) = bytes.last_chunk::<BLOCK>() {
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        return blocks.iter().all(|block| is_block_free_of(block, bad))
            && (rest.is_empty() || is_block_free_of(last, bad));
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        return is_block_free_of(first, bad) & is_block_free_of(last, bad);
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        return is_block_free_of(first, bad) & is_block_free_of(last, bad);
    }
    match *bytes {
        [] => true,
        [a] => !bad(a),
        [a, b] => !(bad(a) | bad(b)),
        [a, b, c, ..] => !(bad(a) | bad(b) | bad(c)),
    }
}

/// The same for a block. Inlined, it is a handful of vector instructions.
#[inline(always)]
fn is_block_free_of<const N: usize>(block: &[u8; N], bad: impl Fn(u8) -> bool) -> bool {
    let mut found = false;
    for &byte in block {
        found |= bad(byte);
    }
    !found
}

/// Whether the byte is U+0000 or not ASCII.
#[inline]
const fn suspicious(byte: u8) -> bool {
    byte.cast_signed() <= 0
}

#[inline]
const fn wildcard(byte: u8) -> bool {
    (byte == b'+') | (byte == b'#')
}

/// The first fault, in the order of the bytes; ill-formed text goes first, since it is no text.
#[cold]
#[inline(never)]
fn check_closely(bytes: &[u8], is_name: bool) -> Result<(), TextFault> {
    if let Err(error) = std::str::from_utf8(bytes) {
        return Err(TextFault::IllFormed(error.valid_up_to()));
    }
    if let Some(at) = memchr::memchr(0, bytes) {
        return Err(TextFault::Nul(at));
    }
    match memchr::memchr2(b'+', b'#', bytes) {
        Some(at) if is_name => Err(TextFault::Wildcard(at)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Version;
    use crate::topic::{FilterKind, check_filter};

    #[test]
    fn a_fault_is_found_at_every_place_of_texts_of_every_length() {
        for len in 0..40 {
            let good = vec![b'x'; len];
            assert_eq!(check_name(&good), Ok(()));
            for at in 0..len {
                let with = |byte| {
                    let mut bad = good.clone();
                    bad[at] = byte;
                    bad
                };
                assert_eq!(check(&with(0)), Err(TextFault::Nul(at)));
                assert_eq!(check_name(&with(0)), Err(TextFault::Nul(at)));
                assert_eq!(check(&with(0xFF)), Err(TextFault::IllFormed(at)));
                assert_eq!(check_name(&with(0xC3)), Err(TextFault::IllFormed(at)));
                assert!(!is_plain_filter(&with(0)) && !is_plain_filter(&with(0xFF)));
                for wildcard in *b"+#" {
                    assert_eq!(check(&with(wildcard)), Ok(()));
                    assert_eq!(check_name(&with(wildcard)), Err(TextFault::Wildcard(at)));
                }
                for neighbour in *b"*,\"$\x01\x7f" {
                    assert_eq!(check_name(&with(neighbour)), Ok(()));
                }
            }
        }
    }

    #[test]
    fn a_plain_filter_is_one_by_the_syntax() {
        // Every text of up to seven letters that matter, between others of every length.
        let letters = *b"a/+#$";
        for number in 0..5_usize.pow(6) {
            let middle: Vec<u8> =
                (0..6).map(|place| letters[number / 5_usize.pow(place) % 5]).collect();
            for (before, after) in [(0, 0), (1, 0), (0, 1), (3, 9), (11, 0), (16, 16), (0, 27)] {
                let filter = [vec![b'x'; before], middle.clone(), vec![b'y'; after]].concat();
                let legal = check_filter(&filter, Version::V5_0) == Ok(FilterKind::Ordinary);
                let plain = legal && filter[0] != b'$';
                assert_eq!(is_plain_filter(&filter), plain, "{}", filter.escape_ascii());
            }
        }
    }

    #[test]
    fn text_beyond_ascii_is_good_when_it_is_well_formed() {
        for good in ["ä", "a/\u{FEFF}b", "\u{2A6D4}", "\u{10FFFF}", "\u{1}\u{85}\u{FFFF}"] {
            assert_eq!(check_name(good.as_bytes()), Ok(()));
        }
        let ill_formed: [(&[u8], usize); 4] = [
            (b"\xC0\x80", 0),
            (b"ab\xED\xA0\x80", 2),
            (b"abcdefgh\xE2\x82", 8),
            (b"\xF4\x90\x80\x80", 0),
        ];
        for (bytes, at) in ill_formed {
            assert_eq!(check(bytes), Err(TextFault::IllFormed(at)));
        }
    }
}
