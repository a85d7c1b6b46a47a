"""`springhead publish card_transactions` beside kafka-producer-perf-test replaying the same records from a file, on the same broker.

Both with acks=all, idempotent, lz4, linger 50 ms, batches of 1 MB; in turns, so that the machine's load meets both; the figure is the median of the
rounds' ratios. Start-up is in neither's rate; `springhead publish` as a whole command stands beside it.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic

from bench.rows import record
from dev.cluster import Cluster
from dev.perf import producer_perf

RECORDS = int(os.environ.get("RECORDS", "2000000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
STREAM = "card_transactions"
SETTINGS = {
    "acks": "all",
    "enable.idempotence": "true",
    "compression.type": "lz4",
    "linger.ms": "50",
    "batch.size": "1000000",
    "buffer.memory": "134217728",
}
SAMPLE = 100_000  # lines of the file that the load generator draws from


def springhead(*words: str, bootstrap: str) -> tuple[str, float]:
    """(stdout, seconds) of one command."""
    extra = {"bootstrap.servers": bootstrap, "client.id": "bench", "acks": "all"}
    environment = {**os.environ, "AIRFLOW_CONN_KAFKA_DEFAULT": json.dumps({"conn_type": "kafka", "extra": extra})}
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "springhead.cli", *words], env=environment, capture_output=True, text=True, check=True)
    return done.stdout, time.perf_counter() - started


def main() -> None:
    """Runs the rounds."""
    with tempfile.TemporaryDirectory() as folder, Cluster(Path(folder) / "kafka", heap_mb=1024) as cluster:
        bootstrap = cluster.brokers[0].bootstrap
        sample = Path(folder) / "sample"
        springhead("generate", STREAM, "--records", str(SAMPLE), "-o", str(sample), bootstrap=bootstrap)
        payloads = sample.read_bytes().splitlines()
        admin = AdminClient({"bootstrap.servers": bootstrap})
        admin.create_topics([NewTopic("replayed", 6, 1)])["replayed"].result(timeout=30)
        springhead("publish", STREAM, "--records", "100000", bootstrap=bootstrap)  # both have a topic and a warm broker
        producer_perf(bootstrap, "replayed", 100_000, payloads=payloads, settings=SETTINGS)
        ours, theirs, commands = [], [], []
        for _ in range(ROUNDS):
            stdout, seconds = springhead("publish", STREAM, "--records", str(RECORDS), bootstrap=bootstrap)
            ours.append(float(json.loads(stdout)["records_per_s"]))
            commands.append(RECORDS / seconds)
            theirs.append(producer_perf(bootstrap, "replayed", RECORDS, payloads=payloads, settings=SETTINGS).records_per_s)
    record(
        f"publish {STREAM}, {RECORDS:,} records, {ROUNDS} rounds",
        {
            "springhead publish": (statistics.median(ours), "records/s"),
            "springhead publish, the whole command": (statistics.median(commands), "records/s"),
            "kafka-producer-perf-test, a file": (statistics.median(theirs), "records/s"),
            "ratio (median of the rounds)": (statistics.median(a / b for a, b in zip(ours, theirs, strict=True)), "×"),
        },
    )


if __name__ == "__main__":
    main()
