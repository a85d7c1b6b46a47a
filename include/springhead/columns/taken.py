"""Rows of a column that is there: of an entity's members, of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from springhead.columns.column import Bytes, Column, Ints, State
from springhead.columns.gathered import gathered, laid
from springhead.columns.layout import RowBuffer
from springhead.columns.type import Type


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


def taken(column: Column, rows: Ints, buffer: RowBuffer) -> Column:
    """Rows of a column, in arrays of their own. rows: int64, shape (n,)."""
    state: Bytes | None = None if column.state is None else column.state[rows]
    if not column.type.as_text:
        return replace(column, rows=rows.shape[0], values=column.values[rows], state=state)
    data, ends = gathered([(column.data, column.ends)], rows[np.newaxis], buffer)
    return replace(column, rows=rows.shape[0], data=data, ends=ends, state=state)
