//! Events, and the reports rendered from them.

pub mod event;
