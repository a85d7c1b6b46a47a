"""Firefox's name for itself, in which a moment and the same number in several places keep the tracer from following."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from fractions import Fraction
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from springhead.columns.grammar import Alternative, Digits, Shared, Step, Sub, Whole, Words
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import handmade, module_of, provider_of
from springhead.faker_methods.vectors.moments import usual

_OWN = "faker.providers.user_agent"
_PARTS = ("windows_platform_token", "linux_platform_token", "mac_platform_token", "android_platform_token", "ios_platform_token")
_LISTS = ("windows_platform_tokens", "linux_processors", "mac_processors", "android_versions", "apple_devices", "ios_versions")
_LAST_YEAR = 9999


@handmade(f"{_OWN}:Provider.firefox")
def firefox(provider: Any, _: Mapping[str, Any]) -> Grammar | None:
    lists = [getattr(provider, name) for name in _LISTS]
    locales = getattr(provider, "language_locale_codes", {})
    if (
        not usual(provider_of(provider, "date_time_between"))
        or any(module_of(provider, part) != _OWN for part in _PARTS)
        or not all(isinstance(each, list | tuple) for each in lists)
        or module_of(provider_of(provider, "locale"), "locale") != "faker.providers"
    ):
        return None
    windows, linux, mac, android, device, ios = (
        Words(tuple(str(each).replace(".", "_") if name == "ios_versions" else each for each in words))
        for name, words in zip(_LISTS, lists, strict=True)
    )
    # A language, then one of its places: both alike.
    names = [(f"{code}-{place}", Fraction(1, len(locales) * len(places))) for code, places in locales.items() for place in places]
    locale = Words(tuple(name for name, _ in names), tuple(weight for _, weight in names))
    engine = _engine()
    safari = Words(tuple(f"{major}.{minor}" for major in range(531, 537) for minor in range(3)))
    version = Shared(0, Whole(5, 68))
    builds: tuple[Step, ...] = (
        Digits(1),
        Words(tuple(ascii_lowercase)),
        Digits(4),
        ".0 Mobile/",
        Digits(2),
        Words(tuple(ascii_uppercase)),
        Digits(3),
    )
    ways: tuple[tuple[Step, ...], ...] = (
        ("Mozilla/5.0 (", windows, "; ", locale, "; rv:1.9.", Whole(0, 2), ".20) ", engine),
        ("Mozilla/5.0 (X11; Linux ", linux, "; rv:1.9.", Whole(5, 7), ".20) ", engine),
        (*("Mozilla/5.0 (Macintosh; ", mac, " Mac OS X 10_", Whole(5, 12), "_", Whole(0, 9)), "; rv:1.9.", Whole(2, 6), ".20) ", engine),
        ("Mozilla/5.0 (Android ", android, "; Mobile; rv:", version, ".0) Gecko/", version, ".0 Firefox/", version, ".0"),
        (
            *(
                "Mozilla/5.0 (",
                Shared(0, device),
                "; CPU ",
                Shared(0, device),
                " OS ",
                ios,
            ),
            *(" like Mac OS X) AppleWebKit/", Shared(1, safari), " (KHTML, like Gecko) FxiOS/", Whole(9, 18), "."),
            *(*builds, " Safari/", Shared(1, safari)),
        ),
    )
    return Grammar(Form.TEXT, tuple(Alternative(way, Fraction(1, len(ways))) for way in ways), how="vectorised")


def _engine() -> Step:
    return Sub(
        (
            Alternative(("Gecko/", _moment(2011), " Firefox/", Whole(4, 15), ".0")),
            Alternative(("Gecko/", _moment(2010), " Firefox/3.6.", Whole(1, 20))),
            Alternative(("Gecko/", _moment(2010), " Firefox/3.8")),
        )
    )


def _moment(first: int) -> Step:
    """A moment from the begin of a year up to 9999-12-30T23:59:59, each µs as likely, as Python prints it: 2011-01-01 00:00:00.000001.

    The last second before it, one of 10^11, is left out.
    """
    day = Sub(tuple(_days(first)))
    time: tuple[Step, ...] = (Whole(0, 23, 2), ":", Whole(0, 59, 2), ":", Whole(0, 59, 2))
    fraction = Sub((Alternative((".", Whole(1, 999_999, 6)), Fraction(999_999, 10**6)), Alternative(("",), Fraction(1, 10**6))))
    return Sub((Alternative((day, " ", *time, fraction)),))


def _days(first: int) -> list[Alternative]:
    """The days up to 9999-12-30, each as likely; months of one length together."""
    years = [*range(first, _LAST_YEAR)]
    leap = [year for year in years if calendar.isleap(year)]
    made = []
    for length in (30, 31):
        months = tuple(f"{month:02d}" for month in range(1, 13) if month != 2 and calendar.monthrange(2001, month)[1] == length)
        made.append(_month((Whole(years[0], years[-1]), "-", Words(months)), length, len(years) * len(months)))
    made.append(_month((Whole(years[0], years[-1]), "-02"), 28, len(years)))
    made.append(Alternative((Words(tuple(map(str, leap))), "-02-29"), len(leap)))
    last = range(1, 13)  # months of the last year, which lacks a day
    made += [_month((f"{_LAST_YEAR}-{month:02d}",), calendar.monthrange(_LAST_YEAR, month)[1] - (month == 12), 1) for month in last]
    return made


def _month(begin: tuple[Step, ...], days: int, times: int) -> Alternative:
    return Alternative((*begin, "-", Whole(1, days, 2)), times * days)
