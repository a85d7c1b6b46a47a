"""`rate`: events per time, one for ever or several with the dates from which they hold."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from springhead.fields.model import Place, refused, step_text
from springhead.fields.quantities import moment_us
from springhead.quantities import RATE_PATTERN, parse_rate
from springhead.wording import describe, listed

RateSteps = tuple[tuple[int, Fraction, bool], ...]
"""From when (µs since 1970), events per µs, whether the rate goes there in a straight line from the step before; ascending."""


def _rate(value: object) -> str | dict[str, str | dict[str, str]]:
    if isinstance(value, str):
        parse_rate(value)
        return value
    if not isinstance(value, Mapping):
        raise ValueError(f"expected a rate such as 20/s, 1/3s, 500/m or 2/h, or date → rate; found {describe(value)}")
    if not value:
        raise ValueError("no rate: give at least one, such as {2026-01-01: 20/s}")
    problems: list[tuple[Place, str]] = []
    before: tuple[str, int] | None = None
    for number, (date, step) in enumerate(value.items()):
        try:
            at = moment_us(date) if isinstance(date, str) else moment_us(step_text(date))
            if before is not None and at <= before[1]:
                problems.append(((date,), f"{step_text(date)} is not after {before[0]}: write the dates in their order"))
            before = (str(date), at)
            parse_rate(_text_of(step, first=not number))
        except ValueError as error:
            inside = isinstance(step, Mapping) and list(step) == ["ramp"] and number
            problems.append(((date, "ramp") if inside else (date,), str(error)))
    if problems:
        raise refused(problems)
    return {str(date): dict(step) if isinstance(step, Mapping) else step for date, step in value.items()}


def _text_of(step: object, *, first: bool) -> str:
    if isinstance(step, Mapping):
        if list(step) != ["ramp"]:
            raise ValueError(
                f"expected a rate, or {{ramp: rate}}, which goes there in a straight line; found {listed(map(step_text, step)) or 'an empty mapping'}"
            )
        if first:
            raise ValueError("the first rate cannot be a ramp: there is none before it")
        step = step["ramp"]
    if not isinstance(step, str):
        raise ValueError(f"expected a rate such as 20/s, 1/3s, 500/m or 2/h; found {describe(step)}")
    return step


_TEXT: dict[str, Any] = {"type": "string", "pattern": RATE_PATTERN}
_STEP = {"anyOf": [_TEXT, {"type": "object", "properties": {"ramp": _TEXT}, "required": ["ramp"], "additionalProperties": False}]}

Rate = Annotated[
    str | dict[str, str | dict[str, str]],
    PlainValidator(_rate),
    WithJsonSchema({"anyOf": [_TEXT, {"type": "object", "additionalProperties": _STEP, "minProperties": 1}]}),
]
"""As it is written."""


def steps_of(rate: str | Mapping[str, str | Mapping[str, str]]) -> RateSteps:
    """The steps of a rate; of one for ever, one."""
    if isinstance(rate, str):
        return ((0, parse_rate(rate), False),)
    return tuple(
        (moment_us(date), parse_rate(step if isinstance(step, str) else step["ramp"]), not isinstance(step, str))
        for date, step in rate.items()
    )


def rate_text(rate: str | Mapping[str, str | Mapping[str, str]]) -> str:
    """In words: 20/s from 2026-01-01, 50/s from 2026-06-01."""
    if isinstance(rate, str):
        return rate
    steps = [
        (date, step, "from") if isinstance(step, str) else (date, step["ramp"], "in a straight line until") for date, step in rate.items()
    ]
    return ", ".join(f"{text} {when} {date}" for date, text, when in steps)
