"""Stretches of time that come again."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from croniter import croniter
from hypothesis import given
from hypothesis import strategies as st

from springhead.quantities import parse_time, us_of, zone_info
from springhead.rates.windows import Cron, Once, Windows
from springhead.rates.zone import Zone

END = us_of(parse_time("2027-06-01"))
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Ho_Chi_Minh", "Africa/Casablanca"]


def at(text: str) -> int:
    return us_of(parse_time(text))


@pytest.mark.parametrize("name", ZONES)
def test_a_zones_table_is_what_its_clocks_show(name: str) -> None:
    zone, there = Zone(name, END), zone_info(name)
    for moment in range(at("2000-01-01"), END, 7_919_000_000_000):  # some two hours, a prime number of seconds
        offset = int(zone.offsets_us[int(np.searchsorted(zone.starts_us, moment, side="right")) - 1])
        expected = datetime.fromtimestamp(moment // 1_000_000, there).utcoffset()
        assert expected is not None
        assert offset == expected.total_seconds() * 1_000_000


def test_local_times_are_those_of_pep_495() -> None:
    zone, there = Zone("Europe/Berlin", END), ZoneInfo("Europe/Berlin")
    for text in ("2026-03-29T01:59", "2026-03-29T02:30", "2026-03-29T03:00", "2026-10-25T02:00", "2026-10-25T02:59", "2026-10-25T03:00"):
        local = datetime.fromisoformat(text)
        told = zone.utc_of(np.array([at(f"{text}Z")], np.int64))[0]
        assert told == local.replace(tzinfo=there).timestamp() * 1_000_000, text


@pytest.mark.parametrize("cron", ["0 9 * * *", "*/20 3-5 * * 1-5", "30 12 1,15 * *", "15 6 13 * 5", "0 0 29 2 *", "0 0 * 1-3,12 sun"])
def test_cron_comes_when_croniter_says(cron: str) -> None:
    start, end = at("2026-01-01"), at("2027-03-01")
    found = Cron(cron, Zone("UTC", END)).between(start, end).tolist()
    ticks = croniter(cron, parse_time("2025-12-31T23:59:59Z"))
    expected = []
    while (tick := us_of(ticks.get_next(datetime))) < end:
        expected.append(tick)
    assert found == expected


def test_a_time_that_is_skipped_comes_when_the_clocks_were_put_forward_and_one_that_comes_twice_once() -> None:
    moments = Cron("30 2 * * *", Zone("Europe/Berlin", END))
    assert moments.between(at("2026-03-29"), at("2026-03-30")).tolist() == [at("2026-03-29T01:30Z")]  # 03:30 by the clocks
    assert moments.between(at("2026-10-25"), at("2026-10-26")).tolist() == [at("2026-10-25T00:30Z")]


@given(st.integers(at("2026-03-01"), at("2026-03-03")), st.integers(1, 90_000_000_000))
def test_windows_that_touch_a_stretch_are_found(start: int, length: int) -> None:
    windows = Windows(Cron("0 */6 * * *", Zone("UTC", END)), 5_000_000)
    begins, ends = windows.touching(start, start + length)
    every = windows.moments.between(at("2026-02-01"), at("2026-04-01"))
    assert begins.tolist() == [begin for begin in every.tolist() if begin < start + length and begin + 5_000_000 > start]
    assert (ends - begins == 5_000_000).all()


def test_one_moment_is_there_once() -> None:
    assert Once(5).between(0, 10).tolist() == [5]
    assert Once(5).between(5, 6).tolist() == [5]
    assert Once(5).between(6, 10).tolist() == []
