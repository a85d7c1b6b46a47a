"""Rows of bytes from columns: JSON records, templates, keys.

A layout is a run of steps that every row goes through. springhead.layout builds it.
"""

from __future__ import annotations

import numpy as np
from numba import njit


from springhead.kernels.memory import SLACK, U, load_i64, load_u8, put as _put

# Steps. a and b are their two arguments; c is a column.
CONSTANT = 0  # blob[a:b]
TEXT = 1  # the bytes of text column a
ESCAPED = 2  # the same, escaped for JSON
NUMBER = 3  # int64 column a with b decimals
BOOLEAN = 4  # int64 column a, 0 or 1
IF_VALUE = 5  # where column a is null: write `null` and skip b steps
IF_PRESENT = 6  # where column a is missing: skip b steps
CLOSE = 7  # an object whose members may be missing: `}` in the place of the last comma

VALUE, NULL, MISSING = 0, 1, 2  # a row's state in a column

@njit(inline="always")
def put(d, s, l):
    return np.int64(_put(U(d), U(s), U(l)))


_COMMA = 44
_ESCAPES = b"btn?fr"  # RFC 8259 §7: short escapes of U+0008 … U+000D, but U+000B


@njit(inline="always")
def _number(out, at, value, decimals):
    if value < 0:
        out[at] = 45
        at += 1
        rest = U(0) - U(value)  # also right for the smallest int64
    else:
        rest = U(value)
    count = rest
    width = 1
    while count >= U(10):
        count //= U(10)
        width += 1
    if decimals == 0:
        for j in range(width - 1, -1, -1):
            tenth = rest // U(10)
            out[at + j] = U(48) + (rest - tenth * U(10))
            rest = tenth
        return at + width
    if width <= decimals:
        width = decimals + 1
    point = width - decimals
    for j in range(width, -1, -1):
        if j == point:
            out[at + j] = 46
        else:
            tenth = rest // U(10)
            out[at + j] = U(48) + (rest - tenth * U(10))
            rest = tenth
    return at + width + 1


@njit(inline="always")
def _escaped(out, at, source, length):
    for j in range(length):
        byte = load_u8(source + j)
        if byte >= 32 and byte != 34 and byte != 92:
            out[at] = byte
            at += 1
            continue
        out[at] = 92
        if byte == 34 or byte == 92:
            out[at + 1] = byte
            at += 2
        elif 8 <= byte <= 13 and byte != 11:
            out[at + 1] = _ESCAPES[byte - 8]
            at += 2
        else:
            out[at + 1] = 117
            out[at + 2] = 48
            out[at + 3] = 48
            for k in range(2):
                nibble = (byte >> 4) if k == 0 else (byte & 15)
                out[at + 4 + k] = nibble + (48 if nibble < 10 else 87)
            at += 6
    return at


@njit(
    "int64(int64[::1], int64[::1], int64[::1], uint8[::1], int64[::1], int64[::1], int64[::1], int64, uint8[::1], int64[::1])",
    cache=True,
    nogil=True,
)
def assemble(op, a, b, blob, data, ends, state, rows, out, row_ends):
    """Writes one row after the other.

    Args:
        op, a, b: int64, shape (steps,).
        blob: uint8, the constants, with SLACK.
        data: int64, shape (columns,): address of a column's bytes (text, with SLACK) or of its int64 values.
        ends: int64, shape (columns,): address of the int64 ends of a text column's rows.
        state: int64, shape (columns,): address of the uint8 states of a column's rows, or 0: all are values.
        rows: int64.
        out: uint8, written. The caller gives room for all rows and SLACK (springhead.layout.Layout.bound).
        row_ends: int64, shape (rows,), written.

    Returns:
        Bytes written.
    """
    base = out.ctypes.data
    source = blob.ctypes.data
    at = 0
    steps = op.shape[0]
    for i in range(rows):
        s = 0
        while s < steps:
            o = op[s]
            x = a[s]
            if o == CONSTANT:
                at = put(base + at, source + x, b[s] - x) - base
            elif o == TEXT or o == ESCAPED:
                begin = load_i64(ends[x] + 8 * i - 8) if i > 0 else 0
                length = load_i64(ends[x] + 8 * i) - begin
                if o == TEXT:
                    at = put(base + at, data[x] + begin, length) - base
                else:
                    at = _escaped(out, at, data[x] + begin, length)
            elif o == NUMBER:
                at = _number(out, at, load_i64(data[x] + 8 * i), b[s])
            elif o == BOOLEAN:
                if load_i64(data[x] + 8 * i) != 0:
                    out[at], out[at + 1], out[at + 2], out[at + 3] = 116, 114, 117, 101
                    at += 4
                else:
                    out[at], out[at + 1], out[at + 2], out[at + 3], out[at + 4] = 102, 97, 108, 115, 101
                    at += 5
            elif o == IF_VALUE:
                if state[x] != 0 and load_u8(state[x] + i) == NULL:
                    out[at], out[at + 1], out[at + 2], out[at + 3] = 110, 117, 108, 108
                    at += 4
                    s += b[s]
            elif o == IF_PRESENT:
                if state[x] != 0 and load_u8(state[x] + i) == MISSING:
                    s += b[s]
            else:  # CLOSE
                if at > 0 and out[at - 1] == _COMMA:
                    at -= 1
                out[at] = 125
                at += 1
            s += 1
        row_ends[i] = at
    return at


__all__ = [
    "BOOLEAN",
    "CLOSE",
    "CONSTANT",
    "ESCAPED",
    "IF_PRESENT",
    "IF_VALUE",
    "MISSING",
    "NULL",
    "NUMBER",
    "SLACK",
    "TEXT",
    "VALUE",
    "assemble",
]
