"""F17–F24, F28, F29, F31–F34, F39, F40, F46: brokers that die, hang or refuse; and what else the machine may do to an attempt."""

from __future__ import annotations

import os
import random
import re
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psutil
import pytest
from confluent_kafka import KafkaException, Producer, TopicCollection
from confluent_kafka.admin import AdminClient

from dev.broker import Broker, java_command
from dev.cluster import Cluster
from dev.ledger import create_ledger
from springhead.errors import BrokerUnavailableError
from springhead.kafka import settings, transaction
from springhead.kafka.settings import Guarantee
from springhead.publish.publish import publish
from springhead.records.request import Request
from tests.conftest import BUSY
from tests.faults.conftest import FIELDS, Case, MakeCase, wait_until_stopped
from tests.faults.warm import Warm
from tests.kafka.build import connection, expected, small
from tests.unit.build import HOUR

pytestmark = pytest.mark.kafka

QUICK = {
    "broker.session.timeout.ms": "2000",  # a broker that was killed may come back after that: 9 s unless told
    "broker.heartbeat.interval.ms": "500",
}


@pytest.fixture(scope="module")
def _frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    settings = {
        **QUICK,
        "auto.create.topics.enable": "true",
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": "500",
        "transactional.id.expiration.ms": "4000",
        "transaction.remove.expired.transaction.cleanup.interval.ms": "500",
    }
    with Cluster(tmp_path_factory.mktemp("frail"), heap_mb=384, short_lived=True, settings=settings) as cluster:
        yield cluster.brokers[0]


@pytest.fixture
def frail(_frail: Broker) -> Broker:
    """A running broker that a test may kill or pause. It makes topics for whoever asks carelessly, and forgets transactional ids after four seconds."""
    revive(_frail)
    return _frail


@pytest.fixture(scope="module")
def _three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with Cluster(tmp_path_factory.mktemp("three"), 3, heap_mb=384, short_lived=True, settings=QUICK) as cluster:
        yield cluster


@pytest.fixture
def three(_three: Cluster) -> Cluster:
    """Three brokers, of which a test may kill some."""
    for broker in _three.brokers:
        revive(broker, wait=False)
    for broker in _three.brokers:
        broker.wait_ready(120)
    return _three


def revive(broker: Broker, *, wait: bool = True) -> None:
    """Brings a broker back, whatever was done to it."""
    if broker.process() is None:
        broker.kill()  # one that ended by itself is to be waited for
        broker.start()
    else:
        broker.resume()
    if wait:
        broker.wait_ready(120)


def stopped_at(case: Case, point: str) -> Warm:
    """An attempt that waits there."""
    process = case.attempt.start(SPRINGHEAD_FAULT=f"stop:{point}")
    wait_until_stopped(process)
    return process


def go_on(process: Warm) -> None:
    os.kill(process.pid, signal.SIGCONT)


# One broker that dies, hangs, or is slow


def test_a_transaction_that_outlived_its_timeout_is_given_up_and_the_error_says_so(frail: Broker, make_case: MakeCase) -> None:
    case = make_case(on=frail)
    slow = stopped_at(case.but(tampering=("transaction-timeout-s=3",)), "flush")
    time.sleep(5)  # its transaction is aborted by the broker meanwhile
    go_on(slow)
    outcome = slow.outcome()
    assert outcome.error == "FencedError", outcome
    assert re.search(r"the transaction was open for \d+ s, longer than its 3 s, or a newer attempt .* A retry helps if", outcome.message)
    assert not case.seen()
    assert case.but(try_number=2).attempt.run().green
    case.check_once()


