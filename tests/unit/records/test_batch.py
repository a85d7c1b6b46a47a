"""What is asked for, which records there are, and how they are cut into parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.columns.column import Chunk
from springhead.columns.draws import Scope
from springhead.errors import OptionError
from springhead.records.arrivals import Counted
from springhead.records.batch import Batch, parts_among
from springhead.records.press import Press, records_of
from springhead.records.request import Request
from springhead.topic_facts import TopicFacts
from tests.unit.build import HOUR, rows, stream

FIELDS: dict[str, Any] = {"n": {"integer": [0, 10**9]}}


def asked(records: int = 500, **keys: Any) -> Request:
    return Request(stream(FIELDS, **keys), HOUR, records=records)


# Requests


def test_a_request_puts_its_words_in_place_of_the_variants_and_these_in_place_of_the_streams() -> None:
    made = stream(FIELDS, records=7, partition=1, variants={"v": {"records": 9}})
    assert [Request(made, HOUR, variant).chosen.records for variant in (None, "v")] == [7, 9]
    both = Request(made, HOUR, "v", records=3, partition=2).chosen
    assert (both.records, both.partition, both.name) == (3, 2, made.name)


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"variant": "w"}, "the stream 'things' has no variant 'w'; it has none"),
        ({"records": 0}, "records: 0 is not within 1 … 100,000,000"),
        ({"records": 100_000_001}, "records: 100000001 is not within 1 … 100,000,000"),
    ],
)
def test_a_request_that_does_not_go_with_its_stream_is_refused(more: dict[str, Any], text: str) -> None:
    with pytest.raises(OptionError) as caught:
        Request(stream(FIELDS), HOUR, **more)
    assert str(caught.value) == text


@pytest.mark.parametrize("count", [0, 2**31, 2**32 + 1])
def test_a_topic_has_one_to_2147483647_partitions(count: int) -> None:
    with pytest.raises(OptionError) as caught:
        TopicFacts(partitions=count)
    assert str(caught.value) == f"partitions: {count} is not within 1 … 2,147,483,647"


# Arrivals


@given(st.integers(1, 300), st.data())
def test_any_records_of_a_number_of_them_can_be_had_alone(count: int, data: st.DataObject) -> None:
    arrivals = Counted(asked(count))
    made = arrivals.at(range(count))
    ids, times = made.ids, made.times_us
    first = data.draw(st.integers(0, count))
    behind = data.draw(st.integers(first, count))
    some = arrivals.at(range(first, behind))
    assert (some.ids.tolist(), some.times_us.tolist()) == (ids[first:behind].tolist(), times[first:behind].tolist())
    assert ids.tolist() == list(range(count))
    assert (np.diff(times) >= 0).all()
    assert times.min() >= HOUR.start_us
    assert times.max() < HOUR.end_us


class Later:
    """Arrivals whose ids are not their positions: two records of an endless sequence."""

    count = 2
    scope: Scope = ("endless",)

    def at(self, positions: range) -> Chunk:
        places = np.arange(positions.start, positions.stop, dtype=np.uint64)
        return Chunk(places + np.uint64(1_000_000), HOUR.start_us + places.astype(np.int64), places)


def test_draws_follow_the_ids_and_values_without_repetition_the_positions() -> None:
    made = stream({**FIELDS, "badge": {"faker": "numerify", "with": {"text": "#"}, "unique": True}})
    batch = Batch(Request(made, HOUR), TopicFacts(), Later())
    one = Press(batch).records(range(2))
    assert one.ids.tolist() == [1_000_000, 1_000_001]
    assert one.positions.tolist() == [0, 1]
    assert len({value for value, *_ in one.each()}) == 2  # ten values, and ids far beyond them


class Nobody(Later):
    count = 0


def test_a_batch_without_records_has_one_empty_part() -> None:
    batch = Batch(asked(), TopicFacts(), Nobody())
    assert batch.parts == [range(0)]
    assert list(records_of(batch)) == []


# Parts


@given(st.integers(1, 2000), st.integers(1, 700), st.booleans())
def test_parts_hold_each_record_once_in_order(count: int, size: int, atomic: bool) -> None:
    batch = Batch.of(asked(count, atomic=atomic), part_records=size)
    assert [position for part in batch.parts for position in part] == list(range(count))
    assert len(batch.parts) == (1 if atomic else -(-count // size))


def test_a_part_of_wide_records_has_fewer() -> None:
    wide = stream({f"f{n}": FIELDS["n"] for n in range(64)})
    assert Batch.of(Request(wide, HOUR), part_records=1000).part_size == 250


def test_parts_that_are_asked_for_are_taken_in_order_and_once() -> None:
    assert parts_among(10, None) == list(range(1, 11))
    assert parts_among(10, [7, 3, 3]) == [3, 7]
    for wrong, text in (([11], "there is no part 11: this batch has 10 parts"), ([0], "there is no part 0"), ([], "name at least one")):
        with pytest.raises(OptionError, match=text):
            parts_among(10, wrong)


@given(st.integers(1, 500), st.integers(1, 100), st.randoms())
def test_a_part_made_alone_has_the_records_that_it_has_in_the_batch(count: int, size: int, chance: Any) -> None:
    batch = Batch.of(asked(count, key="{n}"), TopicFacts(partitions=5), part_records=size)
    whole = [row for made in records_of(batch) for row in rows(made)]
    part = chance.choice(batch.parts)
    press = Press(batch)
    assert [row for positions in press.chunks(part, 7) for row in rows(press.records(positions))] == whole[part.start : part.stop]
