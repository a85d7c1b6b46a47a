"""Texts as the columns of a CSV record: quoted where they have to be."""

from __future__ import annotations

import numpy as np

from springhead.kernels.kernel import inlined, kernel
from springhead.kernels.memory import U, load_u8, load_u64, put_long, store_u8

_QUOTE = 34
_ONES, _HIGHS = U(0x0101010101010101), U(0x8080808080808080)
_QUOTES, _LINE_FEEDS, _RETURNS, _LETTERS = (_ONES * U(byte) for byte in (_QUOTE, 10, 13, 65))


@inlined
def _zeros(word):
    """Whether one of a word's eight bytes is zero: not 0 (H. S. Warren, Hacker's Delight, 6-1)."""
    return (word - _ONES) & ~word & _HIGHS


@inlined
def _has_special(word, delimiters):
    """Whether one of a word's eight bytes needs quotes around its text: not 0."""
    return _zeros(word ^ _QUOTES) | _zeros(word ^ delimiters) | _zeros(word ^ _LINE_FEEDS) | _zeros(word ^ _RETURNS)


@inlined
def _is_plain(source, length, delimiters):
    """Whether no byte of a text needs quotes. Up to seven bytes behind it are loaded."""
    at = U(0)
    while at + U(8) <= length:
        if _has_special(load_u64(source + at), delimiters):
            return False
        at += U(8)
    if at == length:
        return True
    behind = (length - at) << U(3)
    mask = (U(1) << behind) - U(1)
    return _has_special(load_u64(source + at) & mask | _LETTERS & ~mask, delimiters) == U(0)


@kernel("boolean(uint8[::1], int64[::1], uint8)")
def are_plain(data, ends, delimiter):
    """Whether all of these texts stand in a CSV record as they are: none is empty, and none needs quotes. The arguments are those of `quoted_texts`."""
    begin = 0
    for i in range(ends.shape[0]):
        if ends[i] == begin:
            return False
        begin = ends[i]
    return _is_plain(U(data.ctypes.data), U(begin), _ONES * U(delimiter))


@kernel("int64(uint8[::1], int64[::1], uint8[::1], uint8, boolean, uint8[::1], int64[::1])")
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
    base, source, delimiters = U(out.ctypes.data), U(data.ctypes.data), _ONES * U(delimiter)
    to, begin = base, U(0)
    for i in range(ends.shape[0]):
        end = U(ends[i])
        there = states.shape[0] == 0 or states[i] == 0
        if there and end > begin and _is_plain(source + begin, end - begin, delimiters):
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
