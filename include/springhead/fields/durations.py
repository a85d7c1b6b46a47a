"""Durations as a user writes them: one, or a range from which one is drawn."""

from __future__ import annotations

from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from springhead.quantities import microseconds, parse_duration, parse_length
from springhead.wording import describe

_PATTERN = "[0-9]{1,12}(ms|s|m|h|d)$"


def _span(value: object, *, signed: bool) -> str | tuple[str, str]:
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


def us_of_duration(text: str) -> int:
    """Microseconds of a duration, which may have a minus."""
    length = microseconds(parse_duration(text.removeprefix("-")))
    return -length if text.startswith("-") else length


def bounds_us(span: str | tuple[str, str]) -> tuple[int, int]:
    """The shortest and the longest that a span means, both included, in µs."""
    low, high = (span, span) if isinstance(span, str) else span
    return us_of_duration(low), us_of_duration(high)


def _json(pattern: str) -> WithJsonSchema:
    one = {"type": "string", "pattern": pattern}
    return WithJsonSchema({"anyOf": [one, {"type": "array", "items": one, "minItems": 2, "maxItems": 2}]})


Span = Annotated[str | tuple[str, str], PlainValidator(lambda value: _span(value, signed=False)), _json(f"^{_PATTERN}")]
"""A duration, or [min, max], from which one is drawn, all equally likely."""

SignedSpan = Annotated[str | tuple[str, str], PlainValidator(lambda value: _span(value, signed=True)), _json(f"^-?{_PATTERN}")]
"""The same, each of them before or after something: -5m is before it."""
