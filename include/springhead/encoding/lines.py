"""What all formats of text have in common: values as lines of a file, and as a person reads them."""

from __future__ import annotations

import re

import numpy as np

from springhead.columns.column import Bytes, Column, State
from springhead.columns.layout import Layout, RowBuffer
from springhead.columns.rows import Rows
from springhead.columns.type import Kind, Type
from springhead.kernels import SLACK, end_lines

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_VALUE = Type(Kind.JSON, nullable=True, optional=True)


class Lines:
    """Puts each value into a line of its own; owns its buffer.

    Args:
        nulls: whether the line of a null says so; else it is empty.
    """

    def __init__(self, *, nulls: bool) -> None:
        self._layout, self._buffer, self._state = Layout(), RowBuffer(), np.uint8(State.NULL if nulls else State.MISSING)
        value = self._layout.column(_VALUE)
        condition = self._layout.unless_null(value) if nulls else self._layout.unless_missing(value)
        self._layout.text(value)
        self._layout.end(condition)
        self._layout.constant(b"\n")

    def of(self, values: Rows) -> Bytes:
        """Values as the lines of a file, each with its end: uint8, valid until the next call."""
        if values.nulls is None:
            out, _ = self._buffer.room(values.used.size + values.ends.size + SLACK, 0)
            return out[: end_lines(values.data, values.ends, out)]
        state = values.nulls.astype(np.uint8) * self._state
        column = Column(_VALUE, values.ends.shape[0], data=values.data, ends=values.ends, state=state)
        return Rows(*self._layout.rows(column.rows, self._buffer, [column])).used


def readable(value: bytes) -> str:
    """A value in one line: what is no character of a text, as a faulty value may have it, is shown as \\x04."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", value.decode(errors="backslashreplace"))
