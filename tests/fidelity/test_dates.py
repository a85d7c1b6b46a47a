"""What reads the clock has Faker's ends and Faker's law under a clock at the event time, and depends on nothing else."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import time_machine
from faker import Factory
from hypothesis import example, given, settings
from hypothesis import strategies as st

from springhead.columns.column import Chunk
from springhead.columns.draws import Draws
from springhead.columns.type import Kind
from springhead.errors import FieldError
from springhead.faker_methods.catalogue import method
from springhead.faker_methods.values import form_of
from springhead.faker_methods.vector import Vector
from springhead.faker_methods.vectors.span_ends import Birthday
from tests.unit.build import chunk, column, field, numbers, texts

CASES: list[tuple[str, dict[str, Any]]] = [
    ("am_pm", {}),
    ("credit_card_expire", {}),
    ("date", {}),
    ("date", {"pattern": "%A %a %d %B %b %m %Y %y %j %%", "end_datetime": "+2w"}),
    ("date_between", {}),
    ("date_between", {"start_date": "-1w", "end_date": "+1y"}),
    ("date_between", {"start_date": -100, "end_date": "now"}),
    ("date_between", {"start_date": dt.date(1931, 5, 6), "end_date": dt.date(1970, 1, 2)}),
    ("date_between_dates", {}),
    ("date_between_dates", {"date_start": dt.date(1960, 1, 1), "date_end": "+1M"}),
    ("date_object", {}),
    ("date_of_birth", {}),
    ("date_of_birth", {"minimum_age": 18, "maximum_age": 18}),
    ("date_of_birth", {"minimum_age": 30, "maximum_age": 63}),
    ("date_this_century", {}),
    ("date_this_decade", {"before_today": False, "after_today": True}),
    ("date_this_month", {"after_today": True}),
    ("date_this_year", {}),
    ("date_this_year", {"before_today": False}),
    ("date_time", {}),
    ("date_time", {"end_datetime": "+3h"}),
    ("date_time_ad", {}),
    ("date_time_ad", {"start_datetime": -1, "end_datetime": 1}),
    ("date_time_between", {}),
    ("date_time_between", {"start_date": "-2d", "end_date": "-1d"}),
    ("date_time_between", {"start_date": "+1d", "end_date": "-1d"}),
    ("date_time_between", {"start_date": "now", "end_date": "now"}),
    ("date_time_between", {"start_date": dt.datetime(1999, 12, 31, 23, 59, 59, 7, dt.UTC)}),
    ("date_time_between_dates", {"datetime_start": "-1y6M", "datetime_end": "+90s"}),
    ("date_time_between_dates", {"datetime_start": -10, "datetime_end": 4}),
    ("date_time_this_century", {"after_now": True}),
    ("date_time_this_decade", {}),
    ("date_time_this_month", {"before_now": False, "after_now": True}),
    ("date_time_this_month", {"before_now": False}),
    ("date_time_this_year", {}),
    ("day_of_month", {}),
    ("day_of_week", {}),
    ("future_date", {}),
    ("future_datetime", {"end_date": "+1d"}),
    ("iso8601", {}),
    ("iso8601", {"sep": "%", "timespec": "milliseconds"}),
    ("month", {}),
    ("month_name", {}),
    ("past_date", {"start_date": "-1y"}),
    ("past_datetime", {}),
    ("time", {}),
    ("time", {"pattern": "%I:%M %p %S %f %H %Y-%m-%d %A %j"}),
    ("time_delta", {"end_datetime": "+30h"}),
    ("time_delta", {"end_datetime": "-30h"}),
    ("time_object", {}),
    ("unix_time", {}),
    ("unix_time", {"start_datetime": "-1w", "end_datetime": "+1w"}),
    ("year", {}),
]
NAMES = [f"{name} {arguments}" if arguments else name for name, arguments in CASES]
LEAP_DAY = dt.datetime(2024, 2, 29, 12, 34, 56, 789012, dt.UTC)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
ROWS, FAKERS = 20_000, 2_500
events = st.datetimes(dt.datetime(1971, 1, 1), dt.datetime(2150, 1, 1)).map(lambda moment: moment.replace(tzinfo=dt.UTC))  # noqa: DTZ001


@cache
def generator() -> Any:
    made = Factory.create("en_US")
    made.seed_instance(20_240_229)
    return made


@contextmanager
def clock(event: dt.datetime) -> Iterator[None]:
    with time_machine.travel(event.replace(tzinfo=ZoneInfo("UTC")), tick=False):
        yield


def us(moment: dt.datetime) -> int:
    return (moment - EPOCH) // dt.timedelta(microseconds=1)


def vector(name: str, arguments: dict[str, Any], locale: str = "en_US") -> Vector:
    made = method(name, locale, arguments)
    assert isinstance(made, Vector)
    return made


def printed(made: Vector, rows: Chunk) -> list[str]:
    column = made.maker(Draws(("seed",), ("field",)))(rows)
    if column.type.kind is Kind.TEXT:
        return [text or "" for text in texts(column)]
    assert column.type.decimals is not None
    return [f"{number / 10**column.type.decimals:.6f}" for number in numbers(column)]


def at(event: dt.datetime, rows: int) -> Chunk:
    return chunk(list(range(rows)), [us(event)] * rows)


def plain(value: Any) -> str:
    """A value of Faker's as ours print: seconds have six decimals."""
    return f"{float(form_of(value)[1]):.6f}" if isinstance(value, (float, dt.timedelta)) else form_of(value)[1]


