"""Rates, times and lengths of time as keys of a stream."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, PlainValidator, WithJsonSchema

from springhead.quantities import LONGEST, parse_length, parse_rate, parse_time, us_of, zone_info
from springhead.wording import describe

_LONGEST_STRETCH = "100d"
EARLIEST = "2000-01-01"  # where the counting of events begins


def _rate(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a rate such as 20/s, 1/3s, 500/m or 2/h; found {describe(value)}")
    parse_rate(value)
    return value


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
    if (at := us_of(parse_time(text))) < 0:
        raise ValueError(f"'{text}' is before 1970, where Kafka's timestamps begin")
    return at


def _zone(name: str) -> str:
    zone_info(name)
    return name


_RATE_SCHEMA = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?/[0-9]*(ms|s|m|h|d)$"}
RateText = Annotated[str, PlainValidator(_rate), WithJsonSchema(_RATE_SCHEMA)]
_LENGTH_SCHEMA = {"type": "string", "pattern": "^[0-9]{1,12}(ms|s|m|h|d)$"}
LengthText = Annotated[str, PlainValidator(_length), WithJsonSchema(_LENGTH_SCHEMA)]
StretchText = Annotated[str, PlainValidator(lambda value: _length(value, _LONGEST_STRETCH)), WithJsonSchema(_LENGTH_SCHEMA)]
"""How long something lasts that comes again."""

MomentText = Annotated[str, PlainValidator(_moment), WithJsonSchema({"type": "string"})]
ZoneName = Annotated[str, AfterValidator(_zone)]
