"""Deliveries with and without transactions."""

from __future__ import annotations

import itertools

import pytest

from dev.broker import Broker
from springhead.kafka import settings
from springhead.kafka.clients import Admin
from springhead.kafka.ledger_topic import init_ledger
from tests.kafka.build import connection

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
