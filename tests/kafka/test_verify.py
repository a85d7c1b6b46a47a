"""What `springhead verify` says of a topic is what is there: faults are planted by clients that are not ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from dev.broker import Broker
from springhead.errors import LedgerError, StoppedError, UnverifiableError
from springhead.kafka.clients import Admin
from springhead.ledger.entry import PartKey
from springhead.ledger.topic import find_ledger
from springhead.ledger.writer import forget
from springhead.publish.publish import publish
from springhead.records import batch as batches
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.spec import Stream
from springhead.verify.changes import Seen
from springhead.verify.verify import verify
from tests.conftest import MakeTopic, wait_for_topic
from tests.kafka.build import FOREVER, SMALL, connection, small
from tests.kafka.test_publish import rich
from tests.unit.build import HOUR, rows, stream

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("own_ledger")]

Plant = Callable[[], None]


def produce(broker: Broker, topic: str, records: Iterable[Seen], *, transaction: str | None = None) -> None:
    """Writes records by a plain producer; in an aborted transaction if it has a name."""
    settings: dict[str, Any] = {"bootstrap.servers": broker.bootstrap, "acks": "all"}
    producer = Producer(settings | ({"transactional.id": transaction} if transaction else {}))
    if transaction:
        producer.init_transactions(60)
        producer.begin_transaction()
    for record in records:
        headers: list[tuple[str, str | bytes | None]] | None = list(record.headers) or None
        producer.produce(topic, record.value, record.key, record.partition, timestamp=record.timestamp_ms, headers=headers)
    assert producer.flush(60) == 0
    if transaction:
        producer.abort_transaction(60)


def made(batch: Batch) -> list[Seen]:
    """The batch's records, by number."""
    return [
        Seen(partition, key, value, time_ms, named) for some in records_of(batch) for value, key, partition, time_ms, named in rows(some)
    ]


def publish_around(chosen: Stream, broker: Broker, plant: Plant, *, records: int = 2000, part: int = 1000, **more: Any) -> None:
    """Publishes in parts of 1000; what is planted comes behind the first of them and before the end of the second."""
    left = [plant]

    def tell(done: int, _: int) -> None:
        if done > part and left:
            left.pop()()

    publish(chosen, HOUR, connection(broker), records=records, progress=tell, **more)
    assert not left


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PART", 1000)


@pytest.mark.parametrize("kind", ["keys and headers", "no key", "pinned"])
def test_what_was_published_is_found(broker: Broker, make_topic: MakeTopic, kind: str) -> None:
    topic = make_topic(partitions=4, **FOREVER)
    chosen = {
        "keys and headers": rich(topic),
        "no key": small(topic),
        "pinned": small(topic, partition=2, key="{number}"),
    }[kind]
    publish(chosen, HOUR, connection(broker), records=3500)
    found = verify(chosen, HOUR, connection(broker), records=3500)
    assert found.good
    assert (found.records, found.sound, found.missing, found.changed, found.doubled, found.foreign) == (3500, 3500, 0, 0, 0, 0)
    assert (found.guarantee, found.verdict, found.findings, found.warnings) == (
        "exactly_once",
        "every record is there exactly once",
        (),
        (),
    )
    assert set(found.partitions) == ({2} if kind == "pinned" else {0, 1, 2, 3})


def test_progress_goes_over_both_halves_to_the_end(broker: Broker, make_topic: MakeTopic) -> None:
    chosen = small(make_topic(**FOREVER))
    publish(chosen, HOUR, connection(broker), records=3000)
    told: list[tuple[int, int]] = []
    found = verify(chosen, HOUR, connection(broker), records=3000, progress=lambda *done: told.append(done))
    total = 3000 + sum(span.end_offset - span.first_offset for span in found.partitions.values())
    assert told == sorted(told)
    assert {of for _, of in told} == {total}
    assert (told[0][0], told[-1][0]) == (3000, total)


