"""In transactions, by both ways into librdkafka's queue, a reader of committed records sees exactly the batch, and the ledger tells of it."""

from __future__ import annotations

import subprocess
from collections import Counter

import pytest

from dev.broker import Broker, java_command
from springhead.errors import OptionError, RefusedError
from springhead.kafka.clients import Admin
from springhead.kafka.handover import SWITCH, ByCalls
from springhead.kafka.native import ByKernel
from springhead.kafka.topics import ensure_topic
from springhead.kafka.transaction import Transaction
from springhead.ledger.entry import Attempt, PartKey
from springhead.ledger.reader import LedgerReader
from springhead.ledger.topic import find_ledger
from springhead.publish.publish import publish
from springhead.records.batch import Batch
from springhead.spec import find_stream
from tests.conftest import MakeTopic, ReadTopic
from tests.kafka.build import FOREVER, connection, expected, seen, small
from tests.kafka.test_publish import RICH, rich
from tests.unit.build import HOUR, stream

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("own_ledger")]


@pytest.fixture(params=["kernel", "calls"])
def handover(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each way in turn."""
    monkeypatch.setenv(SWITCH, request.param)
    return str(request.param)


@pytest.mark.parametrize(("headers", "key"), [(True, "{place.city}|{name}"), (False, "{name}"), (False, None)])
def test_a_reader_sees_exactly_the_batch(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic, handover: str, headers: bool, key: str | None
) -> None:
    topic = make_topic(partitions=5, **FOREVER)
    made = rich(topic) if headers else stream(RICH, topic=topic, key=key)
    receipt = publish(made, HOUR, connection(broker), records=3000)
    records = read_topic(topic)
    assert seen(records) == expected(Batch.of(made, HOUR, records=3000, partitions=5))
    assert {record.timestamp_type for record in records} == {"CreateTime"}
    assert (receipt.guarantee, receipt.outcome, receipt.sent, receipt.parts) == ("exactly_once", "delivered: 3,000", 3000, 1)
    assert {number: share.records for number, share in receipt.partitions.items()} == Counter(record.partition for record in records)
    for number, share in receipt.partitions.items():
        offsets = [record.offset for record in records if record.partition == number]
        assert (share.first_offset, share.end_offset) == (min(offsets), max(offsets) + 1)


def test_two_hundred_thousand_card_transactions_arrive_each_once(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic, handover: str
) -> None:
    topic = make_topic(partitions=6, **FOREVER)
    shipped = find_stream("card_transactions").model_copy(update={"topic": topic})
    progress: list[tuple[int, int]] = []
    receipt = publish(shipped, HOUR, connection(broker), records=200_000, progress=lambda *done: progress.append(done))
    assert seen(read_topic(topic)) == expected(Batch.of(shipped, HOUR, records=200_000, partitions=6))
    assert receipt.acked == 200_000
    assert progress[-1] == (200_000, 200_000)
    assert progress == sorted(set(progress))


def test_the_way_is_the_kernels_where_it_can_be_gone(
    broker: Broker, make_topic: MakeTopic, handover: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = connection(broker, client_id="way")
    topic = ensure_topic(Admin(given), make_topic(), None)
    for headers in (False, True):
        made = Transaction(given, topic, "way", headers=headers)
        assert isinstance(made._handover, ByKernel if handover == "kernel" and not headers else ByCalls)
        made.close()
    monkeypatch.setattr("springhead.kafka.native.TESTED", frozenset())
    other = Transaction(given, topic, "way", headers=False)  # another version of the client may have another layout
    assert isinstance(other._handover, ByCalls)
    other.close()
    monkeypatch.setenv(SWITCH, "fast")
    with pytest.raises(
        OptionError, match=r"^SPRINGHEAD_HANDOVER: 'fast' is neither 'calls' nor 'kernel': write one of them, or leave it out$"
    ):
        Transaction(given, topic, "way", headers=False)


def test_a_record_that_the_topic_refuses_is_named_and_none_of_its_transaction_is_seen(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic, handover: str
) -> None:
    topic = make_topic(partitions=1, max_message_bytes="1000", **FOREVER)
    made = stream({"text": {"choice": {"short": 99, "x" * 20_000: 1}}}, topic=topic, seed=3)
    batch = Batch.of(made, HOUR, records=2000)
    first = next(number for number, record in enumerate(expected(batch).elements()) if len(record[2] or b"") > 1000)
    with pytest.raises(RefusedError) as caught:
        publish(made, HOUR, connection(broker, compression_type="none"), records=2000)
    text = str(caught.value)
    assert "MSG_SIZE_TOO_LARGE" in text
    assert "Their transaction was given up: no consumer that reads committed records sees any of them. A retry cannot help." in text
    assert "The first was record" in text
    assert first < 2000
    assert not read_topic(topic)


def test_what_is_published_is_told_and_not_sent_again(broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic) -> None:
    topic = make_topic(**FOREVER)
    first = publish(small(topic), HOUR, connection(broker), records=500)
    again = publish(small(topic), HOUR, connection(broker), records=500, attempt=Attempt("dag", "run", 2))
    assert (again.outcome, again.sent, again.acked, again.digest) == ("already_published: 500", 0, 500, first.digest)
    assert "exactly_once, already_published: 500" in again.text()
    assert again.partitions == first.partitions
    new = publish(small(topic), HOUR, connection(broker), records=500, run_id="manual__1")
    assert (new.outcome, new.sent) == ("delivered: 500", 500)
    one, other = (expected(Batch.of(small(topic), HOUR, records=500, partitions=3, run_id=run)) for run in (None, "manual__1"))
    assert seen(read_topic(topic)) == one + other


def test_a_batch_of_several_transactions_has_the_digest_of_one(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = make_topic(**FOREVER)
    whole = publish(small(topic), HOUR, connection(broker), records=2500, run_id="whole")
    monkeypatch.setattr("springhead.records.batch.PART", 1000)
    parts = publish(small(topic), HOUR, connection(broker), records=2500)
    atomic = publish(small(topic, atomic=True), HOUR, connection(broker), records=2500, run_id="atomic")
    assert (whole.parts, parts.parts, atomic.parts) == (1, 3, 1)
    admin = Admin(connection(broker))
    with LedgerReader(admin, find_ledger(admin), "things", HOUR) as reader:
        entries = [entry for entry in reader.read() if entry.run_id is None]
    assert [(entry.part, entry.records) for entry in entries] == [(1, 1000), (2, 1000), (3, 500)]
    assert parts.digest == entries[-1].digest
    assert sum(entry.bytes for entry in entries) == parts.bytes
    assert len(read_topic(topic)) == 7500


def transaction_timeout_ms(broker: Broker, transactional_id: str) -> int:
    """What the broker was told, by Kafka's own tool."""
    tool = ("org.apache.kafka.tools.TransactionsCommand", "--bootstrap-server", broker.bootstrap)
    command = java_command(*tool, "describe", "--transactional-id", transactional_id)
    names, values = (line.split("\t") for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines())
    told = {name.strip(): value.strip() for name, value in zip(names, values, strict=True)}
    return int(told["TransactionTimeoutMs"])


def test_an_atomic_batch_gets_the_time_it_may_take_and_is_refused_where_the_cluster_does_not_give_that(
    broker: Broker, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = make_topic(**FOREVER)
    monkeypatch.setattr("springhead.records.batch.PART", 10)
    for records, timeout_ms in ((60, 120_000), (450, 900_000)):  # of 6 and 45 parts, if it were not atomic
        receipt = publish(small(topic, atomic=True), HOUR, connection(broker), records=records, run_id=f"run-{records}")
        assert receipt.parts == 1
        identity = PartKey("things", None, HOUR, f"run-{records}", 1).transactional_id
        assert transaction_timeout_ms(broker, identity) == timeout_ms
    with pytest.raises(RefusedError) as caught:
        publish(small(topic, atomic=True), HOUR, connection(broker), records=451)
    assert str(caught.value) == (
        "things: atomic: 451 records in one transaction may take 460 s, more than half of the 900 s for which the cluster lets a transaction be open "
        "(transaction.max.timeout.ms). Publish fewer, leave atomic out (the batch is sent in parts then), or raise that setting"
    )


def test_a_token_is_refused_where_nothing_is_remembered(broker: Broker, make_topic: MakeTopic) -> None:
    with pytest.raises(OptionError, match=r"^republish: leader publishes every time, without a token: leave it out$"):
        publish(small(make_topic()), HOUR, connection(broker, "1"), records=5, republish="again")
