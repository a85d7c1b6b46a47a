"""Deliveries with and without transactions."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from dev.broker import Broker
from dev.cluster import Cluster
from springhead.kafka import settings
from springhead.kafka.clients import Admin
from springhead.ledger.topic import init_ledger
from tests.kafka.build import connection
from tests.kafka.ledgers import Ledger, name_a_ledger

_numbers = itertools.count(1)


@pytest.fixture
def without_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    """acks all means at least once, as for a stream that asks for it; what transactions add is tested in tests/faults."""
    monkeypatch.setitem(settings._BY_ACKS, "all", settings.Guarantee.AT_LEAST_ONCE)


@pytest.fixture
def own_ledger(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty ledger for one test: intervals and streams of other tests are not known there."""
    name = f"ledger-of-a-test-{next(_numbers)}"
    monkeypatch.setenv("SPRINGHEAD_LEDGER", name)
    init_ledger(Admin(connection(broker)))
    return name


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that compacts at once, knows permissions, and may be paused and killed."""
    settings = {
        "log.cleaner.backoff.ms": "200",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "true",
    }
    with Cluster(tmp_path_factory.mktemp("quick"), heap_mb=384, short_lived=True, settings=settings) as cluster:
        yield cluster.brokers[0]


@pytest.fixture
def ledger(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    name_a_ledger(monkeypatch)
    return Ledger(broker)
