"""The JSON form of what Faker's methods return."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

import msgspec

from springhead.columns.type import JSON, PRINTED_BOOLEAN, PRINTED_NUMBER, TEXT, Type


class FormlessError(TypeError):
    """A value that JSON has no form for: bytes, a generator, NaN, an object of a class of its own, …"""


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
    """A value's form and text: dates as ISO text, sets sorted, tuples as arrays, Decimal and float as numbers, an enumeration's text or number as that, the keys of
    mappings as `json.dumps` writes them; (None, "") for None.

    Raises:
        FormlessError: JSON has no form for it.
    """
    try:
        return _form_of(value)
    except RecursionError:
        raise FormlessError("gives a value that holds itself, or nests too deep") from None


def _form_of(value: Any) -> tuple[Form | None, str]:
    if isinstance(value, Enum):
        value = _value_of(value)
    if value is None:
        return None, ""
    if isinstance(value, str):
        return Form.TEXT, _text(value)
    if isinstance(value, (dt.datetime, dt.date, dt.time)):
        return Form.TEXT, value.isoformat()
    if isinstance(value, bool):
        return Form.BOOLEAN, "true" if value else "false"
    if isinstance(value, (int, float, Decimal, dt.timedelta)):
        return Form.NUMBER, _json(value)
    return Form.JSON, _json(value)


def _value_of(member: Enum) -> Any:
    """What a member of an enumeration is besides: the text of `class Status(str, Enum)`, the number of an IntEnum."""
    if not isinstance(member, str | int | float):
        raise FormlessError(f"gives {member}, a member of an enumeration, which JSON has no form for: give its value")
    return member.value


def _text(text: str) -> str:
    if not text.isascii() and _SURROGATE.search(text):
        raise FormlessError("gives half a surrogate pair (U+D800 to U+DFFF), which UTF-8 has no form for")
    return str(text)


def _json(value: Any) -> str:
    if isinstance(value, Enum):
        value = _value_of(value)
    if isinstance(value, dt.timedelta):
        value = value.total_seconds()
    match value:
        case None | bool():
            return _encode(value)
        case float():
            if not math.isfinite(value):
                raise FormlessError(f"gives {value}, a number that JSON does not have")
            return _encode(float(value))
        case int():
            try:
                return str(value)
            except ValueError:  # Python prints no number of more than 4,300 digits
                raise FormlessError("gives a number of more than 4,300 digits") from None
        case Decimal():
            if not value.is_finite():
                raise FormlessError(f"gives {value}, a number that JSON does not have")
            return _decimals.encode(value).decode()
        case str():
            return _encode(_text(value))
        case dt.datetime() | dt.date() | dt.time():
            return _encode(value.isoformat())
        case list() | tuple():
            return f"[{','.join(map(_json, value))}]"
        case set() | frozenset():
            return f"[{','.join(sorted(map(_json, value)))}]"
        case Mapping():
            return f"{{{','.join(f'{_key(key)}:{_json(each)}' for key, each in value.items())}}}"
    raise FormlessError(f"gives a value of type {type(value).__name__}, which JSON has no form for")


def _key(key: Any) -> str:
    """A key of a mapping: a text, or what prints as one; true, false and null as in JSON."""
    if isinstance(key, Enum):
        key = _value_of(key)
    text = _json(key)
    if text[0] in "[{":
        raise FormlessError(f"gives a mapping with a key of type {type(key).__name__}: a key is a text or a number")
    return text if text[0] == '"' else f'"{text}"'


_SURROGATE = re.compile("[\ud800-\udfff]")
_decimals = msgspec.json.Encoder(decimal_format="number")


def _encode(value: Any) -> str:
    return msgspec.json.encode(value).decode()
