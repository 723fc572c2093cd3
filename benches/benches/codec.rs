//! Packets per second: decoding and encoding, beside other codecs.

use std::hint::black_box;

use bytes::BytesMut;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mqttspec_benches::codecs::Codec;
use mqttspec_benches::rows::rows;

fn decoding(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode");
    for row in rows() {
        group.throughput(Throughput::Elements(row.packets as u64));
        for codec in Codec::ALL {
            let Some(work) = codec.work(row.version) else { continue };
            group.bench_function(BenchmarkId::new(row.name, codec.name()), |bencher| {
                bencher.iter_batched(
                    || BytesMut::from(&row.stream[..]),
                    |buffer| black_box(work.decode_all(buffer)),
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
        for codec in Codec::ALL {
            let Some(work) = codec.work(row.version) else { continue };
            let mut encode = work.encoder(&row.stream).expect("a legal stream");
            let mut buffer = BytesMut::with_capacity(2 * row.stream.len());
            group.bench_function(BenchmarkId::new(row.name, codec.name()), |bencher| {
                bencher.iter(|| {
                    buffer.clear();
                    encode(&mut buffer);
                    black_box(&buffer);
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, decoding, encoding);
criterion_main!(benches);
