"""What a topic does not take, or would not keep: refused with its setting, before a record is sent where that can be known."""

from __future__ import annotations

import datetime as dt
import random
import time
from dataclasses import replace

import pytest
from confluent_kafka.admin import AdminClient

from dev.broker import Broker
from springhead.errors import BrokerUnavailableError, RefusedError, TerminalError
from springhead.kafka.topics import TopicInfo, check_in_sync
from springhead.publish.publish import publish
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.spec import Stream
from springhead.topic_facts import TopicFacts
from tests.conftest import MakeTopic, ReadTopic
from tests.kafka.build import FOREVER, check_counts, connection, expected, seen, size_of, small
from tests.unit.build import HOUR, stream

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("without_transactions")]


# Records that no topic takes


def uneven(topic: str, length: int) -> Stream:
    """A stream of short texts and, now and then, one of `length` letters that no compression makes shorter."""
    long = random.Random(1).randbytes(length // 2).hex()
    return stream({"n": {"integer": [0, 10**9]}, "text": {"choice": {"short": 1000, "middling" * 20: 1000, long: 1}}}, topic=topic, seed=8)


def long_records(batch: Batch, limit: int) -> list[tuple[int, int, int, int]]:
    """(number, partition, timestamp, size of the value) of the records above a limit."""
    return [
        (number, partition, time_ms, len(value or b""))
        for number, (partition, _, value, time_ms, _) in enumerate(expected(batch).elements())
        if len(value or b"") > limit
    ]


@pytest.mark.parametrize("acks", ["1", "all"])
@pytest.mark.parametrize("refuses", ["broker", "client"])
def test_the_one_record_that_is_too_large_is_found_and_named(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic, acks: str, refuses: str
) -> None:
    topic = make_topic(partitions=3, **FOREVER, **({"max_message_bytes": "4000"} if refuses == "broker" else {}))
    made = uneven(topic, 6000)
    batch = Batch.of(Request(made, HOUR, records=2000), TopicFacts(partitions=3))
    ((number, partition, time_ms, size),) = long_records(batch, 4000)
    given = connection(broker, acks, **({"message_max_bytes": 4000} if refuses == "client" else {}))
    with pytest.raises(RefusedError) as caught:
        publish(Request(made, HOUR, records=2000), given)
    text = str(caught.value)
    assert isinstance(caught.value, TerminalError)
    time_text = dt.datetime.fromtimestamp(time_ms / 1000, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert f"The first was record {number} (partition {partition}, {time_text}, {size:,} bytes: MSG_SIZE_TOO_LARGE). " in text
    assert "1 failed (MSG_SIZE_TOO_LARGE 1)" in text
    limit = "the topic's max.message.bytes (4,000)"
    if refuses == "client":
        limit = "the connection's message.max.bytes (4000), which is below the topic's max.message.bytes (1,048,588): without it that one counts"
    assert text.endswith(f"A retry cannot help. Make the records smaller, or raise {limit}.")
    counts = check_counts(text)
    records = read_topic(topic)
    assert counts["delivered"] == len(records)
    assert seen(records) <= expected(batch)


@pytest.mark.parametrize(("limit", "length"), [(1_048_588, 1_040_000), (10_485_760, 3_000_000)])
@pytest.mark.parametrize("acks", ["1", "all"])
def test_a_record_may_be_as_large_as_the_topic_takes(
    broker: Broker, admin: AdminClient, make_topic: MakeTopic, acks: str, limit: int, length: int
) -> None:
    topic = make_topic(partitions=1, **FOREVER, max_message_bytes=str(limit))
    large = stream({"text": {"constant": random.Random(3).randbytes(length // 2).hex()}}, topic=topic)
    assert publish(Request(large, HOUR, records=2), connection(broker, acks)).acked == 2
    assert size_of(admin, topic, 1) == 2


def test_a_topic_that_takes_none_of_the_records_gets_none(broker: Broker, admin: AdminClient, make_topic: MakeTopic) -> None:
    topic = make_topic(partitions=3, **FOREVER, max_message_bytes="1000")
    text = random.Random(2).randbytes(1000).hex()
    with pytest.raises(RefusedError) as caught:
        publish(Request(stream({"text": {"constant": text}}, topic=topic), HOUR, records=10_000), connection(broker))
    counts = check_counts(str(caught.value))
    assert counts["delivered"] == 0
    assert counts["failed"] > 0
    assert size_of(admin, topic, 3) == 0


def test_with_acks_0_nobody_knows_of_a_record_that_is_too_large_and_the_receipt_says_so(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic
) -> None:
    """The broker closes the connection in place of an answer: what was under way is lost as well."""
    topic = make_topic(partitions=3, **FOREVER, max_message_bytes="4000")
    made = uneven(topic, 6000)
    receipt = publish(Request(made, HOUR, records=2000), connection(broker, "0"))
    assert receipt.outcome == "sent: 2,000, acked: unknown"
    time.sleep(1)
    found = seen(read_topic(topic))
    assert found <= expected(Batch.of(Request(made, HOUR, records=2000), TopicFacts(partitions=3)))
    assert found.total() < 2000


def test_a_compacted_topic_takes_no_records_without_a_key_and_the_error_says_so(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(partitions=2, cleanup_policy="compact,delete", **FOREVER)
    with pytest.raises(RefusedError) as caught:
        publish(Request(small(topic), HOUR), connection(broker))
    assert str(caught.value) == (
        f"topic '{topic}' is compacted (cleanup.policy compact,delete): it takes no records without a key. Give the stream a key, or publish to a topic with "
        "cleanup.policy delete"
    )


# Topics that would lose the records


def test_too_few_replicas_in_sync_are_refused_before_a_record_is_sent(broker: Broker, admin: AdminClient, make_topic: MakeTopic) -> None:
    topic = make_topic(partitions=2, **FOREVER, min_insync_replicas="2")
    with pytest.raises(
        RefusedError, match=rf"topic '{topic}': min.insync.replicas is 2, but a partition has only 1 replica: .*Lower the setting"
    ):
        publish(Request(small(topic), HOUR), connection(broker), progress=lambda *_: pytest.fail("a record was sent"))
    assert size_of(admin, topic, 2) == 0
    assert publish(Request(small(topic), HOUR), connection(broker, "1")).acked == 100  # the leader alone is enough for acks 1


def test_replicas_that_are_out_of_sync_for_now_are_worth_a_retry() -> None:
    topic = TopicInfo("t", "id", partitions=2, replicas=3, in_sync=1, configs={"min.insync.replicas": "2"})
    with pytest.raises(BrokerUnavailableError, match=r"only 1 of its 3 replicas in sync: .*Start the missing brokers: a retry may help"):
        check_in_sync(topic)
    check_in_sync(replace(topic, in_sync=2))


def test_a_retention_shorter_than_the_intervals_age_is_refused_with_the_way_out(
    broker: Broker, admin: AdminClient, make_topic: MakeTopic
) -> None:
    topic = make_topic(partitions=2)  # the default: a week
    with pytest.raises(
        RefusedError,
        match=r"keeps records for 7 days \(retention.ms 604800000\).* begins .* days ago.*\(-1 keeps all\), publish a newer",
    ):
        publish(Request(small(topic), HOUR), connection(broker))
    assert size_of(admin, topic, 2) == 0
    now = dt.datetime.now(dt.UTC)
    assert publish(Request(small(topic), Interval(now - dt.timedelta(days=6), now)), connection(broker)).acked == 100
    compacted = make_topic(partitions=2, cleanup_policy="compact")  # removes by key, not by age
    assert publish(Request(small(compacted, key="{number}"), HOUR), connection(broker)).acked == 100


def test_times_that_the_topic_does_not_take_are_refused_with_the_setting(broker: Broker, admin: AdminClient, make_topic: MakeTopic) -> None:
    now = dt.datetime.now(dt.UTC)
    future = Interval(now + dt.timedelta(hours=2), now + dt.timedelta(hours=3))
    topic = make_topic(partitions=2)
    with pytest.raises(
        RefusedError, match=r"no records more than 1 hour in the future \(message.timestamp.after.max.ms 3600000\).*Raise that setting"
    ):
        publish(Request(small(topic), future), connection(broker))
    old = make_topic(partitions=2, **FOREVER, message_timestamp_before_max_ms="60000")
    with pytest.raises(RefusedError, match=r"more than 1 minute in the past \(message.timestamp.before.max.ms 60000\)"):
        publish(Request(small(old), HOUR), connection(broker))
    assert size_of(admin, topic, 2) == size_of(admin, old, 2) == 0
    wide = make_topic(partitions=2, message_timestamp_after_max_ms="86400000")
    assert publish(Request(small(wide), future), connection(broker)).acked == 100
