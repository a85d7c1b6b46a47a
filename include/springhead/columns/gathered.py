"""Rows of several texts one behind the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from springhead.columns.column import Bytes, Ints
from springhead.columns.layout import RowBuffer
from springhead.kernels import SLACK, gather, gathered_size


def gathered(texts: Sequence[tuple[Bytes, Ints]], rows: Ints, buffer: RowBuffer, most: int | None = None) -> tuple[Bytes, Ints]:
    """Concatenates rows of several texts, row by row.

    Args:
        texts: k texts, each (uint8, with SLACK; int64, where its rows end).
        rows: int64, shape (k, n): output row i is row rows[j, i] of each text j, in order; a negative number leaves text j out.
        buffer: what is returned is valid until it is used again.
        most: bytes that all rows together have at most; None: they are counted.

    Returns:
        (uint8 with SLACK behind the last row, int64 of shape (n,)).
    """
    data, ends = _addresses([data for data, _ in texts]), _addresses([ends for _, ends in texts])
    out, out_ends = buffer.room((gathered_size(ends, rows) if most is None else most) + SLACK, rows.shape[1])
    gather(data, ends, rows, out, out_ends)
    return out, out_ends


def laid(texts: Sequence[bytes]) -> tuple[Bytes, Ints]:
    """Texts as `gathered` takes them: (uint8 with SLACK, int64 of shape (n,), where each ends)."""
    return np.frombuffer(b"".join([*texts, bytes(SLACK)]), np.uint8).copy(), np.cumsum([len(text) for text in texts], dtype=np.int64)


def _addresses(arrays: Sequence[Bytes | Ints]) -> Ints:
    return np.array([array.ctypes.data for array in arrays], np.int64)
