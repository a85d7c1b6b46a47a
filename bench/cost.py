"""Where the time goes, in ns a record of `card_transactions`: each field, encoding, hand-over to librdkafka; and by thread, of a whole `springhead publish`."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from typing import Any

from confluent_kafka import Producer

from bench.rows import record
from dev.cluster import Cluster
from dev.ledger import create_ledger
from springhead.columns.column import Chunk
from springhead.kafka.handover import ByCalls
from springhead.kafka.native import ByKernel
from springhead.quantities import Interval
from springhead.records.batch import CHUNK, Batch
from springhead.records.digests import PartDigest
from springhead.records.field_plan import FieldPlan
from springhead.records.press import Press
from springhead.records.request import Request
from springhead.spec import load_stream, streams_dir
from springhead.topic_facts import TopicFacts

STREAM = "card_transactions"
RECORDS = int(os.environ.get("RECORDS", "2000000"))
PIECES = min(RECORDS, 100 * CHUNK)  # records of each piece
ROUNDS = int(os.environ.get("ROUNDS", "5"))
HOUR = Interval.parse("2026-03-01T10:00Z/PT1H")


def pieces_ns() -> dict[str, float]:
    """ns a record of each piece of the work, on one thread, nothing else running: medians of the rounds."""
    stream = load_stream(streams_dir() / f"{STREAM}.yaml")
    batch = Batch.of(Request(stream, HOUR, records=PIECES), TopicFacts(partitions=6))
    plan, press = FieldPlan(stream.fields, batch.draws, batch.records), Press(batch)
    spans = list(press.chunks())
    chunks = [batch.arrivals.at(span) for span in spans]

    def fresh() -> list[Chunk]:
        return [replace(chunk, columns={}) for chunk in chunks]

    calls: dict[str, Callable[[], object]] = {"event times": lambda: [batch.arrivals.at(span) for span in spans]}
    for name, field in stream.fields.items():
        alone = FieldPlan({name: field}, batch.draws, batch.records)
        calls[f"field {name}"] = lambda alone=alone: [alone.draw(chunk) for chunk in fresh()]  # type: ignore[misc]
    calls["all fields"] = lambda: [plan.draw(chunk) for chunk in fresh()]
    calls["records: fields, JSON, keys, partitions"] = lambda: [press.records(span) for span in spans]
    made = press.records(spans[0])
    digest = PartDigest()
    calls["digest"] = lambda: deque(map(digest.update, repeat(made, len(spans))), maxlen=0)
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            started = time.perf_counter()
            call()
            found[name].append((time.perf_counter() - started) / PIECES * 1e9)
        for way in WAYS:
            name = {ByCalls: "by calls", ByKernel: "by the kernel"}[way]
            for step, ns in zip(("a chunk prepared", "into librdkafka's queue"), hand_over_ns(way, press, spans[0]), strict=True):
                found.setdefault(f"{step} {name}", []).append(ns)
    return {name: statistics.median(values) for name, values in found.items()}


WAYS: tuple[type[ByCalls | ByKernel], ...] = (ByCalls, ByKernel)


def hand_over_ns(way: type[ByCalls | ByKernel], press: Press, span: range) -> tuple[float, float]:
    """ns a record that a chunk's preparation and its hand-over take, into a queue that nobody empties: neither batches nor a broker."""
    settings = {"bootstrap.servers": "127.0.0.1:1", "log_level": 0, "queue.buffering.max.messages": 10 * CHUNK, "linger.ms": 60_000}
    producer = Producer({**settings, "delivery.report.only.error": True})
    made, handover = press.records(span), way(producer, "nowhere")
    started = time.perf_counter()
    for _ in range(10):
        prepared: Any = handover.prepare(made.by_partition())
    ready = time.perf_counter()
    for _ in range(10):
        handover.hand_over(prepared, 0)
    ended = time.perf_counter()
    producer.purge()
    producer.flush(5)
    handover.close()
    return (ready - started) / (10 * CHUNK) * 1e9, (ended - ready) / (10 * CHUNK) * 1e9


def threads_ns() -> dict[str, float]:
    """CPU time by thread, ns a record, of `springhead publish`, and of the broker meanwhile; a tiny batch's is taken off, for imports. Linux only."""
    with tempfile.TemporaryDirectory() as folder, Cluster(Path(folder) / "kafka", heap_mb=1024) as cluster:
        create_ledger(cluster.bootstrap)
        publish_ticks(cluster, 100_000)  # the topic is there then, the broker warm
        tiny, whole = publish_ticks(cluster, 100), publish_ticks(cluster, RECORDS)
    tick_ns = 1e9 / os.sysconf("SC_CLK_TCK") / RECORDS
    found = {name: (ticks - tiny[name]) * tick_ns for name, ticks in whole.most_common()}
    return {name: ns for name, ns in found.items() if ns >= 10}


def publish_ticks(cluster: Cluster, n: int) -> Counter[str]:
    """CPU time in clock ticks by thread, of one `springhead publish`, and of the broker."""
    broker = cluster.brokers[0].process()
    assert broker is not None
    before = sum(broker.cpu_times()[:2])
    extra = {"bootstrap.servers": cluster.bootstrap, "client.id": "bench", "acks": "all"}
    environment = {**os.environ, "AIRFLOW_CONN_KAFKA_DEFAULT": json.dumps({"conn_type": "kafka", "extra": extra})}
    command = [sys.executable, "-m", "springhead.cli", "publish", STREAM, "--records", str(n), "--run-id", f"bench-{n}"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seen: dict[int, tuple[str, int]] = {}
    while process.poll() is None:
        seen |= _ticks(process.pid)
        time.sleep(0.02)
    if process.returncode:
        raise RuntimeError(f"springhead publish ended with {process.returncode}")
    spent: Counter[str] = Counter()
    for name, ticks in seen.values():
        spent[name] += ticks
    spent["the broker's process"] = round((sum(broker.cpu_times()[:2]) - before) * os.sysconf("SC_CLK_TCK"))
    return spent


def _ticks(pid: int) -> dict[int, tuple[str, int]]:
    """Thread id → what it does, and its CPU time in clock ticks."""
    found = {}
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            name, fields = (task / "comm").read_text().strip(), (task / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        if task.name == str(pid):
            name = "the main thread: hands over"
        elif not name.startswith("rdk:"):
            name = "the other threads of Python: make records"
        else:
            name = f"librdkafka: {name.partition('/')[0]}"
        found[int(task.name)] = (name, int(fields[11]) + int(fields[12]))
    return found


def main() -> None:
    """Runs both."""
    record(f"cost of {STREAM}, one thread", {name: (ns, "ns/record") for name, ns in pieces_ns().items()})
    if Path("/proc/self/task").exists():
        record(f"CPU time of publish {STREAM}, {RECORDS:,} records", {name: (ns, "ns/record") for name, ns in threads_ns().items()})


if __name__ == "__main__":
    main()
