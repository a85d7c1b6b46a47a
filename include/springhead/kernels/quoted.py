"""Texts as the columns of a CSV record: quoted where they have to be."""

from __future__ import annotations

import numpy as np
from numba import njit

from springhead.kernels.memory import U, load_u8, put_long, store_u8

_QUOTE, _LINE_FEED, _CARRIAGE_RETURN = 34, 10, 13


@njit("int64(uint8[::1], int64[::1], uint8[::1], uint8, boolean, uint8[::1], int64[::1])", cache=True, nogil=True)
def quoted_texts(data, ends, states, delimiter, shown, out, out_ends):
    """Writes each text as RFC 4180 §2 has it: in quotes, and each quote in it twice, where it has the delimiter, a quote or a line break, or is empty.

    Args:
        data, ends: the texts: uint8 with SLACK behind them, int64 of shape (n,).
        states: uint8, shape (n,), 0 where there is a value, else nothing is written; of no length: all are values.
        delimiter: uint8, between the columns.
        shown: whether two quotes are written where there is no value: a record with nothing in it would be an empty line.
        out: uint8, written: twice the texts, 2 × n and SLACK bytes at least.
        out_ends: int64, shape (n,), written.

    Returns:
        Bytes written.
    """
    base, source = U(out.ctypes.data), U(data.ctypes.data)
    to, begin = base, U(0)
    for i in range(ends.shape[0]):
        end = U(ends[i])
        there = states.shape[0] == 0 or states[i] == 0
        plain = there and end > begin
        if plain:
            for j in range(begin, end):
                byte = load_u8(source + U(j))
                if byte == _QUOTE or byte == delimiter or byte == _LINE_FEED or byte == _CARRIAGE_RETURN:
                    plain = False
                    break
        if plain:
            to = put_long(to, source + begin, end - begin)
        elif there or shown:
            store_u8(to, np.uint8(_QUOTE))
            to += U(1)
            if there:
                for j in range(begin, end):
                    byte = load_u8(source + U(j))
                    store_u8(to, byte)
                    to += U(1)
                    if byte == _QUOTE:
                        store_u8(to, byte)
                        to += U(1)
            store_u8(to, np.uint8(_QUOTE))
            to += U(1)
        out_ends[i] = np.int64(to - base)
        begin = end
    return np.int64(to - base)
