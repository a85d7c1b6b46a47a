"""Durations, times, intervals and schedules."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from croniter import croniter
from hypothesis import given
from hypothesis import strategies as st

from springhead.errors import OptionError
from springhead.quantities import Interval, cron_of_schedule, last_complete_interval, parse_duration, parse_time, zone_info

times = st.timedeltas(timedelta(0), timedelta(days=2_900_000)).map(lambda age: datetime(1970, 1, 1, tzinfo=UTC) + age)


class TestDurations:
    @pytest.mark.parametrize(
        ("text", "duration"),
        [
            ("250ms", timedelta(milliseconds=250)),
            ("3s", timedelta(seconds=3)),
            ("5m", timedelta(minutes=5)),
            ("1h", timedelta(hours=1)),
            ("2d", timedelta(days=2)),
            ("0s", timedelta(0)),
        ],
    )
    def test_the_forms_of_the_language_are_read(self, text: str, duration: timedelta) -> None:
        assert parse_duration(text) == duration

    @pytest.mark.parametrize("text", ["", "5", "m", "-5m", "1.5h", "5 m", "1h30m", "5M", "999999999999d", "٣s", "5m\n"])
    def test_anything_else_is_refused_with_the_forms(self, text: str) -> None:
        with pytest.raises(ValueError) as caught:
            parse_duration(text)
        assert str(caught.value) == (
            f"'{text}' is not a duration: write a whole number and ms, s, m, h or d, such as 250ms, 3s, 5m, 1h or 2d"
        )


class TestTimes:
    @pytest.mark.parametrize(
        "text", ["2026-01-01", "2026-01-01T00:00Z", "2026-01-01 00:00:00.000Z", "2026-01-01T07:00+07:00", "2025-12-31T19:00-0500"]
    )
    def test_a_time_with_an_offset_and_a_date_are_read_as_utc(self, text: str) -> None:
        assert parse_time(text) == datetime(2026, 1, 1, tzinfo=UTC)
        assert parse_time(text).tzinfo is UTC

    def test_a_time_without_an_offset_is_refused(self) -> None:
        with pytest.raises(ValueError) as caught:
            parse_time("2026-01-01T00:00")
        assert str(caught.value) == "'2026-01-01T00:00' has no offset from UTC: write 2026-01-01T00:00Z if it is in UTC"

    @pytest.mark.parametrize(
        "text", ["", "now", "2026-02-30", "2026-01-01T25:00Z", "20260101", "2026-W01-1", "0000-01-01", "0001-01-01T00:00+07:00"]
    )
    def test_anything_else_is_refused_with_the_forms(self, text: str) -> None:
        with pytest.raises(ValueError) as caught:
            parse_time(text)
        assert str(caught.value) == (
            f"'{text}' is not a time: write ISO 8601 with an offset, such as 2026-01-01T00:00:00Z or 2026-01-01T07:00+07:00, or a date"
        )


class TestIntervals:
    def test_both_forms_are_read(self) -> None:
        hour = Interval(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 1, tzinfo=UTC))
        assert Interval.parse("2026-01-01T00:00Z/2026-01-01T01:00Z") == hour
        assert Interval.parse("2026-01-01T00:00Z/PT1H") == hour
        assert Interval.parse("2026-01-01/PT60M") == hour
        assert Interval.parse("2026-01-01/P1DT12H30M15S").end == datetime(2026, 1, 2, 12, 30, 15, tzinfo=UTC)
        assert str(hour) == "2026-01-01T00:00:00Z/2026-01-01T01:00:00Z"

    def test_its_ends_are_utc_whatever_they_were(self) -> None:
        hanoi = timezone(timedelta(hours=7))
        assert (
            str(Interval(datetime(2026, 1, 1, 7, tzinfo=hanoi), datetime(2026, 1, 1, 8, tzinfo=hanoi)))
            == "2026-01-01T00:00:00Z/2026-01-01T01:00:00Z"
        )

    @given(times, st.timedeltas(timedelta(microseconds=1), timedelta(days=300)))
    def test_what_is_printed_is_read_back(self, start: datetime, length: timedelta) -> None:
        interval = Interval(start, start + length)
        assert Interval.parse(str(interval)) == interval
        assert interval.end_us - interval.start_us == length // timedelta(microseconds=1)

    def test_its_microseconds_count_from_1970(self) -> None:
        assert Interval.parse("1970-01-01/PT1S").start_us == 0
        assert Interval.parse("1970-01-01/PT1S").end_us == 1_000_000

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (
                "2026-01-01",
                "'2026-01-01' is not an interval: write START/END or START/DURATION, "
                "such as 2026-01-01T00:00Z/2026-01-01T01:00Z or 2026-01-01T00:00Z/PT1H",
            ),
            (
                "2026-01-01/2026-01-01",
                "the interval 2026-01-01T00:00:00Z/2026-01-01T00:00:00Z ends before it has begun: its end must be after its start",
            ),
            (
                "2026-01-02/2026-01-01",
                "the interval 2026-01-02T00:00:00Z/2026-01-01T00:00:00Z ends before it has begun: its end must be after its start",
            ),
            (
                "2026-01-01/PT0S",
                "the interval 2026-01-01T00:00:00Z/2026-01-01T00:00:00Z ends before it has begun: its end must be after its start",
            ),
            (
                "1969-12-31/P2D",
                "the interval 1969-12-31T00:00:00Z/1970-01-02T00:00:00Z begins before 1970, where Kafka's timestamps begin",
            ),
            (
                "2026-01-01/PT",
                "'2026-01-01/PT' is not an interval: 'PT' is not a duration: write PT1H, PT5M, PT30S, P1D or P1DT12H",
            ),
            (
                "2026-01-01T00:00/PT1H",
                "'2026-01-01T00:00/PT1H' is not an interval: '2026-01-01T00:00' has no offset from UTC: write 2026-01-01T00:00Z if it is in UTC",
            ),
            ("2026-01-01/P999999999D", "the interval '2026-01-01/P999999999D' ends after the year 9999"),
        ],
    )
    def test_anything_else_is_an_error_of_the_run_s_options(self, text: str, message: str) -> None:
        with pytest.raises(OptionError) as caught:
            Interval.parse(text)
        assert str(caught.value) == message

    def test_times_without_an_offset_are_refused(self) -> None:
        with pytest.raises(OptionError) as caught:
            Interval(datetime.fromisoformat("2026-01-01"), datetime(2026, 1, 2, tzinfo=UTC))
        assert str(caught.value) == "the interval's start 2026-01-01T00:00:00 has no offset from UTC"

    @given(st.text())
    def test_no_text_raises_anything_else(self, text: str) -> None:
        for candidate in (text, f"2026-01-01/{text}", f"{text}/PT1H"):
            with suppress(OptionError):
                Interval.parse(candidate)


FORMS = (
    "a schedule is a cron expression of five fields such as '*/5 * * * *', a duration of minutes that divide an hour (5m) "
    "or of hours that divide a day (2h, 1d), or null"
)


class TestSchedules:
    @pytest.mark.parametrize(
        ("schedule", "cron"),
        [
            (None, None),
            ("1m", "* * * * *"),
            ("5m", "*/5 * * * *"),
            ("300s", "*/5 * * * *"),
            ("60m", "0 * * * *"),
            ("1h", "0 * * * *"),
            ("2h", "0 */2 * * *"),
            ("24h", "0 0 * * *"),
            ("1d", "0 0 * * *"),
            ("15 3 * * mon-fri", "15 3 * * mon-fri"),
            ("0 0 1 JAN *", "0 0 1 JAN *"),
        ],
    )
    def test_a_duration_becomes_the_cron_of_its_grid_and_cron_stays(self, schedule: str | None, cron: str | None) -> None:
        assert cron_of_schedule(schedule) == cron

    @given(st.integers(1, 59))
    def test_the_ticks_of_a_duration_are_so_far_apart(self, minutes: int) -> None:
        if 60 % minutes:
            with pytest.raises(ValueError):
                cron_of_schedule(f"{minutes}m")
            return
        cron = cron_of_schedule(f"{minutes}m")
        ticks = croniter(cron, datetime(2026, 1, 1, tzinfo=UTC))
        found = [ticks.get_next(datetime) for _ in range(100)]
        assert {b - a for a, b in pairwise(found)} == {timedelta(minutes=minutes)}

    @pytest.mark.parametrize("schedule", ["7m", "45m", "90m", "5h", "48h", "2d", "30s", "90s", "500ms", "0m"])
    def test_a_duration_without_a_grid_is_refused(self, schedule: str) -> None:
        with pytest.raises(ValueError) as caught:
            cron_of_schedule(schedule)
        assert str(caught.value) == f"'{schedule}' has no regular grid: {FORMS}"

    @pytest.mark.parametrize(
        "schedule", ["", "nonsense", "@daily", "* * * *", "* * * * * *", "R * * * *", "H * * * *", "1.5h", "every day"]
    )
    def test_nonsense_is_refused(self, schedule: str) -> None:
        with pytest.raises(ValueError) as caught:
            cron_of_schedule(schedule)
        assert str(caught.value) == f"'{schedule}' is not understood: {FORMS}"

    @pytest.mark.parametrize(
        ("schedule", "why"),
        [("61 * * * *", "[61 * * * *] is not acceptable, out of range"), ("0 0 31 2 *", "failed to find next date")],
    )
    def test_a_cron_that_never_comes_is_refused_with_the_reason(self, schedule: str, why: str) -> None:
        with pytest.raises(ValueError) as caught:
            cron_of_schedule(schedule)
        assert str(caught.value) == f"'{schedule}' is not understood ({why}): {FORMS}"


class TestLastCompleteInterval:
    @pytest.mark.parametrize(
        ("before", "interval"),
        [
            ("2026-01-01T12:07:00Z", "2026-01-01T12:00:00Z/2026-01-01T12:05:00Z"),
            ("2026-01-01T12:05:00Z", "2026-01-01T12:00:00Z/2026-01-01T12:05:00Z"),
            ("2026-01-01T12:05:00.5Z", "2026-01-01T12:00:00Z/2026-01-01T12:05:00Z"),
            ("2026-01-01T12:04:59.999999Z", "2026-01-01T11:55:00Z/2026-01-01T12:00:00Z"),
            ("2026-01-01T19:07:00+07:00", "2026-01-01T12:00:00Z/2026-01-01T12:05:00Z"),
        ],
    )
    def test_it_is_over_at_the_moment_given(self, before: str, interval: str) -> None:
        assert str(last_complete_interval("*/5 * * * *", before=datetime.fromisoformat(before))) == interval

    def test_days_of_a_timezone_begin_at_its_midnight(self) -> None:
        before = datetime(2026, 1, 2, 12, tzinfo=UTC)
        assert str(last_complete_interval("0 0 * * *", "Asia/Ho_Chi_Minh", before=before)) == "2025-12-31T17:00:00Z/2026-01-01T17:00:00Z"

    @pytest.mark.parametrize(
        ("cron", "before", "interval"),
        [
            ("30 2 * * *", "2026-03-29T12:00Z", "2026-03-28T01:30:00Z/2026-03-29T01:30:00Z"),  # 2:30 is skipped: 3:30
            ("30 2 * * *", "2026-10-25T12:00Z", "2026-10-24T00:30:00Z/2026-10-25T01:30:00Z"),  # 2:30 comes twice: the second
            ("15 2 * * 0", "2026-10-30T12:00Z", "2026-10-18T00:15:00Z/2026-10-25T01:15:00Z"),  # and one interval for the week
            ("0 * * * *", "2026-10-25T01:10Z", "2026-10-25T00:00:00Z/2026-10-25T01:00:00Z"),  # each of the two hours is one
        ],
    )
    def test_where_the_clocks_change_it_is_the_schedulers(self, cron: str, before: str, interval: str) -> None:
        assert str(last_complete_interval(cron, "Europe/Berlin", before=datetime.fromisoformat(before))) == interval


def test_an_abbreviation_is_no_time_zone_and_another_one_is_no_hint() -> None:
    with pytest.raises(ValueError, match=r"'CEST' is no time zone: .* or Asia/Ho_Chi_Minh$"):
        zone_info("CEST")


@pytest.mark.parametrize(("name", "meant"), [("Europe/berlin", "Europe/Berlin"), ("utc", "UTC"), ("Asia/Saigom", "Asia/Saigon")])
def test_a_time_zone_that_is_none_is_told_with_the_one_that_was_meant(name: str, meant: str) -> None:
    with pytest.raises(ValueError) as caught:
        zone_info(name)
    assert str(caught.value) == (
        f"'{name}' is no time zone: write one of the tz database, such as UTC, Europe/Berlin or Asia/Ho_Chi_Minh. Did you mean '{meant}'?"
    )
