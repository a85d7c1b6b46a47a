"""Delivery without transactions: whatever goes wrong on the way to the topic: no green without every record, counts that add up, and words that say what helps."""

from __future__ import annotations

import datetime as dt
import gc
import random
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient

from dev.broker import Broker
from dev.cluster import Cluster
from dev.console import console_consumer
from dev.ports import free_ports
from springhead.errors import BrokerUnavailableError, DeliveryError, RefusedError, StoppedError, TerminalError, TransientError
from springhead.kafka import settings
from springhead.kafka.delivery import Account, Delivery
from springhead.kafka.topics import TopicInfo, check_in_sync
from springhead.publish.publish import publish
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.spec import Stream
from springhead.topic_facts import TopicFacts
from tests.conftest import BUSY, MakeTopic, ReadTopic
from tests.kafka.build import FOREVER, connection, counts_of, expected, seen, size_of, small
from tests.unit.build import HOUR, stream

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("without_transactions")]

MANY = 300_000
KEPT = {"partitions": 3, "configs": {"retention.ms": -1}}
PATIENCE_S = 4.0  # in place of message.timeout.ms


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records time out after seconds instead of a minute and a half."""
    for of_guarantee in settings._BY_GUARANTEE.values():
        monkeypatch.setitem(of_guarantee, "message.timeout.ms", int(1000 * PATIENCE_S))


@pytest.fixture(scope="module")
def _frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    # a broker that was killed may register again when its session is over: 9 s unless told
    settings = {"auto.create.topics.enable": "true", "broker.session.timeout.ms": "2000", "broker.heartbeat.interval.ms": "500"}
    with Cluster(tmp_path_factory.mktemp("frail"), heap_mb=384, short_lived=True, settings=settings) as cluster:
        yield cluster.brokers[0]


@pytest.fixture
def frail(_frail: Broker) -> Broker:
    """A running broker that a test may stop, kill or pause, shared by them all; it makes topics for whoever asks carelessly."""
    revive(_frail)
    return _frail


def revive(broker: Broker) -> None:
    """Brings a broker back, whatever was done to it."""
    if broker.process() is None:
        broker.start()
    else:
        broker.resume()
    broker.wait_ready()


def at(fraction: float, action: Callable[[], object]) -> Callable[[int, int], None]:
    """A progress callback that acts once, when this fraction of the batch is handed over."""
    left = [action]

    def progress(done: int, records: int) -> None:
        if done >= fraction * records and left:
            left.pop()()

    return progress


@contextmanager
def meanwhile(action: Callable[[], Any]) -> Iterator[Callable[[], Any]]:
    """Runs an action in another thread; gives a function that waits for its result. A broker is started from the main thread."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(action).result


def check_counts(message: str, *, delivered: str = "delivered") -> dict[str, int]:
    """The error's counts, which must add up."""
    counts = counts_of(message)
    parts = (counts.get(what, 0) for what in (delivered, "failed", "without an answer", "not sent"))
    assert sum(parts) == counts["records"], message
    codes = re.search(r"failed \(([^)]*)\)", message)
    assert sum(int(count.replace(",", "")) for count in re.findall(r" ([\d,]+\d|\d)(?=,? |$)", codes[1] if codes else "")) == counts.get(
        "failed", 0
    ), message
    return counts


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


