"""Scalars from Python, as a file could hold them: the stream has the same bytes then."""

from __future__ import annotations

import math

from springhead.spec.yaml import INTEGERS
from springhead.wording import type_name


def plain_scalar(value: object) -> str | int | float | bool | None:
    """The value as Python's own type: a text of numpy's, or a number of an Enum, is encoded and printed unlike that.

    Raises:
        ValueError: no file can hold it.
    """
    match value:
        case None | bool():
            return value
        case str():
            text = str.__str__(value)
            try:
                text.encode()
            except UnicodeEncodeError as error:
                raise ValueError(
                    f"the text has half of a surrogate pair, U+{ord(text[error.start]):04X}, which UTF-8 does not have"
                ) from None
            return text
        case int():
            whole = int.__index__(value)
            if whole not in INTEGERS:
                raise ValueError("the number does not fit into 64 bits; only a text can hold it")
            return whole
        case float():
            if not math.isfinite(value):
                raise ValueError(f"{float(value)} is not a number that JSON has")
            return float(value)
    raise ValueError(
        f"a value of the type {type_name(value)} cannot stand in a stream: write a text, a number, True, False, None, a dict or a list, "
        "and a time as a text, such as '2026-01-01T00:00Z'"
    )
