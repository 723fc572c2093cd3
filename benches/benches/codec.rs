//! Packets per second: decoding beside other codecs, and encoding.

use std::hint::black_box;

use bytes::BytesMut;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mqttspec_benches::codecs::{Codec, encode_all};
use mqttspec_benches::rows::rows;

fn decoding(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode");
    for row in rows() {
        group.throughput(Throughput::Elements(row.packets as u64));
        for codec in Codec::ALL {
            group.bench_function(BenchmarkId::new(row.name, codec.name()), |bencher| {
                bencher.iter_batched(
                    || BytesMut::from(&row.stream[..]),
                    |buffer| black_box(codec.decode_all(row.version, buffer)),
                    BatchSize::LargeInput,
                );
            });
        }
    }
    group.finish();
}

fn encoding(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encode");
    for row in rows() {
        group.throughput(Throughput::Elements(row.packets as u64));
        let packets = row.decoded();
        let mut buffer = BytesMut::with_capacity(row.stream.len());
        group.bench_function(BenchmarkId::new(row.name, "mqttspec"), |bencher| {
            bencher.iter(|| {
                buffer.clear();
                encode_all(row.version, &packets, &mut buffer);
                black_box(&buffer);
            });
        });
    }
    group.finish();
}

criterion_group!(benches, decoding, encoding);
criterion_main!(benches);
