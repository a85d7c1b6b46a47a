"""Layouts of the assemble kernel: how a row of bytes is put together from columns.

A `Layout` serves a template ("{first}.{last}") and a JSON record alike. Where no column of an object can be missing, the text between two
values is one constant; only where one may be missing, its members carry their own commas and the object is closed by a step.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from springhead.column import Bytes, Column, Ints, Kind
from springhead.kernels import SLACK, assemble
from springhead.kernels.assemble import BOOLEAN, CLOSE, CONSTANT, ESCAPED, IF_PRESENT, IF_VALUE, NUMBER, TEXT

_NUMBER_BYTES = 22  # the longest int64 with a sign, a point and a zero before it
_BOOLEAN_BYTES = 5


class RowBuffer:
    """The memory that rows are written to, kept from chunk to chunk: touching fresh memory costs more than filling it."""

    def __init__(self) -> None:
        self._out: Bytes = np.zeros(SLACK, np.uint8)
        self._ends: Ints = np.zeros(0, np.int64)

    def room(self, bytes_: int, rows: int) -> tuple[Bytes, Ints]:
        """At least so many bytes, and exactly so many ends."""
        if self._out.shape[0] < bytes_:
            self._out = np.zeros(bytes_ + bytes_ // 4, np.uint8)
        if self._ends.shape[0] < rows:
            self._ends = np.zeros(rows, np.int64)
        return self._out, self._ends[:rows]


class Layout:
    """The steps of a row over the columns of one chunk; `rows` runs them."""

    def __init__(self) -> None:
        self._steps: list[tuple[int, int, int]] = []
        self._blob = bytearray()
        self._columns: list[Column] = []
        self._pending = bytearray()

    def constant(self, text: bytes) -> None:
        """The same bytes in each row; neighbours become one step."""
        self._pending += text

    def _flush(self) -> None:
        if self._pending:
            begin = len(self._blob)
            self._blob += self._pending
            self._steps.append((CONSTANT, begin, len(self._blob)))
            self._pending.clear()

    def _step(self, op: int, a: int = 0, b: int = 0) -> int:
        self._flush()
        self._steps.append((op, a, b))
        return len(self._steps) - 1

    def _skip(self, step: int) -> None:
        """Lets a conditional step skip all that came since."""
        self._flush()
        op, a, _ = self._steps[step]
        self._steps[step] = (op, a, len(self._steps) - 1 - step)

    def _number_of(self, column: Column) -> int:
        self._columns.append(column)
        return len(self._columns) - 1

    def text(self, column: Column) -> None:
        """A value as it prints in a template: text as it is, numbers as in JSON, true and false."""
        x = self._number_of(column)
        if column.kind in (Kind.TEXT, Kind.LITERAL):
            self._step(TEXT, x)
        elif column.kind is Kind.NUMBER:
            self._step(NUMBER, x, column.decimals)
        elif column.kind is Kind.BOOLEAN:
            self._step(BOOLEAN, x)
        else:
            raise AssertionError(f"a template over a column of kind {column.kind}")

    def json(self, column: Column) -> None:
        """A value as JSON, null where the column says so."""
        if column.kind is Kind.OBJECT:
            guard = self._step(IF_VALUE, self._number_of(column)) if column.state is not None else None
            self._object(column)
        elif column.kind is Kind.TEXT:
            x = self._number_of(column)
            guard = self._step(IF_VALUE, x) if column.state is not None else None
            self.constant(b'"')
            self._step(ESCAPED if column.escape else TEXT, x)
            self.constant(b'"')
        else:
            guard = self._step(IF_VALUE, self._number_of(column)) if column.state is not None else None
            self.text(column)
        if guard is not None:
            self._skip(guard)

    def _object(self, column: Column) -> None:
        self.constant(b"{")
        children = list(column.children.items())
        if any(child.state is not None for _, child in children):
            for name, child in children:
                guard = self._step(IF_PRESENT, self._number_of(child)) if child.state is not None else None
                self.constant(json_name(name) + b":")
                self.json(child)
                self.constant(b",")
                if guard is not None:
                    self._skip(guard)
            self._step(CLOSE)
            return
        for position, (name, child) in enumerate(children):
            self.constant((b"," if position else b"") + json_name(name) + b":")
            self.json(child)
        self.constant(b"}")

    def bound(self, rows: int) -> int:
        """Bytes that so many rows cannot exceed: each column's own bytes (six for one where it is escaped), and the constants."""
        width = sum(b - a for op, a, b in self._steps if op == CONSTANT) + 1
        total = 0
        for op, a, _ in self._steps:
            if op in (TEXT, ESCAPED):
                total += (6 if op == ESCAPED else 1) * (int(self._columns[a].ends[-1]) if rows else 0)
            elif op == NUMBER:
                width += _NUMBER_BYTES
            elif op == BOOLEAN:
                width += _BOOLEAN_BYTES
            elif op == IF_VALUE:
                width += 4
            elif op == CLOSE:
                width += 1
        return total + rows * width + SLACK

    def rows(self, rows: int, buffer: RowBuffer) -> tuple[Bytes, Ints]:
        """The rows, one after the other, and where each ends; valid until the buffer is used again.

        Returns:
            (uint8 with SLACK behind the last row, int64 of shape (rows,)).
        """
        self._flush()
        op, a, b = (np.array([step[i] for step in self._steps] or [0], np.int64)[: len(self._steps)] for i in range(3))
        blob = np.frombuffer(self._blob + bytes(SLACK), np.uint8)
        text = (Kind.TEXT, Kind.LITERAL)
        data = np.array([_address(c.data if c.kind in text else c.values) for c in self._columns] or [0], np.int64)
        ends = np.array([_address(c.ends) for c in self._columns] or [0], np.int64)
        state = np.array([_address(c.state) for c in self._columns] or [0], np.int64)
        out, row_ends = buffer.room(self.bound(rows), rows)
        assemble(op, a, b, blob, data, ends, state, rows, out, row_ends)
        return out, row_ends


def _address(array: NDArray[Any] | None) -> int:
    return array.ctypes.data if array is not None and array.size else 0


def json_name(name: str) -> bytes:
    """A member's name as a JSON string."""
    return msgspec.json.encode(name)