@pytest.mark.parametrize("delivery", [None, "at_least_once"])
def test_a_quota_that_is_too_low_for_the_batch_is_named(frail: Broker, make_case: MakeCase, delivery: str | None) -> None:
    """The broker takes all, and answers late: nothing else says why a batch takes longer than it may."""
    case = make_case(on=frail)
    limited = replace(
        case.attempt, records=50_000, tampering=("message-timeout-s=8", "transaction-timeout-s=8"), settings={"client.id": "limited"}
    )
    tool = (
        "kafka.admin.ConfigCommand",
        "--bootstrap-server",
        frail.bootstrap,
        "--alter",
        "--entity-type",
        "clients",
        "--entity-name",
        "limited",
    )
    subprocess.run(java_command(*tool, "--add-config", "producer_byte_rate=20000"), check=True, capture_output=True)
    stream = case.attempt.stream | ({"delivery": delivery} if delivery else {})
    outcome = replace(limited, stream=stream).run()
    assert outcome.error in ("FencedError", "DeliveryError"), outcome
    assert re.search(
        r" A quota of the client or its user \(producer_byte_rate, request_percentage\) has held answers of the broker back, for up to [\d.]+ s each: "
        r"raise it, or publish fewer records at a time$",
        outcome.message,
    ), outcome


@pytest.mark.parametrize("point", ["produce", "entry"])
def test_a_broker_killed_under_an_attempt_and_started_again_has_the_batch_once(frail: Broker, make_case: MakeCase, point: str) -> None:
    case = make_case(on=frail)
    process = stopped_at(case, point)
    frail.kill()
    go_on(process)
    revive(frail)
    case.finish(process.outcome())


