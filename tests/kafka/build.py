"""Streams, connections and judges for the tests on a real broker."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from dev.broker import Broker
from dev.console import Record
from springhead.kafka.connection import Connection
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.spec import Stream
from tests.unit.build import rows, stream

# What a reader sees of a record: partition, key, value, timestamp, headers.
Seen = tuple[int, bytes | None, bytes | None, int, tuple[tuple[str, bytes | None], ...]]

FOREVER: dict[str, Any] = {"retention_ms": "-1"}  # HOUR is long ago, and a topic's default is a week

RICH: dict[str, Any] = {
    "id": {"uuid": 4},
    "at": {"timestamp": "epoch_ms"},
    "name": {"faker": "name", "locale": ["vi_VN", "ja_JP", "en_US"]},
    "greeting": {"constant": 'Chào "bạn"\n\t\\ 🌊'},
    "nothing": {"constant": None},
    "source": {"choice": ["pos", None, "Läden"], "hidden": True},
    "place": {
        "object": {"city": {"faker": "city"}, "at": {"object": {"x": {"number": [-90, 90], "decimals": 3}, "known": {"boolean": 0.5}}}}
    },
}


def rich(topic: str) -> Stream:
    """A stream with all that a record can have."""
    return stream(
        RICH, topic=topic, key="{place.city}|{name}", headers={"source": "{source}", "kind": "rich-ü", "none": {"constant": None}}
    )


SMALL = {"number": {"integer": [0, 1_000_000_000]}}


def connection(broker: Broker | str, acks: str = "all", **settings: Any) -> Connection:
    """A connection to the broker, or to an address; _ stands for the dots of librdkafka's names."""
    bootstrap = broker if isinstance(broker, str) else broker.bootstrap
    named = {key.replace("_", "."): value for key, value in settings.items()}
    return Connection("test_kafka", {"bootstrap.servers": bootstrap, "acks": acks, **named})


def small(topic: str, **keys: Any) -> Stream:
    """A stream with one field: thousands of records cost nothing."""
    return stream(SMALL, topic=topic, **keys)


def expected(batch: Batch) -> Counter[Seen]:
    """The batch as a reader should see it, made once more."""
    return Counter(
        (partition, key, value, time_, headers) for made in records_of(batch) for value, key, partition, time_, headers in rows(made)
    )


def seen(records: Iterable[Record]) -> Counter[Seen]:
    """What a reader has seen."""
    return Counter((record.partition, record.key, record.value, record.timestamp_ms, record.headers) for record in records)


def size_of(admin: AdminClient, topic: str, partitions: int) -> int:
    """How many records the partitions hold, as their ends say (no transactions here)."""
    asked = {TopicPartition(topic, number): OffsetSpec.latest() for number in range(partitions)}  # type: ignore[no-untyped-call]
    deadline = time.monotonic() + 30
    while True:
        try:
            return sum(future.result(timeout=30).offset for future in admin.list_offsets(asked).values())
        except KafkaException as error:  # a new topic's leader may not know of it yet
            if error.args[0].code() != KafkaError.NOT_LEADER_FOR_PARTITION or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def wait_for_size(admin: AdminClient, topic: str, partitions: int, size: int, patience: float = 30.0) -> None:
    """Waits until so many records are there: with acks 0 a producer is done before the broker is."""
    deadline = time.monotonic() + patience
    while size_of(admin, topic, partitions) < size and time.monotonic() < deadline:
        time.sleep(0.05)


_COUNT = re.compile(r"([\d,]+) (delivered|sent|failed|without an answer|not sent)\b")


def counts_of(message: str) -> dict[str, int]:
    """The numbers of an undelivered batch's error, by what they count; `records` is the batch's."""
    records = re.search(r"of ([\d,]+) records ", message)
    assert records, message
    counts = {what: int(number.replace(",", "")) for number, what in _COUNT.findall(message[records.end() :])}
    return {"records": int(records[1].replace(",", "")), **counts}


def check_counts(message: str, *, delivered: str = "delivered") -> dict[str, int]:
    """The error's counts, which must add up."""
    counts = counts_of(message)
    parts = (counts.get(what, 0) for what in (delivered, "failed", "without an answer", "not sent"))
    assert sum(parts) == counts["records"], message
    codes = re.search(r"failed \(([^)]*)\)", message)
    assert sum(int(count.replace(",", "")) for count in re.findall(r" ([\d,]+\d|\d)(?=,? |$)", codes[1] if codes else "")) == counts.get(
        "failed", 0
    ), message
    return counts
