#!/bin/sh
# Instructions per packet, by callgrind: the difference between 12 and 2 rounds, so that start-up does
# not count, less that of copying the buffer.
set -eu
cd "$(dirname "$0")/.."
cargo build --quiet --release -p mqttspec-benches --example instructions
program=target/release/examples/instructions

count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" "$2" "$3" 2>&1 |
        awk '/Collected/ { print $NF }'
}

per_packet() {
    many=$(count "$1" "$2" 12)
    few=$(count "$1" "$2" 2)
    awk -v many="$many" -v few="$few" -v packets="$3" 'BEGIN { print (many - few) / 10 / packets }'
}

printf '%-36s %10s %12s %10s %10s\n' row mqttspec rmqtt-codec rumqttc encode
"$program" | while read -r row packets; do
    copy=$(per_packet copy "$row" "$packets")
    printf '%-36s' "$row"
    for work in mqttspec rmqtt-codec rumqttc; do
        all=$(per_packet "$work" "$row" "$packets")
        awk -v all="$all" -v copy="$copy" 'BEGIN { printf " %10.0f", all - copy }'
    done
    printf ' %10.0f\n' "$(per_packet encode "$row" "$packets")"
done
