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
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from dev.broker import Broker
from springhead.errors import LedgerError, StoppedError
from springhead.publish import publish as publishing
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.records.request import Request
from springhead.spec import Stream
from springhead.topic_facts import TopicFacts
from springhead.verify import verify as verifying
from springhead.verify.changes import Seen
from tests.conftest import MakeTopic
from tests.kafka.build import FOREVER, SMALL, connection, rich, small
from tests.unit.build import HOUR, rows, stream

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("own_ledger")]

PART = 1000
publish, verify = partial(publishing.publish, part_records=PART), partial(verifying.verify, part_records=PART)

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


def publish_around(chosen: Stream, broker: Broker, plant: Plant, *, records: int = 2000) -> None:
    """Publishes in parts; what is planted comes behind the first of them and before the end of the second."""
    left = [plant]

    def tell(done: int, _: int) -> None:
        if done > PART and left:
            left.pop()()

    publish(Request(chosen, HOUR, records=records), connection(broker), progress=tell)
    assert not left


@pytest.mark.parametrize("kind", ["keys and headers", "no key", "pinned"])
def test_what_was_published_is_found(broker: Broker, make_topic: MakeTopic, kind: str) -> None:
    topic = make_topic(partitions=4, **FOREVER)
    chosen = {
        "keys and headers": rich(topic),
        "no key": small(topic),
        "pinned": small(topic, partition=2, key="{number}"),
    }[kind]
    publish(Request(chosen, HOUR, records=3500), connection(broker))
    found = verify(Request(chosen, HOUR, records=3500), connection(broker))
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
    publish(Request(chosen, HOUR, records=3000), connection(broker))
    told: list[tuple[int, int]] = []
    found = verify(Request(chosen, HOUR, records=3000), connection(broker), progress=lambda *done: told.append(done))
    total = 3000 + sum(span.end_offset - span.first_offset for span in found.partitions.values())
    assert told == sorted(told)
    assert {of for _, of in told} == {total}
    assert [done for done, _ in told[:3]] == [1000, 2000, 3000]
    assert told[-1][0] == total


