//! Events, and the reports rendered from them.

pub mod escape;
pub mod event;
pub mod frame;
pub mod human;
pub mod jsonl;
pub mod junit;
pub mod reporter;
#[cfg(test)]
pub(crate) mod samples;
pub mod statements;
