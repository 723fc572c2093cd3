//! The syntax of Topic Filters (section 4.7.1) and of shared ones (5.0 section 4.8.2).

use super::matching::next_level;
use super::{Share, TopicError};
use crate::Version;

/// What a shared filter starts with.
pub(super) const SHARE_PREFIX: &[u8] = b"$share/";

/// What a Topic Filter is, which for a `$share/` at its front depends on the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FilterKind {
    /// One that means the same in both versions.
    Ordinary,
    /// One that begins with `$share/` in 3.1.1, where this has no meaning.
    OrdinaryShare,
    /// A shared filter of 5.0.
    Shared,
}

/// Checks the syntax of a filter that is known to be a good string. An error comes with the place
/// of the byte at fault.
pub(crate) fn check_filter(
    filter: &[u8],
    version: Version,
) -> Result<FilterKind, (TopicError, usize)> {
    if filter.is_empty() {
        return Err((TopicError::Empty, 0));
    }
    match filter.strip_prefix(SHARE_PREFIX) {
        None => check_wildcards(filter, 0).map(|()| FilterKind::Ordinary),
        Some(_) if version == Version::V3_1_1 => {
            check_wildcards(filter, 0).map(|()| FilterKind::OrdinaryShare)
        }
        Some(rest) => check_share(rest).map(|()| FilterKind::Shared),
    }
}

/// Checks what follows `$share/` in a shared filter.
fn check_share(rest: &[u8]) -> Result<(), (TopicError, usize)> {
    let start = SHARE_PREFIX.len();
    let (group, filter) = next_level(rest);
    if group.is_empty() {
        return Err((TopicError::EmptyShareName, start));
    }
    if let Some(at) = memchr::memchr2(b'+', b'#', group) {
        return Err((TopicError::WildcardInShareName, start + at));
    }
    match filter {
        Some(filter) if !filter.is_empty() => check_wildcards(filter, start + group.len() + 1),
        _ => Err((TopicError::NoFilterInShare, start + rest.len())),
    }
}

/// Checks that each wildcard has a level to itself, and that only the last is `#`.
fn check_wildcards(filter: &[u8], start: usize) -> Result<(), (TopicError, usize)> {
    for at in memchr::memchr2_iter(b'+', b'#', filter) {
        let next = filter.get(at + 1);
        let begins_level = at == 0 || filter[at - 1] == b'/';
        let alone = begins_level && next.is_none_or(|&next| next == b'/');
        if filter[at] == b'+' && !alone {
            return Err((TopicError::SingleLevelWildcard, start + at));
        }
        if filter[at] == b'#' && !(alone && next.is_none()) {
            return Err((TopicError::MultiLevelWildcard, start + at));
        }
    }
    Ok(())
}

/// Splits a valid shared filter.
pub(super) fn split_share(text: &str) -> Option<Share<'_>> {
    let (group, filter) = text.get(SHARE_PREFIX.len()..)?.split_once('/')?;
    Some(Share { group, filter })
}
