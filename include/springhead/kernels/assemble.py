"""Rows of bytes from columns: JSON records, templates, keys.

A layout is a run of steps that every row goes through. springhead.columns.layout builds it.
"""

from __future__ import annotations

import numpy as np

from springhead.kernels.digits import ZEROS, eight_digits
from springhead.kernels.kernel import inlined, kernel
from springhead.kernels.memory import SLACK, U, load_u8, load_u64, put, put_long, store_u8, store_u64, trailing_zeros

# Operations. Before each, the step's constant is written.
NOTHING = 0  # the constant alone
TEXT = 1  # the bytes of a text column
ESCAPED = 2  # the same, escaped for JSON
NUMBER = 3  # an int64 column with X decimals
BOOLEAN = 4  # an int64 column, 0 or 1
IF_VALUE = 5  # where a column is null: write `null` and skip X steps
IF_PRESENT = 6  # where a column is missing: skip X steps
CLOSE = 7  # the end of what may have lost members: the bracket X in the place of the last comma
TRIMMED = 8  # as NUMBER, without zeros at the end; X is above 0

# A step is so many uint64. A constant is its place in `blob`: its start × 2^32 + its length. The addresses are those of the step's column: of its bytes or
# its int64 values, of the int64 ends of its rows, of the uint8 states of its rows, or 0.
OPERATION, CONSTANT, X, DATA, ENDS, STATES = (np.uint64(x) for x in range(6))
STEP = 6

VALUE, NULL, MISSING = 0, 1, 2  # a row's state in a column

_NULL = U(int.from_bytes(b"null", "little"))
_TRUE, _FALSE = (U(int.from_bytes(text, "little")) for text in (b"true", b"false"))
_COMMA = 44
_POINT_BYTE = 46
_POINT = U(46)
_ESCAPES = b"btn?fr"  # RFC 8259 §7: short escapes of U+0008 … U+000D, but U+000B


@inlined
def _long_number(to, rest, decimals):
    """Writes an uint64 with so many decimals, by a loop over its digits."""
    count = rest
    width = U(1)
    while count >= U(10):
        count //= U(10)
        width += U(1)
    width = max(width, decimals + U(1))
    at = to + width + U(decimals > U(0))
    end = at
    for j in range(width):
        if U(j) == decimals and decimals > U(0):
            at -= U(1)
            store_u8(at, np.uint8(46))
        at -= U(1)
        tenth = rest // U(10)
        store_u8(at, np.uint8(U(48) + (rest - tenth * U(10))))
        rest = tenth
    return end


@inlined
def _number(to, value, decimals):
    """Writes an int64 with so many decimals; where it has at most eight digits, without a branch: how many there are cannot be foreseen."""
    negative = value < 0
    store_u8(to, np.uint8(45))
    to += U(negative)
    rest = U(0) - U(value) if negative else U(value)  # also right for the smallest int64
    if rest >= U(100_000_000) or decimals > U(6):
        return _long_number(to, rest, decimals)
    digits = eight_digits(rest)
    left_out = min(trailing_zeros(digits) >> U(3), U(7) - decimals)  # leading zeros, but for one before the point
    text = (digits + ZEROS) >> (left_out << U(3))
    whole = U(8) - left_out - decimals
    store_u64(to, text)
    if decimals == U(0):
        return to + whole
    store_u64(to + whole, (text >> (whole << U(3))) << U(8) | _POINT)
    return to + whole + decimals + U(1)


@inlined
def _escaped(to, source, length):
    """Writes a text as it stands between the quotes of a JSON string."""
    for j in range(length):
        byte = load_u8(source + U(j))
        if byte >= 32 and byte != 34 and byte != 92:
            store_u8(to, byte)
            to += U(1)
            continue
        store_u8(to, np.uint8(92))
        if byte == 34 or byte == 92:
            store_u8(to + U(1), byte)
            to += U(2)
        elif 8 <= byte <= 13 and byte != 11:
            store_u8(to + U(1), np.uint8(_ESCAPES[byte - 8]))
            to += U(2)
        else:
            store_u8(to + U(1), np.uint8(117))
            store_u8(to + U(2), np.uint8(48))
            store_u8(to + U(3), np.uint8(48))
            for k in range(2):
                nibble = (byte >> 4) if k == 0 else (byte & 15)
                store_u8(to + U(4 + k), np.uint8(nibble + (48 if nibble < 10 else 87)))
            to += U(6)
    return to


