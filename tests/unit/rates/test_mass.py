"""Mass: the integral of a rate, exact where anything changes, the same for whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.errors import FieldError, OptionError
from springhead.quantities import parse_time, us_of
from springhead.rates.bursts import Burst
from springhead.rates.mass import UNIT, Mass, Step
from springhead.rates.week import Week
from springhead.rates.windows import Cron, Once, Random, Windows
from springhead.rates.zone import ORIGIN_US, Zone
from tests.unit.build import batch

SECOND, MINUTE, HOUR, DAY = 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000
END = us_of(parse_time("2027-01-01"))
HOURS = [1, 1, 1, 1, 1, 2, 4, 8, 9, 8, 8, 10, 12, 9, 8, 8, 9, 11, 12, 10, 7, 5, 3, 0]
PER_S = Fraction(1, SECOND)


def at(text: str) -> int:
    return us_of(parse_time(text))


def mass(
    *steps: Step,
    hours: Sequence[float] | None = None,
    days: Sequence[float] | None = None,
    zone: str = "UTC",
    bursts: tuple[Burst, ...] = (),
) -> Mass:
    return Mass(steps or (Step(0, 20 * PER_S),), Week(hours or [1] * 24, days or [1] * 7), Zone(zone, END), bursts, END)


def events(of: Mass, start: str, end: str) -> float:
    return (of.at(at(end)) - of.at(at(start))) / UNIT


def test_a_flat_rate_is_what_it_says() -> None:
    assert events(mass(), "2026-03-01", "2026-03-02") == pytest.approx(20 * 86_400, abs=1e-6)
    assert events(mass(Step(0, Fraction(1, 3 * SECOND))), "2026-03-01T10:00Z", "2026-03-01T10:05Z") == pytest.approx(100, abs=1e-6)


def test_a_profile_has_the_rate_as_its_mean_over_a_week() -> None:
    assert events(mass(hours=HOURS, days=[1, 1, 1, 1, 1, 0.4, 0]), "2026-03-02", "2026-03-09") == pytest.approx(20 * 7 * 86_400)


def test_hours_and_days_have_the_shares_of_their_weights() -> None:
    of = mass(hours=HOURS, days=[1, 1, 1, 1, 1, 0.5, 0])
    assert events(of, "2026-03-02T12:00Z", "2026-03-02T13:00Z") == pytest.approx(12 * events(of, "2026-03-02T00:00Z", "2026-03-02T01:00Z"))
    assert events(of, "2026-03-07", "2026-03-08") == pytest.approx(events(of, "2026-03-06", "2026-03-07") / 2)
    assert events(of, "2026-03-08", "2026-03-09") == 0
    assert events(of, "2026-03-02T23:00Z", "2026-03-03") == 0


def test_the_week_is_that_of_the_zones_clocks_on_both_days_of_a_change() -> None:
    of = mass(hours=[0] * 2 + [1] + [0] * 21, zone="Europe/Berlin")  # from 2 to 3 o'clock only
    whole = events(of, "2026-03-04T01:00Z", "2026-03-04T02:00Z")
    assert whole == pytest.approx(20 * 86_400)
    assert events(of, "2026-03-28T23:00Z", "2026-03-29T22:00Z") == 0  # the hour that is skipped
    assert events(of, "2026-10-24T22:00Z", "2026-10-25T23:00Z") == pytest.approx(2 * whole)  # the hour that comes twice
    assert events(of, "2026-07-01T00:00Z", "2026-07-01T01:00Z") == pytest.approx(whole)  # summer time


def test_a_step_moves_nothing_before_it() -> None:
    then, now = mass(Step(at("2026-01-01"), 20 * PER_S)), mass(Step(at("2026-01-01"), 20 * PER_S), Step(at("2026-06-01"), 50 * PER_S))
    for moment in ("2001-05-05", "2026-05-31T23:59:59.999999Z", "2026-06-01"):
        assert then.at(at(moment)) == now.at(at(moment))
    assert events(now, "2026-06-01", "2026-06-02") == pytest.approx(50 * 86_400)


def test_a_ramp_goes_in_a_straight_line() -> None:
    of = mass(Step(at("2026-01-01"), 20 * PER_S), Step(at("2026-02-01"), 50 * PER_S, ramp=True))
    assert events(of, "2025-12-31", "2026-01-01") == pytest.approx(20 * 86_400)
    assert events(of, "2026-01-01", "2026-02-01") == pytest.approx(35 * 31 * 86_400, rel=1e-4)
    assert events(of, "2026-01-16T12:00Z", "2026-01-16T12:01Z") == pytest.approx(35 * 60, rel=1e-4)
    assert events(of, "2026-02-01", "2026-02-02") == pytest.approx(50 * 86_400)


def test_a_ramp_with_a_profile_in_a_zone_is_the_sum_of_its_minutes() -> None:
    steps = (Step(at("2026-03-20T07:30Z"), 20 * PER_S), Step(at("2026-04-03T00:07Z"), 90 * PER_S, ramp=True))
    of, week = mass(*steps, hours=HOURS, days=[1, 2, 1, 1, 1, 1, 3], zone="Europe/Berlin"), Week(HOURS, [1, 2, 1, 1, 1, 1, 3])
    minutes = (steps[1].from_us - steps[0].from_us) // MINUTE
    total = 0.0
    for minute in range(minutes):
        now = steps[0].from_us + minute * MINUTE
        local = now + (2 if now >= at("2026-03-29T01:00Z") else 1) * HOUR
        weight = week.weights[(local // HOUR - 4 * 24) % 168] / 2**32
        total += (20 + 70 * minute / minutes) * 60 * weight
    assert (of.at(steps[1].from_us) - of.at(steps[0].from_us)) / UNIT == pytest.approx(total, rel=1e-6)


def test_bursts_multiply_the_rate_and_one_another() -> None:
    bursts = (
        Burst(Windows(Cron("0 9 * * *", Zone("UTC", END)), 10 * MINUTE), 5),
        Burst(Windows(Once(at("2026-03-01T09:05Z")), 10 * MINUTE), 2),
    )
    of = mass(bursts=bursts)
    assert events(of, "2026-03-01T09:00Z", "2026-03-01T09:05Z") == pytest.approx(20 * 300 * 5)
    assert events(of, "2026-03-01T09:05Z", "2026-03-01T09:10Z") == pytest.approx(20 * 300 * 10)
    assert events(of, "2026-03-01T09:10Z", "2026-03-01T09:15Z") == pytest.approx(20 * 300 * 2)
    assert events(of, "2026-03-02T09:00Z", "2026-03-02T10:00Z") == pytest.approx(20 * (600 * 5 + 3000))
    assert events(of, "2026-03-02T09:03Z", "2026-03-02T09:04Z") == pytest.approx(20 * 60 * 5)


def test_a_burst_follows_the_profile_and_the_ramp_below_it() -> None:
    steps = (Step(at("2026-01-01"), 20 * PER_S), Step(at("2026-12-01"), 50 * PER_S, ramp=True))
    plain = mass(*steps, hours=HOURS)
    burst = Burst(Windows(Once(at("2026-03-01T11:30Z")), HOUR), 3)
    more = mass(*steps, hours=HOURS, bursts=(burst,))
    for start, end in (("2026-03-01T11:30Z", "2026-03-01T12:30Z"), ("2026-03-01T11:40Z", "2026-03-01T11:41Z")):
        assert events(more, start, end) == pytest.approx(3 * events(plain, start, end))
    assert events(more, "2026-03-01T12:30Z", "2026-03-01T13:00Z") == pytest.approx(events(plain, "2026-03-01T12:30Z", "2026-03-01T13:00Z"))


def test_random_bursts_are_as_many_as_they_should_be_and_the_same_for_a_key() -> None:
    windows = Random(np.uint64(7), 6 * HOUR)
    found = windows.between(ORIGIN_US, END)
    expected = (END - ORIGIN_US) / (6 * HOUR)
    assert abs(found.size - expected) < 5 * expected**0.5
    gaps = np.diff(found)
    assert gaps.std() == pytest.approx(gaps.mean(), rel=0.03)  # exponential
    some = windows.between(at("2026-03-01"), at("2026-04-01"))
    assert some.tolist() == found[(found >= at("2026-03-01")) & (found < at("2026-04-01"))].tolist()
    assert not np.isin(Random(np.uint64(8), 6 * HOUR).between(ORIGIN_US, END), found).any()


def test_more_than_can_be_counted_is_an_error() -> None:
    bursts = tuple(Burst(Windows(Once(at("2026-03-01")), HOUR), 10_000) for _ in range(2))
    with pytest.raises(OptionError, match="that is too many"):
        mass(Step(0, 100_000 * PER_S), bursts=bursts).at(at("2026-03-01T00:30Z"))


RICH = mass(
    Step(at("2026-01-01"), 20 * PER_S),
    Step(at("2026-03-28T05:00:00.000007Z"), 3 * PER_S),
    Step(at("2026-03-30T05:00Z"), 50 * PER_S, ramp=True),
    hours=HOURS,
    days=[1, 1, 1, 1, 1, 0, 2],
    zone="Europe/Berlin",
    bursts=(
        Burst(Windows(Random(np.uint64(3), HOUR), 90 * SECOND), 20),
        Burst(Windows(Cron("*/30 * * * *", Zone("UTC", END)), 77 * SECOND), 4),
    ),
)
MOMENTS = st.integers(at("2026-03-27"), at("2026-04-01"))


@given(MOMENTS, MOMENTS)
def test_it_never_falls(one: int, other: int) -> None:
    assert RICH.at(min(one, other)) <= RICH.at(max(one, other))


@given(MOMENTS, st.integers(1, 3 * HOUR), st.data())
def test_the_time_of_a_mass_is_the_last_moment_with_no_more(start: int, length: int, data: st.DataObject) -> None:
    begin, end = RICH.at(start), RICH.at(start + length)
    if begin == end:
        return
    wanted = sorted(data.draw(st.lists(st.integers(0, end - begin - 1), min_size=1, max_size=20)))
    times = RICH.times(start, start + length, begin).of(np.array(wanted, np.int64)).tolist()
    for mass_, time in zip(wanted, times, strict=True):
        assert start <= time < start + length
        assert RICH.at(time) - begin <= mass_ < RICH.at(time + 1) - begin


def test_a_ramp_down_to_nothing_takes_nothing_back_however_slow_it_is() -> None:
    of = mass(Step(at("2025-01-01"), Fraction(1, DAY)), Step(at("2026-01-01"), Fraction(0), ramp=True))
    reached = [of.at(at("2025-12-30") + hour * HOUR) for hour in range(72)]
    assert reached == sorted(reached)
    assert events(of, "2025-01-01", "2026-01-01") == pytest.approx(365 / 2, abs=0.2)


@pytest.mark.slow
def test_bursts_without_end_in_hours_without_traffic_add_nothing_and_are_too_many_in_others() -> None:
    profile = {"hours": [0] * 12 + [1] * 12, "bursts": [{"times": 30, "for": "100d", "every": "10m"}]}
    with pytest.raises(FieldError, match=r"the bursts multiply the rate to more than .* that is too many"):
        batch({"a": {"uuid": 4}}, profile=profile)
