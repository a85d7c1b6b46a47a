"""Layouts of the assemble kernel: how a row of bytes is put together from columns.

A `Layout` is made once from the types of the columns, then runs over the columns of each chunk. It serves templates, keys and encoders alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from springhead.columns.column import Bytes, Column, Ids, Ints
from springhead.columns.type import Kind, Type
from springhead.errors import FieldError
from springhead.kernels import SLACK, address, assemble
from springhead.kernels.assemble import BOOLEAN, CLOSE, ESCAPED, IF_PRESENT, IF_VALUE, NOTHING, NUMBER, TEXT, TRIMMED

LONGEST = 64 * 1024 * 1024  # bytes of a row: templates of templates grow without end
_OF_COLUMNS = {TEXT, ESCAPED, NUMBER, TRIMMED, BOOLEAN, IF_VALUE, IF_PRESENT}
# The most that a step writes; a number: the longest int64 with a sign, a point and a zero before it.
_BYTES = {NUMBER: 22, TRIMMED: 22, BOOLEAN: 5, IF_VALUE: 4, CLOSE: 1}


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
    """The steps that build a row from columns. Register the columns with `column`, in the order in which `rows` gets them."""

    def __init__(self) -> None:
        self._steps: list[tuple[int, int, int, int]] = []  # operation, constant, column, and what else the operation needs
        self._blob = bytearray()
        self._types: list[Type] = []
        self._pending = bytearray()
        self._addressed: dict[int, Column] = {}  # number of a step → the column whose addresses it has

    def column(self, type_: Type) -> int:
        """Registers a column; returns its number among those that `rows` gets."""
        self._types.append(type_)
        return len(self._types) - 1

    def constant(self, text: bytes) -> None:
        """The same bytes in each row; neighbours become one, and part of the step behind them."""
        self._pending += text

    def text(self, column: int) -> None:
        """A column's value as it prints in a template: text as it is, numbers as in JSON, true and false."""
        type_ = self._types[column]
        if type_.as_text:
            self._step(TEXT, column)
        elif type_.kind is Kind.NUMBER:
            self._step(TRIMMED if type_.trimmed and type_.decimals else NUMBER, column, type_.decimals or 0)
        elif type_.kind is Kind.BOOLEAN:
            self._step(BOOLEAN, column)
        else:
            raise AssertionError(f"a column of kind {type_.kind} has no text")

    def escaped(self, column: int) -> None:
        """A text as it stands between the quotes of a JSON string."""
        self._step(ESCAPED, column)

    def unless_null(self, column: int) -> int:
        """Begins a condition: where the column is null, `null` is written and the steps up to its `end` are skipped. Returns the number that `end` takes."""
        return self._step(IF_VALUE, column)

    def unless_missing(self, column: int) -> int:
        """Begins a condition: where the column is missing, the steps up to its `end` are skipped. Returns the number that `end` takes."""
        return self._step(IF_PRESENT, column)

    def end(self, condition: int) -> None:
        """Ends the steps that a condition may skip; takes the condition's number."""
        self._flush()
        operation, constant, column, _ = self._steps[condition]
        self._steps[condition] = (operation, constant, column, len(self._steps) - 1 - condition)

    def close(self, bracket: bytes) -> None:
        """A closing bracket, one byte, which takes the place of a comma before it."""
        self._step(CLOSE, x=ord(bracket))

    def _step(self, operation: int, column: int = 0, x: int = 0) -> int:
        self._steps.append((operation, len(self._blob) << 32 | len(self._pending), column, x))
        self._blob += self._pending
        self._pending.clear()
        return len(self._steps) - 1

    def _flush(self) -> None:
        if self._pending:
            self._step(NOTHING)

    def bound(self, rows: int, columns: Sequence[Column]) -> int:
        """Bytes that so many rows cannot exceed: each column's own bytes (six for one where it is escaped), and the constants."""
        if not rows:
            return SLACK
        width, texts = self._widths
        return rows * width + sum(times * columns[x].ends.item(-1) for x, times in texts) + SLACK

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

    def _address(self, columns: Sequence[Column]) -> None:
        """Writes the columns' current addresses into the steps. A maker returns the same object as long as its arrays stay the same."""
        steps, _ = self._arrays
        for number, (operation, _, column, _) in enumerate(self._steps):
            if operation in _OF_COLUMNS and columns[column] is not self._addressed.get(number):
                self._addressed[number] = columns[column]
                steps[number, 3:] = _addresses(columns[column])

    def rows(self, rows: int, buffer: RowBuffer, columns: Sequence[Column]) -> tuple[Bytes, Ints]:
        """The rows, one after the other, and where each ends; valid until the buffer is used again. Where a row is one text column and nothing else, that column is returned.

        Args:
            rows: how many.
            buffer: the memory that is written to.
            columns: of the registered types, in that order.

        Returns:
            (uint8 with SLACK behind the last row, int64 of shape (rows,)).

        Raises:
            FieldError: the rows can be longer than LONGEST.
        """
        self._flush()
        if len(self._steps) == 1 and self._steps[0][0] == TEXT and not self._blob:
            return columns[0].data, columns[0].ends
        self._address(columns)
        steps, blob = self._arrays
        bound = self.bound(rows, columns)
        if bound > rows * LONGEST + SLACK:
            raise FieldError(
                f"up to {(bound - SLACK) // rows:,} bytes in one record; at most {LONGEST:,} are made: use shorter texts, or fewer of them"
            )
        out, row_ends = buffer.room(bound, rows)
        assemble(steps.reshape(-1), blob, rows, out, row_ends)
        return out, row_ends


def _addresses(column: Column) -> tuple[int, int, int]:
    """Of its data, ends and states, as the kernel has them."""
    state = 0 if column.state is None else address(column.state)
    if column.type.as_text:
        return address(column.data), address(column.ends), state
    return address(column.values), 0, state


class Printer:
    """Prints columns of one type as texts, as a template does; a text column is its own print."""

    def __init__(self, type_: Type) -> None:
        self._layout, self._buffer = Layout(), RowBuffer()
        self._layout.text(self._layout.column(type_))

    def rows(self, column: Column) -> tuple[Bytes, Ints]:
        """(uint8 with SLACK, int64 ends of shape (rows,)); valid until the next call, or as long as the column."""
        return self._layout.rows(column.rows, self._buffer, [column])
