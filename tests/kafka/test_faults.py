"""Brokers and topics that go away, and stops: no green without every record, counts that add up, and words that say what helps. Without transactions."""

from __future__ import annotations

import datetime as dt
import gc
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewTopic

from dev.broker import Broker
from dev.cluster import Cluster
from dev.console import console_consumer
from dev.ports import free_ports
from springhead.errors import BrokerUnavailableError, DeliveryError, RefusedError, StoppedError, TerminalError, TransientError
from springhead.kafka import settings
from springhead.kafka.delivery import Account, Delivery
from springhead.publish.publish import publish
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.topic_facts import TopicFacts
from tests.conftest import BUSY, MakeTopic
from tests.kafka.build import FOREVER, check_counts, connection, expected, seen, size_of, small
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
    # One that was frozen for longer than its session answers, and is fenced a moment later, until the controller has heard of it again: then it makes topics.
    admin, name, deadline = AdminClient({"bootstrap.servers": broker.bootstrap}), f"revived-{uuid.uuid4()}", time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            admin.create_topics([NewTopic(name, 1, 1)])[name].result(timeout=15)
        except (KafkaException, TimeoutError):
            time.sleep(0.2)
        else:
            return
    pytest.fail("the broker does not come back")


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
