"""Streams with faults on the real broker: each row is there once, the receipt, the ledger and the verification agree on it, and a foreign consumer is scored by the truth."""

from __future__ import annotations

import json
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from dev.broker import Broker
from dev.console import Record
from springhead.cli import app as cli
from springhead.errors import RefusedError, StoppedError
from springhead.faults import LABEL
from springhead.kafka.handover import SWITCH
from springhead.publish.publish import publish
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.records.truth import truth_of
from springhead.topic_facts import TopicFacts
from springhead.verify.verify import verify
from tests.conftest import MakeTopic, ReadTopic
from tests.kafka.build import FOREVER, connection, expected, seen, wait_for_size
from tests.unit.build import HOUR
from tests.unit.build import stream as stream_of
from tests.unit.faults.build import FIELDS, KEYED, every_kind

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("own_ledger")]

RECORDS, PART, PARTITIONS = 1500, 400, 4
FAULTS = every_kind(0.04, duplicate={"by": [0, 500]}, oversized={"bytes": 2000})  # a duplicate may stand in the next part but one


def asked(topic: str, faults: dict[str, Any] | None = None, **keys: Any) -> Request:
    stream = stream_of(FIELDS, topic=topic, faults=FAULTS if faults is None else faults, tombstones=0.05, **{**KEYED, **keys})
    return Request(stream, HOUR, records=RECORDS)


def batch_of(request: Request) -> Batch:
    return Batch.of(request, TopicFacts(partitions=PARTITIONS), PART)


def truth(request: Request) -> list[dict[str, Any]]:
    return [json.loads(line) for lines in truth_of(batch_of(request), every=True) for line in lines.splitlines()]


def counts(request: Request) -> dict[str, int]:
    return {kind: count for kind, count in Counter(line["fault"] for line in truth(request)).items() if kind}