# Brokers that go away


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("acks", "fault"), [("all", "kill"), ("1", "kill"), ("0", "kill"), ("all", "stop"), ("all", "pause")])
def test_a_broker_that_goes_away_mid_batch_fails_it_with_counts_that_are_true(frail: Broker, acks: str, fault: str) -> None:
    topic = f"{fault}-{acks}"
    made = small(topic, topic_config=KEPT)
    with pytest.raises((DeliveryError, BrokerUnavailableError)) as caught:
        publish(Request(made, HOUR, records=MANY), connection(frail, acks), progress=at(1 / 3, getattr(frail, fault)))
    text = str(caught.value)
    assert isinstance(caught.value, TransientError)
    word = "sent" if acks == "0" else "delivered"
    counts = check_counts(text, delivered=word)
    assert counts["records"] == MANY
    assert counts["failed"] > 0
    assert "_MSG_TIMED_OUT" in text
    assert re.search(r"The first was record [\d]+ \(partition \d, 2026-03-01T10:.* bytes: _MSG_TIMED_OUT\)", text)
    assert "A retry may help. A retry sends all of them again: " in text
    assert isinstance(caught.value, DeliveryError)
    assert sum(caught.value.failed.values()) == counts["failed"]
    revive(frail)
    records = console_consumer(frail.bootstrap, topic)
    found = seen(records)
    if acks != "0":  # then nobody knows
        assert counts["delivered"] <= len(records)
    assert found.keys() <= expected(Batch.of(Request(made, HOUR, records=MANY), TopicFacts(partitions=3))).keys()
    if acks == "all":
        assert max(found.values()) == 1


@pytest.mark.parametrize("acks", ["1", "all"])
def test_a_broker_that_comes_back_in_time_gets_the_whole_batch(frail: Broker, acks: str) -> None:
    topic = f"comes-back-{acks}"
    made = small(topic, topic_config=KEPT)
    away = threading.Event()

    def leave() -> None:
        frail.kill()
        away.set()

    given = connection(frail, acks, queue_buffering_max_messages=20_000)  # a small queue: most of the batch waits for the broker
    # A restarted broker forgets idempotent producers by their records' event times: docs/decisions/007-old-event-times.md.
    now = dt.datetime.now(dt.UTC)
    hour = Interval(now - dt.timedelta(hours=1), now)
    with meanwhile(lambda: publish(Request(made, hour, records=100_000), given, progress=at(1 / 3, leave))) as result:
        assert away.wait(60)
        revive(frail)
        receipt = result()
    records = console_consumer(frail.bootstrap, topic)
    batch = expected(Batch.of(Request(made, hour, records=100_000), TopicFacts(partitions=3)))
    assert receipt.acked == 100_000
    assert not batch - seen(records)  # each at least once
    if acks == "all":  # the idempotent producer leaves no copies within one run
        assert seen(records) == batch


@pytest.mark.usefixtures("impatient")
@pytest.mark.timeout(120)
def test_a_queue_full_of_large_records_fails_as_well_when_the_broker_is_away(frail: Broker) -> None:
    """librdkafka's queue is full by bytes here, long before it is full by number."""
    text = {"constant": "x" * 5000}
    made = stream({"text": text}, topic="large", topic_config=KEPT)
    given = connection(frail, queue_buffering_max_kbytes=2048)
    with pytest.raises(DeliveryError) as caught:
        publish(Request(made, HOUR, records=20_000), given, progress=at(0, frail.pause))
    counts = check_counts(str(caught.value))
    assert counts["not sent"] > 0
    assert counts["failed"] > 0


