//! `mqttspec` tells the author of an MQTT broker, in seconds and with evidence, which rules of
//! MQTT 3.1.1 and 5.0 the broker breaks.
//!
//! A packet's way through a run, with no going back: scenario text -> syntax tree -> checked case ->
//! runner step -> codec -> transport -> broker; and back: transport -> codec -> monitor -> matcher ->
//! verdict -> event -> report.

pub mod baseline;
pub mod catalogue;
pub mod cli;
pub mod exit;
pub mod matcher;
pub mod monitor;
pub mod report;
pub mod runner;
pub mod scenario;
pub mod selftest;
pub mod target;
pub mod verdict;
