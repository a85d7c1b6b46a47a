"""Texts of a length: letters that no compressor guesses, and behind them one letter again and again."""

from __future__ import annotations

import numpy as np

from springhead.kernels.chance import u64
from springhead.kernels.kernel import kernel
from springhead.kernels.memory import U, store_u8

LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # base64 for URLs (RFC 4648 §5): no format escapes them
SAME = ord(".")
WHOLE = 1 << 32
_LETTERS_OF_A_WORD = 10  # of 6 bits each


@kernel("void(uint64, uint64[::1], int64[::1], int64, uint8[::1], int64[::1])")
def fillings(key, ids, lengths, drawn, out, ends):
    """Writes a text for each record.

    Args:
        key: uint64, of the draws.
        ids: uint64, shape (n,).
        lengths: int64, shape (n,), bytes of each text, below 2^31.
        drawn: the share of a text's letters that are drawn, × WHOLE; it is rounded up to a letter.
        out: uint8, written; the sum of the lengths at least.
        ends: int64, shape (n,), written.
    """
    base = U(out.ctypes.data)
    to = base
    for i in range(ids.shape[0]):
        length = lengths[i]
        letters = (length * drawn + (WHOLE - 1)) >> 32
        own = u64(key, ids[i])
        word = U(0)
        for j in range(letters):
            if j % _LETTERS_OF_A_WORD == 0:
                word = u64(own, U(j))
            store_u8(to, np.uint8(LETTERS[word & U(63)]))
            word >>= U(6)
            to += U(1)
        for _ in range(length - letters):
            store_u8(to, np.uint8(SAME))
            to += U(1)
        ends[i] = np.int64(to - base)
