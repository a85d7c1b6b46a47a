"""Values that several models have: seeds, times."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from springhead.quantities import parse_moment
from springhead.wording import describe


def _time(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError(f"expected a date or a time; found {describe(value)}")
    return parse_moment(value)


def _seed(value: object) -> str | int:
    if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
        return value
    raise ValueError(f"expected a text or an integer; found {describe(value)}")


Time = Annotated[datetime, PlainValidator(_time), WithJsonSchema({"type": "string"})]
Seed = Annotated[str | int, PlainValidator(_seed), WithJsonSchema({"type": ["string", "integer"]})]
