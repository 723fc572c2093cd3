//! criterion benchmarks; see `benches`.
