"""Tombstones, records without a key, headers that only some have, records that are taken away or copied: the topic, the digest and the verification agree on them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from dev.broker import Broker
from springhead.columns.rows import Rows
from springhead.faults import kind_of
from springhead.kafka.handover import SWITCH
from springhead.publish.publish import publish
from springhead.records import press
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.records.records import Records
from springhead.records.request import Request
from springhead.records.stages import Stage
from springhead.records.tally import Tally
from springhead.spec import Stream
from springhead.topic_facts import TopicFacts
from springhead.verify.verify import verify
from tests.conftest import MakeTopic, ReadTopic
from tests.kafka.build import FOREVER, SMALL, Seen, connection, expected, seen, wait_for_size
from tests.unit.build import HOUR, rows, stream

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("own_ledger")]

RECORDS, PART = 3000, 500
GONE = range(1000, 1500)  # the third part: nothing is left of it
PARTITIONS = 4


def with_nulls(records: Records) -> Records:
    """Every third value and every fifth key is null. What a null row has for bytes stays below it."""
    assert records.keys is not None
    at = records.positions
    values = Rows(records.values.data, records.values.ends, at % 3 == 0)
    return replace(records, values=values, keys=Rows(records.keys.data, records.keys.ends, at % 5 == 0))


def with_headers(records: Records) -> Records:
    """Every seventh record has a header more."""
    texts = [b"seventh %d" % at for at in records.positions.tolist()]
    data = np.frombuffer(b"".join(texts) + bytes(64), np.uint8)
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    return replace(records, headers={**records.headers, "seventh": Rows(data, ends, records.positions % 7 != 0)})


def with_copies(records: Records) -> Records:
    """Every eleventh record and those of one part are gone. Every fourth is there three times, each a millisecond later, every eighth at the same time."""
    at = records.positions
    gone = (at % 11 == 0) | ((at >= GONE.start) & (at < GONE.stop))
    times = np.where(gone, 0, np.where(at % 4 == 0, 3, 1))
    chosen = np.repeat(np.arange(records.rows), times)
    copies = np.arange(chosen.size) - np.repeat(np.cumsum(times) - times, times)
    taken = records.take(chosen)
    later = np.where(taken.positions % 8 == 0, 0, copies)
    return replace(taken, timestamps_ms=taken.timestamps_ms + later, copies=copies.astype(np.uint8))


@pytest.fixture(autouse=True)
def _stages(monkeypatch: pytest.MonkeyPatch) -> None:
    """What no key of the language asks for yet."""

    def stages_of(_: Batch) -> tuple[Stage, ...]:
        return with_nulls, with_headers, with_copies

    monkeypatch.setattr(press, "stages_of", stages_of)


def chosen(topic: str) -> Stream:
    """A stream of which every record has a key, and every second one a header."""
    return stream(SMALL | {"name": {"faker": "name"}}, topic=topic, key="{number}", headers={"kind": {"choice": ["rich-ü", None]}})


def batch_of(topic: str) -> Batch:
    return Batch.of(Request(chosen(topic), HOUR, records=RECORDS), TopicFacts(partitions=PARTITIONS), PART)


def places(batch: Batch) -> list[tuple[int, int, Seen]]:
    """(position, copy, record) of each row, in the order in which they were made."""
    found: list[tuple[int, int, Seen]] = []
    for made in records_of(batch):
        copies = [0] * made.rows if made.copies is None else made.copies.tolist()
        for position, copy, (value, key, partition, time_ms, headers) in zip(made.positions.tolist(), copies, rows(made), strict=True):
            found.append((position, copy, (partition, key, value, time_ms, headers)))
    return found


def digest_of(batch: Batch, positions: range, chunk: int) -> str:
    tally, made = Tally(PARTITIONS), press.Press(batch)
    for some in made.chunks(positions, chunk):
        tally.add(made.records(some))
    return tally.digest


def test_what_the_stages_make_is_what_they_are_said_to_make() -> None:
    """So that the tests below are of something."""
    there = places(batch_of("any"))
    positions = Counter(position for position, _, _ in there)
    assert positions == {at: 3 if at % 4 == 0 else 1 for at in range(RECORDS) if at % 11 and at not in GONE}
    assert len(there) != RECORDS
    assert {at for at, _, (_, _, value, _, _) in there if value is None} == {at for at in positions if at % 3 == 0}
    assert {at for at, _, (_, key, _, _, _) in there if key is None} == {at for at in positions if at % 5 == 0}
    assert {at for at, _, (*_, headers) in there if "seventh" in dict(headers)} == {at for at in positions if at % 7 == 0}
    assert len({tuple(name for name, _ in headers) for _, _, (*_, headers) in there}) == 4
    assert {copy for _, copy, _ in there} == {0, 1, 2}


@pytest.mark.parametrize(
    ("acks", "handover", "guarantee"),
    [
        ("all", "kernel", "exactly_once"),
        ("all", "calls", "exactly_once"),
        ("1", "calls", "leader"),
        ("0", "calls", "fire_and_forget"),
    ],
)
def test_a_reader_sees_exactly_what_was_made_and_the_receipt_counts_rows(
    broker: Broker,
    admin: AdminClient,
    make_topic: MakeTopic,
    read_topic: ReadTopic,
    monkeypatch: pytest.MonkeyPatch,
    acks: str,
    handover: str,
    guarantee: str,
) -> None:
    monkeypatch.setenv(SWITCH, handover)
    topic = make_topic(partitions=PARTITIONS, **FOREVER)
    batch = batch_of(topic)
    made = [record for _, _, record in places(batch)]
    progress: list[tuple[int, int]] = []
    receipt = publish(batch.request, connection(broker, acks), part_records=PART, progress=lambda *done: progress.append(done))
    if acks != "all":
        wait_for_size(admin, topic, PARTITIONS, len(made))
    records = read_topic(topic)
    assert seen(records) == expected(batch) == Counter(made)
    for number in range(PARTITIONS):  # in the order in which they were made
        there = [
            (record.partition, record.key, record.value, record.timestamp_ms, record.headers)
            for record in records
            if record.partition == number
        ]
        assert there == [record for record in made if record[0] == number]
    assert receipt.guarantee == guarantee
    assert (receipt.records, receipt.sent, receipt.acked) == (len(made), len(made), None if acks == "0" else len(made))
    assert receipt.bytes == sum(len(key or b"") + len(value or b"") for _, key, value, _, _ in made)
    assert {number: share.records for number, share in receipt.partitions.items()} == Counter(partition for partition, *_ in made)
    assert progress[-1] == (RECORDS, RECORDS)


def test_the_digest_is_the_same_whatever_the_chunks_and_the_bytes_below_a_null(broker: Broker, make_topic: MakeTopic) -> None:
    batch = batch_of(make_topic(partitions=PARTITIONS, **FOREVER))
    receipt = publish(batch.request, connection(broker), parts=[2], part_records=PART)
    assert {digest_of(batch, batch.parts[1], chunk) for chunk in (1, 7, 100, PART)} == {receipt.digest}

    made, bare = press.Press(batch).records(batch.parts[1]), Tally(PARTITIONS)
    bare.add(replace(made, values=without_bytes_of_nulls(made.values), keys=made.keys and without_bytes_of_nulls(made.keys)))
    assert bare.digest == receipt.digest


def without_bytes_of_nulls(of: Rows) -> Rows:
    """The same rows, of which a null one is empty."""
    texts = of.optional()
    data = np.frombuffer(b"".join(text or b"" for text in texts) + bytes(64), np.uint8)
    return Rows(data, np.cumsum([len(text or b"") for text in texts], dtype=np.int64), np.array([text is None for text in texts]))


def test_both_ways_publish_the_same_digest(broker: Broker, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = make_topic(partitions=PARTITIONS, **FOREVER)
    digests = []
    for way in ("kernel", "calls"):
        monkeypatch.setenv(SWITCH, way)
        receipt = publish(batch_of(topic).request, connection(broker), republish=way, part_records=PART)
        digests.append((receipt.digest, receipt.records, receipt.bytes))
    assert digests[0] == digests[1]


@pytest.mark.parametrize("delivery", ["exactly_once", "at_least_once"])
def test_what_was_made_is_found_and_all_of_it_is_sound(broker: Broker, make_topic: MakeTopic, delivery: str) -> None:
    topic = make_topic(partitions=PARTITIONS, **FOREVER)
    asked = Request(chosen(topic).model_copy(update={"delivery": delivery}), HOUR, records=RECORDS)
    receipt = publish(asked, connection(broker), part_records=PART)
    for whole_topic in (False, True):
        found = verify(asked, connection(broker), part_records=PART, whole_topic=whole_topic)
        assert (found.good, found.guarantee, found.digest) == (True, delivery, receipt.digest)
        assert (found.records, found.sound) == (receipt.records, len(places(batch_of(topic))))
        assert (found.missing, found.changed, found.doubled, found.foreign, found.findings) == (0, 0, 0, 0, ())
    again = publish(asked, connection(broker), part_records=PART)
    assert (again.already_published, again.digest, again.records) == (delivery == "exactly_once", receipt.digest, receipt.records)


def test_a_part_of_which_nothing_is_left_is_published_and_found(broker: Broker, make_topic: MakeTopic) -> None:
    batch = batch_of(make_topic(partitions=PARTITIONS, **FOREVER))
    assert batch.parts[2] == GONE
    receipt = publish(batch.request, connection(broker), parts=[3], part_records=PART)
    assert (receipt.records, receipt.outcome, receipt.partitions) == (0, "delivered: 0", {})
    found = verify(batch.request, connection(broker), parts=[3], part_records=PART)
    assert (found.good, found.records, found.sound, found.digest) == (True, 0, 0, receipt.digest)


def test_a_row_that_is_missing_is_named_by_its_records_position(broker: Broker, admin: AdminClient, make_topic: MakeTopic) -> None:
    topic = make_topic(partitions=PARTITIONS, **FOREVER)
    batch = batch_of(topic)
    receipt = publish(batch.request, connection(broker), part_records=PART)
    (number, share), *_ = receipt.partitions.items()
    assert share.first_offset == 0
    lost = [(position, copy, record) for position, copy, record in places(batch) if record[0] == number][:4]
    at = TopicPartition(topic, number, len(lost))
    admin.delete_records([at])[at].result(timeout=30)
    found = verify(batch.request, connection(broker), part_records=PART)
    assert (found.good, found.sound, found.missing, found.changed, found.doubled, found.foreign) == (
        False,
        receipt.records - len(lost),
        len(lost),
        0,
        0,
        0,
    )
    assert [(finding.kind, finding.record, finding.partition, finding.what) for finding in found.findings] == [
        ("missing", position, number, f"{kind_of(copy)} copy: is not there" if copy else "is not there") for position, copy, _ in lost
    ]
    assert any(copy for _, copy, _ in lost)
