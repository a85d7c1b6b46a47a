"""The ledger's entries: the same key for the same part for ever, found by their time, read by older and newer versions or not at all."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from springhead.ledger.entry import PARTITIONS, Attempt, Entry, LedgerRecord, PartitionReceipt, PartKey, partition_of, read_entry
from springhead.ledger.topic import ledger_name
from springhead.quantities import Interval
from tests.unit.build import HOUR

KEY = PartKey("orders", None, HOUR, None, 1)
ENTRY = Entry(
    stream="orders",
    variant=None,
    interval=HOUR,
    run_id=None,
    part=1,
    parts=2,
    records=1000,
    bytes=300_000,
    digest="d" * 32,
    spec_digest="5" * 32,
    spec_keys={"topic": "0a1b2c3d", "fields": "11111111", "fields.id": "22222222"},
    engine={"springhead": "2", "faker": "40.63.0"},
    topic="orders",
    topic_id="AAAAAAAAAAAAAAAAAAAAAQ",
    topic_partitions=3,
    partitions={0: PartitionReceipt(400, 0, 400), 2: PartitionReceipt(600, 7, 607)},
    republish=None,
    attempt=Attempt("orders", "scheduled__2026-03-01T11:00:00+00:00", 2),
)

names = st.from_regex(r"[a-z][a-z0-9_-]{0,63}", fullmatch=True)
times = st.integers(0, 250_000_000_000_000_000).map(lambda us: dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=us))
intervals = st.tuples(times, times).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: Interval(min(pair), max(pair)))
keys = st.builds(
    PartKey,
    stream=names,
    variant=st.none() | st.from_regex(r"[a-z][a-z0-9_]{0,63}", fullmatch=True),
    interval=intervals,
    run_id=st.none() | st.text(st.characters(codec="utf-8"), max_size=300),
    part=st.integers(1, 10_000),
)


# Keys


def test_a_key_is_the_same_bytes_for_ever() -> None:
    assert KEY.encode() == b'["orders",null,"2026-03-01T10:00:00Z","2026-03-01T11:00:00Z",null,1]'
    manual = PartKey("orders", "small", Interval.parse("2026-03-01T10:00:00.5Z/PT1H"), "manual__ü", 12)
    assert manual.encode() == '["orders","small","2026-03-01T10:00:00.500000Z","2026-03-01T11:00:00.500000Z","manual__ü",12]'.encode()


def test_a_streams_partition_is_the_same_for_ever() -> None:
    assert [partition_of(name) for name in ("orders", "registrations", "addresses", "card_transactions")] == [27, 31, 22, 24]
    assert KEY.partition == partition_of("orders")


@given(names)
def test_every_stream_has_a_partition(name: str) -> None:
    assert 0 <= partition_of(name) < PARTITIONS


@given(keys)
def test_a_key_is_read_as_it_was_written(key: PartKey) -> None:
    assert PartKey.decode(key.encode()) == key
    assert key.encode().startswith(PartKey.prefix(key.stream))


@given(keys, names)
def test_the_prefix_of_a_stream_begins_no_other_streams_keys(key: PartKey, name: str) -> None:
    assume(name != key.stream)
    assert not key.encode().startswith(PartKey.prefix(name))


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[]", b'["orders"]', b'["orders",null,1,2,null,1]', b'["a",null,"2026-03-01T11:00:00Z","2026-03-01T10:00:00Z",null,1]'],
)
def test_what_names_no_part_is_no_key(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        PartKey.decode(raw)


# Times


def test_an_entrys_time_is_the_end_of_its_interval() -> None:
    assert KEY.timestamp_ms == HOUR.end_us // 1000
    assert replace(KEY, interval=Interval(HOUR.start, HOUR.end + dt.timedelta(microseconds=1))).timestamp_ms == HOUR.end_us // 1000 + 1


@given(intervals, intervals)
@example(Interval.parse("2026-01-01T00:00:00.0003Z/2026-01-01T01:00Z"), Interval.parse("2026-01-01T00:00Z/2026-01-01T00:00:00.0006Z"))
def test_every_entry_that_overlaps_an_interval_is_later_than_its_start(interval: Interval, other: Interval) -> None:
    assume(other.end > interval.start)
    assert replace(KEY, interval=other).timestamp_ms >= interval.start_us // 1000 + 1


# transactional.id


def test_a_transactional_id_names_the_part_and_no_attempt() -> None:
    assert KEY.transactional_id == "springhead.orders.-.2026-03-01T10:00:00Z_2026-03-01T11:00:00Z.1"
    assert replace(KEY, variant="small", run_id="manual__1", part=7).transactional_id == (
        "springhead.orders.small.2026-03-01T10:00:00Z_2026-03-01T11:00:00Z.manual__1.7"
    )


def test_a_long_transactional_id_ends_in_a_hash_of_the_whole() -> None:
    ids = [replace(KEY, run_id="r" * 300 + end, part=part).transactional_id for end in ("a", "b") for part in (1, 2)]
    assert len(set(ids)) == 4
    assert {len(text) for text in ids} == {200}
    assert {text[:100] for text in ids} == {("springhead.orders.-.2026-03-01T10:00:00Z_2026-03-01T11:00:00Z." + "r" * 100)[:100]}


@given(keys, keys)
def test_two_parts_never_share_a_transactional_id(a: PartKey, b: PartKey) -> None:
    assume(a != b)
    assert a.transactional_id != b.transactional_id
    assert len(a.transactional_id) <= 200


# Entries


def test_an_entrys_record_is_its_key_and_a_json_object_that_tells_all() -> None:
    record = ENTRY.record()
    assert (record.partition, record.key, record.timestamp_ms) == (KEY.partition, KEY.encode(), KEY.timestamp_ms)
    assert json.loads(record.value or b"") == {
        "version": 1,
        "stream": "orders",
        "variant": None,
        "interval": "2026-03-01T10:00:00Z/2026-03-01T11:00:00Z",
        "run_id": None,
        "part": 1,
        "parts": 2,
        "records": 1000,
        "bytes": 300_000,
        "digest": "d" * 32,
        "spec_digest": "5" * 32,
        "spec_keys": {"topic": "0a1b2c3d", "fields": "11111111", "fields.id": "22222222"},
        "engine": {"springhead": "2", "faker": "40.63.0"},
        "topic": "orders",
        "topic_id": "AAAAAAAAAAAAAAAAAAAAAQ",
        "topic_partitions": 3,
        "partitions": {
            "0": {"records": 400, "first_offset": 0, "end_offset": 400},
            "2": {"records": 600, "first_offset": 7, "end_offset": 607},
        },
        "republish": None,
        "attempt": {"dag": "orders", "run": "scheduled__2026-03-01T11:00:00+00:00", "try_number": 2},
        "guarantee": "exactly_once",
    }


@given(
    keys,
    st.none() | st.text(st.characters(codec="utf-8"), max_size=20),
    st.dictionaries(st.integers(0, 100), st.tuples(st.integers(0), st.integers(0)), max_size=5),
)
def test_an_entry_is_read_as_it_was_written(key: PartKey, token: str | None, shares: dict[int, tuple[int, int]]) -> None:
    assume(all(end < 2**63 for share in shares.values() for end in share))
    entry = replace(
        ENTRY,
        stream=key.stream,
        variant=key.variant,
        interval=key.interval,
        run_id=key.run_id,
        part=key.part,
        republish=token,
        partitions={number: PartitionReceipt(*share) for number, share in shares.items()},
    )
    assert entry.key == key
    record = entry.record()
    assert read_entry(record.key, record.value or b"") == entry


def test_a_tombstone_takes_the_entry_of_the_same_key_and_time_back() -> None:
    record = ENTRY.record()
    assert KEY.tombstone() == LedgerRecord(record.partition, record.key, None, record.timestamp_ms)


def changed(**more: Any) -> bytes:
    return json.dumps({**json.loads(ENTRY.record().value or b""), **more}).encode()


def test_a_field_of_a_newer_springhead_is_ignored() -> None:
    assert read_entry(KEY.encode(), changed(checksum="x")) == ENTRY


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (b"", "Input data was truncated"),
        (b"\x00", "JSON is malformed: invalid character (byte 0)"),
        (b"7", "it has no version"),
        (b"{}", "it has no version"),
        (changed(version=2), "its version is 2, and this Springhead reads up to 1: a newer one has written it"),
        (changed(records="many"), "Expected `int`, got `str` - at `$.records`"),
        (changed(interval="2026-03-01T11:00:00Z"), "Object missing required field `end` - at `$.interval`"),
        (changed(interval="2026/2027"), "Invalid RFC3339 encoded datetime - at `$.interval.start`"),
        (b"[" * 100_000, "maximum recursion depth exceeded"),
        (changed(interval=7), "Expected `object`, got `int` - at `$.interval`"),
        (changed(interval="2026-03-01T11:00:00Z/2026-03-01T10:00:00Z"), "its end must be after its start"),
        (changed(part=2), 'its key ["orders",null,"2026-03-01T10:00:00Z","2026-03-01T11:00:00Z",null,1] names another part'),
    ],
)
def test_an_entry_that_cannot_be_read_says_why(value: bytes, why: str) -> None:
    with pytest.raises((ValueError, RecursionError)) as caught:
        read_entry(KEY.encode(), value)
    assert why in str(caught.value)


def test_a_refusal_can_name_the_keys_of_the_spec_that_differ() -> None:
    now = {"topic": "0a1b2c3d", "fields": "99999999", "fields.id": "33333333", "seed": "44444444"}
    assert ENTRY.differing_keys(now) == ("fields", "fields.id", "seed")
    assert ENTRY.differing_keys(ENTRY.spec_keys) == ()


def test_an_attempt_is_a_tasks_try_or_the_command_line() -> None:
    assert str(Attempt()) == "command line"
    assert str(Attempt("orders", "manual__1", 3)) == "orders, manual__1, try 3"


# The topic's name


def test_the_ledgers_name_is_the_environments_or_the_usual_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPRINGHEAD_LEDGER", raising=False)
    assert ledger_name() == "__springhead_ledger"
    monkeypatch.setenv("SPRINGHEAD_LEDGER", " ")
    assert ledger_name() == "__springhead_ledger"
    monkeypatch.setenv("SPRINGHEAD_LEDGER", "team.ledger")
    assert ledger_name() == "team.ledger"
