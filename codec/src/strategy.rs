//! Strategies for property tests: valid packets, with edge values likely.
