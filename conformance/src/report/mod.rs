//! Events, and the reports rendered from them.

pub mod escape;
pub mod event;