def test_a_broker_that_goes_away_after_the_last_answer_takes_no_green_away(frail: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every record is there: a failure would only make a retry, and copies."""
    made = small("late", topic_config=KEPT)
    finish = Delivery.finish

    def finish_then_freeze(self: Delivery) -> Account:
        account = finish(self)
        monkeypatch.setattr("springhead.kafka.clients.ANSWER_S", 3.0)
        frail.pause()
        return account

    monkeypatch.setattr(Delivery, "finish", finish_then_freeze)
    receipt = publish(Request(made, HOUR, records=1000), connection(frail))
    assert receipt.acked == 1000
    assert {(share.first_offset, share.end_offset) for share in receipt.partitions.values()} == {(None, None)}
    revive(frail)
    assert len(console_consumer(frail.bootstrap, "late")) == 1000


def test_no_broker_at_all_is_said_within_seconds_with_the_servers() -> None:
    port = free_ports(1)[0]
    begin = time.monotonic()
    with pytest.raises(BrokerUnavailableError, match=rf"'test_kafka': no broker answers at 127.0.0.1:{port}.*A retry may help"):
        publish(Request(small("any"), HOUR), connection(f"127.0.0.1:{port}"))
    assert time.monotonic() - begin < 20


def test_a_missing_topic_is_not_made_by_a_broker_that_would_make_it(frail: Broker) -> None:
    with pytest.raises(RefusedError, match="there is no topic 'typing-error'"):
        publish(Request(small("typing-error"), HOUR), connection(frail))
    assert "typing-error" not in AdminClient({"bootstrap.servers": frail.bootstrap}).list_topics(timeout=30).topics


@pytest.mark.usefixtures("impatient")
def test_a_topic_deleted_mid_batch_fails_it_and_does_not_come_back(frail: Broker) -> None:
    admin = AdminClient({"bootstrap.servers": frail.bootstrap})
    made = small("deleted", topic_config=KEPT)

    def delete() -> None:
        admin.delete_topics(["deleted"])["deleted"].result(timeout=30)

    with pytest.raises((DeliveryError, RefusedError)) as caught:
        publish(Request(made, HOUR, records=MANY), connection(frail, topic_metadata_propagation_max_ms=1000), progress=at(1 / 3, delete))
    assert isinstance(caught.value, TerminalError)
    assert check_counts(str(caught.value))["failed"] > 0
    assert str(caught.value).endswith("gone: was it deleted while the batch was published?")
    assert "deleted" not in admin.list_topics(timeout=30).topics


# Runs that are told to stop


def test_a_stop_is_heard_though_the_broker_takes_all_at_once(broker: Broker, admin: AdminClient, make_topic: MakeTopic) -> None:
    topic = make_topic(partitions=3, **FOREVER)
    stop = threading.Event()
    given = connection(broker, queue_buffering_max_messages=100_000)  # it is never full
    with pytest.raises(StoppedError, match="stopped: ") as caught:
        publish(Request(small(topic), HOUR, records=60_000), given, stop=stop, progress=at(1 / 10, stop.set))
    assert isinstance(caught.value, TransientError)
    told = re.search(r"stopped: ([\d,]+) records were delivered to topic '.*'( and up to ([\d,]+) more)?", str(caught.value))
    assert told
    delivered, more = (int((number or "0").replace(",", "")) for number in told.group(1, 3))
    assert delivered <= size_of(admin, topic, 3) <= delivered + more < 50_000


@pytest.mark.parametrize("acks", ["0", "1", "all"])
def test_a_stop_is_heard_within_seconds_though_the_broker_is_frozen(frail: Broker, acks: str) -> None:
    stop, told = threading.Event(), [0.0]

    def tell() -> None:
        told[0] = time.monotonic()
        stop.set()

    def freeze() -> None:
        frail.pause()
        threading.Timer(2, tell).start()

    made = small(f"frozen-{acks}", topic_config=KEPT)
    with pytest.raises(StoppedError):
        publish(Request(made, HOUR, records=MANY), connection(frail, acks), stop=stop, progress=at(1 / 3, freeze))
    gc.collect()  # the producer's end is part of it: one that still has records waits for them
    assert time.monotonic() - told[0] < 5 * BUSY


@pytest.mark.parametrize("acks", ["0", "all"])
def test_a_stop_is_heard_while_the_topic_is_asked_for(acks: str) -> None:
    """Somebody takes the connection and does not answer: the topic, and the ledger beside it, are waited for."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        threading.Timer(1, stop.set).start()
        with pytest.raises(StoppedError, match=r"^stopped while describing topic 'silent'$"):
            publish(Request(small("silent"), HOUR, records=5), connection(f"127.0.0.1:{silent.getsockname()[1]}", acks), stop=stop)
