"""Events of a rate belong to time: however it is cut, they are the same."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from springhead.errors import FieldError, OptionError
from springhead.quantities import Interval, parse_time, us_of
from springhead.records.batch import Batch
from springhead.records.press import Press
from springhead.records.request import Request
from springhead.topic_facts import TopicFacts
from tests.unit.build import rows, stream
from tests.unit.examples import examples

FIELDS: dict[str, Any] = {
    "id": {"sequence": 1, "prefix": "E", "width": 14},
    "uuid": {"uuid": 7},
    "name": {"faker": "name"},
    "born": {"faker": "date_of_birth"},
    "past": {"faker": "past_datetime"},
    "team": {"choice": ["a", "b"], "per": "name"},
    "at": {"timestamp": "epoch_us"},
    "due": {"timestamp": "iso", "offset": ["-5m", "2d"]},
    "channel": {"choice": ["web", "app"], "since": "2026-03-29T12:00:00Z"},
    "line": {"template": "{_time} {_number}"},
}
HOURS = [1, 1, 1, 1, 0, 2, 4, 8, 9, 8, 8, 10, 12, 9, 8, 8, 9, 11, 12, 10, 7, 5, 3, 0]
PROFILE = {"hours": HOURS, "weekdays": {"sat": 2, "sun": 0.5}}
BURSTS = [
    {"at": "15 * * * *", "for": "90s", "times": 7},
    {"every": "3h", "for": "5m", "times": 20},
    {"at": "2026-03-29T09:00Z", "for": "1h", "times": 3},
]
LATE = [{"share": 0.2, "by": ["1s", "3h"]}, {"share": 0.1, "by": "10m"}]
OUTAGES = [{"during": {"at": "50 */5 * * *", "for": "25m"}}, {"during": {"at": "2026-03-29T03:00Z", "for": "7h"}}]
STREAMS: dict[str, dict[str, Any]] = {
    "regular": {"rate": "2/m"},
    "poisson": {"rate": "2/m", "arrivals": "poisson"},
    "profile in a zone": {"rate": "1/m", "arrivals": "poisson", "profile": {**PROFILE, "bursts": BURSTS}, "timezone": "Europe/Berlin"},
    "ramp": {
        "rate": {"2026-03-01": "1/m", "2026-03-28T22:30Z": "3/m", "2026-03-29T17:00Z": {"ramp": "1/10m"}},
        "profile": {"weekdays": {"sat": 3}},
    },
    "late": {"rate": "2/m", "arrivals": "poisson", "late": LATE},
    "outages": {"rate": "90/h", "late": [*LATE, *OUTAGES], "timezone": "Asia/Kolkata", "profile": PROFILE},
}


def batch(interval: str | Interval, keys: dict[str, Any], **request: Any) -> Batch:
    window = interval if isinstance(interval, Interval) else Interval.parse(interval)
    return Batch.of(Request(stream(FIELDS, key="{name}", headers={"n": "{_number}"}, **keys), window, **request), TopicFacts(partitions=3))


def made(of: Batch, size: int = 700) -> list[Any]:
    press = Press(of)
    return [row for positions in press.chunks(size=size) for row in rows(press.records(positions))]


def between(start_us: int, end_us: int) -> Interval:
    begin = datetime(1970, 1, 1, tzinfo=UTC)
    return Interval(begin + timedelta(microseconds=start_us), begin + timedelta(microseconds=end_us))


DAY = Interval.parse("2026-03-29T00:00Z/P1D")  # clocks are put forward in Europe; the 29th is a Sunday
_WHOLE: dict[str, Counter[Any]] = {}


def whole(name: str) -> Counter[Any]:
    if name not in _WHOLE:
        _WHOLE[name] = Counter(made(batch(DAY, STREAMS[name])))
    return _WHOLE[name]


SLOW_WITH_BURSTS = pytest.param("profile in a zone", marks=pytest.mark.slow)  # each batch counts them from 2000 on


@pytest.mark.parametrize("name", [name if not STREAMS[name].get("profile", {}).get("bursts") else SLOW_WITH_BURSTS for name in STREAMS])
class TestCuts:
    def test_24_hours_are_the_day(self, name: str) -> None:
        edges = range(DAY.start_us, DAY.end_us + 1, 3_600_000_000)
        found = Counter(row for start, end in pairwise(edges) for row in made(batch(between(start, end), STREAMS[name])))
        assert found == whole(name)
        assert found.total() > 500

    @examples(15)
    @given(st.lists(st.integers(DAY.start_us + 1, DAY.end_us - 1), min_size=1, max_size=4, unique=True))
    @example([us_of(parse_time("2026-03-29T10:00:00Z")), us_of(parse_time("2026-03-29T10:00:00.000001Z"))])
    def test_so_is_any_other_cut(self, name: str, cuts: list[int]) -> None:
        edges = [DAY.start_us, *sorted(cuts), DAY.end_us]
        batches = [batch(between(start, end), STREAMS[name]) for start, end in pairwise(edges)]
        assert sum(each.records for each in batches) == whole(name).total()
        assert sum((Counter(made(each)) for each in batches), Counter()) == whole(name)

    def test_a_count_is_known_before_a_record_is_made(self, name: str) -> None:
        assert batch(DAY, STREAMS[name]).records == whole(name).total()

    @examples(15)
    @given(st.integers(1, 400), st.integers(0, 2000), st.integers(0, 2000))
    def test_chunks_and_parts_change_nothing(self, name: str, size: int, one: int, other: int) -> None:
        of = batch(DAY, STREAMS[name])
        all_of_it, (first, behind) = made(of), sorted((min(one, of.records), min(other, of.records)))
        press = Press(of)
        assert [row for positions in press.chunks(range(first, behind), size) for row in rows(press.records(positions))] == all_of_it[
            first:behind
        ]

    def test_records_arrive_in_order_within_the_interval(self, name: str) -> None:
        chunk = batch(DAY, STREAMS[name]).arrivals.at(range(whole(name).total()))
        arrivals = chunk.times_us if chunk.arrivals_us is None else chunk.arrivals_us
        assert (np.diff(arrivals) >= 0).all()
        assert arrivals[0] >= DAY.start_us
        assert arrivals[-1] < DAY.end_us
        assert (np.diff(chunk.ids.astype(np.int64)) == 1).all()


@pytest.mark.parametrize("name", [SLOW_WITH_BURSTS, "outages"])
def test_the_days_of_a_month_are_the_month_with_its_leap_day_and_both_changes_of_a_clock(name: str) -> None:
    keys = {**STREAMS[name], "rate": "20/h"}
    for month, days in (("2028-02-01T00:00Z", 29), ("2026-10-12T00:00Z", 21), ("2026-03-15T00:00Z", 30)):
        begin = us_of(parse_time(month))
        day = 86_400_000_000
        counts = [batch(between(begin + n * day, begin + (n + 1) * day), keys).records for n in range(days)]
        assert sum(counts) == batch(between(begin, begin + days * day), keys).records


def test_a_change_of_the_rate_leaves_history_alone_to_the_byte() -> None:
    before = {"rate": {"2026-01-01": "2/m"}, "arrivals": "poisson", "profile": PROFILE}
    after = {**before, "rate": {"2026-01-01": "2/m", "2026-03-29": "9/m", "2026-05-01": {"ramp": "1/m"}}}
    past = "2026-03-28T00:00Z/P1D"
    assert made(batch(past, before)) == made(batch(past, after))
    assert batch(DAY, after).records > 3 * batch(DAY, before).records


def test_an_interval_may_have_no_event() -> None:
    nothing = batch("2026-03-29T10:00Z/PT1M", {"rate": "1/d"})
    assert nothing.records == 0
    assert nothing.parts == [range(0)]
    assert made(nothing) == []
    assert batch("2026-03-30T02:00Z/PT1H", {"rate": "9/s", "profile": {"hours": HOURS}, "timezone": "Europe/Berlin"}).records == 0


def test_a_run_by_hand_and_a_variant_have_other_events() -> None:
    keys = {**STREAMS["poisson"], "variants": {"more": {"rate": "4/m"}}}
    own, by_hand, variant = (batch(DAY, keys, **of) for of in ({}, {"run_id": "manual__1"}, {"variant": "more"}))
    assert not {row[0] for row in made(own)} & {row[0] for row in made(by_hand)}
    assert abs(variant.records - 2 * own.records) < 6 * variant.records**0.5


def test_a_rate_in_place_of_the_streams_is_taken() -> None:
    assert batch(DAY, STREAMS["regular"], rate="4/m").records == pytest.approx(4 * 1440, abs=1)


def test_late_events_are_a_share_and_their_delay_lies_in_its_bounds() -> None:
    of = batch(DAY, {"rate": "1/s", "arrivals": "poisson", "late": LATE})
    chunk = of.arrivals.at(range(of.records))
    assert chunk.arrivals_us is not None
    delays = (chunk.arrivals_us - chunk.times_us) / 1_000_000
    drawn = (delays > 0) & (delays != 600)
    assert drawn.mean() == pytest.approx(0.2, abs=0.01)
    assert (delays == 600).mean() == pytest.approx(0.1, abs=0.01)
    assert delays[drawn].min() >= 1
    assert delays[drawn].max() <= 3 * 3600
    assert delays[drawn].mean() == pytest.approx((1 + 3 * 3600) / 2, rel=0.02)


def test_what_happens_in_an_outage_arrives_at_its_end_in_order() -> None:
    of = batch(DAY, {"rate": "1/s", "late": OUTAGES[1:]})
    chunk = of.arrivals.at(range(of.records))
    assert chunk.arrivals_us is not None
    begin, end = (us_of(parse_time(f"2026-03-29T{hour}:00Z")) for hour in ("03", "10"))
    held = (chunk.times_us >= begin) & (chunk.times_us < end)
    assert held.sum() == 7 * 3600
    assert set(chunk.arrivals_us[held].tolist()) == {end}
    assert (chunk.arrivals_us[~held] == chunk.times_us[~held]).all()
    assert batch("2026-03-29T04:00Z/PT5H", {"rate": "1/s", "late": OUTAGES[1:]}).records == 0
    assert batch("2026-03-29T10:00Z/PT1S", {"rate": "1/s", "late": OUTAGES[1:]}).records == 7 * 3600 + 1


def test_outages_without_an_end_are_an_error() -> None:
    with pytest.raises(OptionError, match="nothing ever arrives"):
        batch(DAY, {"rate": "1/s", "late": [{"during": {"at": "*/10 * * * *", "for": "10m"}}]})


def test_a_batch_that_is_too_large_names_its_events() -> None:
    with pytest.raises(OptionError) as caught:
        batch("2026-03-01T00:00Z/P30D", {"rate": "100/s"})
    assert str(caught.value) == (
        "the interval 2026-03-01T00:00:00Z/2026-03-31T00:00:00Z has 259,200,000 events at this rate, and a batch has at most 100,000,000: "
        "take a shorter interval or a lower rate"
    )


def test_an_interval_before_the_counting_begins_is_refused() -> None:
    with pytest.raises(OptionError, match="begins before 2000, where the events of a rate begin to be counted"):
        batch("1999-12-31T23:00Z/PT2H", STREAMS["regular"])


def test_the_first_hour_of_all_has_its_events() -> None:
    assert batch("2000-01-01T00:00Z/PT1H", {"rate": "1/s"}).records == 3600


# records: N


def test_a_profile_spreads_the_records_of_an_interval() -> None:
    of = batch("2026-03-30T00:00Z/P1D", {"records": 12_000, "profile": {"hours": HOURS}})
    times = of.arrivals.at(range(12_000)).times_us
    per_hour = np.bincount((times - of.interval.start_us) // 3_600_000_000, minlength=24)
    assert np.abs(per_hour - 12_000 * np.array(HOURS) / sum(HOURS)).max() <= 2
    assert (np.diff(times) >= 0).all()


def test_records_in_an_interval_without_a_moment_are_an_error() -> None:
    with pytest.raises(OptionError) as caught:
        batch("2026-03-30T04:10Z/PT30M", {"records": 10, "profile": {"hours": HOURS}})
    assert str(caught.value) == (
        "the profile leaves no moment of the interval 2026-03-30T04:10:00Z/2026-03-30T04:40:00Z: all its hours have the weight 0"
    )


def test_records_may_be_late_by_a_delay() -> None:
    plain, late = (batch(DAY, {"records": 1000, "late": of}).arrivals.at(range(1000)) for of in ([], LATE))
    assert late.arrivals_us is not None
    assert late.arrivals_us.tolist() == plain.times_us.tolist()
    assert (late.times_us < plain.times_us).mean() == pytest.approx(0.3, abs=0.06)


# Values that last


def test_unique_holds_for_ever_and_says_where_the_values_end() -> None:
    fields = {"code": {"faker": "bothify", "with": {"text": "????????????"}, "unique": True}}
    window = Interval.parse("2026-03-29T00:00Z/PT1H")
    later = Interval.parse("2026-03-30T00:00Z/PT1H")
    of = [Batch.of(Request(stream(fields, rate="1/m"), each)) for each in (window, later)]
    values = [row[0] for each in of for row in made(each)]
    assert len(set(values)) == len(values) == 120
    short = {"code": {"faker": "bothify", "with": {"text": "??"}, "unique": True}}
    with pytest.raises(FieldError, match="'unique' with a rate holds for ever, and Faker's 'bothify' has 2,704 values"):
        made(Batch.of(Request(stream(short, rate="1/m"), window)))