# The ends, exactly


class Stub:
    """A source of chance that always draws one place of the range."""

    def __init__(self, last: bool) -> None:
        self.last = last

    def uniform(self, low: float, high: float) -> float:
        return high - 1e-6 * (high > low) if self.last else low

    def random(self) -> float:
        return 1 - 1e-6 if self.last else 0.0


@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
@pytest.mark.parametrize(("name", "arguments"), [case for case in CASES if case[0] != "year"], ids=[n for n in NAMES if n != "year"])
@settings(max_examples=2)
@given(event=events)
@example(LEAP_DAY)
@example(dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
@example(dt.datetime(2026, 3, 1, 0, 0, 0, 1, tzinfo=dt.UTC))
@example(dt.datetime(2000, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.UTC))
def test_the_first_and_the_last_value_are_fakers(name: str, arguments: dict[str, Any], last: bool, event: dt.datetime) -> None:
    def ends(_: Any, __: Any, low: Any, high: Any, out: Any) -> None:
        out[:] = np.maximum(low, high - 1) if last else low

    faker = generator()
    usual = faker.random
    with clock(event):
        faker.random = Stub(last)
        try:
            value = getattr(faker, name)(**arguments)
        finally:
            faker.random = usual
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("springhead.kernels.times.moments", ends)
        assert printed(vector(name, arguments), at(event, 1)) == [plain(value)]


# The law, by samples


def place(name: str) -> Callable[[str], float]:
    """What orders a method's values."""
    words = {"am_pm": "AM PM", "day_of_week": "Friday Monday Saturday Sunday Thursday Tuesday Wednesday"}
    if name in words:
        return lambda text: words[name].split().index(text)
    if name in ("month_name", "credit_card_expire"):
        form = "%B" if name == "month_name" else "%m/%y"
        return lambda text: dt.datetime.strptime(text, form).replace(tzinfo=dt.UTC).toordinal()
    if name in ("time", "time_object"):
        return lambda text: sum(x * y for x, y in zip((3600, 60, 1), map(float, text.split(":")), strict=True))
    if name in ("unix_time", "time_delta", "month", "day_of_month", "year"):
        return float
    return lambda text: (dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC) - EPOCH) / dt.timedelta(seconds=1)


def distance(a: list[float], b: list[float]) -> float:
    """The two-sample Kolmogorov–Smirnov statistic."""
    both = np.concatenate([a, b])
    return float(np.abs(np.searchsorted(np.sort(a), both, "right") / len(a) - np.searchsorted(np.sort(b), both, "right") / len(b)).max())


# Two samples of one law are further apart once in 10^6 times (Smirnov's bound).
CRITICAL = float(np.sqrt(-np.log(1e-6 / 2) / 2 * (1 / ROWS + 1 / FAKERS)))


# One case of each method: how the ends follow from the arguments is tested above, exactly.
@pytest.mark.parametrize(
    ("name", "arguments"), {name: (name, arguments) for name, arguments in reversed(CASES)}.values(), ids=lambda of: str(of)
)
def test_values_have_fakers_law_and_form(name: str, arguments: dict[str, Any]) -> None:
    ours = printed(vector(name, arguments), at(LEAP_DAY, ROWS))
    call = getattr(generator(), name)
    with clock(LEAP_DAY):
        theirs = [plain(call(**arguments)) for _ in range(FAKERS)]
    of = place(name)
    assert distance([of(text) for text in ours], [of(text) for text in theirs]) < CRITICAL
    if name not in ("unix_time", "time_delta"):
        assert {re.sub(r"\d", "0", text) for text in ours} == {re.sub(r"\d", "0", text) for text in theirs}


# What values depend on


@pytest.mark.parametrize(("name", "arguments"), CASES, ids=NAMES)
@settings(max_examples=3)
@given(rows=st.lists(st.tuples(st.integers(0, 2**64 - 1), events), max_size=30), cut=st.integers(0, 30))
def test_a_value_depends_on_its_id_and_time_alone(name: str, arguments: dict[str, Any], rows: list[Any], cut: int) -> None:
    made = vector(name, arguments)
    ids, times = [i for i, _ in rows], [us(event) for _, event in rows]
    whole = printed(made, chunk(ids, times))
    assert whole == printed(made, chunk(ids[:cut], times[:cut])) + printed(made, chunk(ids[cut:], times[cut:]))
    assert whole[::-1] == printed(made, chunk(ids[::-1], times[::-1]))


