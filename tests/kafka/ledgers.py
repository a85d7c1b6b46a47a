"""A ledger of a test's own, and what other programs do to it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from confluent_kafka import Producer

from dev.broker import Broker
from springhead.kafka.clients import Admin
from springhead.kafka.topics import TopicInfo
from springhead.ledger.entry import Entry, LedgerRecord
from springhead.ledger.key import BatchKey, partition_of
from springhead.ledger.reader import LedgerReader
from springhead.ledger.topic import init_ledger
from springhead.quantities import Interval
from tests.kafka.build import connection
from tests.unit.build import HOUR
from tests.unit.ledger.build import ENTRY, OPENING

_numbers = itertools.count(1)


class Ledger:
    """A ledger of a test's own, and what other programs do to it."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.admin = Admin(connection(broker))
        self.topic: TopicInfo = init_ledger(self.admin)

    def reader(self, stream: str | None = "orders", interval: Interval | None = HOUR, stop: threading.Event | None = None) -> LedgerReader:
        return LedgerReader(self.admin, self.topic, stream, interval, stop)

    def read(self, stream: str | None = "orders", interval: Interval | None = HOUR, patience_s: float = 60.0) -> list[Entry]:
        with self.reader(stream, interval) as reader:
            return reader.read(patience_s)

    def write(self, *records: LedgerRecord) -> None:
        """Writes records without a transaction, as the bytes are."""
        producer = Producer({"bootstrap.servers": self.broker.bootstrap, "log_level": 0})
        self._produce(producer, records)
        assert producer.flush(30) == 0

    @contextmanager
    def transaction(self, *records: LedgerRecord, commit: bool = True) -> Iterator[Callable[[], None]]:
        """A transaction with these records, open; gives the function that ends it."""
        producer = Producer({"bootstrap.servers": self.broker.bootstrap, "transactional.id": f"test-{next(_numbers)}", "log_level": 0})
        producer.init_transactions(60)
        producer.begin_transaction()
        self._produce(producer, records)
        assert producer.flush(30) == 0
        end = producer.commit_transaction if commit else producer.abort_transaction
        ended: list[bool] = []

        def finish() -> None:
            if not ended:
                end(60)
                ended.append(True)

        try:
            yield finish
        finally:
            finish()

    def commit(self, *records: LedgerRecord) -> None:
        with self.transaction(*records):
            pass

    def abort(self, *records: LedgerRecord) -> None:
        with self.transaction(*records, commit=False):
            pass

    def _produce(self, producer: Producer, records: tuple[LedgerRecord, ...]) -> None:
        for record in records:
            producer.produce(self.topic.name, record.value, record.key, record.partition, timestamp=record.timestamp_ms)


def name_a_ledger(monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"__test_ledger_{next(_numbers)}"
    monkeypatch.setenv("SPRINGHEAD_LEDGER", name)
    return name


def entry(
    start: str = "2026-03-01T10:00Z",
    *,
    part: int = 1,
    stream: str = "orders",
    variant: str | None = None,
    run_id: str | None = None,
    **more: Any,
) -> Entry:
    """An entry of an hour."""
    return replace(ENTRY, key=BatchKey(stream, variant, Interval.parse(f"{start}/PT1H"), run_id).part(part), **more)


def opening(start: str = "2026-03-01T10:00Z", *, variant: str | None = None, run_id: str | None = None) -> Entry:
    """The entry that opens a batch of several parts."""
    return Entry(entry(start, part=0, variant=variant, run_id=run_id).key, OPENING, ENTRY.attempt)


def tombstone(of: Entry) -> LedgerRecord:
    """The record that takes an entry back."""
    return LedgerRecord.tombstone(of.key)


def foreign(start: str = "2026-03-01T10:00Z") -> LedgerRecord:
    """An entry of another stream in the partition of orders."""
    name = next(name for name in (f"other{number}" for number in itertools.count()) if partition_of(name) == ENTRY.key.partition)
    return entry(start, stream=name).record()


def place(ledger: Ledger) -> str:
    return f"the ledger '{ledger.topic.name}', partition {ENTRY.key.partition},"


def spoilt(made: Entry, value: bytes = b"\x00") -> LedgerRecord:
    """The entry's record with another value."""
    return replace(made.record(), value=value)


# An entry as the Springhead before this ledger's format wrote it, each byte.
FIRST_FORMAT = (
    b'{"version":1,"stream":"orders","variant":null,"interval":"2026-03-01T10:00:00Z/2026-03-01T11:00:00Z","run_id":null,"part":1,"parts":1,"records":1000,'
    b'"bytes":300000,"digest":"dddddddddddddddddddddddddddddddd","spec_digest":"55555555555555555555555555555555","spec_keys":{"topic":"0a1b2c3d"},'
    b'"engine":{"springhead":"2","faker":"40.63.0"},"topic":"orders","topic_id":"AAAAAAAAAAAAAAAAAAAAAQ","topic_partitions":3,'
    b'"partitions":{"0":{"records":1000,"first_offset":0,"end_offset":1000}},"republish":null,"attempt":{"dag":null,"run":null,"try_number":1},"guarantee":"exactly_once"}'
)
