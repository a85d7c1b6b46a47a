"""Rows of a column that is there: of records, of an entity's members, of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from springhead.columns.column import Bytes, Column, Ints, State
from springhead.columns.gathered import gathered, laid
from springhead.columns.layout import RowBuffer
from springhead.columns.type import Kind, Type


def held(type_: Type, texts: Sequence[str], values: Sequence[int]) -> Column:
    """A column of given cells.

    Args:
        type_: of it.
        texts: of each row, where it is held as text; of one that may be null, an empty text is null.
        values: of each row, where it is held as integers.
    """
    state: Bytes | None = np.array([State.VALUE if text else State.NULL for text in texts], np.uint8) if type_.nullable else None
    if not type_.as_text:
        return Column(type_, len(texts), values=np.array(values, np.int64), state=state)
    data, ends = laid([text.encode() for text in texts])
    return Column(type_, len(texts), data=data, ends=ends, state=state)


def taken(column: Column, rows: Ints, buffer: RowBuffer | None = None) -> Column:
    """Rows of a column, in arrays of their own.

    Args:
        rows: int64, shape (m,).
        buffer: where a text goes; None: into new memory.
    """
    state: Bytes | None = None if column.state is None else column.state[rows]
    count = rows.shape[0]
    if column.type.as_text:
        data, ends = gathered([(column.data, column.ends)], rows[np.newaxis], RowBuffer() if buffer is None else buffer)
        return replace(column, rows=count, data=data, ends=ends, state=state)
    if column.type.kind is Kind.OBJECT:
        return replace(column, rows=count, children={name: taken(child, rows) for name, child in column.children.items()}, state=state)
    if column.elements is not None:
        begins, lengths = column.spans
        lengths = lengths[rows]
        elements = taken(column.elements, ranges(begins[rows], lengths))
        return replace(column, rows=count, ends=np.cumsum(lengths), elements=elements, state=state)
    return replace(column, rows=count, values=column.values[rows], state=state)


def ranges(begins: Ints, lengths: Ints) -> Ints:
    """begins[0], begins[0] + 1, …, lengths[0] of them, then those of the next: int64, shape (lengths.sum(),). begins, lengths: int64, shape (n,)."""
    return np.repeat(begins - (np.cumsum(lengths) - lengths), lengths) + np.arange(lengths.sum())
