"""Values that several models have: seeds, times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

from springhead.quantities import parse_time
from springhead.wording import describe

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _time(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError(f"expected a date or a time; found {describe(value)}")
    if (time := parse_time(value)) < _EPOCH:
        raise ValueError(f"'{value}' is before 1970, where Kafka's timestamps begin")
    return time


def _seed(value: object) -> str | int:
    if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
        return value
    raise ValueError(f"expected a text or an integer; found {describe(value)}")


Time = Annotated[datetime, PlainValidator(_time), WithJsonSchema({"type": "string"})]
Seed = Annotated[str | int, PlainValidator(_seed), WithJsonSchema({"type": ["string", "integer"]})]
