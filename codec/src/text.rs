//! The check of text on the wire (3.1.1 section 1.5.3, 5.0 section 1.5.4): well-formed UTF-8, no
//! U+0000 and, for Topic Names, no wildcards. One pass over words of eight bytes finds almost all
//! text to be harmless ASCII; only the rest is looked at closely.

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
    if is_plain(bytes, suspicious) { Ok(()) } else { check_closely(bytes, false) }
}

/// Checks a string that has to be a Topic Name; its length is for the caller to judge.
#[inline]
pub(crate) fn check_name(bytes: &[u8]) -> Result<(), TextFault> {
    if is_plain_name(bytes) { Ok(()) } else { check_closely(bytes, true) }
}

/// What one look at the words of a string tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glance {
    /// ASCII without U+0000 and wildcards, as most topics are.
    Plain,
    /// ASCII without U+0000, and with a wildcard.
    Wildcard,
    /// Anything else: to be looked at closely.
    Unclear,
}

/// Looks for what may be wrong with a Topic Filter.
#[inline]
pub(crate) fn glance(bytes: &[u8]) -> Glance {
    let mut wildcards = 0;
    let plain = is_plain(bytes, |word| {
        wildcards |= wildcard(word);
        suspicious(word)
    });
    match (plain, wildcards) {
        (true, 0) => Glance::Plain,
        (true, _) => Glance::Wildcard,
        (false, _) => Glance::Unclear,
    }
}

#[inline]
fn is_plain_name(bytes: &[u8]) -> bool {
    is_plain(bytes, |word| suspicious(word) | wildcard(word))
}

const LOW_BITS: u64 = 0x0101_0101_0101_0101;
const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
const PLUS: u64 = LOW_BITS * b'+' as u64;
const NUMBER_SIGN: u64 = LOW_BITS * b'#' as u64;

/// Whether `test` is zero for every byte, in words of eight. The last word overlaps the one before.
#[inline]
fn is_plain(bytes: &[u8], mut test: impl FnMut(u64) -> u64) -> bool {
    let Some(last) = bytes.last_chunk::<8>() else { return test(short_word(bytes)) == 0 };
    let mut found = test(u64::from_ne_bytes(*last));
    let (words, _) = bytes.as_chunks::<8>();
    for word in words {
        found |= test(u64::from_ne_bytes(*word));
    }
    found == 0
}

/// All bytes, of which there are fewer than eight, some of them twice to fill up the word.
#[inline]
fn short_word(bytes: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        u64::from(u32::from_ne_bytes(*first)) << 32 | u64::from(u32::from_ne_bytes(*last))
    } else {
        let [first, middle, last] = match *bytes {
            [] => [b'a'; 3],
            [a] => [a; 3],
            [a, b] => [a, b, b],
            [a, b, c, ..] => [a, b, c],
        };
        u64::from_ne_bytes([first, middle, last, b'a', b'a', b'a', b'a', b'a'])
    }
}

/// Not zero if a byte of the word is U+0000 or not ASCII.
#[inline]
const fn suspicious(word: u64) -> u64 {
    (word & HIGH_BITS) | zero(word)
}

/// Not zero if, and only if, a byte of the word is `+` or `#`.
#[inline]
const fn wildcard(word: u64) -> u64 {
    zero(word ^ PLUS) | zero(word ^ NUMBER_SIGN)
}

/// Not zero if, and only if, a byte of the word is zero.
#[inline]
const fn zero(word: u64) -> u64 {
    word.wrapping_sub(LOW_BITS) & !word & HIGH_BITS
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
                assert_eq!(glance(&with(0)), Glance::Unclear);
                assert_eq!(glance(&with(0xFF)), Glance::Unclear);
                for wildcard in *b"+#" {
                    assert_eq!(glance(&with(wildcard)), Glance::Wildcard);
                    assert_eq!(check(&with(wildcard)), Ok(()));
                    assert_eq!(check_name(&with(wildcard)), Err(TextFault::Wildcard(at)));
                }
                for neighbour in *b"*,\"$\x01\x7f" {
                    assert_eq!(glance(&with(neighbour)), Glance::Plain);
                    assert_eq!(check_name(&with(neighbour)), Ok(()));
                }
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
