"""Durations as a user writes them: one, a range or a distribution, from which one is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, TypeAlias

from pydantic import PlainValidator, WithJsonSchema

from springhead.fields.distributions.law import LAWS
from springhead.fields.distributions.spread import Spread, read_spread
from springhead.fields.distributions.written import a_spread
from springhead.fields.grid import Grid
from springhead.fields.model import refused
from springhead.quantities import LONGEST, microseconds, parse_duration, parse_length
from springhead.wording import describe, duration_text, listed

if TYPE_CHECKING:
    import numpy as np

    from springhead.columns.column import Ids, Ints

_PATTERN = "[0-9]{1,12}(ms|s|m|h|d)$"

SpanValue: TypeAlias = str | tuple[str, str] | Spread
"""A duration, [min, max], or a distribution of µs."""


def _span(value: object, *, signed: bool) -> SpanValue:
    if isinstance(value, Spread):
        return value
    if isinstance(value, Mapping):
        return _spread(value, signed)
    if isinstance(value, list | tuple):
        if len(value) != 2:
            raise ValueError(f"expected a duration such as 5m, or [min, max], both included; found {describe(value)} of {len(value)}")
        low, high = (_one(each, signed) for each in value)
        if us_of_duration(low) > us_of_duration(high):
            raise ValueError(f"min {low} is above max {high}")
        return low, high
    return _one(value, signed)


def _one(value: object, signed: bool) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a duration such as 250ms, 3s, 5m, 1h or 2d, or [min, max]; found {describe(value)}")
    parse_length(value.removeprefix("-") if signed else value)
    return value


def _spread(value: Mapping[object, object], signed: bool) -> Spread:
    """A distribution whose parameters that measure are durations, and so are its bounds."""
    known = [kind for kind, law in LAWS.items() if law.of_lengths and law.model_fields]
    if other := [key for key in value if key in LAWS and key not in known]:
        raise refused([((other[0],), f"'{other[0]}' gives no durations; there are {listed(known)}")], key=True)

    def bound(each: object) -> int:
        return us_of_duration(_one(each, signed))

    longest = us_of_duration(LONGEST)
    least, most = (-longest, longest) if signed else (0, None)
    return read_spread(value, bound, least, most, lambda each: float(bound(each)))


def us_of_duration(text: str) -> int:
    """Microseconds of a duration, which may have a minus."""
    length = microseconds(parse_duration(text.removeprefix("-")))
    return -length if text.startswith("-") else length


def bounds_us(span: SpanValue) -> tuple[int, int]:
    """The shortest and the longest that a span means, both included, in µs."""
    if isinstance(span, Spread):
        return span.low, span.high
    low, high = (span, span) if isinstance(span, str) else span
    return us_of_duration(low), us_of_duration(high)


def span_text(span: SpanValue) -> str:
    """A span for a reader."""
    if isinstance(span, Spread):
        return f"{span.law.kind}, {duration_text(span.low / 1e6)} to {duration_text(span.high / 1e6)}"
    return span if isinstance(span, str) else " to ".join(span)


def drawn_us(span: SpanValue, key: np.uint64) -> Callable[[Ids], Ints]:
    """What draws it: from ids, uint64, shape (n,), to µs, int64, shape (n,), in arrays of their own."""
    if isinstance(span, Spread):
        return span.drawn(key)
    low, high = bounds_us(span)
    return Grid(low, 1, high - low + 1).drawn(None, key)


def _json(pattern: str) -> WithJsonSchema:
    one = {"type": "string", "pattern": pattern}
    return WithJsonSchema({"anyOf": [one, {"type": "array", "items": one, "minItems": 2, "maxItems": 2}, a_spread(one, one)]})


Span = Annotated[SpanValue, PlainValidator(lambda value: _span(value, signed=False)), _json(f"^{_PATTERN}")]
"""A duration, [min, max], from which one is drawn, all equally likely, or {lognormal: {median: 2m, sigma: 1}, max: 1h}."""

SignedSpan = Annotated[SpanValue, PlainValidator(lambda value: _span(value, signed=True)), _json(f"^-?{_PATTERN}")]
"""The same, each of them before or after something: -5m is before it."""
