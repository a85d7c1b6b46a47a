"""Which record a delivery names, in whatever order librdkafka reports. What a broker does with records is the matter of tests/kafka."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError

from springhead.kafka.delivery import Account, Delivery
from springhead.kafka.settings import Guarantee
from springhead.kafka.topics import TopicInfo
from tests.unit.kafka.build import connection

TOPIC = TopicInfo("topic", "id", partitions=1, replicas=1, in_sync=1, configs={})


def reported(*codes: int) -> Account:
    """The account of a delivery to which librdkafka has reported records 0, 1, … with these errors."""
    delivery = Delivery(connection(), Guarantee.AT_LEAST_ONCE, TOPIC)
    for number, code in enumerate(codes):
        message: Any = SimpleNamespace(latency=lambda: 0.0, partition=lambda: 0, value=lambda number=number: b"%d" % number)
        delivery._failed(KafkaError(code), message)
    return delivery.finish()


class Stuck:
    """A producer that gives up none of what it holds: records, and events of its own that librdkafka counts with them."""

    def __init__(self, held: int) -> None:
        self._held = held

    def __len__(self) -> int:
        return self._held

    def purge(self) -> None:
        pass

    def poll(self, _seconds: float) -> int:
        return 0

    flush = poll


def test_no_more_records_are_without_an_answer_than_were_sent_and_not_reported_as_failed() -> None:
    delivery = Delivery(connection(), Guarantee.AT_LEAST_ONCE, TOPIC)
    delivery._producer = Stuck(135)  # type: ignore[assignment]
    delivery.account.enqueued, delivery.account.failed["_MSG_TIMED_OUT"] = 100, 1
    assert str(delivery.stopped()) == (
        "stopped: 0 records were delivered to topic 'topic' and up to 99 more may be there; the rest of the batch was not. A retry sends all of it"
    )
    assert (delivery.account.delivered, delivery.account.remaining) == (0, 99)


@pytest.mark.parametrize("consequence", [KafkaError._PURGE_QUEUE, KafkaError._PURGE_INFLIGHT, KafkaError._STATE])
def test_the_record_that_failed_is_named_though_those_that_were_thrown_away_for_it_are_reported_first(consequence: int) -> None:
    account = reported(consequence, KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.INVALID_RECORD)
    assert account.first is not None
    assert (account.first.code, account.first.value) == ("MSG_SIZE_TOO_LARGE", b"1")


def test_where_no_cause_is_reported_the_first_record_that_was_thrown_away_is_named() -> None:
    account = reported(KafkaError._PURGE_INFLIGHT, KafkaError._PURGE_QUEUE)
    assert account.first is not None
    assert (account.first.code, account.first.value) == ("_PURGE_INFLIGHT", b"0")
