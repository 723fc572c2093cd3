//! Messages per second through the broker core, whole handshakes included.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mqttspec_benches::exchange::Exchange;
use mqttspec_codec::QoS;

fn publishing(criterion: &mut Criterion) {
    for qos in QoS::ALL {
        let mut group = criterion.benchmark_group(format!("publish-qos-{qos}"));
        for subscribers in [1_usize, 10, 100] {
            let mut exchange = Exchange::new(subscribers, qos);
            group.throughput(Throughput::Elements(subscribers as u64));
            group.bench_function(BenchmarkId::new("subscribers", subscribers), |bencher| {
                bencher.iter(|| exchange.publish());
            });
        }
        group.finish();
    }
}

criterion_group!(benches, publishing);
criterion_main!(benches);
