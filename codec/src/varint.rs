//! The Variable Byte Integer (5.0 section 1.5.5), which 3.1.1 knows as the encoding of Remaining
//! Length (section 2.2.3): seven bits per byte, low part first, four bytes at most.

/// A number that a Variable Byte Integer can carry: 0 to 268,435,455 (5.0 section 1.5.5; 3.1.1
/// section 2.2.3, for the Remaining Length).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct VarInt(u32);

impl VarInt {
    /// The greatest number that four bytes can carry.
    pub const MAX: Self = Self(268_435_455);

    /// `None` if the number needs more than four bytes.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        if number <= Self::MAX.0 { Some(Self(number)) } else { None }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// How many bytes its shortest encoding has: 1 to 4.
    #[must_use]
    pub const fn encoded_len(self) -> usize {
        match self.0 {
            0..=127 => 1,
            128..=16_383 => 2,
            16_384..=2_097_151 => 3,
            _ => 4,
        }
    }

    /// The shortest encoding: the first `encoded_len` bytes of the array.
    pub(crate) const fn to_bytes(self) -> ([u8; 4], usize) {
        let n = self.0;
        let [a, b, c, d] = [low7(n), low7(n >> 7), low7(n >> 14), low7(n >> 21)];
        match self.encoded_len() {
            1 => ([a, 0, 0, 0], 1),
            2 => ([a | 0x80, b, 0, 0], 2),
            3 => ([a | 0x80, b | 0x80, c, 0], 3),
            _ => ([a | 0x80, b | 0x80, c | 0x80, d], 4),
        }
    }

    /// Reads one from the front of `bytes`.
    #[inline]
    pub(crate) fn read(bytes: &[u8]) -> VarIntRead {
        let Some(&first) = bytes.first() else { return VarIntRead::Incomplete };
        if first < 0x80 {
            return VarIntRead::Number { number: u32::from(first), len: 1, padded: false };
        }
        let mut number = u32::from(first & 0x7F);
        for len in 1..4 {
            let Some(&byte) = bytes.get(len) else { return VarIntRead::Incomplete };
            number |= u32::from(byte & 0x7F) << (7 * len);
            if byte < 0x80 {
                return VarIntRead::Number { number, len: len + 1, padded: byte == 0 };
            }
        }
        VarIntRead::TooLong
    }
}

/// What stands at the front of some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VarIntRead {
    /// A number, how many bytes it took, and whether fewer would have done.
    Number { number: u32, len: usize, padded: bool },
    /// The bytes end before the number does.
    Incomplete,
    /// The fourth byte says that a fifth follows.
    TooLong,
}

const fn low7(number: u32) -> u8 {
    (number & 0x7F) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edge_of_the_table_in_the_standard_goes_there_and_back() {
        for (number, encoded) in [
            (0, &[0x00][..]),
            (127, &[0x7F]),
            (128, &[0x80, 0x01]),
            (16_383, &[0xFF, 0x7F]),
            (16_384, &[0x80, 0x80, 0x01]),
            (2_097_151, &[0xFF, 0xFF, 0x7F]),
            (2_097_152, &[0x80, 0x80, 0x80, 0x01]),
            (268_435_455, &[0xFF, 0xFF, 0xFF, 0x7F]),
        ] {
            let (bytes, len) = VarInt::new(number).unwrap().to_bytes();
            assert_eq!(&bytes[..len], encoded);
            assert_eq!(VarInt::read(encoded), VarIntRead::Number { number, len, padded: false });
            assert_eq!(VarInt::read(&encoded[..len - 1]), VarIntRead::Incomplete);
        }
        assert_eq!(VarInt::new(268_435_456), None);
    }

    #[test]
    fn padded_and_over_long_forms_are_told_apart() {
        for (bytes, number) in
            [(&[0x80, 0x00][..], 0), (&[0xFF, 0x00], 127), (&[0x80, 0x81, 0x80, 0x00], 128)]
        {
            let len = bytes.len();
            assert_eq!(VarInt::read(bytes), VarIntRead::Number { number, len, padded: true });
        }
        assert_eq!(VarInt::read(&[0xFF, 0xFF, 0xFF, 0xFF]), VarIntRead::TooLong);
        assert_eq!(VarInt::read(&[0x80, 0x80, 0x80, 0x80, 0x01]), VarIntRead::TooLong);
    }
}
