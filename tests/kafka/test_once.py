"""In transactions, by both ways into librdkafka's queue, a reader of committed records sees exactly the batch, and the ledger tells of it."""

from __future__ import annotations

import subprocess
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
import xxhash

from dev.broker import Broker, java_command
from springhead.errors import OptionError, PublishedError, RefusedError
from springhead.kafka.clients import Admin
from springhead.kafka.handover import SWITCH, ByCalls
from springhead.kafka.native import ByKernel
from springhead.kafka.transaction import Transaction
from springhead.ledger.entry import Attempt
from springhead.ledger.key import BatchKey
from springhead.ledger.reader import LedgerReader
from springhead.ledger.topic import find_ledger
from springhead.publish.publish import publish
from springhead.publish.topic import ensure_topic
from springhead.records.batch import Batch
from springhead.records.digests import PartDigest, batch_digest
from springhead.records.press import Press, records_of
from springhead.records.request import Request
from springhead.spec import find_stream
from springhead.topic_facts import TopicFacts
from tests.conftest import MakeTopic, ReadTopic
from tests.kafka.build import FOREVER, RICH, connection, expected, rich, seen, small
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
    receipt = publish(Request(made, HOUR, records=3000), connection(broker))
    records = read_topic(topic)
    assert seen(records) == expected(Batch.of(Request(made, HOUR, records=3000), TopicFacts(partitions=5)))
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
    receipt = publish(Request(shipped, HOUR, records=200_000), connection(broker), progress=lambda *done: progress.append(done))
    assert seen(read_topic(topic)) == expected(Batch.of(Request(shipped, HOUR, records=200_000), TopicFacts(partitions=6)))
    assert receipt.acked == 200_000
    assert progress[-1] == (200_000, 200_000)
    assert progress == sorted(set(progress))


