"""Numbers as texts of a width, behind a prefix."""

from __future__ import annotations

import numpy as np

from springhead.kernels.kernel import kernel
from springhead.kernels.memory import U, put, store_u8

WIDEST_NUMBER = 20  # an int64 with its sign


@kernel("void(uint8[::1], int64, int64, int64[::1], uint8[::1], int64[::1])")
def numbered_texts(prefix, prefix_bytes, width, values, out, ends):
    """Writes each number behind the prefix, with zeros before it up to a width; a minus stands before the zeros, and counts.

    Args:
        prefix: uint8, with SLACK behind it.
        prefix_bytes: int64.
        width: int64, digits at least.
        values: int64, shape (n,).
        out: uint8, written; n × (prefix_bytes + max(width, 20)) + SLACK bytes at least.
        ends: int64, shape (n,), written.
    """
    base = U(out.ctypes.data)
    to, source = base, U(prefix.ctypes.data)
    for i in range(values.shape[0]):
        to = put(to, source, U(prefix_bytes))
        negative = values[i] < 0
        rest = U(-values[i]) if negative else U(values[i])
        digits, left = U(1), rest // U(10)
        while left:
            left //= U(10)
            digits += U(1)
        room = max(digits, U(max(width - np.int64(negative), 0)))
        if negative:
            store_u8(to, np.uint8(45))
            to += U(1)
        for place in range(room):
            tenth = rest // U(10)
            store_u8(to + room - U(1) - U(place), np.uint8(U(48) + (rest - tenth * U(10))))
            rest = tenth
        to += room
        ends[i] = np.int64(to - base)
