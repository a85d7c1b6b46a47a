"""How many of something there are: what may be written, and what is drawn of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from scipy import stats

from springhead.columns.draws import key_of
from springhead.fields.amounts import Count, CountValue, bounds, drawn
from springhead.fields.durations import SignedSpan, bounds_us, drawn_us
from tests.unit.chi_square import deviation

KEY = key_of("length")
ids = st.lists(st.integers(0, 2**64 - 1), max_size=40)


def count(value: object) -> CountValue:
    read: CountValue = TypeAdapter(Count).validate_python(value)
    return read


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x", 'expected a whole number, 0 … 10,000, [min, max] of such, or a distribution such as {poisson: 3}; found the text "x"'),
        (True, "expected a whole number, 0 … 10,000, [min, max] of such, or a distribution such as {poisson: 3}; found true"),
        (1.5, "expected a whole number, 0 … 10,000, [min, max] of such, or a distribution such as {poisson: 3}; found the number 1.5"),
        (None, "expected a whole number, 0 … 10,000, [min, max] of such, or a distribution such as {poisson: 3}; found null"),
        ([1], "expected a whole number, 0 … 10,000, [min, max] of such, or a distribution such as {poisson: 3}; found a list of 1"),
        ([1, "x"], 'expected a whole number, 0 … 10,000, [min, max] of such, or a distribution such as {poisson: 3}; found the text "x"'),
        (-1, "expected a whole number, 0 … 10,000, [min, max] of such, or a distribution such as {poisson: 3}; found the number -1"),
        (
            [0, 10_001],
            "expected a whole number, 0 … 10,000, [min, max] of such, or a distribution such as {poisson: 3}; found the number 10001",
        ),
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


def test_a_distribution_is_cut_to_its_bounds() -> None:
    assert bounds(count({"poisson": 3})) == (0, 10_000)
    assert bounds(count({"zipf": 1.1, "max": 8})) == (1, 8)
    of = count({"exponential": 1.6, "min": 1, "max": 6})
    assert bounds(of) == (1, 6)
    seen = np.bincount(drawn(of, KEY)(np.arange(100_000, dtype=np.uint64)), minlength=7)
    assert seen[0] == 0
    assert deviation(seen[1:], np.exp(-np.arange(6) / 1.6)) < 4  # each e^(1/1.6) times as rare as the one before


def test_durations_by_a_distribution_are_cut_to_their_bounds_too() -> None:
    span = TypeAdapter(SignedSpan).validate_python({"normal": {"mean": "-2s", "stddev": "500ms"}, "max": "0s"})
    assert bounds_us(span)[1] == 0
    us = drawn_us(span, KEY)(np.arange(100_000, dtype=np.uint64))
    law = stats.truncnorm(-np.inf, 4, loc=-2e6, scale=5e5)
    assert stats.kstest(us, law.cdf).pvalue > 0.001
    assert us.max() < 0
