"""Batches that cannot be verified are refused with the reason: other specs, engines and topics, and what is not complete."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from dev.broker import Broker
from springhead.cli.remedies import told
from springhead.errors import UnverifiableError
from springhead.kafka.clients import Admin
from springhead.kafka.topics import describe_topic
from springhead.ledger.key import BatchKey
from springhead.ledger.topic import find_ledger
from springhead.ledger.writer import forget
from springhead.publish import publish as publishing
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.records.request import Request
from springhead.records.tally import Tally
from springhead.spec import Stream
from springhead.verify import verify as verifying
from tests.conftest import MakeTopic, wait_for_topic
from tests.kafka.build import FOREVER, connection, small
from tests.unit.build import HOUR, stream

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("own_ledger")]

PART = 1000
publish, verify = partial(publishing.publish, part_records=PART), partial(verifying.verify, part_records=PART)


def refusal(chosen: Stream, broker: Broker, **options: Any) -> str:
    """The error's text, with the commands of its ways out below it."""
    with pytest.raises(UnverifiableError) as caught:
        verify(Request(chosen, HOUR, **options), connection(broker))
    return told(caught.value)


def test_a_topic_that_does_not_keep_records_as_they_are_is_refused(broker: Broker, make_topic: MakeTopic) -> None:
    logged = make_topic(**FOREVER, message_timestamp_type="LogAppendTime")
    compacted = make_topic(cleanup_policy="compact")
    assert refusal(small(logged), broker) == (
        f"topic '{logged}' has message.timestamp.type LogAppendTime: the broker replaces the records' times by its own, so they cannot be compared. "
        "With CreateTime they can"
    )
    assert refusal(small(compacted), broker) == (
        f"topic '{compacted}' is compacted (cleanup.policy compact): the broker removes all but the last record of each key, so what is missing tells nothing. "
        "A topic with cleanup.policy delete can be verified"
    )
    assert refusal(small("no-such-topic"), broker) == (
        "there is no topic 'no-such-topic' on the cluster of connection 'test_kafka': nothing of the batch is there"
    )


def test_a_batch_that_the_ledger_does_not_know_is_refused(broker: Broker, make_topic: MakeTopic, own_ledger: str) -> None:
    chosen = small(make_topic(**FOREVER), variants={"other": {"records": 5}})
    publish(Request(chosen, HOUR), connection(broker, "1"))
    said = f"the ledger '{own_ledger}' has no entry of things, {HOUR}. It was not published, or with acks 0 or 1, which leave no entry"
    look = "\n  to see what was published: springhead ledger things --connection test_kafka"
    assert refusal(chosen, broker) == said + look
    publish(Request(chosen, HOUR, variant="other", run_id="manual__1"), connection(broker))
    assert refusal(chosen, broker) == f"{said}. Of that interval it has variant other, run manual__1{look}"
    for run_id in ("manual__0", "manual__2", "manual__3", "manual__4", "manual__5"):
        publish(Request(chosen, HOUR, variant="other", run_id=run_id), connection(broker))
    publish(Request(chosen, HOUR, batch="night"), connection(broker))
    told = "; ".join(["batch night", *(f"variant other, run manual__{number}" for number in range(4))])
    assert refusal(chosen, broker) == f"{said}. Of that interval it has {told}, and 2 more{look}"


def made_again(request: Request) -> tuple[str, str]:
    """(digest of the spec, digest of the records) of a batch of one part, for one partition."""
    batch, tally = Batch.of(request), Tally(1)
    for some in records_of(batch):
        tally.add(some)
    return batch.spec_digest, tally.digest