def test_other_batches_and_writers_in_between_are_foreign_and_no_fault(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    chosen = small(topic, variants={"more": {"records": 700}})

    def plant() -> None:
        publish(chosen, HOUR, connection(broker), variant="more")
        produce(broker, topic, [Seen(number % 3, b"key", None, HOUR.start_us // 1000, ()) for number in range(9)])

    publish_around(chosen, broker, plant)
    found = verify(chosen, HOUR, connection(broker), records=2000)
    assert (found.good, found.sound, found.foreign) == (True, 2000, 709)
    other = verify(chosen, HOUR, connection(broker), variant="more")
    assert (other.good, other.sound) == (True, 700)


def test_records_of_aborted_transactions_are_not_seen(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    chosen = small(topic)
    copies = made(Batch.of(chosen, HOUR, records=2000, partitions=3))[:500]
    publish_around(chosen, broker, lambda: produce(broker, topic, copies, transaction=f"{topic}-aborted"))
    found = verify(chosen, HOUR, connection(broker), records=2000)
    assert (found.good, found.sound, found.foreign) == (True, 2000, 0)


def test_one_record_that_is_there_twice_is_found_and_named(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    chosen = rich(topic)
    record = made(Batch.of(chosen, HOUR, records=2000, partitions=3))[1234]
    publish_around(chosen, broker, lambda: produce(broker, topic, [record]))
    found = verify(chosen, HOUR, connection(broker), records=2000)
    assert (found.good, found.sound, found.doubled, found.missing, found.foreign) == (False, 2000, 1, 0, 0)
    (finding,) = found.findings
    assert (finding.kind, finding.record, finding.partition, finding.time) == ("doubled", 1234, record.partition, record.time_text())
    assert finding.what.startswith("is there 2 times, at offsets ")


def test_what_is_missing_and_what_differs_is_found_and_named(broker: Broker, admin: AdminClient, make_topic: MakeTopic) -> None:
    topic = make_topic(partitions=1, **FOREVER)
    chosen = stream(SMALL, topic=topic, headers={"source": "test"})
    records = made(Batch.of(chosen, HOUR, records=2000))
    planted = [
        records[0]._replace(value=b'{"number":-1}'),
        records[1]._replace(headers=()),
        records[2]._replace(key=b"a key"),
        records[3]._replace(timestamp_ms=records[3].timestamp_ms + 1, value=b"another"),  # shares too little to be recognised
    ]
    publish_around(chosen, broker, lambda: produce(broker, topic, planted))
    assert verify(chosen, HOUR, connection(broker), records=2000).foreign == 4
    admin.delete_records([TopicPartition(topic, 0, 5)])[TopicPartition(topic, 0)].result(timeout=30)
    found = verify(chosen, HOUR, connection(broker), records=2000)
    assert (found.good, found.sound, found.missing, found.changed, found.doubled, found.foreign) == (False, 1995, 2, 3, 0, 1)
    assert found.verdict == "NOT as published: 2 missing, 3 changed"
    assert found.warnings == ("partition 0: the broker has removed what stood before offset 5 (retention, or delete-records)",)
    told = [(finding.kind, finding.record, finding.what.partition(" has ")[2] or finding.what) for finding in found.findings]
    value = (records[0].value or b"")[:34]
    assert told == [
        ("missing", 3, "is not there"),
        ("missing", 4, "is not there"),
        (
            "changed",
            0,
            f"value from byte 10 on: {planted[0].value!r} instead of {value!r}, 13 bytes instead of {len(records[0].value or b'')}",
        ),
        ("changed", 1, "headers [] instead of [('source', b'test')]"),
        ("changed", 2, "key b'a key' instead of None"),
    ]


def test_a_republished_batch_is_proven_as_it_was_published_last_and_the_whole_topic_has_it_twice(
    broker: Broker, make_topic: MakeTopic
) -> None:
    chosen = small(make_topic(**FOREVER))
    publish(chosen, HOUR, connection(broker), records=1500)
    publish(chosen, HOUR, connection(broker), records=1500, republish="again")
    once = verify(chosen, HOUR, connection(broker), records=1500)
    assert (once.good, once.sound, once.foreign) == (True, 1500, 0)
    all_of_it = verify(chosen, HOUR, connection(broker), records=1500, whole_topic=True)
    assert (all_of_it.good, all_of_it.sound, all_of_it.doubled) == (False, 1500, 1500)
    assert len(all_of_it.findings) == 10


def test_a_copy_that_was_made_later_is_seen_in_the_whole_topic(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    chosen = small(topic)
    publish(chosen, HOUR, connection(broker), records=500)
    produce(broker, topic, made(Batch.of(chosen, HOUR, records=500, partitions=3))[7:8])
    assert verify(chosen, HOUR, connection(broker), records=500).good
    found = verify(chosen, HOUR, connection(broker), records=500, whole_topic=True)
    assert (found.doubled, [finding.record for finding in found.findings]) == (1, [7])


# At least once


@pytest.mark.usefixtures("without_transactions")
def test_at_least_once_is_verified_too_and_copies_are_counted(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    chosen = small(topic)
    copies = made(Batch.of(chosen, HOUR, records=2000, partitions=3))[:5]
    publish_around(chosen, broker, lambda: produce(broker, topic, copies))
    found = verify(chosen, HOUR, connection(broker), records=2000)
    assert (found.guarantee, found.good, found.sound, found.doubled) == ("at_least_once", True, 2000, 5)
    assert found.verdict == "every record is there at least once, 5 copies more"
    again = publish(chosen, HOUR, connection(broker), records=2000)  # the ledger refuses nothing here
    assert (again.sent, again.warnings) == (2000, ())
    assert verify(chosen, HOUR, connection(broker), records=2000).doubled == 0
    assert verify(chosen, HOUR, connection(broker), records=2000, whole_topic=True).doubled == 2005


def test_exactly_once_after_at_least_once_is_published_already_with_a_warning(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    publish(small(topic, delivery="at_least_once"), HOUR, connection(broker), records=2000)
    receipt = publish(small(topic), HOUR, connection(broker), records=2000)
    assert (receipt.already_published, receipt.warnings) == (
        True,
        ("it was published at_least_once: some records may be in the topic twice, which `springhead verify` tells",),
    )


def test_at_least_once_needs_no_ledger_and_its_receipt_says_what_that_means(
    broker: Broker, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPRINGHEAD_LEDGER", "no-such-ledger")
    chosen = small(make_topic(**FOREVER), delivery="at_least_once")
    receipt = publish(chosen, HOUR, connection(broker), records=100)
    assert receipt.acked == 100
    (warning,) = receipt.warnings
    assert warning.startswith(
        "`springhead verify` cannot verify this batch, for it does not stand in the ledger: there is no ledger 'no-such-ledger'"
    )
    with pytest.raises(LedgerError, match="there is no ledger"):
        verify(chosen, HOUR, connection(broker), records=100)


# What cannot be verified


def refusal(chosen: Stream, broker: Broker, **options: Any) -> str:
    with pytest.raises(UnverifiableError) as caught:
        verify(chosen, HOUR, connection(broker), **options)
    return str(caught.value)


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
    publish(chosen, HOUR, connection(broker, "1"))
    behind = "It was not published, or with acks 0 or 1, of which nothing is recorded: `springhead ledger things` lists what was"
    assert refusal(chosen, broker) == f"the ledger '{own_ledger}' has no entry of things, {HOUR}. {behind}"
    publish(chosen, HOUR, connection(broker), variant="other", run_id="manual__1")
    assert refusal(chosen, broker) == (
        f"the ledger '{own_ledger}' has no entry of things, {HOUR}. Of that interval it has --variant other --run-id manual__1. {behind}"
    )


def test_a_batch_of_another_spec_is_refused_unless_it_makes_the_same_records(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(partitions=1, **FOREVER)
    chosen = small(topic)
    publish(chosen, HOUR, connection(broker), records=500)
    digest = Batch.of(chosen, HOUR, records=500).spec_digest
    other = stream({"number": {"integer": [0, 1]}}, topic=topic)
    changed = Batch.of(other, HOUR, records=500).spec_digest
    text = refusal(other, broker, records=500)
    assert text.startswith(
        f"things, {HOUR} was published from another spec, with 500 records: fields.number differs (digest {digest} then, {changed} now), and made again it has the digest "
    )
    assert text.endswith(". Verify it with the stream's file of then, and with the same --records and --partition")
    fewer = Batch.of(chosen, HOUR, records=499).spec_digest
    assert refusal(chosen, broker, records=499) == (
        f"things, {HOUR} was published from another spec, with 500 records: records differs (digest {digest} then, {fewer} now). Verify it with the stream's file of then, "
        "and with the same --records and --partition"
    )
    assert verify(small(topic, partition=0), HOUR, connection(broker), records=500).good  # where all of them are anyhow


def test_a_batch_of_another_engine_is_refused_with_both_versions(
    broker: Broker, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = small(make_topic(**FOREVER))
    publish(chosen, HOUR, connection(broker))
    monkeypatch.setattr("springhead.verify.evidence.engine", lambda: {"springhead": "99", "faker": "1.0"})
    text = refusal(chosen, broker)
    assert text.startswith(f"things, {HOUR} was made by springhead ")
    assert text.endswith(", and this is springhead 99, faker 1.0: it cannot be made again here. Verify it with those versions")


def test_a_topic_that_was_made_anew_and_a_batch_that_is_not_complete_are_refused(
    broker: Broker, admin: AdminClient, make_topic: MakeTopic
) -> None:
    topic = make_topic(**FOREVER)
    chosen = small(topic)
    publish(chosen, HOUR, connection(broker), records=2500)
    client = Admin(connection(broker))
    forget(client.connection, find_ledger(client), [PartKey("things", None, HOUR, None, 3)])
    assert refusal(chosen, broker, records=2500) == (
        f"of things, {HOUR} only 2 of 3 parts were published. Publish it again, which goes on with the parts that are missing"
    )
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
    assert f"was published to a topic '{topic}' (id " in refusal(chosen, broker, records=2500)


# While it runs


def test_an_open_transaction_in_between_is_waited_for(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(partitions=1, **FOREVER)
    chosen = small(topic)
    foreign = Producer({"bootstrap.servers": broker.bootstrap, "transactional.id": f"{topic}-foreign"})
    foreign.init_transactions(60)

    def plant() -> None:
        foreign.begin_transaction()
        foreign.produce(topic, b"foreign", partition=0)
        assert foreign.flush(60) == 0

    publish_around(chosen, broker, plant)
    stop = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        stopped = pool.submit(verify, chosen, HOUR, connection(broker), records=2000, stop=stop)
        waiting = pool.submit(verify, chosen, HOUR, connection(broker), records=2000)
        time.sleep(3)
        assert not waiting.done()
        assert not stopped.done()
        stop.set()
        with pytest.raises(StoppedError, match=f"^stopped while topic '{topic}' was read$"):
            stopped.result(timeout=60)
        foreign.commit_transaction(60)
        found = waiting.result(timeout=60)
    assert (found.good, found.sound, found.foreign) == (True, 2000, 1)


def test_it_stops_while_the_batch_is_made_again(broker: Broker, make_topic: MakeTopic) -> None:
    chosen = small(make_topic(**FOREVER))
    publish(chosen, HOUR, connection(broker), records=9000)
    stop = threading.Event()
    with pytest.raises(StoppedError, match="stopped while the batch was made again: nothing was compared"):
        verify(chosen, HOUR, connection(broker), records=9000, stop=stop, progress=lambda *_: stop.set())


# The command


def test_the_command_tells_by_text_json_and_exit_code(broker: Broker, make_topic: MakeTopic, tmp_path: Path) -> None:
    topic = make_topic(**FOREVER)
    file = tmp_path / "orders.yaml"
    file.write_text(f"topic: {topic}\nrecords: 300\nfields: {{number: {{integer: [0, 1000000000]}}}}\n")
    environment = os.environ | {
        "AIRFLOW_CONN_KAFKA_DEFAULT": json.dumps({"conn_type": "kafka", "extra": {"bootstrap.servers": broker.bootstrap}})
    }

    def springhead(*words: str) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "springhead.cli", words[0], str(file), "--interval", str(HOUR), *words[1:]]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    code, out, err = springhead("verify")
    assert (code, out) == (1, "")
    assert "has no entry of orders" in err
    assert springhead("publish")[0] == 0
    code, out, err = springhead("verify")
    assert (code, err) == (0, "")
    assert out.startswith("Springhead verification: every record is there exactly once\n")
    assert springhead("publish", "--republish", "again")[0] == 0
    code, out, err = springhead("verify", "--json", "--whole-topic")
    found = json.loads(out)
    assert (code, err, found["good"], found["doubled"], found["records"]) == (1, "", False, 300, 300)
