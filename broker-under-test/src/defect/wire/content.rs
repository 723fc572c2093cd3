//! What can be wrong with the bytes behind the fixed header.

pub(super) fn add_byte(content: &mut Vec<u8>) {
    content.push(0);
}

pub(super) fn drop_byte(content: &mut Vec<u8>) {
    content.pop();
}

pub(super) fn cut_to_one_byte(content: &mut Vec<u8>) {
    content.truncate(1);
}

pub(super) fn cut_to_id(content: &mut Vec<u8>) {
    content.truncate(2);
}

/// CONNACK says that there is a session although it refuses the client.
pub(super) fn present_in_refusal(content: &mut [u8]) {
    if let [flags, code, ..] = content
        && *code > 0
    {
        *flags = 1;
    }
}

/// CONNACK has the Reason Code of 5.0 that the Return Code stands for.
pub(super) fn return_code_as_reason(content: &mut [u8]) {
    if let [_, code] = content
        && *code > 0
    {
        *code += 0x83;
    }
}

/// SUBACK says Not authorized instead of Failure.
pub(super) fn failure_as_reason(content: &mut [u8]) {
    for code in content.iter_mut().skip(2).filter(|code| **code == 0x80) {
        *code = 0x87;
    }
}

pub(super) fn lengthen_first_string(content: &mut [u8]) {
    if let Some(length) = content.first_mut() {
        *length = 0xFF;
    }
}

/// Property Length of CONNACK stands behind flags and Reason Code.
pub(super) fn lengthen_properties(content: &mut [u8]) {
    if let Some(length @ ..0x70) = content.get_mut(2) {
        *length += 9;
    }
}

pub(super) fn pad_property_length(content: &mut Vec<u8>) {
    if let Some(length @ ..0x80) = content.get_mut(2) {
        *length |= 0x80;
        content.insert(3, 0);
    }
}

/// Only the Reason Code is left, and a Property Length of 0.
pub(super) fn drop_auth_properties(content: &mut Vec<u8>) {
    content.truncate(1);
    content.push(0);
}
