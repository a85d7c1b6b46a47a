"""`profile`: how a rate, or the records of an interval, are spread over the day, the week and bursts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema, model_validator

from springhead.fields import Model
from springhead.fields.durations import us_of_duration
from springhead.fields.model import Place, refused
from springhead.fields.quantities import LengthText, StretchText
from springhead.quantities import moments_a_day
from springhead.spec.recurring import At, is_cron
from springhead.wording import describe, listed, meant

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOST = 1e6
# All bursts since 2000 count, 2.8 million of them: two seconds.
_SHORTEST_GAP = "10m"  # on average: some are much shorter
_MOST_A_DAY = 288
_REMEDY = "write the higher rate instead of so many bursts"


def _hours(value: object) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or len(value) != 24:
        raise ValueError(
            f"expected 24 weights, one for each hour from 0 on; found {describe(value)}{f' of {len(value)}' if isinstance(value, list | tuple) else ''}"
        )
    _refuse(((i,), wrong) for i, each in enumerate(value) if (wrong := _wrong(each)))
    if not any(value):
        raise ValueError("all hours have the weight 0: no moment is left")
    return tuple(value)


def _weekdays(value: object) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise ValueError(f"expected weekday → weight, such as {{sat: 0.4}}; found {describe(value)}")
    _refuse(((day,), f"'{day}' is no weekday; there are {listed(DAYS)}{meant(str(day), DAYS)}") for day in value if day not in DAYS)
    _refuse(((day,), wrong) for day, each in value.items() if (wrong := _wrong(each)))
    if len(value) == len(DAYS) and not any(value.values()):
        raise ValueError("all days have the weight 0: no moment is left")
    return dict(value)


def _refuse(problems: Any) -> None:
    found: list[tuple[Place, str]] = list(problems)
    if found:
        raise refused(found)


def _wrong(weight: object) -> str:
    if isinstance(weight, bool) or not isinstance(weight, int | float) or weight < 0:
        return f"expected a weight, a number from 0 on; found {describe(weight)}"
    return "" if weight <= _MOST else f"a weight is at most {_MOST:,.0f}; found {describe(weight)}"


_WEIGHT = {"type": "number", "minimum": 0}


class Burst(Model):
    """A stretch of time in which the rate is a multiple of itself: at the moments of a cron expression, once, or at random."""

    at: At | None = Argument(None, description="When it begins: a cron expression by the stream's timezone, or a time.")
    every: LengthText | None = Argument(None, description="It begins at random moments, so far apart on average: 10m or more.")
    length: StretchText = Argument(alias="for", description="How long it lasts: a duration such as 10m.")
    times: float = Argument(gt=1, le=10_000, description="How many times the rate it is, above 1.")

    @model_validator(mode="after")
    def _one_way(self) -> Burst:
        if (self.at is None) == (self.every is None):
            raise refused(
                [((), "a burst begins 'at' the moments of a cron expression or a time, or at random, one in 'every': give one of them")]
            )
        if self.at is not None and is_cron(self.at) and (count := moments_a_day(self.at)) > _MOST_A_DAY:
            raise refused(
                [(("at",), f"'{self.at}' is {count:,} bursts a day, and at most {_MOST_A_DAY} are taken, one in 5 minutes: {_REMEDY}")]
            )
        if self.every is not None and us_of_duration(self.every) < us_of_duration(_SHORTEST_GAP):
            raise refused([(("every",), f"'{self.every}' is shorter than {_SHORTEST_GAP}: {_REMEDY}")])
        return self


class Profile(Model):
    """How events are spread over the day and the week, by the stream's timezone. `rate` is the mean over a week; bursts come on top, and multiply where they overlap."""

    hours: Annotated[
        tuple[float, ...] | None,
        PlainValidator(_hours),
        WithJsonSchema({"type": "array", "items": _WEIGHT, "minItems": 24, "maxItems": 24}),
    ] = Argument(None, description="24 weights, one for each hour of the day from 0 on.")
    weekdays: Annotated[
        dict[str, float] | None,
        PlainValidator(_weekdays),
        WithJsonSchema({"type": "object", "properties": dict.fromkeys(DAYS, _WEIGHT), "additionalProperties": False}),
    ] = Argument(None, description="mon … sun → weight; 1 for those that are not named.")
    bursts: Annotated[tuple[Burst, ...], Argument(strict=False)] = Argument((), description="Stretches in which there is more.")

    @property
    def days(self) -> tuple[float, ...]:
        """Seven weights, from Monday on."""
        return tuple((self.weekdays or {}).get(day, 1.0) for day in DAYS)

    @model_validator(mode="after")
    def _something_is_left(self) -> Profile:
        if not any(self.days):
            raise refused([(("weekdays",), "all days have the weight 0: no moment is left")])
        return self
