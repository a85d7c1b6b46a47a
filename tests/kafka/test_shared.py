"""A batch that several workers share: it is opened before them, and its receipt is put together from the ledger after them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest

from dev.broker import Broker
from springhead.errors import OptionError, PublishedError, TransientError
from springhead.publish import publish as publishing
from springhead.publish import shared
from springhead.records.request import Request
from springhead.verify import verify as verifying
from tests.conftest import MakeTopic
from tests.kafka.build import FOREVER, connection, small
from tests.kafka.test_parts import PART, RECORDS, asked, entries
from tests.unit.build import HOUR

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("own_ledger")]

publish, verify = partial(publishing.publish, part_records=PART), partial(verifying.verify, part_records=PART)
open_batch = partial(shared.open_batch, part_records=PART)
receipt_of_parts = partial(shared.receipt_of_parts, part_records=PART, sent=RECORDS, duration_s=2.0)


def test_workers_publish_an_opened_batch_and_its_receipt_is_that_of_one_worker(broker: Broker, make_topic: MakeTopic) -> None:
    request = asked(make_topic(**FOREVER))
    assert open_batch(request, connection(broker)) == 3
    assert [(entry.key.part, entry.records) for entry in entries(broker)] == [(0, 0)]
    assert open_batch(request, connection(broker)) == 3  # the task is cleared: nothing changes
    with ThreadPoolExecutor(2) as pool:
        sent = sum(pool.map(lambda parts: publish(request, connection(broker), parts=parts).sent, ([1, 3], [2])))
    assert sent == RECORDS
    receipt = receipt_of_parts(request, connection(broker))
    again = publish(request, connection(broker))
    assert (receipt.sent, receipt.acked, receipt.already_published, receipt.duration_s) == (RECORDS, RECORDS, False, 2.0)
    assert replace(receipt, sent=0, already_published=True, duration_s=again.duration_s) == again
    assert receipt_of_parts(request, connection(broker), sent=0).already_published
    assert verify(request, connection(broker)).good


def test_a_receipt_is_not_made_while_parts_are_missing(broker: Broker, make_topic: MakeTopic) -> None:
    request = asked(make_topic(**FOREVER))
    with pytest.raises(TransientError) as caught:
        receipt_of_parts(request, connection(broker))
    assert str(caught.value) == (
        f"things, {HOUR}: the ledger has 0 of 3 parts, part 1, 2, 3 are missing: publish them, then ask for the receipt again"
    )
    publish(request, connection(broker), parts=[1, 3])
    with pytest.raises(TransientError, match="the ledger has 2 of 3 parts, part 2 is missing"):
        receipt_of_parts(request, connection(broker))


def test_a_batch_of_one_part_is_opened_by_that_part(broker: Broker, make_topic: MakeTopic) -> None:
    request = Request(small(make_topic(**FOREVER)), HOUR, records=7)
    assert open_batch(request, connection(broker)) == 1
    assert entries(broker) == []
    publish(request, connection(broker), parts=[1])
    assert receipt_of_parts(request, connection(broker), sent=7).records == 7


def test_what_was_published_from_another_spec_is_refused_when_the_batch_is_opened(broker: Broker, make_topic: MakeTopic) -> None:
    request = asked(make_topic(**FOREVER))
    publish(request, connection(broker), parts=[1])
    other = replace(request, stream=request.stream.model_copy(update={"seed": "other"}))
    with pytest.raises(PublishedError, match="from another spec: seed changed since"):
        open_batch(other, connection(broker))


@pytest.mark.parametrize("acks", ["1", "0"])
def test_workers_share_only_what_is_published_exactly_once(broker: Broker, make_topic: MakeTopic, acks: str) -> None:
    request, weaker = asked(make_topic(**FOREVER)), connection(broker, acks=acks)
    guarantee = {"1": "leader", "0": "fire_and_forget"}[acks]
    for call in (open_batch, receipt_of_parts):
        with pytest.raises(OptionError) as caught:
            call(request, weaker)
        assert str(caught.value) == (
            "workers: several of them share a batch that is published exactly once, and connection 'test_kafka' and the stream's delivery make it "
            f"{guarantee}: set acks to all and leave delivery out, or leave workers out"
        )
    assert entries(broker) == []