def test_the_clock_is_not_read() -> None:
    here = [printed(vector(*case), at(LEAP_DAY, 20)) for case in CASES]
    with time_machine.travel(dt.datetime(2041, 7, 9, tzinfo=ZoneInfo("Asia/Tokyo"))):
        assert [printed(vector(*case), at(LEAP_DAY, 20)) for case in CASES] == here


# Arguments


@pytest.mark.parametrize(
    ("name", "written", "meant"),
    [
        ("date_between", {"start_date": "2024-02-28"}, {"start_date": dt.date(2024, 2, 28)}),
        ("date_between", {"start_date": "2024-02-27T23:00:00Z"}, {"start_date": dt.date(2024, 2, 27)}),
        ("date_time", {"end_datetime": "2023-01-01T02:30:00+02:00"}, {"end_datetime": dt.datetime(2023, 1, 1, 0, 30, tzinfo=dt.UTC)}),
        ("unix_time", {"end_datetime": None}, {}),
        ("iso8601", {"tzinfo": None}, {}),
    ],
)
def test_dates_may_be_iso_text_as_yaml_has_them(name: str, written: dict[str, Any], meant: dict[str, Any]) -> None:
    assert printed(vector(name, written), at(LEAP_DAY, 50)) == printed(vector(name, meant), at(LEAP_DAY, 50))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("date", {"pattern": "%W"}), ("date", {"pattern": "%z"}), ("date", {"pattern": "%3"}), ("date", {"pattern": "50 %"})],
)
def test_what_is_not_made_by_hand_is_a_pool(name: str, arguments: dict[str, Any]) -> None:
    made = method(name, "en_US", arguments)
    assert not isinstance(made, Vector)
    assert made.how == "pooled"


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("date_between", {"start_date": "soon"}, "Can't parse date string `soon`"),
        ("date_between", {"start_date": "+1w", "end_date": "-1w"}, "empty range for _rand_seconds"),
        ("date_time", {"end_datetime": "-100y"}, ""),
        ("date_time_between", {"end_date": "today"}, "Can't parse date string `today`"),
        ("date_time_between", {"start_date": "-9000y"}, ""),
        ("date_of_birth", {"minimum_age": 5, "maximum_age": 4}, "minimum_age must be less than or equal to maximum_age"),
        ("date_of_birth", {"maximum_age": 3000}, ""),
    ],
)
def test_faker_says_what_is_wrong_with_an_argument(name: str, arguments: dict[str, Any], text: str) -> None:
    with pytest.raises(FieldError) as caught:
        printed(vector(name, arguments), at(LEAP_DAY, 1)) if text == "" else method(name, "en_US", arguments)
    assert text in str(caught.value)


def test_a_span_that_is_empty_at_an_event_time_only_is_an_error_there() -> None:
    made = vector("date_between", {"start_date": "2024-01-01"})
    assert printed(made, at(LEAP_DAY, 3))
    with pytest.raises(FieldError) as caught:
        printed(made, at(dt.datetime(2023, 6, 1, 8, tzinfo=dt.UTC), 3))
    assert str(caught.value) == (
        "Faker's 'date_between' at the event time 2023-06-01T08:00:00Z would draw between 2024-01-01 and 2023-06-01, which ends before it begins"
    )


def test_a_locale_that_prints_its_dates_otherwise_keeps_its_own() -> None:
    assert not isinstance(method("year", "th_TH"), Vector)
    assert method("date_time", "th_TH") == method("date_time", "en_US")


@pytest.mark.parametrize(
    ("name", "locale", "pairs"),
    [
        ("day_of_week", "de_DE", {"Sunday": "Sonntag", "Monday": "Montag", "Saturday": "Samstag"}),
        ("day_of_week", "ja_JP", {"Sunday": "日曜日", "Monday": "月曜日", "Saturday": "土曜日"}),
        ("month_name", "fr_FR", {"January": "Janvier", "June": "Juin", "December": "Décembre"}),
        ("month_name", "hi_IN", {"January": "जनवरी", "June": "जून", "December": "दिसंबर"}),
    ],
)
def test_days_and_months_have_the_names_of_their_locale(name: str, locale: str, pairs: dict[str, str]) -> None:
    """At the moments that have the English ones."""
    ids = chunk(list(range(2000)))
    english, theirs = (texts(column(field(faker=name, locale=each), ids)) for each in ("en_US", locale))
    named = dict(zip(english, theirs, strict=True))
    assert named.items() >= pairs.items()
    assert len(set(zip(english, theirs, strict=True))) == len(named) == len(set(theirs))


@given(events, st.integers(0, 130))
@example(LEAP_DAY, 1)
@example(LEAP_DAY, 4)
@example(LEAP_DAY, 124)
def test_a_birthday_is_fakers(event: dt.datetime, years: int) -> None:
    from faker.providers.date_time import change_year

    made = Birthday(years).at(np.array([us(event)], np.int64))
    day = change_year(event.date(), -years)
    assert made.tolist() == [us(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC))]
