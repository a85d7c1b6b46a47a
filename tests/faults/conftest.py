"""A ledger and a topic for each test, and the judge: Kafka's console consumer, which knows nothing of our ledger."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from dev.broker import Broker
from dev.console import console_consumer
from springhead.batch import Batch
from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.kafka.ledger import Entry
from springhead.kafka.ledger_reader import LedgerReader
from springhead.kafka.ledger_topic import find_ledger, init_ledger
from springhead.quantities import Interval
from tests.conftest import wait_for_topic
from tests.faults.attempt import Attempt
from tests.kafka.build import Seen, expected, seen
from tests.unit.build import stream

FIELDS: dict[str, Any] = {"number": {"integer": [0, 1_000_000_000]}, "name": {"faker": "name"}}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Case:
    """A topic and a ledger of a test's own, and what to publish there."""

    broker: Broker
    topic: str
    partitions: int
    attempt: Attempt

    def batch(self, **more: Any) -> Batch:
        """The batch, made once more."""
        at = self.attempt
        return Batch.of(
            stream(at.stream["fields"], "faults", **{key: value for key, value in at.stream.items() if key != "fields"}),
            Interval.parse(at.interval),
            records=at.records,
            run_id=at.run_id,
            partitions=self.partitions,
            **more,
        )

    def seen(self) -> Counter[Seen]:
        """What a read_committed reader sees now, to the end."""
        return seen(console_consumer(self.broker.bootstrap, self.topic))

    def entries(self) -> list[Entry]:
        """The ledger."""
        admin = Admin(Connection("judge", {"bootstrap.servers": self.broker.bootstrap}))
        with LedgerReader(admin, find_ledger(admin), "faults") as reader:
            return reader.read()

    def check_once(self) -> None:
        """I1: each record of the batch is there as often as it was made, and the ledger has one entry for each part."""
        assert self.seen() == expected(self.batch())
        assert [entry.part for entry in self.entries()] == list(range(1, self.entries()[0].parts + 1))

    def but(self, **more: Any) -> Case:
        """The same with other attempts."""
        return replace(self, attempt=replace(self.attempt, **more))


MakeCase = Callable[..., Case]


@pytest.fixture
def make_case(broker: Broker, admin: AdminClient, monkeypatch: pytest.MonkeyPatch) -> MakeCase:
    """A function that makes a case on the session's broker, or on another one; keywords are the attempt's, `keys` the stream's."""

    def make(on: Broker | None = None, partitions: int = 3, keys: dict[str, Any] | None = None, **more: Any) -> Case:
        chosen = on or broker
        client = admin if on is None else AdminClient({"bootstrap.servers": chosen.bootstrap})
        number = next(_numbers)
        topic, ledger = f"faults-{number}", f"faults-{number}-ledger"
        client.create_topics([NewTopic(topic, partitions, 1, config={"retention.ms": "-1"})])[topic].result(timeout=30)
        wait_for_topic(client, topic)
        monkeypatch.setenv("SPRINGHEAD_LEDGER", ledger)
        init_ledger(Admin(Connection("judge", {"bootstrap.servers": chosen.bootstrap})))
        of = {"topic": topic, "fields": FIELDS, "key": "{name}", **(keys or {})}
        return Case(chosen, topic, partitions, Attempt(chosen.bootstrap, of, ledger, **more))

    return make
