"""A ledger and a topic for each test, and the judge: Kafka's console consumer, which knows nothing of our ledger."""

from __future__ import annotations

import itertools
import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from dev.broker import Broker
from dev.cluster import Cluster
from dev.console import console_consumer
from dev.ports import free_ports
from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.ledger.entry import Entry
from springhead.ledger.key import BatchKey
from springhead.ledger.reader import LedgerReader
from springhead.ledger.topic import find_ledger, init_ledger
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.topic_facts import TopicFacts
from tests.conftest import wait_for_topic
from tests.faults.attempt import RETRIABLE, Attempt, Outcome, is_stopped
from tests.faults.proxy import Proxy
from tests.faults.warm import Warm
from tests.kafka.build import Seen, expected, seen
from tests.unit.build import stream

FIELDS: dict[str, Any] = {"number": {"integer": [0, 1_000_000_000]}, "name": {"faker": "name"}}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Case:
    """A topic and a ledger of a test's own, and what to publish there."""

    broker: Broker | Cluster
    topic: str
    partitions: int
    attempt: Attempt

    def batch(self, **more: Any) -> Batch:
        """The batch, made once more."""
        at = self.attempt
        return Batch.of(
            Request(
                stream(at.stream["fields"], "faults", **{key: value for key, value in at.stream.items() if key != "fields"}),
                Interval.parse(at.interval),
                records=at.records,
                run_id=at.run_id,
                **more,
            ),
            TopicFacts(partitions=self.partitions),
        )

    def transactional_id(self) -> str:
        """Of the first part."""
        at = self.attempt
        return BatchKey(at.name, None, Interval.parse(at.interval), at.run_id).part(1).transactional_id

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
        entries = self.entries()
        assert [entry.key.part for entry in entries] == parts_with_opening(entries[0].opening.parts)

    def published(self) -> list[Entry]:
        """The entries of parts, without an opening."""
        return [entry for entry in self.entries() if entry.key.part]

    def finish(self, outcome: Outcome) -> Outcome:
        """What an attempt with a fault may come to: green, or an error that says that a retry helps, and then the retry is. I1 after that."""
        assert outcome.green or outcome.error in RETRIABLE, outcome
        if not outcome.green:
            there, made = self.seen(), expected(self.batch())
            assert not there or there <= made, "more is visible than was made"
            outcome = self.but(try_number=2).attempt.run()
        assert outcome.green, outcome
        self.check_once()
        return outcome

    def but(self, **more: Any) -> Case:
        """The same with other attempts."""
        return replace(self, attempt=replace(self.attempt, **more))


def parts_with_opening(parts: int) -> list[int]:
    """Which parts of a batch the ledger has an entry for."""
    return [1] if parts == 1 else list(range(parts + 1))


def wait_until_stopped(process: Warm, patience_s: float = 120) -> None:
    """Waits for an attempt that stops itself by SIGSTOP."""
    deadline = time.monotonic() + patience_s
    while not is_stopped(process.pid):
        assert not process.wait(0), process.outcome()
        assert time.monotonic() < deadline, "it did not reach its point"
        time.sleep(0.05)


MakeCase = Callable[..., Case]


@pytest.fixture
def make_case(broker: Broker, admin: AdminClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeCase]:
    """A function that makes a case on the session's broker, or on another one; keywords are the attempt's, `keys` the stream's, `configs` the topic's."""

    def make(
        on: Broker | Cluster | None = None,
        partitions: int = 3,
        keys: dict[str, Any] | None = None,
        replication: int = 1,
        configs: dict[str, str] | None = None,
        **more: Any,
    ) -> Case:
        chosen = on or broker
        client = admin if on is None else AdminClient({"bootstrap.servers": chosen.bootstrap})
        number = next(_numbers)
        topic, ledger = f"faults-{number}", f"faults-{number}-ledger"
        new = NewTopic(topic, partitions, replication, config={"retention.ms": "-1", **(configs or {})})
        client.create_topics([new])[topic].result(timeout=30)
        wait_for_topic(client, topic)
        monkeypatch.setenv("SPRINGHEAD_LEDGER", ledger)
        init_ledger(Admin(Connection("judge", {"bootstrap.servers": chosen.bootstrap})))
        of = {"topic": topic, "fields": FIELDS, "key": "{name}", **(keys or {})}
        return Case(chosen, topic, partitions, Attempt(chosen.bootstrap, of, ledger, **more))

    yield make
    for left in multiprocessing.active_children():  # of a test that failed: one that is stopped would be waited for at the end
        left.kill()


@pytest.fixture(scope="module")
def _proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Broker, Proxy]]:
    """A broker that tells clients of its second listener to come back through the proxy."""
    port, inner, outer = free_ports(3)
    controller = {
        "listener.security.protocol.map": "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT",
        "advertised.listeners": f"BROKER://127.0.0.1:{port},PROXIED://127.0.0.1:{outer}",
    }
    cluster = Cluster(tmp_path_factory.mktemp("proxied"), port=port, heap_mb=384, short_lived=True, settings=controller)
    broker = cluster.brokers[0]
    broker.settings["listeners"] = f"{broker.properties()['listeners']},PROXIED://127.0.0.1:{inner}"
    with cluster, Proxy(outer, inner) as proxy:
        yield broker, proxy


@pytest.fixture
def proxy(_proxied: tuple[Broker, Proxy]) -> Iterator[Proxy]:
    """Without rules to begin with, and at the end."""
    _proxied[1].set()
    yield _proxied[1]
    _proxied[1].set()


@pytest.fixture
def proxied_case(_proxied: tuple[Broker, Proxy], proxy: Proxy, make_case: MakeCase) -> Case:
    """Attempts go through the proxy; the judge does not."""
    return make_case(on=_proxied[0], settings={"socket.connection.setup.timeout.ms": 5000}).but(bootstrap=proxy.address)
