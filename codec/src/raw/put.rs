//! Writers of the data representations of section 1.5, which do not ask whether the values make
//! sense. Numbers that are too great for their field are cut to its width.

use bytes::{BufMut, BytesMut};

/// Writes a Two Byte Integer.
pub fn u16(out: &mut BytesMut, number: u16) {
    out.put_u16(number);
}

/// Writes a Four Byte Integer.
pub fn u32(out: &mut BytesMut, number: u32) {
    out.put_u32(number);
}

/// Writes a Variable Byte Integer in as few bytes as it takes. Five of them, which no packet may
/// have, are needed from 268,435,456 on.
pub fn varint(out: &mut BytesMut, mut number: u32) {
    while number > 0x7F {
        out.put_u8(low_byte(number) | 0x80);
        number >>= 7;
    }
    out.put_u8(low_byte(number));
}

/// Writes a length of two bytes and that many bytes; both stop at 65,535.
pub fn string(out: &mut BytesMut, bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(0xFFFF)];
    out.put_u16(u16::try_from(bytes.len()).unwrap_or(u16::MAX));
    out.put_slice(bytes);
}

/// A length as a number to write.
pub(super) fn number(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// How many bytes [`varint`] writes for a length.
pub(super) fn varint_len(len: usize) -> usize {
    let mut bytes = 1;
    let mut rest = len >> 7;
    while rest > 0 {
        bytes += 1;
        rest >>= 7;
    }
    bytes
}

const fn low_byte(number: u32) -> u8 {
    (number & 0x7F) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(put: impl FnOnce(&mut BytesMut)) -> Vec<u8> {
        let mut out = BytesMut::new();
        put(&mut out);
        out.to_vec()
    }

    #[test]
    fn a_variable_byte_integer_grows_to_five_bytes() {
        for (number, bytes) in [
            (0, &[0x00][..]),
            (127, &[0x7F]),
            (128, &[0x80, 0x01]),
            (268_435_455, &[0xFF, 0xFF, 0xFF, 0x7F]),
            (268_435_456, &[0x80, 0x80, 0x80, 0x80, 0x01]),
            (u32::MAX, &[0xFF, 0xFF, 0xFF, 0xFF, 0x0F]),
        ] {
            assert_eq!(written(|out| varint(out, number)), bytes);
            assert_eq!(varint_len(number as usize), bytes.len());
        }
    }

    #[test]
    fn integers_and_strings_are_big_endian_and_counted() {
        assert_eq!(written(|out| u16(out, 0x1234)), [0x12, 0x34]);
        assert_eq!(written(|out| u32(out, 0x1234_5678)), [0x12, 0x34, 0x56, 0x78]);
        assert_eq!(written(|out| string(out, b"ab")), [0, 2, b'a', b'b']);
        assert_eq!(written(|out| string(out, &[b'x'; 70_000])).len(), 2 + 65_535);
    }
}
