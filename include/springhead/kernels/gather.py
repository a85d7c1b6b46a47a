"""Rows put together of other columns' rows."""

from __future__ import annotations

import numpy as np

from springhead.kernels.chance import below, u64
from springhead.kernels.kernel import kernel
from springhead.kernels.memory import U, copy16, load_i64, put, store_u8


@kernel("void(int64[::1], int64[::1], int64[:, ::1], uint8[::1], int64[::1])")
def gather(data, ends, rows, out, out_ends):
    """Row i is, one after the other, row rows[j, i] of each text column j that has one for it.

    Args:
        data: int64, shape (k,), addresses of the columns' bytes, uint8 with SLACK.
        ends: int64, shape (k,), addresses of where their rows end, int64.
        rows: int64, shape (k, n); below zero: none.
        out: uint8, written; long enough, with SLACK.
        out_ends: int64, shape (n,), written.
    """
    base = U(out.ctypes.data)
    at = base
    for i in range(rows.shape[1]):
        for j in range(rows.shape[0]):
            row = rows[j, i]
            if row >= 0:
                begin = load_i64(ends[j] + 8 * (row - 1)) if row > 0 else 0
                at = put(at, U(data[j] + begin), U(load_i64(ends[j] + 8 * row) - begin))
        out_ends[i] = np.int64(at - base)


@kernel("int64(uint8[::1], int64[::1], uint8[::1])")
def end_lines(data, ends, out):
    """Writes each row with a line's end behind it.

    Args:
        data: uint8, with SLACK.
        ends: int64, shape (n,), where each row ends in it.
        out: uint8, written; n bytes more than the rows have, and SLACK.

    Returns:
        bytes written.
    """
    base = U(out.ctypes.data)
    to = base
    at = U(data.ctypes.data)
    begin = U(0)
    for i in range(ends.shape[0]):
        end = U(ends[i])
        length = end - begin
        copied = U(0)
        while copied < length:
            copy16(to + copied, at + copied)
            copy16(to + copied + U(16), at + copied + U(16))
            copied += U(32)
        at += length
        to += length
        store_u8(to, np.uint8(10))
        to += U(1)
        begin = end
    return np.int64(to - base)


@kernel("int64(int64[::1], int64[:, ::1])")
def gathered_size(ends, rows):
    """How many bytes `gather` writes. Its arguments."""
    size = 0
    for j in range(rows.shape[0]):
        for i in range(rows.shape[1]):
            row = rows[j, i]
            if row >= 0:
                size += load_i64(ends[j] + 8 * row) - (load_i64(ends[j] + 8 * (row - 1)) if row > 0 else 0)
    return size


@kernel("void(uint64, uint64[::1], uint64[::1], int64[::1], int64[::1])")
def picks(key, ids, keep, alias, out):
    """Draws out[i] from 0 … k − 1 by an alias table.

    Args:
        key: uint64.
        ids: uint64, shape (n,).
        keep, alias: uint64 and int64, shape (k,).
        out: int64, shape (n,), written.
    """
    n = U(keep.shape[0])
    for i in range(ids.shape[0]):
        h = u64(key, ids[i])
        chosen = np.int64(below(h, n))
        if h * n >= keep[chosen]:
            chosen = alias[chosen]
        out[i] = chosen
