"""Times and lengths of time as keys of a stream."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, PlainValidator, WithJsonSchema

from springhead.quantities import LONGEST, parse_length, parse_moment, us_of, zone_info
from springhead.wording import describe

_LONGEST_STRETCH = "100d"
EARLIEST = "2000-01-01"  # where the counting of events begins


def _length(value: object, longest: str = LONGEST) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a duration such as 3s, 5m, 1h or 2d; found {describe(value)}")
    if not parse_length(value, longest):
        raise ValueError(f"'{value}' has no length: a duration is longer than 0")
    return value


def _moment(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a date or a time; found {describe(value)}")
    moment_us(value)
    return value


def moment_us(text: str) -> int:
    """Microseconds since 1970 of a time.

    Raises:
        ValueError: it is none, or before 1970.
    """
    return us_of(parse_moment(text))


def _zone(name: str) -> str:
    zone_info(name)
    return name


LENGTH_SCHEMA = {"type": "string", "pattern": "^(?=.*[1-9])[0-9]{1,12}(ms|s|m|h|d)$"}
LengthText = Annotated[str, PlainValidator(_length), WithJsonSchema(LENGTH_SCHEMA)]
StretchText = Annotated[str, PlainValidator(lambda value: _length(value, _LONGEST_STRETCH)), WithJsonSchema(LENGTH_SCHEMA)]
"""How long something lasts that comes again."""

MomentText = Annotated[str, PlainValidator(_moment), WithJsonSchema({"type": "string"})]
ZoneName = Annotated[str, AfterValidator(_zone)]
