"""Dates of the event time's century, decade, year or month; of birth; of a card's end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from springhead.columns.column import Ints
from springhead.columns.time_text import ISO_DATE
from springhead.faker_methods.vector import Vector, handmade
from springhead.faker_methods.vectors.moments import ISO_MOMENT, TimeSpan, dated, drawn, printable, usual, whole_before_1970
from springhead.faker_methods.vectors.span_ends import DAY_US, SECOND_US, Birthday, Moved, Period, moment_of


def _this(period: str, years: int) -> None:
    def register(method: str, what: str, now: Moved, end: Moved, form: str) -> None:
        def made(_: Any, arguments: Mapping[str, Any]) -> Vector | None:
            before, after = bool(arguments.get(f"before_{what}", True)), bool(arguments.get(f"after_{what}", False))
            if not before and not after:
                return drawn(TimeSpan(method, now, now), form)
            span = TimeSpan(method, Period(years, following=False) if before else end, Period(years, following=True) if after else end)
            return drawn(span, form, whole_before_1970)

        dated(method)(made)

    register(f"date_time_this_{period}", "now", Moved(0, 1), Moved(0, SECOND_US), ISO_MOMENT)
    register(f"date_this_{period}", "today", Moved(0, DAY_US), Moved(0, DAY_US), ISO_DATE)


for _period, _years in {"century": 100, "decade": 10, "year": 1, "month": 0}.items():
    _this(_period, _years)


@dated("date_of_birth")
def date_of_birth(_: Any, arguments: Mapping[str, Any]) -> Vector | None:
    youngest, oldest = arguments.get("minimum_age", 0), arguments.get("maximum_age", 115)
    if any(isinstance(age, bool) or not isinstance(age, int) for age in (youngest, oldest)) or not 0 <= youngest <= oldest < 9999:
        return None
    return drawn(TimeSpan("date_of_birth", Birthday(oldest + 1), Birthday(youngest)), ISO_DATE, _not_the_first_day)


def _not_the_first_day(moments: Ints, low: Ints, _: Ints) -> Ints:
    """Whoever was born on the first day is a year too old today: Faker makes it the next day."""
    later: Ints = moments + DAY_US * (moments // DAY_US == low // DAY_US)
    return later


@handmade("faker.providers.credit_card:Provider.credit_card_expire")
def credit_card_expire(provider: Any, arguments: Mapping[str, Any]) -> Vector | None:
    dates = getattr(provider.generator.date_time_between, "__self__", None)
    if not usual(dates):
        return None
    pattern = arguments.get("date_format", "%m/%y")
    low, high = (moment_of(dates, arguments.get(name, default)) for name, default in (("start", "now"), ("end", "+10y")))
    return drawn(TimeSpan("credit_card_expire", low, high, wide=True), pattern) if low and high and printable(pattern) else None
