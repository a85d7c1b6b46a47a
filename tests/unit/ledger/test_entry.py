"""The ledger's entries: read as they were written, by this version or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from springhead.ledger.entry import Attempt, LedgerRecord, PartitionShare, read_entry
from springhead.ledger.key import PartKey
from springhead.ledger.topic import ledger_name
from tests.unit.ledger.build import ENTRY, KEY, OPENING, keys


def test_an_entrys_record_is_its_key_and_a_json_object_that_tells_all() -> None:
    record = ENTRY.record()
    assert (record.partition, record.key, record.timestamp_ms) == (KEY.partition, KEY.encode(), KEY.timestamp_ms)
    assert json.loads(record.value or b"") == {
        "version": 2,
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
        "facts": {"topic_id": "AAAAAAAAAAAAAAAAAAAAAQ", "partitions": 3},
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
        key=key,
        opening=replace(OPENING, republish=token),
        partitions={number: PartitionShare(*share) for number, share in shares.items()},
    )
    record = entry.record()
    assert read_entry(PartKey.decode(record.key), record.value or b"") == entry


def test_an_entry_says_which_faults_its_records_have_where_they_have_some() -> None:
    faulty = replace(ENTRY, faults={"truncated": 3, "drop": 1})
    record = faulty.record()
    assert json.loads(record.value or b"")["faults"] == {"truncated": 3, "drop": 1}
    assert read_entry(KEY, record.value or b"") == faulty
    assert b"faults" not in (ENTRY.record().value or b"")  # of other streams it is as it always was


def test_a_tombstone_takes_the_entry_of_the_same_key_and_time_back() -> None:
    record = ENTRY.record()
    assert LedgerRecord.tombstone(KEY) == LedgerRecord(record.partition, record.key, None, record.timestamp_ms)


def changed(**more: Any) -> bytes:
    return json.dumps({**json.loads(ENTRY.record().value or b""), **more}).encode()


def test_a_field_of_a_newer_springhead_is_ignored() -> None:
    assert read_entry(KEY, changed(checksum="x")) == ENTRY


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (b"", "Input data was truncated"),
        (b"\x00", "JSON is malformed: invalid character (byte 0)"),
        (b"7", "it has no version"),
        (b"{}", "it has no version"),
        (changed(version=3), "its version is 3, and this Springhead reads version 2: a newer Springhead has written it"),
        (changed(version=1), "its version is 1, and this Springhead reads version 2: an earlier Springhead has written it"),
        (changed(records="many"), "Expected `int`, got `str` - at `$.records`"),
        (changed(facts=7), "Expected `object`, got `int` - at `$.facts`"),
        (b"[" * 100_000, "it has no version"),
        (changed(interval=7), "Expected `str`, got `int` - at `$.interval`"),
        *(
            (changed(**other), 'its key ["orders",null,"2026-03-01T10:00:00Z","2026-03-01T11:00:00Z",null,1] names another part')
            for other in ({"part": 2}, {"interval": "2026/2027"}, {"stream": "other"}, {"variant": "v"}, {"run_id": "r"}, {"batch": "b"})
        ),
    ],
)
def test_an_entry_that_cannot_be_read_says_why(value: bytes, why: str) -> None:
    with pytest.raises((ValueError, RecursionError)) as caught:
        read_entry(KEY, value)
    assert why in str(caught.value)


def test_a_refusal_can_name_the_keys_of_the_spec_that_differ() -> None:
    now = {"topic": "0a1b2c3d", "fields": "99999999", "fields.id": "33333333", "seed": "44444444"}
    assert OPENING.differing_keys(now) == ("fields", "fields.id", "seed")
    assert OPENING.differing_keys(OPENING.spec_keys) == ()


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
