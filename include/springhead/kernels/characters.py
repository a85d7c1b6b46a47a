"""How long texts are in characters."""

from __future__ import annotations

import numpy as np
from numba import njit

from springhead.kernels.memory import U, load_u64

_ONES = U(0x0101_0101_0101_0101)


@njit(inline="always")
def _continuing(eight):
    """How many of eight bytes continue a character of UTF-8: 10xxxxxx (RFC 3629 §3)."""
    return (((eight >> U(7)) & ~(eight >> U(6)) & _ONES) * _ONES) >> U(56)


@njit("void(uint8[::1], int64[::1], int64[::1])", cache=True, nogil=True)
def characters(data, ends, out):
    """Counts the characters of each row, eight bytes at a time.

    Args:
        data: uint8, UTF-8, with SLACK.
        ends: int64, shape (n,), where each row ends in it.
        out: int64, shape (n,), written.
    """
    begin = U(0)
    base = U(data.ctypes.data)
    for i in range(ends.shape[0]):
        end = U(ends[i])
        length = end - begin
        at = base + begin
        behind = base + end
        count = length
        while at + U(8) <= behind:
            count -= _continuing(load_u64(at))
            at += U(8)
        if at < behind:  # a shift by 64 is not defined
            count -= _continuing(load_u64(at) << (U(64) - U(8) * (behind - at)))
        out[i] = np.int64(count)
        begin = end
