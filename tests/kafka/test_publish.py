"""Without transactions, what is published is what Kafka's own console consumer reads back: each record, to the byte, as often as the receipt says."""

from __future__ import annotations

import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from dev.broker import Broker, java_command
from dev.console import console_consumer
from springhead.errors import OptionError, RefusedError
from springhead.ledger.entry import Attempt
from springhead.publish.publish import publish
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.spec import find_stream
from springhead.topic_facts import TopicFacts
from tests.conftest import MakeTopic, ReadTopic
from tests.kafka.build import FOREVER, connection, expected, rich, seen, size_of, small, wait_for_size
from tests.unit.build import HOUR, stream

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("without_transactions")]


@pytest.mark.parametrize(
    ("acks", "guarantee", "outcome"),
    [
        ("0", "fire_and_forget", "sent: 3,000, acked: unknown"),
        ("1", "leader", "leader_acked: 3,000"),
        ("all", "at_least_once", "delivered: 3,000"),
    ],
)
def test_a_reader_sees_exactly_the_batch_and_the_receipt_counts_it(
    broker: Broker, admin: AdminClient, make_topic: MakeTopic, read_topic: ReadTopic, acks: str, guarantee: str, outcome: str
) -> None:
    topic = make_topic(partitions=5, **FOREVER)
    made = rich(topic)
    publish(Request(small(topic), HOUR, records=7), connection(broker))  # what was there before is not counted
    before = Counter(record.partition for record in read_topic(topic))
    receipt = publish(Request(made, HOUR, records=3000), connection(broker, acks))
    wait_for_size(admin, topic, 5, 3007)
    records = [record for record in read_topic(topic) if record.offset >= before[record.partition]]

    assert seen(records) == expected(Batch.of(Request(made, HOUR, records=3000), TopicFacts(partitions=5)))
    assert {record.timestamp_type for record in records} == {"CreateTime"}
    assert all(HOUR.start_us <= record.timestamp_ms * 1000 < HOUR.end_us for record in records)
    assert len({record.headers for record in records}) == 3  # source is pos, Läden, or left out
    assert all("none" not in dict(record.headers) for record in records)
    for number in range(5):
        times = [record.timestamp_ms for record in records if record.partition == number]
        assert times == sorted(times)  # a partition has its records in the order of their event times

    assert (receipt.guarantee, receipt.outcome, receipt.sent, receipt.warnings) == (guarantee, outcome, 3000, ())
    assert receipt.as_dict()["acked"] == ("unknown" if acks == "0" else 3000)
    assert {number: share.records for number, share in receipt.partitions.items()} == Counter(record.partition for record in records)
    assert receipt.bytes == sum(len(record.key or b"") + len(record.value or b"") for record in records)
    for number, share in receipt.partitions.items():
        if acks == "0":
            assert (share.first_offset, share.end_offset) == (None, None)
        else:
            offsets = [record.offset for record in records if record.partition == number]
            assert (share.first_offset, share.end_offset) == (min(offsets), max(offsets) + 1)


def test_the_key_decides_about_the_partition_as_kafkas_own_producer_does(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic
) -> None:
    """The judge is Kafka's console producer, which hashes the same keys by the Java client's murmur2."""
    ours, theirs = make_topic(partitions=7, **FOREVER), make_topic(partitions=7)
    fields = {
        "n": {"integer": [0, 10**12]},
        "name": {"faker": "name", "locale": ["vi_VN", "ja_JP"]},
        "short": {"choice": ["", "a", "äb", "abc"]},
    }
    keys = {"n": 500, "name": 500, "short": 50}
    for field, records in keys.items():
        publish(Request(stream(fields, topic=ours, key=f"{{{field}}}"), HOUR, records=records), connection(broker))
    by_key = {record.key: record.partition for record in read_topic(ours)}
    assert len(by_key) > 700
    lines = b"".join(b"%s\tvalue\n" % key for key in by_key if key is not None)
    command = java_command("org.apache.kafka.tools.ConsoleProducer", "--bootstrap-server", broker.bootstrap, "--topic", theirs)
    command += ["--reader-property", "parse.key=true"]
    subprocess.run(command, input=lines, check=True, capture_output=True, timeout=120)
    assert {record.key: record.partition for record in read_topic(theirs)} == by_key


def test_records_without_a_key_have_none_and_spread_over_all_partitions(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic
) -> None:
    topic = make_topic(partitions=4, **FOREVER)
    publish(Request(small(topic), HOUR, records=400), connection(broker))
    records = read_topic(topic)
    assert {record.key for record in records} == {None}
    assert sorted(Counter(record.partition for record in records)) == [0, 1, 2, 3]


def test_a_pinned_batch_is_in_its_partition_only_and_no_partition_beyond_the_topics_is_taken(
    broker: Broker, admin: AdminClient, make_topic: MakeTopic, read_topic: ReadTopic
) -> None:
    topic = make_topic(partitions=3, **FOREVER)
    made = stream({"name": {"faker": "name"}}, topic=topic, key="{name}", variants={"partition_0": {"partition": 0}})
    variant = publish(Request(made, HOUR, variant="partition_0", records=300), connection(broker))
    override = publish(Request(made, HOUR, partition=2, records=200), connection(broker))
    records = read_topic(topic)
    assert Counter(record.partition for record in records) == {0: 300, 2: 200}
    assert [variant.partitions[0].records, override.partitions[2].records] == [300, 200]
    assert seen(records) == expected(
        Batch.of(Request(made, HOUR, variant="partition_0", records=300), TopicFacts(partitions=3))
    ) + expected(Batch.of(Request(made, HOUR, partition=2, records=200), TopicFacts(partitions=3)))
    with pytest.raises(OptionError, match=r"partition: 3 is not within 0 … 2: the topic .* has 3 partitions"):
        publish(Request(made, HOUR, partition=3, records=100), connection(broker))
    assert size_of(admin, topic, 3) == 500


