"""A column: one field's values of a chunk, as arrays. The seam between whatever makes values and whatever encodes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from springhead.kernels import SLACK

Bytes: TypeAlias = NDArray[np.uint8]
Ints: TypeAlias = NDArray[np.int64]
Ids: TypeAlias = NDArray[np.uint64]


NEEDS_ESCAPE = re.compile(rb'[\x00-\x1f"\\]')  # what JSON escapes in a text (RFC 8259 §7)


class State(IntEnum):
    """What a row of a column is."""

    VALUE = 0
    NULL = 1
    MISSING = 2  # the field is left out of the record


class Kind(Enum):
    """How a column's values are held, and how they print."""

    TEXT = "text"  # UTF-8 in data[ends[i − 1]:ends[i]]
    LITERAL = "literal"  # the same, but JSON already: numbers as Faker gave them, lists, objects
    NUMBER = "number"  # values[i] × 10^−decimals
    BOOLEAN = "boolean"  # values[i] is 0 or 1
    OBJECT = "object"  # children


_NO_BYTES: Bytes = np.zeros(SLACK, np.uint8)
_NO_INTS: Ints = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Column:
    """One field's values for the n rows of a chunk.

    Its arrays are valid until its maker makes the next one: makers reuse their buffers, because touching fresh memory costs more than
    filling it.

    Attributes:
        kind: which of the arrays are in use.
        rows: n.
        data: uint8, the text of all rows one after the other, with SLACK bytes behind it (TEXT, LITERAL).
        ends: int64, shape (n,), where each row ends in data (TEXT, LITERAL).
        values: int64, shape (n,) (NUMBER, BOOLEAN).
        decimals: how many digits of `values` stand behind the point (NUMBER).
        state: uint8, shape (n,), a `State` for each row; None: all rows are values.
        escape: whether a row may hold characters that JSON escapes (TEXT).
        literal_type: what a LITERAL's rows are: "number", or "json" for arrays and objects.
        children: name → column, in the order of the record (OBJECT).
    """

    kind: Kind
    rows: int
    data: Bytes = field(default_factory=lambda: _NO_BYTES)
    ends: Ints = field(default_factory=lambda: _NO_INTS)
    values: Ints = field(default_factory=lambda: _NO_INTS)
    decimals: int = 0
    state: Bytes | None = None
    escape: bool = False
    literal_type: str = "number"
    children: dict[str, Column] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # The kernels trust these bounds; this is the one place where they are checked.
        if self.kind in (Kind.TEXT, Kind.LITERAL):
            used = int(self.ends[-1]) if self.rows else 0
            if self.ends.shape != (self.rows,) or used + SLACK > self.data.shape[0]:
                raise AssertionError(
                    f"a text column of {self.rows} rows and {used} bytes in buffers of {self.ends.shape} and {self.data.shape}"
                )
        elif self.kind is not Kind.OBJECT and self.values.shape != (self.rows,):
            raise AssertionError(f"a column of {self.rows} rows has values of shape {self.values.shape}")
        if self.state is not None and self.state.shape != (self.rows,):
            raise AssertionError(f"a column of {self.rows} rows has states of shape {self.state.shape}")


@dataclass(slots=True)
class Chunk:
    """The records that are made at once: their numbers, their event times, and the columns made so far.

    Attributes:
        ids: uint64, shape (n,).
        times_us: int64, shape (n,), event times in µs since 1970.
        columns: path of a field → its column; a field finds there the fields that it refers to.
    """

    ids: Ids
    times_us: Ints
    columns: dict[tuple[str, ...], Column]

    @property
    def rows(self) -> int:
        return int(self.ids.shape[0])


Maker: TypeAlias = Callable[[Chunk], Column]


def worst_state(columns: list[Column], rows: int) -> Bytes | None:
    """Row by row, the state of something made of these columns: missing before null before value. None where all are values."""
    states = [c.state for c in columns if c.state is not None]
    if not states:
        return None
    result: Bytes = np.zeros(rows, np.uint8)
    for state in states:
        np.maximum(result, state, out=result)
    return result
