"""Moments drawn between two ends, and printed; the frame of all methods of dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import getattr_static
from typing import TYPE_CHECKING, Any, TypeAlias

from springhead.columns.column import Chunk, Column, Ints, Maker
from springhead.columns.draws import Draws
from springhead.columns.time_text import ISO_DATE, ISO_FRACTION, NAIVE, TimeText
from springhead.columns.type import number
from springhead.errors import FieldError
from springhead.faker_methods.generator import REFERENCE
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import Handmade, Vector, handmade
from springhead.faker_methods.vectors.span_ends import LEAST_US, MOST_US, SECOND_US, End, Fixed

if TYPE_CHECKING:
    from numpy import uint64

Then: TypeAlias = Callable[[Ints, Ints, Ints], Ints]
"""(moments drawn, where their spans begin, the event times) → what is printed; all int64 µs, shape (n,)."""

ISO_MOMENT = f"{ISO_DATE}T%H:%M:%S{ISO_FRACTION}"
# What the methods are made of. A locale that overrides any of it has other values.
_INNER = (
    "_rand_seconds",
    "_parse_start_datetime",
    "_parse_end_datetime",
    "_parse_date_time",
    "_parse_date",
    "_parse_date_string",
    "unix_time",
    "date_time",
    "date_time_ad",
    "date_time_between",
    "date_time_between_dates",
    "date_between",
    "date_between_dates",
)


def dated(name: str, *, inner: tuple[str, ...] = ()) -> Callable[[Handmade], Handmade]:
    """Registers a method of Faker's date_time provider, where the locale overrides none that it calls, and it is given no time zone."""

    def register(made: Handmade) -> Handmade:
        def checked(provider: Any, arguments: Mapping[str, Any]) -> Vector | Grammar | None:
            return made(provider, arguments) if usual(provider, *inner) and arguments.get("tzinfo") is None else None

        return handmade(f"faker.providers.date_time:Provider.{name}")(checked)

    return register


def usual(provider: Any, *inner: str) -> bool:
    """Whether a provider of dates has Faker's own parts, and these besides."""
    from faker.providers.date_time import Provider

    return isinstance(provider, Provider) and all(
        getattr_static(type(provider), each) is getattr_static(Provider, each) for each in (*_INNER, *inner)
    )


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """From where to where a method draws its moments, to the µs, each as likely.

    Attributes:
        method: its name, for errors.
        low, high: the ends. Where they are one, that is the moment.
        wide: as `date_time_between` has it: a span that is shorter than a second, or ends before it begins, is a second long.
        either_way: the ends may stand in either order.
    """

    method: str
    low: End
    high: End
    wide: bool = False
    either_way: bool = False

    def ends(self, now_us: Ints) -> tuple[Ints, Ints]:
        """The ends for these event times.

        Raises:
            FieldError: one ends before it begins, or leaves the years 1 to 9999.
        """
        import numpy as np

        low, high = self.low.at(now_us), self.high.at(now_us)
        if self.either_way:
            low, high = np.minimum(low, high), np.maximum(low, high)
        if self.wide:
            high = np.where(high == low, low, np.maximum(high, low + SECOND_US))
        wrong = (low > high) | (low < LEAST_US) | (low >= MOST_US) | (high > MOST_US)
        if wrong.any():
            n = int(wrong.argmax())
            when = f" at the event time {_shown(now_us[n])}" if self.low.moves or self.high.moves else ""
            raise FieldError(f"Faker's '{self.method}'{when} would draw {_why(low[n], high[n])}", ("with",))
        return low, high

    @property
    def sound(self) -> bool:
        """Whether its ends can be valid. Where both move with the event time, or neither does, any one event time shows it; else it is taken to be so."""
        import numpy as np

        if self.low.moves is not self.high.moves:
            return True
        try:
            self.ends(np.array([int(REFERENCE.timestamp()) * SECOND_US], np.int64))
        except FieldError:
            return False
        return True

    def draw(self, key: uint64, chunk: Chunk) -> tuple[Ints, Ints]:
        """(moments, where their spans begin), in µs since 1970."""
        import numpy as np

        from springhead.kernels.times import moments

        low, high = self.ends(chunk.times_us)
        drawn = np.empty(chunk.rows, np.int64)
        moments(key, chunk.ids, low, high, drawn)
        return drawn, low


def _why(low: int, high: int) -> str:
    if low > high:
        return f"between {_shown(low)} and {_shown(high)}, which ends before it begins"
    return "outside of the years 1 to 9999"


def _shown(us: int) -> str:
    """A moment for people, to the second; at midnight the day."""
    import numpy as np

    return f"{np.datetime64(int(us), 'us').astype('M8[s]')}Z".removesuffix("T00:00:00Z")


def drawn(span: TimeSpan, form: str | None, *then: Then) -> Vector | None:
    """A method that draws moments and prints them by a strftime text, or as a number of seconds (None); None: Faker has to say what is wrong.

    Raises:
        FieldError: two fixed ends do not go together.
    """
    import numpy as np

    if isinstance(span.low, Fixed) and isinstance(span.high, Fixed):
        span.ends(np.zeros(1, np.int64))  # Faker would say that it cannot read dates
    if not span.sound:
        return None

    def maker(draws: Draws) -> Maker:
        key = draws.key("value")
        text = None if form is None else TimeText(form)
        type_ = number(6) if text is None else text.type

        def column(chunk: Chunk) -> Column:
            moments, low = span.draw(key, chunk)
            for change in then:
                moments = change(moments, low, chunk.times_us)
            return text.column(moments) if text else Column(type_, chunk.rows, values=moments)

        return Maker(type_, column)

    return Vector(Form.NUMBER if form is None else Form.TEXT, ("moments", span, form, then), maker)


def whole_before_1970(moments: Ints, _: Ints, __: Ints) -> Ints:
    """Faker's `convert_timestamp_to_datetime` cuts moments before 1970 to whole seconds, toward 1970."""
    import numpy as np

    whole: Ints = np.where(moments < 0, -(-moments // SECOND_US) * SECOND_US, moments)
    return whole


def printable(pattern: object) -> bool:
    """Whether a strftime text has only directives that we print as Python does."""
    return isinstance(pattern, str) and all(each in NAIVE for each in re.findall("%.?", pattern, re.DOTALL))