def test_the_same_batch_published_twice_is_the_same_bytes_twice_and_new_data_are_others(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic
) -> None:
    topic = make_topic(partitions=3, **FOREVER)
    made = rich(topic)
    first = publish(Request(made, HOUR, records=500), connection(broker))
    again = publish(Request(made, HOUR, records=500), connection(broker), attempt=Attempt(try_number=2))
    new = publish(Request(made, HOUR, records=500, run_id="manual__1"), connection(broker))
    once = expected(Batch.of(Request(made, HOUR, records=500), TopicFacts(partitions=3)))
    other = expected(Batch.of(Request(made, HOUR, records=500, run_id="manual__1"), TopicFacts(partitions=3)))
    assert seen(read_topic(topic)) == once + once + other
    assert not once & other
    assert first.digest == again.digest != new.digest
    assert again.warnings == ("attempt 2: up to 500 records for each earlier attempt may be in the topic twice",)
    assert [again.partitions[0].first_offset, new.partitions[0].first_offset] == [
        first.partitions[0].end_offset,
        again.partitions[0].end_offset,
    ]


def test_two_hundred_thousand_card_transactions_arrive_each_once(broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic) -> None:
    topic = make_topic(partitions=6, **FOREVER)
    shipped = find_stream("card_transactions").model_copy(update={"topic": topic})
    progress: list[tuple[int, int]] = []
    receipt = publish(Request(shipped, HOUR, records=200_000), connection(broker), progress=lambda *done: progress.append(done))
    records = read_topic(topic)
    assert seen(records) == expected(Batch.of(Request(shipped, HOUR, records=200_000), TopicFacts(partitions=6)))
    assert {number: share.records for number, share in receipt.partitions.items()} == Counter(record.partition for record in records)
    assert receipt.acked == len(records) == 200_000
    assert progress[-1] == (200_000, 200_000)
    assert progress == sorted(set(progress))


# Topics that are not there


def test_a_missing_topic_is_an_error_that_says_what_to_do_and_makes_none(broker: Broker, admin: AdminClient) -> None:
    with pytest.raises(
        RefusedError, match=r"there is no topic 'not-there' .*Create it, or .*topic_config: \{partitions: 6\} into the stream"
    ):
        publish(Request(small("not-there"), HOUR), connection(broker))
    assert "not-there" not in admin.list_topics(timeout=30).topics


def test_a_stream_with_a_topic_config_makes_its_topic_as_told(broker: Broker, admin: AdminClient) -> None:
    configs = {"retention.ms": -1, "cleanup.policy": "compact,delete", "max.message.bytes": 2_000_000}
    made = stream(
        {"n": {"integer": [1, 9]}}, topic="made-as-told", key="{n}", topic_config={"partitions": 4, "replication": 1, "configs": configs}
    )
    receipt = publish(Request(made, HOUR, records=50), connection(broker))
    assert receipt.topic_partitions == 4
    assert {share.first_offset for share in receipt.partitions.values()} == {0}
    assert len(admin.list_topics("made-as-told", timeout=30).topics["made-as-told"].partitions) == 4
    resource = ConfigResource(ResourceType.TOPIC, "made-as-told")
    entries = admin.describe_configs([resource])[resource].result(timeout=30)
    assert {key: entries[key].value for key in configs} == {key: str(value) for key, value in configs.items()}
    assert len(console_consumer(broker.bootstrap, "made-as-told")) == 50


def test_publications_that_all_find_the_topic_missing_all_succeed(broker: Broker, admin: AdminClient) -> None:
    """As the tasks of one stream's variants do, when they start at once."""
    variants = {f"v{number}": {"partition": number} for number in range(3)}
    for attempt in range(5):
        topic = f"made-at-once-{attempt}"
        made = small(topic, variants=variants, topic_config={"partitions": 12, "configs": {"retention.ms": -1}})
        with ThreadPoolExecutor(4) as pool:
            runs = [pool.submit(publish, Request(made, HOUR, variant, records=100), connection(broker)) for variant in (None, *variants)]
        assert [run.result().acked for run in runs] == [100] * 4
        assert all(isinstance(share.first_offset, int) for run in runs for share in run.result().partitions.values())
        assert size_of(admin, topic, 12) == 400


def test_a_topic_that_replaces_event_times_is_told_in_the_receipt(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER, message_timestamp_type="LogAppendTime")
    (warning,) = publish(Request(stream({"n": {"integer": [1, 9]}}, topic=topic), HOUR, records=5), connection(broker)).warnings
    assert warning.startswith(
        f"topic '{topic}' has message.timestamp.type LogAppendTime: the broker replaced the records' event times by its own"
    )
