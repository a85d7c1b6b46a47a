"""How long texts are in characters."""

from __future__ import annotations

import numpy as np

from springhead.kernels.kernel import inlined, kernel
from springhead.kernels.memory import U, load_u64

_ONES = U(0x0101_0101_0101_0101)


@inlined
def _continuing(eight):
    """How many of eight bytes continue a character of UTF-8: 10xxxxxx (RFC 3629 §3)."""
    return (((eight >> U(7)) & ~(eight >> U(6)) & _ONES) * _ONES) >> U(56)


@kernel("void(uint8[::1], int64[::1], int64[::1])")
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