@pytest.mark.parametrize(
    ("acks", "handover", "guarantee"),
    [("all", "kernel", "exactly_once"), ("all", "calls", "exactly_once"), ("1", "calls", "leader"), ("0", "calls", "fire_and_forget")],
)
def test_each_row_is_there_once_and_the_receipt_counts_sound_and_faulty(
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
    request = asked(make_topic(partitions=PARTITIONS, **FOREVER))
    of, progress = expected(batch_of(request)), []
    receipt = publish(request, connection(broker, acks), part_records=PART, progress=lambda *done: progress.append(done))
    if acks != "all":
        wait_for_size(admin, request.stream.topic, PARTITIONS, of.total())
    assert seen(read_topic(request.stream.topic)) == of
    assert (receipt.guarantee, receipt.records, receipt.sent) == (guarantee, of.total(), of.total())
    assert receipt.faults == counts(request)
    assert set(receipt.faults) == set(FAULTS)
    assert receipt.records == RECORDS - receipt.faults["drop"] + sum(n for kind, n in receipt.faults.items() if kind != "drop")
    assert progress[-1] == (RECORDS, RECORDS)


def test_without_the_labelled_records_a_foreign_consumer_has_exactly_the_sound_stream_and_the_truth_scores_it(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic
) -> None:
    """The consumer is Kafka's own; it knows no more than the label."""
    request = asked(make_topic(partitions=PARTITIONS, **FOREVER), {kind: of for kind, of in FAULTS.items() if kind != "drop"})
    sound = asked(request.stream.topic, {})
    publish(request, connection(broker), part_records=PART)
    records = read_topic(request.stream.topic)
    kept = [record for record in records if LABEL not in dict(record.headers)]
    assert seen(kept) == expected(batch_of(sound))
    for partition in range(PARTITIONS):  # and in their order
        times = [record.timestamp_ms for record in kept if record.partition == partition]
        assert times == sorted(times)

    labelled = [line for line in truth(request) if line["fault"]]
    said = Counter(
        (record.partition, text(record.key), record.timestamp_ms, text(dict(record.headers)[LABEL]))
        for record in records
        if record not in kept
    )
    assert said == Counter((line["partition"], line["key"], line["timestamp_ms"], line["fault"]) for line in labelled)


def test_a_consumer_that_sees_no_label_is_scored_by_what_it_found(broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic) -> None:
    """One that takes for faulty what is no JSON, or was there before, finds exactly those of these kinds."""
    kinds = {"duplicate": {"share": 0.05, "by": [1, 50]}, "corrupt_bytes": 0.05, "truncated": 0.05, "bad_encoding": 0.05, "drop": 0.05}
    request = asked(make_topic(partitions=PARTITIONS, **FOREVER), kinds, fault_header=False)
    publish(request, connection(broker), part_records=PART)
    records = read_topic(request.stream.topic)
    assert {name for record in records for name, _ in record.headers} == {"city"}
    found, before = Counter[tuple[str | None, str]](), set[tuple[Any, ...]]()
    for record in records:
        if identity(record) in before:
            found[text(record.key), "twice"] += 1
        elif record.value is not None and not is_json(record.value):
            found[text(record.key), "broken"] += 1
        before.add(identity(record))
    names = {"duplicate": "twice", "corrupt_bytes": "broken", "truncated": "broken", "bad_encoding": "broken"}
    assert found == Counter((line["key"], names[line["fault"]]) for line in truth(request) if line["fault"] in names)
    missing = {line["key"] for line in truth(request) if line["fault"] == "drop"}
    assert missing
    assert missing.isdisjoint(text(record.key) for record in records)


def identity(record: Record) -> tuple[Any, ...]:
    return record.partition, record.key, record.value, record.timestamp_ms


def text(data: bytes | None) -> str | None:
    return None if data is None else data.decode()


def is_json(value: bytes) -> bool:
    try:
        json.loads(value)
    except ValueError:  # UnicodeDecodeError is one
        return False
    return True


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("delivery", ["exactly_once", "at_least_once"])
def test_all_of_it_is_verified(broker: Broker, make_topic: MakeTopic, delivery: str, header: bool) -> None:
    """Without a label a duplicate is the same as its record, to the byte: both are expected."""
    request = asked(make_topic(partitions=PARTITIONS, **FOREVER), delivery=delivery, fault_header=header)
    receipt = publish(request, connection(broker), part_records=PART)
    for whole_topic in (False, True):
        found = verify(request, connection(broker), part_records=PART, whole_topic=whole_topic)
        assert (found.good, found.digest, found.records, found.sound) == (True, receipt.digest, receipt.records, receipt.records)
        assert (found.missing, found.changed, found.doubled, found.foreign, found.findings) == (0, 0, 0, 0, ())
    again = publish(request, connection(broker), part_records=PART)
    assert (again.already_published, again.faults, again.digest) == (delivery == "exactly_once", receipt.faults, receipt.digest)


def test_what_is_published_part_by_part_and_stopped_between_is_the_same(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic
) -> None:
    request = asked(make_topic(partitions=PARTITIONS, **FOREVER))
    third = publish(request, connection(broker), parts=[3], part_records=PART)
    assert third.of_parts == (3,)
    stop = threading.Event()

    def stop_at(done: int, _: int) -> None:
        if done >= PART:
            stop.set()

    with pytest.raises(StoppedError):
        publish(request, connection(broker), part_records=PART, stop=stop, progress=stop_at)
    receipt = publish(request, connection(broker), part_records=PART)
    assert seen(read_topic(request.stream.topic)) == expected(batch_of(request))
    assert receipt.faults == counts(request)
    assert sum(third.faults.values()) < sum(receipt.faults.values())
    assert verify(request, connection(broker), part_records=PART).good


def test_a_faulty_record_that_is_missing_is_named_with_its_fault(broker: Broker, admin: AdminClient, make_topic: MakeTopic) -> None:
    request = asked(make_topic(partitions=1, **FOREVER), {"truncated": 1}, partition=0)
    publish(request, connection(broker))
    at = TopicPartition(request.stream.topic, 0, 2)  # record 0 and its copy
    admin.delete_records([at])[at].result(timeout=30)
    found = verify(request, connection(broker))
    assert (found.good, found.missing) == (False, 2)
    assert [(one.kind, one.record, one.what) for one in found.findings] == [
        ("missing", 0, "is not there"),
        ("missing", 0, "truncated copy: is not there"),
    ]


def test_a_record_that_is_too_large_is_told_with_its_size(broker: Broker, make_topic: MakeTopic) -> None:
    request = asked(make_topic(partitions=1, **FOREVER), {"oversized": {"share": 0.01, "bytes": 3_000_000}})
    with pytest.raises(RefusedError, match=r"The first was record \d+ \(partition 0, \S+, 3,000,\d\d\d bytes: MSG_SIZE_TOO_LARGE\)"):
        publish(request, connection(broker))


def test_publish_writes_the_truth_also_of_what_was_published_before(
    broker: Broker, make_topic: MakeTopic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = make_topic(partitions=PARTITIONS, **FOREVER)
    file = tmp_path / "payments.yaml"
    file.write_text(f'topic: {topic}\nkey: "{{id}}"\nfields: {{id: {{uuid: 4}}}}\nfaults: {{truncated: 0.2, drop: 0.1}}\n')
    monkeypatch.setenv(
        "AIRFLOW_CONN_KAFKA_DEFAULT", json.dumps({"conn_type": "kafka", "extra": {"bootstrap.servers": broker.bootstrap, "acks": "all"}})
    )

    def command(*words: str) -> None:
        monkeypatch.setattr("sys.argv", ["springhead", *words, "--interval", str(HOUR)])
        with pytest.raises(SystemExit, match=r"^0$"):
            cli.main()

    first, second, alone = (tmp_path / name for name in ("first", "second", "alone"))
    command("publish", str(file), "--truth", str(first))
    command("publish", str(file), "--truth", str(second))
    command("truth", str(file), "--partitions", str(PARTITIONS), "-o", str(alone))
    assert first.read_text() == second.read_text() == alone.read_text() != ""
