"""The JSON form of what Faker's methods return."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

from springhead.columns.type import JSON, PRINTED_BOOLEAN, PRINTED_NUMBER, TEXT, Type


class Form(Enum):
    """What a method's values are."""

    TEXT = "text"  # a text, printed in quotes
    NUMBER = "number"  # a JSON literal, as the following
    BOOLEAN = "boolean"
    JSON = "json"  # an array or an object

    @property
    def type(self) -> Type:
        """Of a column whose rows are printed."""
        return {Form.TEXT: TEXT, Form.NUMBER: PRINTED_NUMBER, Form.BOOLEAN: PRINTED_BOOLEAN, Form.JSON: JSON}[self]

    def inner(self, word: str) -> str:
        """A word as it stands within a value: within an array or object it is a part of a JSON text."""
        return _encode(word)[1:-1] if self is Form.JSON else word


def form_of(value: Any) -> tuple[Form | None, str]:
    """A value's form and text: dates as ISO text, sets sorted, tuples as arrays, Decimal and float as numbers; (None, "") for None.

    Raises:
        TypeError: bytes, or a type without a written rule.
    """
    if value is None:
        return None, ""
    if isinstance(value, str):
        return Form.TEXT, str(value)
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return Form.TEXT, value.isoformat()
    if isinstance(value, bool):
        return Form.BOOLEAN, "true" if value else "false"
    if isinstance(value, (int, float, Decimal, dt.timedelta)):
        return Form.NUMBER, _json(value)
    return Form.JSON, _json(value)


def _json(value: Any) -> str:
    if isinstance(value, dt.timedelta):
        value = value.total_seconds()
    match value:
        case None | bool() | float():
            if isinstance(value, float) and not math.isfinite(value):
                raise TypeError(f"{value} has no form in JSON")
            return _encode(value)
        case int():
            return str(value)
        case Decimal():
            if not value.is_finite():
                raise TypeError(f"{value} has no form in JSON")
            return _decimals.encode(value).decode()
        case str():
            return _encode(value)
        case dt.datetime() | dt.date() | dt.time():
            return _encode(value.isoformat())
        case list() | tuple():
            return f"[{','.join(map(_json, value))}]"
        case set() | frozenset():
            return f"[{','.join(sorted(map(_json, value)))}]"
        case Mapping():
            return f"{{{','.join(f'{_encode(str(key))}:{_json(each)}' for key, each in value.items())}}}"
    raise TypeError(f"a value of type {type(value).__name__} has no form in JSON")


_decimals = msgspec.json.Encoder(decimal_format="number")


def _encode(value: Any) -> str:
    return msgspec.json.encode(value).decode()