@kernel("int64(uint64[::1], uint8[::1], int64, uint8[::1], int64[::1])")
def assemble(steps, blob, rows, out, row_ends):
    """Writes one row after the other.

    Args:
        steps: uint64, shape (STEP × steps,).
        blob: uint8, the constants, with SLACK.
        rows: int64.
        out: uint8, written. The caller gives room for all rows and SLACK (springhead.columns.layout.Layout.bound).
        row_ends: int64, shape (rows,), written.

    Returns:
        Bytes written.
    """
    base = U(out.ctypes.data)
    source = U(blob.ctypes.data)
    to = base
    n_steps = U(steps.shape[0])
    for i in range(U(rows)):
        before = max(i, U(1)) - U(1)  # the row before, of which the first has none: it begins at 0
        follows = U(i > U(0))
        s = U(0)
        while s < n_steps:
            operation = steps[s + OPERATION]
            constant = steps[s + CONSTANT]
            if operation == TEXT:
                # All loads stand before the stores, as in `text`.
                begin = load_u64(steps[s + ENDS] + U(8) * before) * follows
                length = load_u64(steps[s + ENDS] + U(8) * i) - begin
                begin += steps[s + DATA]
                to = put(to, source + (constant >> U(32)), constant & U(0xFFFFFFFF))
                to = put_long(to, begin, length)
                s += U(STEP)
                continue
            to = put(to, source + (constant >> U(32)), constant & U(0xFFFFFFFF))
            if operation == ESCAPED:
                begin = load_u64(steps[s + ENDS] + U(8) * before) * follows
                length = load_u64(steps[s + ENDS] + U(8) * i) - begin
                to = _escaped(to, steps[s + DATA] + begin, length)
            elif operation == NUMBER:
                to = _number(to, np.int64(load_u64(steps[s + DATA] + U(8) * i)), steps[s + X])
            elif operation == BOOLEAN:
                no = U(load_u64(steps[s + DATA] + U(8) * i) == U(0))
                store_u64(to, _TRUE + no * (_FALSE - _TRUE))
                to += U(4) + no
            elif operation == IF_VALUE:
                if steps[s + STATES] != U(0) and load_u8(steps[s + STATES] + i) == NULL:
                    store_u64(to, _NULL)
                    to += U(4)
                    s += steps[s + X] * U(STEP)
            elif operation == IF_PRESENT:
                if steps[s + STATES] != U(0) and load_u8(steps[s + STATES] + i) == MISSING:
                    s += steps[s + X] * U(STEP)
            elif operation == CLOSE:
                to -= U(load_u8(to - U(1)) == _COMMA)
                store_u8(to, np.uint8(steps[s + X]))
                to += U(1)
            elif operation == TRIMMED:
                to = _number(to, np.int64(load_u64(steps[s + DATA] + U(8) * i)), steps[s + X])
                while load_u8(to - U(1)) == 48:
                    to -= U(1)
                to -= U(load_u8(to - U(1)) == _POINT_BYTE)
            s += U(STEP)
        row_ends[i] = np.int64(to - base)
    return np.int64(to - base)


__all__ = [
    "BOOLEAN",
    "CLOSE",
    "ESCAPED",
    "IF_PRESENT",
    "IF_VALUE",
    "MISSING",
    "NOTHING",
    "NULL",
    "NUMBER",
    "SLACK",
    "STEP",
    "TEXT",
    "TRIMMED",
    "VALUE",
    "assemble",
]
