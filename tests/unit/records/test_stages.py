"""Stages change what the press has made; rows are counted where they come out."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from springhead.records.press import Press
from springhead.records.records import Records
from springhead.records.tally import Tally
from tests.unit.build import batch, rows

FIELDS = {"n": {"integer": [0, 10**9]}, "name": {"faker": "name"}}


def copied(records: Records) -> Records:
    """Every third record once more, right behind it."""
    again = records.ids % 3 == 0
    places = np.repeat(np.arange(records.rows), np.where(again, 2, 1))
    taken = records.take(places)
    return replace(taken, copies=np.r_[np.uint8(0), (places[1:] == places[:-1]).astype(np.uint8)] if places.size else np.zeros(0, np.uint8))


def without_value(records: Records) -> Records:
    """Every fifth record is a tombstone."""
    return replace(records, values=replace(records.values, nulls=records.ids % 5 == 0))


def gone(records: Records) -> Records:
    """Every seventh is left out."""
    return records.take(np.flatnonzero(records.ids % 7 != 0))


@given(st.permutations([copied, without_value, gone]), st.lists(st.integers(1, 50), min_size=1, max_size=5))
def test_what_comes_out_is_the_same_however_it_is_cut(stages: list[object], sizes: list[int]) -> None:
    of = batch(FIELDS, records=sum(sizes), key="{name}")
    whole = rows(Press(of, stages).records(range(sum(sizes))))  # type: ignore[arg-type]
    press = Press(of, stages)  # type: ignore[arg-type]
    bounds = list(itertools.accumulate(sizes, initial=0))
    cut = [row for first, behind in itertools.pairwise(bounds) for row in rows(press.records(range(first, behind)))]
    assert cut == whole


def test_rows_are_counted_where_they_come_out() -> None:
    of, tally = batch(FIELDS, records=70, key="{name}"), Tally(6)
    made = Press(of, [copied, without_value, gone]).records(range(70))
    tally.add(made)
    kept = [n for n in range(70) if n % 7]
    assert tally.rows == made.rows == len(kept) + sum(n % 3 == 0 for n in kept)
    assert [value is None for value, *_ in made.each()] == [n % 5 == 0 for n in kept for _ in range(2 if n % 3 == 0 else 1)]
    assert made.copies is not None
    assert made.copies.sum() == sum(n % 3 == 0 for n in kept)


def test_a_stream_goes_through_no_stage_unless_it_says_so() -> None:
    of = batch(FIELDS, records=10)
    assert rows(Press(of).records(range(10))) == rows(Press(of, []).records(range(10)))
