"""A real Kafka broker for whoever asks: one per session, started when the first test wants it, on a free port."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient, NewTopic
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from dev.broker import Broker
from dev.cluster import Cluster
from dev.console import Record, console_consumer
from dev.ledger import create_ledger

# Times as long as promised: other people's load is on the machine that tests.
BUSY = 3

# A shell's background job has Ctrl-C ignored, and so has all that it starts: tests that send it would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# Other people's load is on the machine: no deadlines. The same commit must give the same answer twice: the examples are fixed, unless
# EXPLORE=1 asks for new ones.
settings.register_profile(
    "springhead", deadline=None, derandomize=not os.environ.get("EXPLORE"), suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("quick", settings.get_profile("springhead"), max_examples=20)  # of `make test-unit`; `make test` tries all
settings.load_profile("springhead")


# Rows of tests that take a quarter of an hour each, for an Airflow takes long to start and its tests wait: by what their files begin with.
_LONG = {
    "airflow": ("tests/airflow/test_session", "tests/airflow/test_rates"),  # one Airflow for all of them
    "stack": ("tests/cluster/", "tests/faults/test_airflow.py", "tests/stack/"),  # one after the other
}


def _long(nodeid: str) -> str | None:
    """The row that a test belongs to."""
    return next((name for name, begins in _LONG.items() if nodeid.startswith(begins)), None)


class _ByGroup(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """What runs side by side (`make test`): a file's tests stay together, for they share a broker; and so do those of a long row, so that there are two Airflows at most.

    xdist's own `--dist loadgroup` writes the group into a test's nodeid, which pytest 9.2 no longer lets it: each test was a group of its own.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return _long(nodeid) or ("secured" if file.startswith("tests/secured/") else file)  # one broker with all listeners


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> _ByGroup:
    return _ByGroup(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long rows come first, and the quick files last: what takes minutes and begins at the end would keep all but one process waiting."""

    def turn(item: pytest.Item) -> int:
        if _long(item.nodeid):
            return 0
        return 2 if item.nodeid.startswith("tests/unit/") and item.get_closest_marker("slow") is None else 1

    items.sort(key=turn)


def wait_for_topic(admin: AdminClient, name: str, patience_s: float = 60) -> None:
    """Returns when the broker knows a topic that the controller has just made."""
    deadline = time.monotonic() + patience_s
    while True:
        try:
            described = admin.describe_topics(TopicCollection([name]))[name].result(timeout=30)
        except KafkaException:
            described = None
        if described is not None and all(partition.leader is not None for partition in described.partitions):
            return
        assert time.monotonic() < deadline, f"no topic {name} after {patience_s:.0f} s"
        time.sleep(0.05)


class MakeTopic(Protocol):
    """Creates a topic of its own for a test and returns its name."""

    def __call__(self, partitions: int = 3, **configs: str) -> str: ...


class ReadTopic(Protocol):
    """Reads a topic by Kafka's console consumer, in partition and offset order."""

    def __call__(self, topic: str, *, n: int | None = None, partition: int | None = None, read_committed: bool = True) -> list[Record]: ...


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """The session's broker, with a ledger: `broker.bootstrap` for clients, `broker.log_dir` for dev.dump. Do not stop it: see `own_broker`."""
    with Cluster(tmp_path_factory.mktemp("kafka"), heap_mb=384, short_lived=True) as cluster:
        create_ledger(cluster.bootstrap)
        yield cluster.brokers[0]


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker for one test, which may stop, kill, pause or restart it."""
    with Cluster(tmp_path / "kafka", heap_mb=384, short_lived=True) as cluster:
        yield cluster.brokers[0]


@pytest.fixture
def three_brokers(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster of three nodes for one test, which may do to them what it wants."""
    with Cluster(tmp_path / "kafka", 3, heap_mb=384, short_lived=True) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def admin(broker: Broker) -> AdminClient:
    """An admin client of the session's broker."""
    return AdminClient({"bootstrap.servers": broker.bootstrap})


_numbers = itertools.count(1)


@pytest.fixture
def make_topic(admin: AdminClient, request: pytest.FixtureRequest) -> MakeTopic:
    """A function that creates a topic with the test's name on the session's broker."""

    def make(partitions: int = 3, **configs: str) -> str:
        """Keyword arguments are the topic's configs, with _ for the dots."""
        stem = "".join(letter if letter.isalnum() else "-" for letter in request.node.name)[:80]
        name = f"{stem}-{next(_numbers)}"
        settings = {key.replace("_", "."): value for key, value in configs.items()}
        admin.create_topics([NewTopic(name, partitions, 1, config=settings)])[name].result(timeout=30)
        wait_for_topic(admin, name)
        return name

    return make


@pytest.fixture
def read_topic(broker: Broker) -> ReadTopic:
    """A function that reads a topic of the session's broker by Kafka's console consumer (1–2 s a call)."""

    def read(topic: str, *, n: int | None = None, partition: int | None = None, read_committed: bool = True) -> list[Record]:
        return console_consumer(broker.bootstrap, topic, n=n, partition=partition, read_committed=read_committed)

    return read
