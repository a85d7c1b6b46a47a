"""A batch of one part asks for its ledger and its transaction at once: whatever others do in between, each record is there once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from confluent_kafka import Producer

from dev.broker import Broker
from springhead.kafka.transaction import Transaction
from springhead.ledger.key import BatchKey
from springhead.ledger.reader import LedgerReader
from springhead.publish.publish import publish
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.topic_facts import TopicFacts
from tests.conftest import MakeTopic, ReadTopic
from tests.kafka.build import FOREVER, connection, expected, seen, small
from tests.kafka.ledgers import entry
from tests.unit.build import HOUR

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("own_ledger")]


@contextmanager
def open_transaction(broker: Broker, identity: str) -> Iterator[Producer]:
    """Another producer's transaction."""
    lasting = {"transaction.timeout.ms": 600_000}  # on a crowded machine the usual minute passes
    producer = Producer({"bootstrap.servers": broker.bootstrap, "transactional.id": identity, "log_level": 0, **lasting})
    producer.init_transactions(60)
    producer.begin_transaction()
    yield producer


def test_what_another_attempt_commits_after_the_reader_was_opened_is_not_sent_again(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = Request(small(make_topic(**FOREVER)), HOUR, records=500)
    opened = threading.Event()
    others, open_, init = [False], LedgerReader.open, Transaction.init

    def telling(reader: LedgerReader) -> None:
        open_(reader)
        opened.set()

    def late(transaction: Transaction, abandoned: threading.Event | None = None) -> None:
        if not others[0]:
            others[0] = True
            assert opened.wait(60)
            assert publish(request, connection(broker)).outcome == "delivered: 500"
        init(transaction, abandoned)

    monkeypatch.setattr(LedgerReader, "open", telling)
    monkeypatch.setattr(Transaction, "init", late)
    assert publish(request, connection(broker)).outcome == "already_published: 500"
    assert seen(read_topic(request.chosen.topic)) == expected(Batch.of(request, TopicFacts(partitions=3)))


def test_an_attempt_whose_entry_is_written_and_not_committed_when_the_reader_is_opened_is_ended_and_counts_for_nothing(
    broker: Broker, own_ledger: str, make_topic: MakeTopic, read_topic: ReadTopic
) -> None:
    request = Request(small(make_topic(**FOREVER)), HOUR, records=500)
    part = BatchKey.of(request).part(1)
    written = entry(stream=part.batch.stream).record()
    with open_transaction(broker, part.transactional_id) as died:
        died.produce(request.chosen.topic, b"of the attempt that died", partition=0)
        died.produce(own_ledger, written.value, part.encode(), part.partition, timestamp=written.timestamp_ms)
        assert died.flush(30) == 0
        assert publish(request, connection(broker)).outcome == "delivered: 500"
    assert publish(request, connection(broker)).outcome == "already_published: 500"
    assert seen(read_topic(request.chosen.topic)) == expected(Batch.of(request, TopicFacts(partitions=3)))


def test_another_producers_open_transaction_is_left_alone(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first attempt can have left nothing; a later one looks whether what is open is its own, and what is not stays as it is."""
    monkeypatch.setattr("springhead.kafka.transaction._EPOCH_S", 60.0)  # on a crowded machine the epoch comes late
    request = Request(small(make_topic(**FOREVER)), HOUR, records=500, run_id="first")  # an id that no other test has used
    with open_transaction(broker, "somebody-elses") as other, caplog.at_level(logging.INFO, "springhead"):
        other.produce(request.chosen.topic, b"somebody else's", partition=1)
        assert other.flush(30) == 0
        assert publish(request, connection(broker)).outcome == "delivered: 500"
        assert "has open transactions" not in caplog.text
        assert publish(request, connection(broker), republish="again").outcome == "delivered: 500"
        assert "has open transactions in partitions 1: ending what an earlier attempt may have left there" in caplog.text
        other.commit_transaction(60)
    values = [record.value for record in read_topic(request.chosen.topic)]
    assert len(values) == 1001
    assert b"somebody else's" in values
