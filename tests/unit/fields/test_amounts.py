"""How many of something there are: what may be written, and what is drawn of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from springhead.columns.draws import key_of
from springhead.fields.amounts import Count, CountValue, bounds, drawn

KEY = key_of("length")
ids = st.lists(st.integers(0, 2**64 - 1), max_size=40)


def count(value: object) -> CountValue:
    read: CountValue = TypeAdapter(Count).validate_python(value)
    return read


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", 'expected a whole number, or [min, max], both included; found the text "x"'),
        (True, "expected a whole number, or [min, max], both included; found true"),
        (1.5, "expected a whole number, or [min, max], both included; found the number 1.5"),
        (None, "expected a whole number, or [min, max], both included; found null"),
        ([1], "expected a whole number, or [min, max], both included; found a list of 1"),
        ([1, "x"], 'expected a whole number, or [min, max], both included; found the text "x"'),
        (-1, "expected 0 … 10,000; found the number -1"),
        ([0, 10_001], "expected 0 … 10,000; found the number 10001"),
        ([6, 1], "min 6 is above max 1"),
    ],
)
def test_what_is_no_count_is_refused(value: Any, text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        count(value)
    assert [str(each["ctx"]["error"]) for each in caught.value.errors()] == [text]


@given(ids, st.integers(0, 40), st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)).map(sorted))
def test_a_count_depends_on_its_id_alone_and_lies_within_its_bounds(of: list[int], cut: int, span: list[int]) -> None:
    draw, array = drawn(count(span), KEY), np.array(of, np.uint64)
    whole = draw(array)
    assert whole.tolist() == draw(array[:cut]).tolist() + draw(array[cut:]).tolist()
    low, high = bounds(count(span))
    assert (low, high) == tuple(span)
    assert all(low <= each <= high for each in whole)


def test_a_constant_is_always_drawn() -> None:
    assert bounds(count(3)) == (3, 3)
    assert drawn(count(3), KEY)(np.arange(5, dtype=np.uint64)).tolist() == [3] * 5


def test_all_of_a_range_are_equally_likely() -> None:
    counts = Counter(drawn(count([1, 4]), KEY)(np.arange(40_000, dtype=np.uint64)).tolist())
    assert sorted(counts) == [1, 2, 3, 4]
    assert all(abs(n - 10_000) < 450 for n in counts.values())  # five standard deviations
