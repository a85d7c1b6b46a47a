"""A column: one field's values of a chunk, as arrays. The seam between whatever makes values and whatever encodes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from springhead.columns.type import Kind, Type
from springhead.kernels import SLACK

Bytes: TypeAlias = NDArray[np.uint8]
Ints: TypeAlias = NDArray[np.int64]
Ids: TypeAlias = NDArray[np.uint64]


class State(IntEnum):
    """What a row of a column is."""

    VALUE = 0
    NULL = 1
    MISSING = 2  # the field is left out of the record


_NO_BYTES: Bytes = np.zeros(SLACK, np.uint8)
_NO_INTS: Ints = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Column:
    """One field's values for the n rows of a chunk.

    Its arrays are valid until its maker makes the next one: makers reuse their buffers, because touching fresh memory costs more than
    filling it.

    Attributes:
        type: says which of the arrays are in use.
        rows: n.
        data: uint8, the text of all rows one after the other, with SLACK bytes behind it (where the type is held as text).
        ends: int64, shape (n,), where each row ends: in data (the same), or among the elements (ARRAY, MAP).
        values: int64, shape (n,): the number × 10^decimals (NUMBER), 0 or 1 (BOOLEAN).
        state: uint8, shape (n,), a `State` for each row; None: all rows are values.
        children: name → column, in the order of the record (OBJECT).
        elements: the elements of all rows one after the other (ARRAY, MAP; a map's are objects of `key` and `value`).
    """

    type: Type
    rows: int
    data: Bytes = field(default_factory=lambda: _NO_BYTES)
    ends: Ints = field(default_factory=lambda: _NO_INTS)
    values: Ints = field(default_factory=lambda: _NO_INTS)
    state: Bytes | None = None
    children: dict[str, Column] = field(default_factory=dict)
    elements: Column | None = None

    def __post_init__(self) -> None:
        # The kernels trust these bounds; this is the one place where they are checked.
        if self.type.as_text:
            used = int(self.ends[-1]) if self.rows else 0
            if self.ends.shape != (self.rows,) or used + SLACK > self.data.shape[0]:
                raise AssertionError(
                    f"a text column of {self.rows} rows and {used} bytes in buffers of {self.ends.shape} and {self.data.shape}"
                )
        elif self.type.element is not None:
            used = int(self.ends[-1]) if self.rows else 0
            if self.elements is None or self.ends.shape != (self.rows,) or used != self.elements.rows:
                raise AssertionError(f"{self.rows} rows of elements, {used} in all, with ends of {self.ends.shape} and other elements")
        elif self.type.kind is not Kind.OBJECT and self.values.shape != (self.rows,):
            raise AssertionError(f"a column of {self.rows} rows has values of shape {self.values.shape}")
        if self.state is not None and self.state.shape != (self.rows,):
            raise AssertionError(f"a column of {self.rows} rows has states of shape {self.state.shape}")
        if self.state is not None and not self.type.stateful:
            raise AssertionError("a column has states, and its type says that all rows are values")

    @property
    def size(self) -> int:
        """Bytes of its values, with those of its elements, without those of its children."""
        if self.elements is not None:
            return self.ends.nbytes + self.elements.whole_size
        return int(self.ends[-1]) if self.type.as_text and self.rows else self.values.nbytes

    @property
    def whole_size(self) -> int:
        """Bytes of its values and of all that is in it."""
        return self.size + sum(child.whole_size for child in self.children.values())

    @property
    def spans(self) -> tuple[Ints, Ints]:
        """(where each row begins, how long it is): int64, shape (n,), of a column with ends."""
        lengths = np.diff(self.ends, prepend=0)
        return self.ends - lengths, lengths


class _Outer(dict[tuple[str, ...], "Column"]):
    """Columns of a chunk that was taken out of another one: what is not made here is taken from there, once it is asked for."""

    def __init__(self, outer: Chunk, rows: Ints) -> None:
        super().__init__()
        self._outer, self._rows = outer, rows

    def __missing__(self, path: tuple[str, ...]) -> Column:
        from springhead.columns.taken import taken  # it takes columns

        self[path] = column = taken(self._outer.columns[path], self._rows)
        return column


@dataclass(slots=True)
class Chunk:
    """What is made at once: some records, or whatever else has fields, and the columns made of them so far.

    Attributes:
        ids: uint64, shape (n,), what their draws are keyed by.
        times_us: int64, shape (n,), event times in µs since 1970.
        positions: uint64, shape (n,), their places in the batch, from 0 on.
        arrivals_us: int64, shape (n,), when they arrive, µs since 1970; None: at their event times.
        columns: path of a field → its column; a field finds there the fields that it refers to.
    """

    ids: Ids
    times_us: Ints
    positions: Ids
    arrivals_us: Ints | None = None
    columns: dict[tuple[str, ...], Column] = field(default_factory=dict)
    _numbers: Ids | None = None

    @property
    def numbers(self) -> Ids:
        """uint64, shape (n,), what counts them: the ids, unless they are elements, which are counted in each array from 0 on."""
        return self.ids if self._numbers is None else self._numbers

    @property
    def rows(self) -> int:
        return int(self.ids.shape[0])

    def take(self, rows: Ints) -> Chunk:
        """Some of the same records, of which nothing is made yet: what is known of them is taken when it is asked for. rows: int64, shape (m,)."""
        return Chunk(
            self.ids[rows],
            self.times_us[rows],
            self.positions[rows],
            None if self.arrivals_us is None else self.arrivals_us[rows],
            _Outer(self, rows),
            self.numbers[rows],
        )

    def inside(self, rows: Ints, ids: Ids, numbers: Ids) -> Chunk:
        """What stands in these records, such as the elements of their arrays. Of the records themselves it sees what is made.

        Args:
            rows: int64, shape (m,), the record in which each stands.
            ids, numbers: uint64, shape (m,), of their own.
        """
        return Chunk(ids, self.times_us[rows], numbers, columns=_Outer(self, rows), _numbers=numbers)


@dataclass(frozen=True, slots=True)
class Maker:
    """What makes a field's column: called with a chunk. It keeps what takes long to prepare, and its buffers.

    Attributes:
        type: of every column that it makes.
        make: from a chunk to its column.
    """

    type: Type
    make: Callable[[Chunk], Column]

    def __call__(self, chunk: Chunk) -> Column:
        return self.make(chunk)


def worst_state(columns: list[Column], rows: int) -> Bytes | None:
    """The state of each row that is made of these columns: missing if one is missing, else null if one is null, else a value. None: all are values."""
    states = [c.state for c in columns if c.state is not None]
    if not states:
        return None
    result: Bytes = np.zeros(rows, np.uint8)
    for state in states:
        np.maximum(result, state, out=result)
    return result