def test_the_way_is_the_kernels_where_it_can_be_gone(
    broker: Broker, make_topic: MakeTopic, handover: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = connection(broker, client_id="way")
    topic = ensure_topic(Admin(given), small(make_topic()))
    made = Transaction(given, topic, "way")
    assert isinstance(made._handover, ByKernel if handover == "kernel" else ByCalls)
    made.close()
    monkeypatch.setattr("springhead.kafka.native.TESTED", frozenset())
    other = Transaction(given, topic, "way")  # another version of the client may have another layout
    assert isinstance(other._handover, ByCalls)
    other.close()
    monkeypatch.setenv(SWITCH, "fast")
    with pytest.raises(
        OptionError, match=r"^SPRINGHEAD_HANDOVER: 'fast' is neither 'calls' nor 'kernel': write one of them, or leave it out$"
    ):
        Transaction(given, topic, "way")


@pytest.mark.parametrize("headers", [True, False])
def test_records_go_all_of_them_by_the_way_that_was_chosen_with_headers_too(
    broker: Broker, make_topic: MakeTopic, handover: str, monkeypatch: pytest.MonkeyPatch, headers: bool
) -> None:
    taken: Counter[str] = Counter()

    def watch(way: type[ByKernel | ByCalls], name: str) -> None:
        hand_over = way.hand_over

        def counting(self: Any, prepared: Any, first: int) -> tuple[int, str | None]:
            count, error = hand_over(self, prepared, first)
            taken[name] += count
            return count, error

        monkeypatch.setattr(way, "hand_over", counting)

    watch(ByKernel, "kernel")
    watch(ByCalls, "calls")
    topic = make_topic(**FOREVER)
    publish(Request(rich(topic) if headers else small(topic), HOUR, records=3000), connection(broker))
    assert taken == {handover: 3000}


def test_a_record_that_the_topic_refuses_is_named_and_none_of_its_transaction_is_seen(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic, handover: str
) -> None:
    topic = make_topic(partitions=1, max_message_bytes="1000", **FOREVER)
    made = stream({"text": {"choice": {"short": 99, "x" * 20_000: 1}}}, topic=topic, seed=3)
    batch = Batch.of(Request(made, HOUR, records=2000))
    values = [value for made_ in records_of(batch) for value, *_ in made_.each()]
    first = next(position for position, value in enumerate(values) if len(value or b"") > 1000)
    with pytest.raises(RefusedError) as caught:
        publish(Request(made, HOUR, records=2000), connection(broker, compression_type="none"))
    text = str(caught.value)
    assert "MSG_SIZE_TOO_LARGE" in text
    assert "Their transaction was given up: no consumer that reads committed records sees any of them. A retry cannot help." in text
    assert f"The first was record {first} (partition 0, " in text
    assert not read_topic(topic)


def test_what_is_published_is_told_and_not_sent_again(broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic) -> None:
    topic = make_topic(**FOREVER)
    first = publish(Request(small(topic), HOUR, records=500), connection(broker))
    again = publish(Request(small(topic), HOUR, records=500), connection(broker), attempt=Attempt("dag", "run", 2))
    assert (again.outcome, again.sent, again.acked, again.digest) == ("already_published: 500", 0, 500, first.digest)
    assert "exactly_once, already_published: 500" in again.text()
    assert again.partitions == first.partitions
    new = publish(Request(small(topic), HOUR, records=500, run_id="manual__1"), connection(broker))
    assert (new.outcome, new.sent) == ("delivered: 500", 500)
    one, other = (
        expected(Batch.of(Request(small(topic), HOUR, records=500, run_id=run), TopicFacts(partitions=3))) for run in (None, "manual__1")
    )
    assert seen(read_topic(topic)) == one + other


def part_digests(request: Request, parts: Sequence[range]) -> list[str]:
    """The digest of each part of a batch for three partitions, made once more."""
    press, digests = Press(Batch.of(request, TopicFacts(partitions=3))), []
    for part in parts:
        digest = PartDigest()
        digest.update(press.records(part))
        digests.append(digest.hexdigest())
    return digests


def test_a_batch_of_several_transactions_has_the_digest_of_its_parts_and_the_entry_that_opened_it(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic
) -> None:
    topic = make_topic(**FOREVER)
    asked = [Request(small(topic, atomic=run == "atomic"), HOUR, records=2500, run_id=run) for run in ("whole", None, "atomic")]
    whole = publish(asked[0], connection(broker))
    parts = publish(asked[1], connection(broker), part_records=1000)
    atomic = publish(asked[2], connection(broker), part_records=1000)
    assert (whole.parts, parts.parts, atomic.parts) == (1, 3, 1)
    assert (whole.of_parts, parts.of_parts, atomic.of_parts) == (None, None, None)
    admin = Admin(connection(broker))
    with LedgerReader(admin, find_ledger(admin), "things", HOUR) as reader:
        there = reader.read()
    entries = [entry for entry in there if entry.key.batch.run_id is None]
    assert [(entry.key.part, entry.records) for entry in entries] == [(0, 0), (1, 1000), (2, 1000), (3, 500)]
    assert [(entry.key.batch.run_id, entry.key.part) for entry in there if entry not in entries] == [("atomic", 1), ("whole", 1)]
    assert all(entry.opening == entries[0].opening for entry in entries)
    digests = part_digests(asked[1], [range(1000), range(1000, 2000), range(2000, 2500)])
    assert [entry.digest for entry in entries] == ["", *digests]
    assert parts.digest == batch_digest(digests) == xxhash.xxh3_128_hexdigest(bytes.fromhex("".join(digests)))
    for receipt, request in ((whole, asked[0]), (atomic, asked[2])):
        assert [receipt.digest] == part_digests(request, [range(2500)])
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
    broker: Broker, make_topic: MakeTopic
) -> None:
    topic = make_topic(**FOREVER)
    for records, timeout_ms in ((60, 120_000), (450, 900_000)):  # of 6 and 45 parts, if it were not atomic
        request = Request(small(topic, atomic=True), HOUR, records=records, run_id=f"run-{records}")
        receipt = publish(request, connection(broker), part_records=10)
        assert receipt.parts == 1
        identity = BatchKey.of(request).part(1).transactional_id
        assert transaction_timeout_ms(broker, identity) == timeout_ms
    with pytest.raises(RefusedError) as caught:
        publish(Request(small(topic, atomic=True), HOUR, records=451), connection(broker), part_records=10)
    assert str(caught.value) == (
        "things: atomic: 451 records in one transaction may take 460 s, more than half of the 900 s for which the cluster lets a transaction be open "
        "(transaction.max.timeout.ms). Publish fewer, leave atomic out (the batch is sent in parts then), or raise that setting"
    )


def test_a_token_is_refused_where_nothing_is_remembered(broker: Broker, make_topic: MakeTopic) -> None:
    with pytest.raises(OptionError, match=r"^republish: leader publishes every time, without a token: leave it out$"):
        publish(Request(small(make_topic()), HOUR, records=5), connection(broker, "1"), republish="again")


def test_batches_beside_the_streams_own_are_published_each_once(broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic) -> None:
    chosen = stream({"id": {"uuid": 4}}, topic=make_topic(**FOREVER))
    requests = [
        Request(chosen, HOUR, records=records, batch=name)
        for name, records in ((None, 5), ("by_hand/publish/0", 10), ("by_hand/publish/1", 15))
    ]
    for sent in (True, False):
        receipts = [publish(request, connection(broker)) for request in requests]
        assert [receipt.already_published for receipt in receipts] == [not sent] * 3
    values = [record.value for record in read_topic(chosen.topic)]
    assert len(values) == len(set(values)) == 30


def test_two_batches_of_one_name_are_told_apart_by_another(broker: Broker, make_topic: MakeTopic) -> None:
    chosen = stream({"id": {"uuid": 4}}, topic=make_topic(**FOREVER))
    publish(Request(chosen, HOUR, records=5, batch="night"), connection(broker))
    with pytest.raises(PublishedError, match=r"stay there\. If another batch is meant, give it another name than 'night' \(batch\)$"):
        publish(Request(chosen, HOUR, records=7, batch="night"), connection(broker))
