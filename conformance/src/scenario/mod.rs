//! The scenario language.

pub mod ast;