def test_a_batch_of_another_spec_is_refused_unless_it_makes_the_same_records(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(partitions=1, **FOREVER)
    chosen, other = small(topic), stream({"number": {"integer": [0, 1]}}, topic=topic)
    published = publish(Request(chosen, HOUR, records=500), connection(broker))
    spec, digest = made_again(Request(chosen, HOUR, records=500))
    assert (published.spec_digest, published.digest) == (spec, digest)
    for key, request in (("fields.number", Request(other, HOUR, records=500)), ("records", Request(chosen, HOUR, records=499))):
        spec_now, digest_now = made_again(request)
        assert refusal(request.stream, broker, records=request.records) == (
            f"things, {HOUR} was published from another spec, with 500 records: {key} changed since (digest {spec} then, {spec_now} now), "
            f"and made again it has the digest {digest_now} instead of {digest}. "
            "Verify it with the stream's file, the number of records and the partition that it was published with"
        )
    more = Batch.of(Request(chosen, HOUR, records=2500)).spec_digest
    assert refusal(chosen, broker, records=2500) == (
        f"things, {HOUR} was published from another spec, with 500 records: records changed since (digest {spec} then, {more} now), "
        "and it would have 2,500 records in 3 parts now. "
        "Verify it with the stream's file, the number of records and the partition that it was published with"
    )
    assert verify(Request(small(topic, partition=0), HOUR, records=500), connection(broker)).good  # where all of them are anyhow


def test_a_batch_of_another_engine_is_refused_with_both_versions(
    broker: Broker, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = small(make_topic(**FOREVER))
    publish(Request(chosen, HOUR), connection(broker))
    monkeypatch.setattr("springhead.ledger.published.engine", lambda: {"springhead": "99", "faker": "1.0"})
    text = refusal(chosen, broker)
    assert text.startswith(f"things, {HOUR} was made by springhead ")
    assert text.endswith(", and this is springhead 99, faker 1.0: it cannot be made again here. Verify it with those versions")


def take_back(broker: Broker, part: int) -> None:
    """Takes a part's entry out of the ledger."""
    client = Admin(connection(broker))
    forget(client.connection, find_ledger(client), [BatchKey("things", None, HOUR, None).part(part)])


def make_anew(admin: AdminClient, topic: str) -> None:
    """Deletes a topic and makes another one of the same name."""
    admin.delete_topics([topic])[topic].result(timeout=30)
    deadline = time.monotonic() + 60
    while True:
        try:
            admin.create_topics([NewTopic(topic, 3, 1, config={"retention.ms": "-1"})])[topic].result(timeout=30)
            break
        except KafkaException:  # it is still being deleted
            assert time.monotonic() < deadline
            time.sleep(0.2)
    wait_for_topic(admin, topic)


def elsewhere(broker: Broker, topic: str, then: str | None) -> str:
    """What is said of a batch whose topic was made anew."""
    now = describe_topic(Admin(connection(broker)), topic)
    assert now is not None
    return (
        f"things, {HOUR} was published to a topic '{topic}' (id {then}) that no longer exists; today's topic '{topic}' (id {now.id}) is another one. "
        "Publish it again with a token, and verify that\n"
        f"  to publish it once more all the same: springhead publish things --interval {HOUR} --records 2500 --republish TOKEN --connection test_kafka"
    )


def test_a_batch_that_is_not_complete_is_refused(broker: Broker, make_topic: MakeTopic) -> None:
    chosen = small(make_topic(**FOREVER))
    publish(Request(chosen, HOUR, records=2500), connection(broker))
    take_back(broker, 3)
    assert refusal(chosen, broker, records=2500) == (
        f"of things, {HOUR} only 2 of 3 parts were published. Publish it again, which goes on with the parts that are missing"
    )


def test_a_batch_whose_topic_was_made_anew_is_refused(broker: Broker, admin: AdminClient, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    chosen = small(topic)
    receipt = publish(Request(chosen, HOUR, records=2500), connection(broker))
    make_anew(admin, topic)
    assert refusal(chosen, broker, records=2500) == elsewhere(broker, topic, receipt.topic_id)


def test_a_batch_that_is_not_complete_and_whose_topic_was_made_anew_is_not_told_to_go_on(
    broker: Broker, admin: AdminClient, make_topic: MakeTopic
) -> None:
    topic = make_topic(**FOREVER)
    chosen = small(topic)
    receipt = publish(Request(chosen, HOUR, records=2500), connection(broker))
    take_back(broker, 3)
    make_anew(admin, topic)
    assert refusal(chosen, broker, records=2500) == elsewhere(broker, topic, receipt.topic_id)
