"""A population's growth: how many there are at a moment and when each is born are one and the same law."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.quantities import parse_time, us_of
from springhead.rates.growth import Growth
from springhead.rates.mass import UNIT, Mass, Step
from springhead.rates.week import Week
from springhead.rates.zone import Zone
from tests.unit.examples import examples

MINUTE, HOUR, DAY = 60_000_000, 3_600_000_000, 86_400_000_000
AS_OF = us_of(parse_time("2026-01-01"))


@st.composite
def growths(draw: st.DrawFn) -> tuple[list[Step], int]:
    """Steps of a rate, some of them ramps, and `as_of` somewhere among them."""
    moments = sorted(draw(st.sets(st.integers(0, 400 * DAY), min_size=1, max_size=5)))
    rates = draw(st.lists(st.fractions(0, 1000, max_denominator=1000), min_size=len(moments), max_size=len(moments)))
    steps = [
        Step(AS_OF - 100 * DAY + at, rate / HOUR, bool(i) and draw(st.booleans()))
        for i, (at, rate) in enumerate(zip(moments, rates, strict=True))
    ]
    return steps, AS_OF + draw(st.integers(-150 * DAY, 350 * DAY))


@examples(60)
@given(growths(), st.integers(0, 1000), st.lists(st.integers(-10 * DAY, 900 * DAY), min_size=1, max_size=50))
def test_the_count_is_the_mass_of_the_rate_in_whole_members(of: tuple[list[Step], int], first: int, after: list[int]) -> None:
    steps, as_of = of
    growth, mass = Growth(first, steps, as_of), Mass(steps, Week(), Zone("UTC", as_of + 900 * DAY), (), as_of + 900 * DAY)
    for at in after:
        grown = (mass.at(max(as_of + at, as_of)) - mass.at(as_of)) / UNIT
        assert first + int(grown - 1e-6) <= growth.count(as_of + at) <= first + int(grown + 1e-6)


@examples(60)
@given(growths(), st.integers(0, 1000), st.data())
def test_a_birth_is_the_first_microsecond_at_which_the_member_is_there(of: tuple[list[Step], int], first: int, data: st.DataObject) -> None:
    steps, as_of = of
    growth = Growth(first, steps, as_of)
    there = growth.count(as_of + 900 * DAY)
    if there == first:
        return
    numbers = np.array(data.draw(st.lists(st.integers(first, there - 1), min_size=1, max_size=50)), np.uint64)
    born = growth.births(numbers)
    assert (growth.counts(born) > numbers).all()
    assert (growth.counts(born - 1) <= numbers).all()
    assert [int(growth.births(np.array([number]))[0]) for number in numbers] == born.tolist()


def test_those_of_the_beginning_are_there_before_it() -> None:
    growth = Growth(7, [Step(0, Fraction(1, HOUR))], AS_OF)
    assert [growth.count(AS_OF + at) for at in (-DAY, 0, HOUR - 1, HOUR, HOUR + 1, 3 * HOUR + 1)] == [7, 7, 7, 7, 8, 10]
    assert (growth.births(np.arange(7, dtype=np.uint64)) == AS_OF).all()


def test_a_ramp_goes_in_a_straight_line_in_steps_of_a_minute_and_down_to_nothing() -> None:
    growth = Growth(0, [Step(0, Fraction(10, HOUR)), Step(AS_OF, Fraction(10, HOUR)), Step(AS_OF + 100 * HOUR, Fraction(0), True)], AS_OF)
    assert growth.count(AS_OF + 50 * HOUR) == pytest.approx(375, abs=1)
    assert growth.count(AS_OF + 100 * HOUR) == pytest.approx(500, abs=1) == growth.count(AS_OF + 5000 * DAY)


def test_a_rate_of_years_and_of_a_hundred_thousand_a_second_is_counted_to_the_member() -> None:
    growth = Growth(0, [Step(0, Fraction(100_000, 1_000_000))], us_of(parse_time("2000-01-01")))
    last = us_of(parse_time("9999-12-31"))
    assert growth.count(last) == pytest.approx((last - us_of(parse_time("2000-01-01"))) // 10, rel=1e-15)
    assert growth.count(last + 10) == growth.count(last) + 1


def test_who_is_never_born_has_the_time_of_the_beginning() -> None:
    growth = Growth(2, [Step(0, Fraction(1, HOUR)), Step(AS_OF + 5 * HOUR, Fraction(0))], AS_OF)
    there = growth.count(AS_OF + 10_000 * DAY)
    assert growth.births(np.array([there, 10**15], np.uint64)).tolist() == [AS_OF, AS_OF]
