"""Stretches of time that come again: `{at: "0 9 * * 1-5", for: 10m}`."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema

from springhead.fields import Model
from springhead.fields.durations import us_of_duration
from springhead.fields.quantities import StretchText, moment_us
from springhead.quantities import check_moments
from springhead.wording import describe


def _at(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a cron expression such as '0 9 * * 1-5', or a time; found {describe(value)}")
    if is_cron(value):
        check_moments(value)
    else:
        moment_us(value)
    return value


def is_cron(at: str) -> bool:
    """Whether it comes again; else it is one moment."""
    return not re.match(r"[0-9]{4}-", at)


At = Annotated[str, PlainValidator(_at), WithJsonSchema({"type": "string"})]


class Recurring(Model):
    """A stretch of time, once or again and again."""

    at: At = Argument(description="When it begins: a cron expression by the stream's timezone, or a time.")
    length: StretchText = Argument(alias="for", description="How long it lasts: a duration such as 10m.")

    @property
    def length_us(self) -> int:
        """µs."""
        return us_of_duration(self.length)
