"""Rows of several text columns one behind the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from springhead.columns.column import Bytes, Column, Ints
from springhead.columns.layout import RowBuffer
from springhead.kernels import SLACK, gather


def gathered(columns: Sequence[Column], rows: Ints, buffer: RowBuffer) -> tuple[Bytes, Ints]:
    """Rows of text columns one behind the other.

    Args:
        columns: k of kind TEXT or LITERAL.
        rows: int64, shape (k, n): row i is row rows[j, i] of each column j; below zero: it has none of that one's.
        buffer: what is returned is valid until it is used again.

    Returns:
        (uint8 with SLACK behind the last row, int64 of shape (n,)).
    """
    starts = [np.concatenate([[0], column.ends]) for column in columns]
    size = sum(int(np.diff(start)[row[row >= 0]].sum()) for start, row in zip(starts, rows, strict=True))
    out, ends = buffer.room(size + SLACK, rows.shape[1])
    gather(_addresses([column.data for column in columns]), _addresses([column.ends for column in columns]), rows, out, ends)
    return out, ends


def _addresses(arrays: Sequence[Bytes | Ints]) -> Ints:
    return np.array([array.ctypes.data for array in arrays], np.int64)
