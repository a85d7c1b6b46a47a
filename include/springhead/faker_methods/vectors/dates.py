"""Dates and times: what reads the clock takes the record's event time as "now", in UTC, and nothing else.

Distributions and forms are Faker's under a clock at the event time, with two differences: moments lie on a grid of microseconds (Faker's, of
floats: finer near 1970, coarser before 1800), and durations and Unix times are numbers with six decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from springhead.columns.column import Chunk, Column, Ints, Maker
from springhead.columns.draws import Draws
from springhead.columns.time_text import ISO_DATE, ISO_FRACTION, TimeText
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import Vector
from springhead.faker_methods.vectors.moments import ISO_MOMENT, TimeSpan, dated, drawn, printable, whole_before_1970
from springhead.faker_methods.vectors.span_ends import DAY_US, LEAST_US, SECOND_US, Fixed, Moved, day_of, moment_of

_TIMESPECS = {
    "auto": f"%H:%M:%S{ISO_FRACTION}",
    "hours": "%H",
    "minutes": "%H:%M",
    "seconds": "%H:%M:%S",
    "milliseconds": "%H:%M:%S.%3",
    "microseconds": "%H:%M:%S.%f",
}


def _span(
    provider: Any, method: str, arguments: Mapping[str, Any], start: str = "", end: str = "end_datetime", least: int = 0
) -> TimeSpan | None:
    """From an argument (1970 where it is not given, or another least moment) to another one (now)."""
    from_, to = arguments.get(start), arguments.get(end)
    low = Fixed(least) if from_ is None else moment_of(provider, from_)
    high = Moved(0, SECOND_US) if to is None else moment_of(provider, to)
    return TimeSpan(method, low, high) if low and high else None


# Since 1970, or any other moment


@dated("unix_time")
def unix_time(provider: Any, arguments: Mapping[str, Any]) -> Vector | None:
    span = _span(provider, "unix_time", arguments, "start_datetime")
    return drawn(span, None) if span else None


@dated("date_time_ad")
def date_time_ad(provider: Any, arguments: Mapping[str, Any]) -> Vector | None:
    span = _span(provider, "date_time_ad", arguments, "start_datetime", least=LEAST_US)
    return drawn(span, ISO_MOMENT) if span else None


@dated("iso8601")
def iso8601(provider: Any, arguments: Mapping[str, Any]) -> Vector | None:
    span = _span(provider, "iso8601", arguments)
    separator, timespec = arguments.get("sep", "T"), arguments.get("timespec", "auto")
    if not span or not isinstance(timespec, str) or timespec not in _TIMESPECS or not isinstance(separator, str) or len(separator) != 1:
        return None
    return drawn(span, f"{ISO_DATE}{separator.replace('%', '%%')}{_TIMESPECS[timespec]}")


@dated("date")
def date(provider: Any, arguments: Mapping[str, Any]) -> Vector | None:
    span, pattern = _span(provider, "date", arguments), arguments.get("pattern", ISO_DATE)
    return drawn(span, pattern) if span and printable(pattern) else None


@dated("time")
def time(provider: Any, arguments: Mapping[str, Any]) -> Vector | None:
    span, pattern = _span(provider, "time", arguments), arguments.get("pattern", "%H:%M:%S")
    return drawn(span, pattern, _on_1900) if span and printable(pattern) else None


def _on_1900(moments: Ints, _: Ints, __: Ints) -> Ints:
    """A time without a date prints as one of 1900-01-01 (Python's time.strftime)."""
    on_1900: Ints = moments % DAY_US - 25_567 * DAY_US
    return on_1900


def _of_date_time(method: str, form: str, *inner: str) -> None:
    """Registers a method that prints a `date_time` in one form."""

    def made(provider: Any, arguments: Mapping[str, Any]) -> Vector | None:
        span = _span(provider, method, arguments)
        return drawn(span, form) if span else None

    dated(method, inner=inner)(made)


_of_date_time("date_time", ISO_MOMENT)
_of_date_time("date_object", ISO_DATE)
_of_date_time("time_object", f"%H:%M:%S{ISO_FRACTION}")
_of_date_time("am_pm", "%p", "date")
_of_date_time("day_of_month", "%d", "date")
_of_date_time("day_of_week", "%A", "date")
_of_date_time("month", "%m", "date")
_of_date_time("month_name", "%B", "date")


@dated("year", inner=("date",))
def year(_: Any, __: Mapping[str, Any]) -> Vector:
    """The year of a whole second between 1970 and now: the first method that was made by hand, and its values stay what they were."""

    def maker(draws: Draws) -> Maker:
        import numpy as np

        from springhead.kernels.times import past_times

        key, printed = draws.key("value"), TimeText("%Y")

        def column(chunk: Chunk) -> Column:
            times = np.empty(chunk.rows, np.int64)
            past_times(key, chunk.ids, chunk.times_us, times)
            return printed.column(times)

        return Maker(printed.type, column)

    return Vector(Form.TEXT, ("year",), maker)


@dated("time_delta")
def time_delta(provider: Any, arguments: Mapping[str, Any]) -> Vector | None:
    end = arguments.get("end_datetime")
    high = moment_of(provider, "now" if end is None else end)
    return drawn(TimeSpan("time_delta", Moved(0, SECOND_US), high, either_way=True), None, _since_now) if high else None


def _since_now(moments: Ints, _: Ints, now_us: Ints) -> Ints:
    since: Ints = moments - now_us // SECOND_US * SECOND_US
    return since


# Between two ends


def _between(method: str, start: tuple[str, str], end: tuple[str, str]) -> None:
    """Registers `date_time_between` or one that calls it; an end is an argument and its default, or "" and a text."""

    def made(provider: Any, arguments: Mapping[str, Any]) -> Vector | None:
        low, high = (moment_of(provider, arguments.get(name, default)) for name, default in (start, end))
        return drawn(TimeSpan(method, low, high, wide=True), ISO_MOMENT) if low and high else None

    dated(method)(made)


_between("date_time_between", ("start_date", "-30y"), ("end_date", "now"))
_between("future_datetime", ("", "+1s"), ("end_date", "+30d"))
_between("past_datetime", ("start_date", "-30d"), ("", "-1s"))


def _between_days(method: str, start: tuple[str, str], end: tuple[str, str]) -> None:
    """Registers `date_between` or one that calls it."""

    def made(provider: Any, arguments: Mapping[str, Any]) -> Vector | None:
        low, high = (day_of(provider, arguments.get(name, default)) for name, default in (start, end))
        return drawn(TimeSpan(method, low, high), ISO_DATE, whole_before_1970) if low and high else None

    dated(method)(made)


_between_days("date_between", ("start_date", "-30y"), ("end_date", "today"))
_between_days("future_date", ("", "+1d"), ("end_date", "+30d"))
_between_days("past_date", ("start_date", "-30d"), ("", "-1d"))


def _between_dates(method: str, form: str) -> None:
    def made(provider: Any, arguments: Mapping[str, Any]) -> Vector | None:
        prefix = method.removesuffix("_between_dates").replace("date_time", "datetime")
        given = (arguments.get(f"{prefix}_{end}") for end in ("start", "end"))
        low, high = (moment_of(provider, "now" if value is None else value) for value in given)
        return drawn(TimeSpan(method, low, high), form, whole_before_1970) if low and high else None

    dated(method)(made)


_between_dates("date_time_between_dates", ISO_MOMENT)
_between_dates("date_between_dates", ISO_DATE)
