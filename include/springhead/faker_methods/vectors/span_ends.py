"""Ends of spans of time that move with the record's event time: for Faker's methods the event time is "now", in UTC."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from springhead.columns.column import Ints

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
LEAST_US, MOST_US = -62_135_596_800 * SECOND_US, 253_402_300_800 * SECOND_US  # 0001-01-01 and 10000-01-01: Python's years are 1 … 9999
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class End(Protocol):
    """One end of a span."""

    @property
    def moves(self) -> bool:
        """Whether it depends on the event time."""

    def at(self, now_us: Ints) -> Ints:
        """Where it is for these event times, all in µs since 1970."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same moment for every record."""

    us: int
    moves = False

    def at(self, now_us: Ints) -> Ints:
        import numpy as np

        return np.full(now_us.shape, self.us, np.int64)


@dataclass(frozen=True, slots=True)
class Moved:
    """So long after the event time (below zero: before it), and back to the begin of its second or day."""

    offset_us: int
    unit_us: int
    moves = True

    def at(self, now_us: Ints) -> Ints:
        moved: Ints = (now_us + self.offset_us) // self.unit_us * self.unit_us
        return moved


@dataclass(frozen=True, slots=True)
class Period:
    """The begin of the event time's month (0 years), year, decade or century, or of the one after it."""

    years: int
    following: bool
    moves = True

    def at(self, now_us: Ints) -> Ints:
        import numpy as np

        def begin(day_us: Ints) -> Ints:
            if not self.years:
                return _us(day_us.view("M8[us]").astype("M8[M]") + int(self.following))
            year = day_us.view("M8[us]").astype("M8[Y]").view(np.int64) + 1970
            year = np.minimum(year - year % self.years + self.years * self.following, dt.MAXYEAR)
            return _us((year - 1970).view("M8[Y]"))

        return _of_days(begin, now_us)


@dataclass(frozen=True, slots=True)
class Birthday:
    """The day of so many years before the event time; where that would be a 29 February that is none, the 1 March (Faker's change_year)."""

    years: int
    moves = True

    def at(self, now_us: Ints) -> Ints:
        def day(day_us: Ints) -> Ints:
            today = day_us.view("M8[us]").astype("M8[D]")
            month = today.astype("M8[M]")
            return _us((month - 12 * self.years).astype("M8[D]") + (today - month.astype("M8[D]")))

        return _of_days(day, now_us)


def _us(moments: Any) -> Ints:
    import numpy as np

    us: Ints = moments.astype("M8[us]").view(np.int64)
    return us


def _of_days(function: Callable[[Ints], Ints], now_us: Ints) -> Ints:
    """A function of the event times' days; a chunk spans few of them, and calendars are slow."""
    import numpy as np

    days = now_us // DAY_US
    known, places = np.unique(days, return_inverse=True)
    return function(known * DAY_US)[places]


def moment_of(provider: Any, value: object) -> End | None:
    """The end that an argument means: what Faker's `_parse_date_time` understands, and ISO text, because dates in YAML arrive as text; None: neither."""
    match value:
        case "now":
            return Moved(0, SECOND_US)
        case dt.datetime():
            utc = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
            return Fixed((utc - _EPOCH) // dt.timedelta(seconds=1) * SECOND_US)
        case dt.date():
            return Fixed((value - _EPOCH.date()).days * DAY_US)
        case bool():
            return None
        case int():
            return Fixed(value * SECOND_US) if LEAST_US <= value * SECOND_US < MOST_US else None
        case str() if (iso := _iso(value)) is not None:
            return moment_of(provider, iso)
        case str() if (offset := _offset(provider, value)) is not None:
            return Moved(offset // dt.timedelta(microseconds=1), SECOND_US)
    return None


def day_of(provider: Any, value: object) -> End | None:
    """What Faker's `_parse_date` makes of an argument, and besides ISO text; None: it is nothing of these."""
    match value:
        case "now" | "today":
            return Moved(0, DAY_US)
        case dt.datetime():
            return moment_of(provider, value.date())
        case dt.date():
            return moment_of(provider, value)
        case bool():
            return None
        case int():
            return Moved(value * DAY_US, DAY_US) if abs(value) * DAY_US < MOST_US else None
        case str() if (iso := _iso(value)) is not None:
            return day_of(provider, iso)
        case str() if (offset := _offset(provider, value)) is not None:
            return Moved(offset.days * DAY_US, DAY_US)
    return None


def _iso(text: str) -> dt.date | None:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return dt.date.fromisoformat(text)
        return dt.datetime.fromisoformat(text) if re.match(r"\d{4}-\d\d-\d\d[T ]", text) else None
    except ValueError:
        return None


def _offset(provider: Any, text: str) -> dt.timedelta | None:
    """A relative text such as -30y; a year has 365.24 days and a month 30.42, as Faker counts them."""
    try:
        offset = dt.timedelta(**provider._parse_date_string(text))
    except (ValueError, OverflowError):
        return None
    return offset if abs(offset) < dt.timedelta(days=366 * 10_000) else None