def test_other_batches_and_writers_in_between_are_foreign_and_no_fault(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    chosen = small(topic, variants={"more": {"records": 700}})

    def plant() -> None:
        publish(Request(chosen, HOUR, variant="more"), connection(broker))
        produce(broker, topic, [Seen(number % 3, b"key", None, HOUR.start_us // 1000, ()) for number in range(9)])

    publish_around(chosen, broker, plant)
    found = verify(Request(chosen, HOUR, records=2000), connection(broker))
    assert (found.good, found.sound, found.foreign) == (True, 2000, 709)
    other = verify(Request(chosen, HOUR, variant="more"), connection(broker))
    assert (other.good, other.sound) == (True, 700)


def test_records_of_aborted_transactions_are_not_seen(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    chosen = small(topic)
    copies = made(Batch.of(Request(chosen, HOUR, records=2000), TopicFacts(partitions=3)))[:500]
    publish_around(chosen, broker, lambda: produce(broker, topic, copies, transaction=f"{topic}-aborted"))
    found = verify(Request(chosen, HOUR, records=2000), connection(broker))
    assert (found.good, found.sound, found.foreign) == (True, 2000, 0)


def test_one_record_that_is_there_twice_is_found_and_named(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    chosen = rich(topic)
    record = made(Batch.of(Request(chosen, HOUR, records=2000), TopicFacts(partitions=3)))[1234]
    publish_around(chosen, broker, lambda: produce(broker, topic, [record]))
    found = verify(Request(chosen, HOUR, records=2000), connection(broker))
    assert (found.good, found.sound, found.doubled, found.missing, found.foreign) == (False, 2000, 1, 0, 0)
    (finding,) = found.findings
    assert (finding.kind, finding.record, finding.partition, finding.time) == ("doubled", 1234, record.partition, record.time_text())
    assert finding.what.startswith("is there 2 times, at offsets ")


def test_a_partition_of_which_all_was_removed_is_missing_and_the_others_are_compared(
    broker: Broker, admin: AdminClient, make_topic: MakeTopic
) -> None:
    topic = make_topic(partitions=2, **FOREVER)
    wanted = Request(small(topic), HOUR, records=2000)
    gone = publish(wanted, connection(broker)).partitions[0]
    publish(Request(small(topic), HOUR, run_id="later", records=2000), connection(broker))
    assert gone.end_offset is not None
    for number, missing in ((0, gone.records), (1, 2000)):
        place = TopicPartition(topic, number, gone.end_offset + 900)  # beyond the batch, so that its end is no place any more
        admin.delete_records([place])[TopicPartition(topic, number)].result(timeout=30)
        found = verify(wanted, connection(broker))
        assert (found.sound, found.missing, found.foreign) == (2000 - missing, missing, 0)
        assert len(found.warnings) == number + 1


def test_what_is_missing_and_what_differs_is_found_and_named(broker: Broker, admin: AdminClient, make_topic: MakeTopic) -> None:
    topic = make_topic(partitions=1, **FOREVER)
    chosen = stream(SMALL, topic=topic, headers={"source": "test"})
    records = made(Batch.of(Request(chosen, HOUR, records=2000)))
    planted = [
        records[0]._replace(value=b'{"number":-1}'),
        records[1]._replace(headers=()),
        records[2]._replace(key=b"a key"),
        records[3]._replace(timestamp_ms=records[3].timestamp_ms + 1, value=b"another"),  # shares too little to be recognised
    ]
    publish_around(chosen, broker, lambda: produce(broker, topic, planted))
    assert verify(Request(chosen, HOUR, records=2000), connection(broker)).foreign == 4
    admin.delete_records([TopicPartition(topic, 0, 5)])[TopicPartition(topic, 0)].result(timeout=30)
    found = verify(Request(chosen, HOUR, records=2000), connection(broker))
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
    publish(Request(chosen, HOUR, records=1500), connection(broker))
    publish(Request(chosen, HOUR, records=1500), connection(broker), republish="again")
    once = verify(Request(chosen, HOUR, records=1500), connection(broker))
    assert (once.good, once.sound, once.foreign) == (True, 1500, 0)
    assert once.warnings == (
        "it was published once more by the token 'again', and that is what was compared: copies of before are in the topic, too (--whole-topic counts them)",
    )
    all_of_it = verify(Request(chosen, HOUR, records=1500), connection(broker), whole_topic=True)
    assert (all_of_it.good, all_of_it.sound, all_of_it.doubled) == (False, 1500, 1500)
    assert len(all_of_it.findings) == 10


def test_a_copy_that_was_made_later_is_seen_in_the_whole_topic(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    chosen = small(topic)
    publish(Request(chosen, HOUR, records=500), connection(broker))
    produce(broker, topic, made(Batch.of(Request(chosen, HOUR, records=500), TopicFacts(partitions=3)))[7:8])
    assert verify(Request(chosen, HOUR, records=500), connection(broker)).good
    found = verify(Request(chosen, HOUR, records=500), connection(broker), whole_topic=True)
    assert (found.doubled, [finding.record for finding in found.findings]) == (1, [7])


# At least once


@pytest.mark.usefixtures("without_transactions")
def test_at_least_once_is_verified_too_and_copies_are_counted(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    chosen = small(topic)
    copies = made(Batch.of(Request(chosen, HOUR, records=2000), TopicFacts(partitions=3)))[:5]
    publish_around(chosen, broker, lambda: produce(broker, topic, copies))
    found = verify(Request(chosen, HOUR, records=2000), connection(broker))
    assert (found.guarantee, found.good, found.sound, found.doubled) == ("at_least_once", True, 2000, 5)
    assert found.verdict == "every record is there at least once, 5 copies more"
    again = publish(Request(chosen, HOUR, records=2000), connection(broker))  # the ledger refuses nothing here
    assert (again.sent, again.warnings) == (2000, ())
    assert verify(Request(chosen, HOUR, records=2000), connection(broker)).doubled == 0
    assert verify(Request(chosen, HOUR, records=2000), connection(broker), whole_topic=True).doubled == 2005


def test_exactly_once_after_at_least_once_is_published_already_with_a_warning(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    publish(Request(small(topic, delivery="at_least_once"), HOUR, records=2000), connection(broker))
    receipt = publish(Request(small(topic), HOUR, records=2000), connection(broker))
    assert (receipt.already_published, receipt.warnings) == (
        True,
        ("it was published at_least_once: some records may be in the topic twice; verifying it counts them",),
    )


def test_at_least_once_needs_no_ledger_and_its_receipt_says_what_that_means(
    broker: Broker, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPRINGHEAD_LEDGER", "no-such-ledger")
    chosen = small(make_topic(**FOREVER), delivery="at_least_once")
    receipt = publish(Request(chosen, HOUR, records=100), connection(broker))
    assert receipt.acked == 100
    (warning,) = receipt.warnings
    assert warning.startswith(
        "this batch cannot be verified, because it could not be recorded in the ledger: there is no ledger 'no-such-ledger'"
    )
    with pytest.raises(LedgerError, match="there is no ledger"):
        verify(Request(chosen, HOUR, records=100), connection(broker))


# What cannot be verified


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
        stopped = pool.submit(verify, Request(chosen, HOUR, records=2000), connection(broker), stop=stop)
        waiting = pool.submit(verify, Request(chosen, HOUR, records=2000), connection(broker))
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
    publish(Request(chosen, HOUR, records=9000), connection(broker))
    stop = threading.Event()
    with pytest.raises(StoppedError, match="stopped while the batch was made again: nothing was compared"):
        verify(Request(chosen, HOUR, records=9000), connection(broker), stop=stop, progress=lambda *_: stop.set())


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
    assert err.splitlines()[-1] == "  to see what was published: springhead ledger orders --connection kafka_default"
    assert springhead("publish")[0] == 0
    code, out, err = springhead("verify")
    assert (code, err) == (0, "")
    assert out.startswith("Springhead verification: every record is there exactly once\n")
    assert springhead("publish", "--republish", "again")[0] == 0
    code, out, err = springhead("verify", "--json", "--whole-topic")
    found = json.loads(out)
    assert (code, err, found["good"], found["doubled"], found["records"]) == (1, "", False, 300, 300)
