"""With half a million entries in the stream's partition of the ledger: how long it takes to learn whether an interval was published, and what exactly-once
delivery costs a small batch: `python -m bench.ledger`.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from confluent_kafka import Producer

from bench.rows import record
from dev.cluster import Cluster
from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.kafka.settings import Guarantee
from springhead.kafka.topics import TopicInfo
from springhead.ledger.entry import Attempt, Entry, Opening, PartitionShare
from springhead.ledger.key import BatchKey
from springhead.ledger.reader import LedgerReader
from springhead.ledger.topic import init_ledger
from springhead.publish.publish import publish
from springhead.quantities import Interval
from springhead.records.engine import engine
from springhead.records.request import Request
from springhead.spec import TopicConfig, find_stream, spec_digest, spec_keys
from springhead.topic_facts import TopicFacts

STREAM = "card_transactions"
ENTRIES = 500_000  # as many five-minute intervals: 4.7 years
ROUNDS = 5
SMALL, BATCHES = 100, 20
_FIRST = datetime(2021, 1, 1, tzinfo=UTC)
_STEP = timedelta(minutes=5)


def interval(number: int) -> Interval:
    """The interval of an entry."""
    start = _FIRST + number * _STEP
    return Interval(start, start + _STEP)


def fill(bootstrap: str, ledger: TopicInfo) -> int:
    """Writes the entries, oldest first, without a transaction; returns their bytes."""
    stream = find_stream(STREAM)
    opening = Opening(
        parts=1,
        spec_digest=spec_digest(stream),
        spec_keys=spec_keys(stream),
        engine=engine(),
        topic=stream.topic,
        facts=TopicFacts("AAAAAAAAAAAAAAAAAAAAAQ", 6),
    )
    entry = Entry(
        key=BatchKey(STREAM, None, interval(0), None).part(1),
        opening=opening,
        attempt=Attempt(STREAM, "scheduled__2021-01-01T00:05:00+00:00", 1),
        records=1000,
        bytes=316_000,
        digest="0" * 32,
        partitions=dict.fromkeys(range(6), PartitionShare(167, 1_000_000, 1_000_170)),
    )
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 50, "acks": "all", "compression.type": "lz4"})
    size = 0
    key, value = entry.key.encode(), entry.record().value or b""
    times = str(entry.key.batch.interval)
    starts = [text.encode() for text in times.split("/")]
    for number in range(ENTRIES):
        now = interval(number)
        new = [text.encode() for text in str(now).split("/")]
        raw = key.replace(starts[0], b"<").replace(starts[1], new[1]).replace(b"<", new[0])
        data = value.replace(times.encode(), str(now).encode())
        size += len(raw) + len(data)
        while True:
            try:
                producer.produce(ledger.name, data, raw, entry.key.partition, timestamp=now.end_us // 1000)
                break
            except BufferError:
                producer.poll(0.1)
    if producer.flush(300):
        raise RuntimeError("the ledger could not be filled")
    return size


def timed(work: Callable[[], int], entries: int) -> float:
    """Seconds that a look-up takes.

    Raises:
        RuntimeError: it finds another number of entries than there are.
    """
    started = time.perf_counter()
    found = work()
    took = time.perf_counter() - started
    if found != entries:
        raise RuntimeError(f"found {found:,} entries instead of {entries:,}")
    return took


def measure(admin: Admin, ledger: TopicInfo) -> dict[str, tuple[float, str]]:
    """Medians of the rounds; a reader of its own for each look-up, but for the one that is kept."""
    cases = {
        "the newest interval": (interval(ENTRIES - 1), 1),
        "the oldest interval": (interval(0), 1),
        "an interval to come": (interval(ENTRIES), 0),
    }
    took: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, (asked, entries) in cases.items():
            with LedgerReader(admin, ledger, STREAM, asked) as reader:
                took.setdefault(name, []).append(timed(lambda reader=reader: len(reader.read()), entries))  # type: ignore[misc]
                took.setdefault(f"{name}, again by the same reader", []).append(timed(lambda reader=reader: len(reader.read()), entries))  # type: ignore[misc]
    with LedgerReader(admin, ledger, STREAM) as reader:
        took["all entries"] = [timed(lambda: len(reader.read()), ENTRIES)]
    return {name: (statistics.median(seconds), "s") for name, seconds in took.items()}


def measure_batches(bootstrap: str) -> dict[str, tuple[float, str]]:
    """Medians of the rounds: a small batch of the next interval, in a process that is warm, by each of the two guarantees in turn."""
    connection = Connection("bench", {"bootstrap.servers": bootstrap, "acks": "all"})
    config = TopicConfig(partitions=6, configs={"retention.ms": "-1"})
    once = find_stream(STREAM).model_copy(update={"topic_config": config})
    at_least_once = once.model_copy(update={"delivery": Guarantee.AT_LEAST_ONCE.value, "topic": f"{once.topic}-at-least-once"})
    took: dict[str, list[float]] = {}
    for number in range(BATCHES + 1):
        for name, stream in (("exactly once", once), ("at least once", at_least_once)):
            started = time.perf_counter()
            receipt = publish(Request(stream, interval(ENTRIES + number), records=SMALL), connection)
            seconds = time.perf_counter() - started
            if receipt.guarantee != name.replace(" ", "_") or receipt.sent != SMALL:
                raise RuntimeError(f"not published {name}: {receipt.text()}")
            if number:  # the first one makes topic, makers and clients for the first time
                took.setdefault(name, []).append(seconds)
    more = statistics.median(a - b for a, b in zip(took["exactly once"], took["at least once"], strict=True))
    figures = {f"a batch of {SMALL}, {name}": (statistics.median(seconds), "s") for name, seconds in took.items()}
    return {**figures, f"a batch of {SMALL}, exactly once costs": (more, "s")}


def main() -> None:
    """Fills a ledger and measures."""
    with tempfile.TemporaryDirectory() as scratch, Cluster(Path(scratch), heap_mb=1024) as cluster:
        admin = Admin(Connection("bench", {"bootstrap.servers": cluster.bootstrap}))
        ledger = init_ledger(admin)
        size = fill(cluster.bootstrap, ledger)
        segments = len(list(cluster.brokers[0].log_dir.glob(f"{ledger.name}-*/*.log"))) - ledger.partitions + 1
        print(f"  {ENTRIES:,} entries of {size / ENTRIES:,.0f} bytes in {segments:,} segments")
        figures = measure(admin, ledger) | measure_batches(cluster.bootstrap)
    record(f"ledger, {ENTRIES:,} entries in one partition", figures)


if __name__ == "__main__":
    main()
