"""The ledger's keys: the same key for the same part for ever, found by its time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import assume, example, given

from springhead.ledger.key import PARTITIONS, BatchKey, PartKey, partition_of
from springhead.quantities import Interval
from tests.unit.build import HOUR
from tests.unit.ledger.build import BATCH, KEY, intervals, keys, names


def test_a_key_is_the_same_bytes_for_ever() -> None:
    assert KEY.encode() == b'["orders",null,"2026-03-01T10:00:00Z","2026-03-01T11:00:00Z",null,1]'
    manual = BatchKey("orders", "small", Interval.parse("2026-03-01T10:00:00.5Z/PT1H"), "manual__ü").part(12)
    assert manual.encode() == '["orders","small","2026-03-01T10:00:00.500000Z","2026-03-01T11:00:00.500000Z","manual__ü",12]'.encode()
    named = BatchKey("orders", None, HOUR, None, "my_dag/publish/0").part(1)
    assert named.encode() == b'["orders",null,"2026-03-01T10:00:00Z","2026-03-01T11:00:00Z",null,1,"my_dag/publish/0"]'


def test_a_streams_partition_is_the_same_for_ever() -> None:
    assert [partition_of(name) for name in ("orders", "registrations", "addresses", "card_transactions")] == [27, 31, 22, 24]
    assert KEY.partition == partition_of("orders")


@given(names)
def test_every_stream_has_a_partition(name: str) -> None:
    assert 0 <= partition_of(name) < PARTITIONS


@given(keys)
def test_a_key_is_read_as_it_was_written(key: PartKey) -> None:
    assert PartKey.decode(key.encode()) == key
    assert key.encode().startswith(PartKey.prefix(key.batch.stream))


@given(keys, names)
def test_the_prefix_of_a_stream_begins_no_other_streams_keys(key: PartKey, name: str) -> None:
    assume(name != key.batch.stream)
    assert not key.encode().startswith(PartKey.prefix(name))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b'["orders"]',
        b'["orders",null,1,2,null,1]',
        b'["orders",null,"2026-03-01T10:00:00Z","2026-03-01T11:00:00Z",null,1,"b",1]',
        b'["a",null,"2026-03-01T11:00:00Z","2026-03-01T10:00:00Z",null,1]',
    ],
)
def test_what_names_no_part_is_no_key(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        PartKey.decode(raw)


# Times


def test_an_entrys_time_is_the_end_of_its_interval() -> None:
    assert KEY.timestamp_ms == HOUR.end_us // 1000
    assert (
        replace(BATCH, interval=Interval(HOUR.start, HOUR.end + dt.timedelta(microseconds=1))).part(1).timestamp_ms
        == HOUR.end_us // 1000 + 1
    )


@given(intervals, intervals)
@example(Interval.parse("2026-01-01T00:00:00.0003Z/2026-01-01T01:00Z"), Interval.parse("2026-01-01T00:00Z/2026-01-01T00:00:00.0006Z"))
def test_every_entry_that_overlaps_an_interval_is_later_than_its_start(interval: Interval, other: Interval) -> None:
    assume(other.end > interval.start)
    assert replace(BATCH, interval=other).part(1).timestamp_ms >= interval.start_us // 1000 + 1


# transactional.id


def test_a_transactional_id_names_the_part_and_no_attempt() -> None:
    assert KEY.transactional_id == "springhead.orders.-.2026-03-01T10:00:00Z_2026-03-01T11:00:00Z.1"
    assert replace(BATCH, variant="small", run_id="manual__1").part(7).transactional_id == (
        "springhead.orders.small.2026-03-01T10:00:00Z_2026-03-01T11:00:00Z.manual__1.7"
    )
    assert replace(BATCH, batch="my_dag/publish/0").part(1).transactional_id == (
        "springhead.orders.-@my_dag/publish/0.2026-03-01T10:00:00Z_2026-03-01T11:00:00Z.1"
    )


def test_a_long_transactional_id_ends_in_a_hash_of_the_whole() -> None:
    ids = [replace(BATCH, run_id="r" * 300 + end).part(part).transactional_id for end in ("a", "b") for part in (1, 2)]
    assert len(set(ids)) == 4
    assert {len(text) for text in ids} == {200}
    assert {text[:100] for text in ids} == {("springhead.orders.-.2026-03-01T10:00:00Z_2026-03-01T11:00:00Z." + "r" * 100)[:100]}


@given(keys, keys)
def test_two_parts_never_share_a_transactional_id(a: PartKey, b: PartKey) -> None:
    assume(a != b)
    assert a.transactional_id != b.transactional_id
    assert len(a.transactional_id) <= 200


def test_a_batch_is_named_in_words() -> None:
    assert str(BATCH) == "orders, 2026-03-01T10:00:00Z/2026-03-01T11:00:00Z"
    assert BATCH.whose == "the stream itself"
    manual = BatchKey("orders", "small", HOUR, "manual__1")
    assert str(manual) == "orders, variant small, 2026-03-01T10:00:00Z/2026-03-01T11:00:00Z, run manual__1"
    assert manual.whose == "variant small, run manual__1"
    named = replace(manual, batch="my_dag/publish")
    assert str(named) == "orders, variant small, batch my_dag/publish, 2026-03-01T10:00:00Z/2026-03-01T11:00:00Z, run manual__1"
    assert named.whose == "variant small, batch my_dag/publish, run manual__1"
