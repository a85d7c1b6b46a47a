"""`late`: events that arrive after their time, by a delay or because of an outage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema

from springhead.fields import Model
from springhead.fields.durations import Span, bounds_us
from springhead.fields.model import refused, step_text
from springhead.spec.recurring import Recurring
from springhead.wording import describe, listed, meant

_OF_DELAYS = {"share", "by"}


class Delay(Model):
    """A share of the events arrives late: its event time lies before its moment by a drawn delay."""

    share: float = Argument(ge=0, le=1, description="The share of the events, between 0 and 1.")
    by: Span = Argument(
        description="The delay: a duration, [min, max], or a distribution such as {lognormal: {median: 2m, sigma: 1}, max: 1h}."
    )


class Outage(Model):
    """What happens during an outage arrives right after its end, in order."""

    during: Recurring = Argument(description="When.")


def late_kind(value: Any) -> type[Delay | Outage]:
    """Which of the two a mapping means."""
    return Outage if "during" in value else Delay


def _late(value: object) -> Delay | Outage:
    if isinstance(value, Delay | Outage):
        return value
    if not isinstance(value, Mapping):
        raise ValueError(f"expected {{share: 0.02, by: [1m, 10m]}} or {{during: {{at: …, for: 20m}}}}; found {describe(value)}")
    if not _OF_DELAYS & set(value) and "during" not in value:
        guesses = {key: guess for key in value if (guess := meant(str(key), [*_OF_DELAYS, "during"]))}
        what = f"expected 'share' and 'by', or 'during'; found {listed(map(step_text, value)) or 'an empty mapping'}"
        raise refused([((key,), f"{what}{guess}") for key, guess in guesses.items()] or [((), what)], key=True)
    if "during" in value and (more := _OF_DELAYS & set(value)):
        raise refused(
            [((key,), "'during' is an outage, 'share' and 'by' are delays: write two items of the list") for key in more], key=True
        )
    return late_kind(value).model_validate(value)


Late = Annotated[Delay | Outage, PlainValidator(_late), WithJsonSchema({"anyOf": [{"$ref": "#/$defs/Delay"}, {"$ref": "#/$defs/Outage"}]})]


def longest_delay(late: Sequence[Delay | Outage]) -> timedelta:
    """By how much event times may lie before the arrival, at most."""
    delays = [bounds_us(of.by)[1] for of in late if isinstance(of, Delay)]
    outages = [of.during.length_us for of in late if isinstance(of, Outage)]
    return timedelta(microseconds=max(delays, default=0) + sum(outages))
