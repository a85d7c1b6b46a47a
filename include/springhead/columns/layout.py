"""Layouts of the assemble kernel: how a row of bytes is put together from columns.

A `Layout` serves a template ("{first}.{last}") and a JSON record alike. Where no column of an object can be missing, the text between two
values is one constant; only where one may be missing, its members carry their own commas and the object is closed by a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import msgspec
import numpy as np

from springhead.columns.column import Bytes, Column, Ids, Ints, Kind
from springhead.kernels import SLACK, assemble, bytes_address, ints_address
from springhead.kernels.assemble import BOOLEAN, CLOSE, ESCAPED, IF_PRESENT, IF_VALUE, NOTHING, NUMBER, TEXT

_OF_COLUMNS = {TEXT, ESCAPED, NUMBER, BOOLEAN, IF_VALUE, IF_PRESENT}
# The most that a step writes; a number: the longest int64 with a sign, a point and a zero before it.
_BYTES = {NUMBER: 22, BOOLEAN: 5, IF_VALUE: 4, CLOSE: 1}


class RowBuffer:
    """The memory that rows are written to, kept from chunk to chunk: touching fresh memory costs more than filling it.

    Attributes:
        layout: of the last JSON records written to it, and the shape of column that it serves.
    """

    def __init__(self) -> None:
        self.layout: tuple[object, Layout] | None = None
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
    """The steps of a row over columns; `rows` runs them."""

    def __init__(self) -> None:
        self._steps: list[tuple[int, int, int, int]] = []  # operation, constant, column, and what else the operation needs
        self._blob = bytearray()
        self._columns: list[Column] = []
        self._pending = bytearray()
        self._addressed: dict[int, Column] = {}  # number of a step → the column whose addresses it has

    def constant(self, text: bytes) -> None:
        """The same bytes in each row; neighbours become one, and part of the step behind them."""
        self._pending += text

    def _step(self, operation: int, column: int = 0, x: int = 0) -> int:
        self._steps.append((operation, len(self._blob) << 32 | len(self._pending), column, x))
        self._blob += self._pending
        self._pending.clear()
        return len(self._steps) - 1

    def _flush(self) -> None:
        if self._pending:
            self._step(NOTHING)

    def _skip(self, step: int) -> None:
        """Lets a conditional step skip all that came since."""
        self._flush()
        operation, constant, column, _ = self._steps[step]
        self._steps[step] = (operation, constant, column, len(self._steps) - 1 - step)

    def _number_of(self, column: Column) -> int:
        self._columns.append(column)
        return len(self._columns) - 1

    def text(self, column: Column) -> None:
        """A value as it prints in a template: text as it is, numbers as in JSON, true and false."""
        self._text(column, self._number_of(column))

    def json(self, column: Column) -> None:
        """A value as JSON, null where the column says so."""
        self._json(column, self._number_of(column))

    def _text(self, column: Column, x: int) -> None:
        if column.kind in (Kind.TEXT, Kind.LITERAL):
            self._step(TEXT, x)
        elif column.kind is Kind.NUMBER:
            self._step(NUMBER, x, column.decimals)
        elif column.kind is Kind.BOOLEAN:
            self._step(BOOLEAN, x)
        else:
            raise AssertionError(f"a template over a column of kind {column.kind}")

    def _json(self, column: Column, x: int) -> None:
        guard = self._step(IF_VALUE, x) if column.state is not None else None
        if column.kind is Kind.OBJECT:
            self._object(column)
        elif column.kind is Kind.TEXT:
            self.constant(b'"')
            self._step(ESCAPED if column.escape else TEXT, x)
            self.constant(b'"')
        else:
            self._text(column, x)
        if guard is not None:
            self._skip(guard)

    def _object(self, column: Column) -> None:
        self.constant(b"{")
        children = list(column.children.items())
        if any(child.state is not None for _, child in children):
            for name, child in children:
                x = self._number_of(child)
                guard = self._step(IF_PRESENT, x) if child.state is not None else None
                self.constant(json_name(name) + b":")
                self._json(child, x)
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
        if not rows:
            return SLACK
        width, texts = self._widths
        return rows * width + sum(times * self._columns[x].ends.item(-1) for x, times in texts) + SLACK

    @cached_property
    def _widths(self) -> tuple[int, list[tuple[int, int]]]:
        """The most bytes of a row without its texts, and the text columns: their place, and how often a byte can become longer."""
        width = len(self._blob) + sum(_BYTES.get(operation, 0) for operation, *_ in self._steps)
        return width, [(x, 6 if operation == ESCAPED else 1) for operation, _, x, _ in self._steps if operation in (TEXT, ESCAPED)]

    @cached_property
    def _arrays(self) -> tuple[Ids, Bytes]:
        """The kernel's steps, a row each, their columns' addresses still to come; and its constants."""
        steps = [(operation, constant, x, 0, 0, 0) for operation, constant, _, x in self._steps]
        return np.array(steps or [(NOTHING, 0, 0, 0, 0, 0)], np.uint64), np.frombuffer(self._blob + bytes(SLACK), np.uint8)

    def _address(self) -> None:
        """Tells the steps where their columns are now; makers give the same object again as long as it has the same arrays."""
        steps, _ = self._arrays
        for number, (operation, _, column, _) in enumerate(self._steps):
            if operation in _OF_COLUMNS and self._columns[column] is not self._addressed.get(number):
                self._addressed[number] = self._columns[column]
                steps[number, 3:] = _addresses(self._columns[column])

    def rows(self, rows: int, buffer: RowBuffer, columns: Sequence[Column] | None = None) -> tuple[Bytes, Ints]:
        """The rows, one after the other, and where each ends; valid until the buffer is used again, or a column of texts that is a row's all is made anew.

        Args:
            rows: how many.
            buffer: the memory that is written to.
            columns: in place of those that the layout was made of, like them but for their arrays, in the order in which they were given to it.

        Returns:
            (uint8 with SLACK behind the last row, int64 of shape (rows,)).
        """
        self._flush()
        if columns is not None:
            self._columns = list(columns)
        if len(self._steps) == 1 and self._steps[0][0] == TEXT and not self._blob:
            return self._columns[0].data, self._columns[0].ends
        self._address()
        steps, blob = self._arrays
        out, row_ends = buffer.room(self.bound(rows), rows)
        assemble(steps.reshape(-1), blob, rows, out, row_ends)
        return out, row_ends


def _addresses(column: Column) -> tuple[int, int, int]:
    """Of its data, ends and states, as the kernel has them."""
    state = 0 if column.state is None else bytes_address(column.state)
    if column.kind in (Kind.TEXT, Kind.LITERAL):
        return bytes_address(column.data), ints_address(column.ends), state
    return ints_address(column.values), 0, state


def json_name(name: str) -> bytes:
    """A member's name as a JSON string."""
    return msgspec.json.encode(name)