def test_a_broker_that_stays_away_in_the_middle_of_a_part_ends_the_attempt_when_its_records_time_is_up(
    frail: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F46. Not one queue of records after the other: of records that the kernel hands over librdkafka does not tell that they have timed out."""
    monkeypatch.setitem(settings._BY_GUARANTEE[Guarantee.EXACTLY_ONCE], "message.timeout.ms", 5000)
    monkeypatch.setattr(transaction, "_INIT_S", 3.0)
    create_ledger(frail.bootstrap)

    def leave(done: int, _: int) -> None:
        if done > 50_000 and frail.process() is not None:
            frail.kill()

    made = small("stays-away", topic_config={"partitions": 3, "configs": {"retention.ms": -1}})
    given = connection(frail, queue_buffering_max_messages=5000)
    began = time.monotonic()
    with pytest.raises(BrokerUnavailableError, match="no broker answers"):
        publish(Request(made, HOUR, records=400_000), given, progress=leave)
    assert time.monotonic() - began < 40 * BUSY  # 70 queues of 5 s each were 350


def test_a_broker_that_hangs_for_forty_seconds_delays_the_batch(frail: Broker, make_case: MakeCase) -> None:
    case = make_case(on=frail)
    process = stopped_at(case, "flush")
    frail.pause()
    go_on(process)
    time.sleep(40)
    frail.resume()
    case.finish(process.outcome())


def test_a_disk_that_is_full_fails_the_batch_and_it_is_there_once_after_a_restart(frail: Broker, make_case: MakeCase) -> None:
    """F28, F29: no file of the broker may grow beyond 200 kB: the write fails, Kafka takes its only log directory for lost, and ends."""
    case = make_case(on=frail, records=100_000, part=25_000)
    process = stopped_at(case.but(tampering=("transaction-timeout-s=10",)), "init")
    java = frail.process()
    assert java
    resource.prlimit(java.pid, resource.RLIMIT_FSIZE, (200_000, 200_000))
    go_on(process)
    outcome = process.outcome()
    assert not outcome.green
    assert outcome.error, outcome
    psutil.wait_procs([java], timeout=60)
    assert frail.process() is None
    revive(frail)
    there = case.seen()
    assert there <= expected(case.batch())
    assert there.total() % 25_000 == 0  # whole parts, if any
    retry = case.but(try_number=2).attempt.run()
    assert retry.green, retry
    case.check_once()


# Brokers that refuse

LONG = random.Random(1).randbytes(3000).hex()  # no compression makes it shorter


@pytest.mark.parametrize(
    ("configs", "text", "words"),
    [
        ({"min.insync.replicas": "2"}, "short", "min.insync.replicas is 2, but a partition has only 1 replica: acks all would fail. Lower"),
        ({"max.message.bytes": "1000"}, LONG, "MSG_SIZE_TOO_LARGE"),
        ({"retention.ms": "3600000"}, "short", "keeps records for 1 hour (retention.ms 3600000), but the interval"),
    ],
    ids=["min.insync.replicas", "max.message.bytes", "retention.ms"],
)
def test_what_the_topic_would_not_keep_is_refused_and_nothing_is_visible(
    make_case: MakeCase, configs: dict[str, str], text: str, words: str
) -> None:
    case = make_case(configs=configs, records=20, keys={"fields": {"text": {"constant": text}}, "key": None})
    outcome = case.attempt.run()
    assert outcome.error == "RefusedError", outcome
    assert words in outcome.message
    assert not case.seen()
    assert not case.entries()


def test_a_topic_that_is_not_there_is_an_error_and_is_not_made_by_a_broker_that_would(frail: Broker, make_case: MakeCase) -> None:
    case = make_case(on=frail)
    outcome = case.but(stream={**case.attempt.stream, "topic": "typing-error"}).attempt.run()
    assert outcome.error == "RefusedError", outcome
    assert "there is no topic 'typing-error'" in outcome.message
    assert "typing-error" not in AdminClient({"bootstrap.servers": frail.bootstrap}).list_topics(timeout=30).topics


# Three brokers


def described(case: Case, topic: str) -> Any:
    """A topic's partitions; asks again where the question went to a broker that has just died."""
    deadline = time.monotonic() + 60
    while True:
        client = AdminClient({"bootstrap.servers": case.broker.bootstrap})
        try:
            return client.describe_topics(TopicCollection([topic]), request_timeout=10)[topic].result(timeout=15).partitions
        except (TimeoutError, KafkaException):
            assert time.monotonic() < deadline, f"nobody describes topic {topic}"


def coordinator_of(case: Case, transactional_id: str) -> int:
    """The broker that leads the partition of __transaction_state that an id belongs to: Java's String.hashCode modulo their number."""
    code = 0
    for letter in transactional_id:
        code = (31 * code + ord(letter)) & 0xFFFFFFFF
    partitions = described(case, "__transaction_state")
    return int(partitions[(code & 0x7FFFFFFF) % len(partitions)].leader.id)


@pytest.mark.parametrize("victim", ["leader", "coordinator"])
def test_of_three_brokers_one_is_killed_at_the_commit(three: Cluster, make_case: MakeCase, victim: str) -> None:
    assert make_case(on=three, replication=3, records=10).attempt.run().green  # so that there is a __transaction_state
    case = make_case(on=three, replication=3)
    process = stopped_at(case, "entry")
    number = described(case, case.topic)[0].leader.id if victim == "leader" else coordinator_of(case, case.transactional_id())
    three.brokers[number - 1].kill()
    go_on(process)
    case.finish(process.outcome())


def test_records_that_a_broker_left_open_behind_an_abort_do_not_come_in_with_the_next_attempts(three: Cluster, make_case: MakeCase) -> None:
    """F45. A coordinator takes partitions that have no leader for deleted, and leaves out their abort markers (KAFKA-20734)."""
    assert make_case(on=three, replication=3, records=10).attempt.run().green  # so that there is a __transaction_state
    case = make_case(on=three, configs={"min.insync.replicas": "1"})
    process = stopped_at(case, "flush")
    os.kill(process.pid, signal.SIGKILL)
    process.outcome()
    coordinator = coordinator_of(case, case.transactional_id())
    partition = next(each for each in described(case, case.topic) if each.leader.id != coordinator)
    victim = three.brokers[partition.leader.id - 1]
    victim.kill()
    wait_until_leaderless(case, partition.id)
    # Its end of the transaction, as far as anybody is told.
    Producer({"bootstrap.servers": three.bootstrap, "transactional.id": case.transactional_id()}).init_transactions(60)
    revive(victim, wait=False)
    victim.wait_ready(120)
    outcome = case.but(try_number=2).attempt.run()
    assert outcome.green, outcome
    case.check_once()


def wait_until_leaderless(case: Case, partition: int) -> None:
    deadline = time.monotonic() + 60
    while True:
        leader = described(case, case.topic)[partition].leader
        if leader is None or leader.id < 0:
            return
        assert time.monotonic() < deadline, "the partition keeps its leader"
        time.sleep(0.2)


def test_brokers_killed_one_after_the_other_under_a_batch_of_many_parts(three: Cluster, make_case: MakeCase) -> None:
    case = make_case(on=three, replication=3, records=6000, part=200)
    process = case.attempt.start()
    for broker in three.brokers:
        broker.kill()
        time.sleep(1)
        revive(broker, wait=False)
        broker.wait_ready(120)
    case.finish(process.outcome())


def test_too_few_replicas_in_sync_for_now_are_worth_a_retry(three: Cluster, make_case: MakeCase) -> None:
    case = make_case(on=three, replication=3, configs={"min.insync.replicas": "3"})
    three.brokers[2].kill()
    deadline = time.monotonic() + 60
    while min(len(partition.isr) for partition in described(case, case.topic)) == 3:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    outcome = case.attempt.run()
    assert outcome.error == "BrokerUnavailableError", outcome
    assert "only 2 of its 3 replicas in sync" in outcome.message
    assert "a retry may help" in outcome.message
    assert not case.seen()
    revive(three.brokers[2])
    while min(len(partition.isr) for partition in described(case, case.topic)) < 3:
        assert time.monotonic() < deadline + 60
        time.sleep(0.5)
    assert case.attempt.run().green
    case.check_once()


# The machine


def test_a_clock_two_hours_wrong_makes_the_same_bytes(make_case: MakeCase) -> None:
    case = make_case(records=2000, part=1000)
    assert case.but(tampering=("clock-h=2",)).attempt.run(SPRINGHEAD_FAULT="kill:flush@2").code == -9
    assert case.but(tampering=("clock-h=-2",), try_number=2).attempt.run().green
    case.check_once()


def test_a_publisher_whose_thread_of_librdkafka_gets_no_time_to_commit_commits_late(make_case: MakeCase) -> None:
    """F43. The old way, a commit asked for in slices of 10 ms, died of it or took another answer for the commit's in half of its runs."""
    case = make_case(records=3000, part=500).but(tampering=("starved-on-core=0",))
    outcome = case.attempt.run()
    assert outcome.green, outcome
    case.check_once()


def test_too_little_memory_ends_an_attempt_and_the_next_one_finishes(make_case: MakeCase) -> None:
    case = make_case(records=400_000, part=100_000)
    poor = case.but(tampering=("memory-mb=40",)).attempt.run()
    assert not poor.green
    assert poor.code != 0
    assert case.but(try_number=2).attempt.run().green
    case.check_once()


def transactional_ids(broker: Broker) -> str:
    """What the broker remembers, by Kafka's own tool."""
    command = java_command("org.apache.kafka.tools.TransactionsCommand", "--bootstrap-server", broker.bootstrap, "list")
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_after_its_transactional_id_has_expired_a_published_batch_is_published_still(frail: Broker, make_case: MakeCase) -> None:
    case = make_case(on=frail)
    assert case.attempt.run().green
    deadline = time.monotonic() + 60
    while case.transactional_id() in transactional_ids(frail):
        assert time.monotonic() < deadline
        time.sleep(1)
    again = case.but(try_number=2).attempt.run()
    assert again.receipt is not None, again
    assert again.receipt["already_published"]
    case.check_once()


# Weaker guarantees


def test_at_least_once_leaves_each_record_at_least_once_and_the_retry_warns(make_case: MakeCase) -> None:
    case = make_case(keys={"delivery": "at_least_once"})
    assert case.attempt.run(SPRINGHEAD_FAULT="kill:acked").code == -9
    retry = case.but(try_number=2).attempt.run()
    assert retry.receipt is not None, retry
    assert retry.receipt["warnings"] == ["attempt 2: up to 3,000 records for each earlier attempt may be in the topic twice"]
    there, made = case.seen(), expected(case.batch())
    assert there.keys() == made.keys()
    assert not made - there


def test_acks_0_with_records_that_are_too_large_claims_nothing(make_case: MakeCase) -> None:
    case = make_case(acks="0", records=50, configs={"max.message.bytes": "1000"}, keys={"fields": {**FIELDS, "text": {"constant": LONG}}})
    outcome = case.attempt.run()
    assert outcome.receipt is not None, outcome
    assert outcome.receipt["acked"] == "unknown"
    assert not case.seen()
