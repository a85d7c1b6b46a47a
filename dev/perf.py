"""Kafka's own load generator, kafka-producer-perf-test, as a function: the yardstick of every throughput figure."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dev.broker import java_command
from dev.errors import DevError

# kafka-producer-perf-test.sh gives it this heap; no short-lived flags here, its speed is what is measured
JVM = ("-Xmx512M", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20")


@dataclass(frozen=True, slots=True)
class PerfResult:
    """The summary line of kafka-producer-perf-test."""

    n_records: int
    records_per_s: float
    mb_per_s: float  # MiB of values
    avg_latency_ms: float
    max_latency_ms: float


def producer_perf(
    bootstrap: str,
    topic: str,
    n_records: int,
    *,
    record_size: int = 316,
    payloads: Iterable[bytes] | None = None,
    settings: Mapping[str, str] | None = None,
    timeout_s: float = 600.0,
) -> PerfResult:
    """Sends records as fast as Kafka's Java client can, and returns what its load generator measured (its start-up not included).

    Args:
        bootstrap: bootstrap.servers.
        topic: An existing topic.
        n_records: How many.
        record_size: Bytes of random letters, where no payloads are given.
        payloads: Lines to send instead, drawn at random; none may hold a newline.
        settings: Producer settings, such as acks, linger.ms, batch.size, compression.type.
        timeout_s: For the whole call.

    Raises:
        DevError: it fails or is not done in time.
    """
    args = ["--bootstrap-server", bootstrap, "--topic", topic, "--num-records", str(n_records), "--throughput", "-1"]
    for key, value in (settings or {}).items():
        args += ["--command-property", f"{key}={value}"]
    with tempfile.TemporaryDirectory() as folder:
        if payloads is None:
            args += ["--record-size", str(record_size)]
        else:
            file = Path(folder) / "payloads"
            file.write_bytes(b"".join(payload + b"\n" for payload in payloads))
            args += ["--payload-file", str(file)]
        command = java_command("org.apache.kafka.tools.ProducerPerformance", *args, jvm=JVM)
        try:
            answer = subprocess.run(command, capture_output=True, text=True, timeout=timeout_s)
        except subprocess.TimeoutExpired:
            raise DevError(f"kafka-producer-perf-test was not done after {timeout_s:.0f} s") from None
    return parse_summary(answer.stdout + answer.stderr)


def parse_summary(text: str) -> PerfResult:
    """Reads the last summary line of kafka-producer-perf-test's output.

    Raises:
        DevError: there is none.
    """
    pattern = r"^(\d+) records sent, ([\d.]+) records/sec \(([\d.]+) MB/sec\), ([\d.]+) ms avg latency, ([\d.]+) ms max latency"
    found = re.findall(pattern, text, re.MULTILINE)
    if not found:
        raise DevError(f"kafka-producer-perf-test failed:\n{text.strip()}")
    n_records, *figures = found[-1]
    return PerfResult(int(n_records), *map(float, figures))
