"""The reading of the ledger waits for other transactions and for a broker that is away; hears the stop; and what cannot be known is an error."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from confluent_kafka import IsolationLevel, TopicPartition
from confluent_kafka.admin import (
    AdminClient,
    OffsetSpec,
)

from dev.broker import Broker
from springhead.cli.remedies import told
from springhead.errors import BrokerUnavailableError, LedgerError, LedgerTimeoutError, Remedy, RemedyKind, StoppedError, TransientError
from springhead.kafka.topics import describe_topic
from springhead.ledger.topic import init_ledger
from springhead.ledger.writer import forget
from tests.kafka.ledgers import FIRST_FORMAT, Ledger, entry, foreign, name_a_ledger, place, spoilt, tombstone
from tests.unit.build import HOUR
from tests.unit.ledger.build import ENTRY

pytestmark = pytest.mark.kafka


@pytest.mark.parametrize("commit", [True, False])
def test_an_entry_below_an_open_transaction_is_waited_for_and_found(ledger: Ledger, admin: AdminClient, commit: bool) -> None:
    """A look-up and a reading of committed records end at the other transaction's first record; either would have published twice."""
    with ledger.transaction(foreign(), commit=commit) as finish:
        ledger.commit(ENTRY.record())
        at = TopicPartition(ledger.topic.name, ENTRY.key.partition)
        asked = {at: OffsetSpec.for_timestamp(HOUR.start_us // 1000 + 1)}
        committed = admin.list_offsets(asked, isolation_level=IsolationLevel.READ_COMMITTED)[at].result(timeout=30).offset
        assert committed == -1
        with ThreadPoolExecutor(1) as pool:
            reading = pool.submit(ledger.read)
            time.sleep(1.5)
            assert not reading.done()
            finish()
            assert reading.result(timeout=60) == [ENTRY]


def test_an_entry_between_two_open_transactions_is_found_when_both_are_over(ledger: Ledger) -> None:
    ledger.commit(entry(part=1).record())
    with ledger.transaction(foreign()) as finish_first:
        ledger.commit(entry(part=2).record())
        with ledger.transaction(foreign(), commit=False) as finish_second:
            ledger.commit(entry(part=3).record())
            with ThreadPoolExecutor(1) as pool:
                reading = pool.submit(ledger.read)
                time.sleep(0.5)
                finish_first()
                time.sleep(0.5)
                assert not reading.done()
                finish_second()
                assert [made.key.part for made in reading.result(timeout=60)] == [1, 2, 3]


def test_a_transaction_that_begins_after_the_reading_does_not_hold_it_up(ledger: Ledger) -> None:
    ledger.commit(ENTRY.record())
    with ledger.reader() as reader:
        assert reader.read() == [ENTRY]
        with ledger.transaction(foreign()), pytest.raises(LedgerTimeoutError):
            reader.read(1.0)
        assert reader.read() == [ENTRY]


def test_at_the_deadline_the_error_names_the_partition_and_the_likely_cause(ledger: Ledger) -> None:
    with ledger.transaction(foreign()), pytest.raises(LedgerTimeoutError) as caught:
        ledger.read(patience_s=1.0)
    assert isinstance(caught.value, TransientError)
    assert str(caught.value) == (
        f"{place(ledger)} was read up to offset 0 of 1: another transaction may be open there. What was published is not known, so nothing was sent. A retry may help"
    )


def test_the_reading_hears_the_stop(ledger: Ledger) -> None:
    stop = threading.Event()
    with ledger.transaction(foreign()), ledger.reader(stop=stop) as reader, ThreadPoolExecutor(1) as pool:
        reading = pool.submit(reader.read, 600.0)
        time.sleep(0.5)
        stop.set()
        with pytest.raises(StoppedError, match=r"stopped while the ledger was read: nothing was sent\. A retry begins again"):
            reading.result(timeout=30)


def test_the_reading_hears_the_stop_while_the_broker_is_silent(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name_a_ledger(monkeypatch)
    ledger, stop = Ledger(quick), threading.Event()
    ledger.write(ENTRY.record())
    with ledger.reader(stop=stop) as reader, ThreadPoolExecutor(1) as pool:
        quick.pause()
        reading = pool.submit(reader.read, 600.0)
        time.sleep(0.5)
        stop.set()
        with pytest.raises(StoppedError, match="stopped while"):
            reading.result(timeout=30)
        quick.resume()
        stop.clear()
        assert reader.read() == [ENTRY]


def test_a_broker_that_comes_back_is_waited_for(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name_a_ledger(monkeypatch)
    ledger = Ledger(quick)
    ledger.commit(ENTRY.record())
    with ledger.reader() as reader:
        assert reader.read() == [ENTRY]
        quick.kill()
        quick.start()
        quick.wait_ready()
        ledger.commit(entry(part=2).record())
        assert [made.key.part for made in reader.read()] == [1, 2]


@pytest.mark.parametrize(
    ("value", "who"),
    [
        (
            FIRST_FORMAT,
            "its version is 1, and this Springhead reads version 2: an earlier Springhead has written it, before its first release",
        ),
        (b'{"version": 3}', "its version is 3, and this Springhead reads version 2: a newer Springhead has written it"),
    ],
)
def test_an_entry_of_another_version_is_an_error_with_its_place_and_the_way_out(ledger: Ledger, value: bytes, who: str) -> None:
    ledger.write(entry(part=2).record(), spoilt(ENTRY, value))
    with pytest.raises(LedgerError) as caught:
        ledger.read()
    assert str(caught.value) == (
        f"{place(ledger)} offset 1: the entry cannot be read ({who}), so what was published is not known. "
        "Update Springhead if a newer one has written it; else take the entry back"
    )
    assert told(caught.value).splitlines()[1:] == [
        f"  to make it count as unpublished: springhead ledger orders --forget {HOUR} --connection test_kafka"
    ]
    with ledger.reader() as reader:
        assert [key.part for key in reader.part_keys()] == [1, 2]
    forget(ledger.admin.connection, ledger.topic, [ENTRY.key])
    assert ledger.read() == [entry(part=2)]


def test_the_way_out_of_an_entry_that_cannot_be_read_names_its_batch(ledger: Ledger) -> None:
    ledger.write(spoilt(entry(variant="small", run_id="manual__1")))
    with pytest.raises(LedgerError) as caught:
        ledger.read()
    assert caught.value.remedies == (Remedy(RemedyKind.FORGET, "test_kafka", "orders", str(HOUR), "small", "manual__1"),)


def test_an_entry_that_cannot_be_read_harms_no_other_interval_and_may_be_replaced(ledger: Ledger) -> None:
    ledger.write(spoilt(entry("2026-03-01T12:00Z")), ENTRY.record())
    assert ledger.read() == [ENTRY]
    with pytest.raises(LedgerError):
        ledger.read(interval=None)
    ledger.write(tombstone(entry("2026-03-01T12:00Z")))
    assert ledger.read(interval=None) == [ENTRY]


def test_a_key_that_is_not_springheads_is_an_error(ledger: Ledger) -> None:
    ledger.write(ENTRY.record(), replace(ENTRY.record(), key=b"orders"))
    with pytest.raises(
        LedgerError, match=rf"{place(ledger)} offset 1: the entry cannot be read \(its key b'orders' is none of Springhead's\)"
    ) as caught:
        ledger.read()
    assert caught.value.remedies == ()
    assert "take it back with a record of the same key and no value, or name another ledger by SPRINGHEAD_LEDGER" in str(caught.value)
    ledger.write(replace(ENTRY.record(), key=b"orders", value=None))
    assert ledger.read() == [ENTRY]


def test_a_key_of_the_stream_that_names_no_part_is_an_error(ledger: Ledger) -> None:
    ledger.write(replace(ENTRY.record(), key=b'["orders",1]'))
    with pytest.raises(LedgerError, match=r"offset 0: the entry cannot be read \(its key b'\[\"orders\",1\]': "):
        ledger.read()


def test_a_ledger_that_is_deleted_meanwhile_is_not_taken_for_an_empty_one(ledger: Ledger, admin: AdminClient) -> None:
    ledger.commit(ENTRY.record())
    with ledger.reader() as reader:
        assert reader.read() == [ENTRY]
        admin.delete_topics([ledger.topic.name])[ledger.topic.name].result(timeout=30)
        while describe_topic(ledger.admin, ledger.topic.name) is not None:
            time.sleep(0.1)
        with pytest.raises(
            BrokerUnavailableError, match=rf"the offsets of topic '{ledger.topic.name}', partition {ENTRY.key.partition} cannot be read \("
        ):
            reader.read(2.0)
        init_ledger(ledger.admin)
        with pytest.raises(
            LedgerError, match=rf"{place(ledger)} ends at offset 0, and was read up to \d: the topic was deleted and recreated"
        ):
            reader.read()
