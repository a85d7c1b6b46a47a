"""Texts of which no two are the same: a record's number, permuted, is unranked to a text."""

from __future__ import annotations

import numpy as np

from springhead.kernels.chance import below, u64
from springhead.kernels.checks import IBAN, write_check
from springhead.kernels.kernel import inlined, kernel
from springhead.kernels.memory import SLACK, U, put

# Pieces. a, b and c are their arguments.
WORD = 0  # word a + (the draw's value)
NUMBER = 1  # a + (the draw's value), with leading zeros up to c digits, in base b
CHECK = 2  # the check characters of a number of a digits or bytes by law b (springhead.kernels.checks)

_ROUNDS = 6
_SHARES, _WAYS, _DRAWS = U(0x51A7), U(0x3A75), U(0xD7A3)  # purposes of the key's own keys


@inlined
def permuted(key, i, n):
    """A keyed bijection of 0 … n − 1: a balanced Feistel network (Luby and Rackoff 1988) over the next even number of bits, walked along its
    cycle until it is back below n (Black and Rogaway 2002, "Ciphers with arbitrary finite domains", §3); fewer than four walks in the mean.

    Args:
        key: uint64.
        i: uint64, below n.
        n: uint64, 1 … 2^62.
    """
    half = U(1)
    while U(1) << (U(2) * half) < n:
        half += U(1)
    mask = (U(1) << half) - U(1)
    while True:
        left, right = i >> half, i & mask
        for turn in range(_ROUNDS):
            left, right = right, left ^ (u64(u64(key, U(turn)), right) & mask)
        i = (left << half) | right
        if i < n:
            return i


@kernel(
    "UniTuple(int64, 2)(uint64, uint64[::1], uint64[:, ::1], uint64[:, ::1], int64[::1], int64[::1], int64[::1], int64[::1], uint64[::1], int64[::1],"
    " uint64[::1], uint8[::1], int64[::1], int64[::1], int64[::1], int64[::1], int64[::1], int64[::1], uint8[::1],"
    " uint64[::1], uint64[::1], int64, int64, uint8[::1], int64[::1])"
)
def distinct(key, phase_end, share_end, used, piece, piece_end, draw, draw_end, way_size, way_bytes, radix, carries, op, a, b, c, of_draw, word, blob, values, ids, first, at, out, ends):  # fmt: skip
    """Writes the texts of the rows first … n − 1 behind `at` in `out`; those of different numbers differ.

    Stops before a row that might not fit, so that the caller can grow `out` and go on.

    A number lies in a phase, permuted within it in a way's share, and has a rank within the way. The rank, permuted within the way's size, is a number
    of mixed radix whose digits are the way's draws that carry it; the other draws are chance.

    Args:
        key: uint64.
        phase_end: uint64, shape (phases,), how many numbers the phases up to each one have; a number beyond the last begins anew.
        share_end: uint64, shape (phases, ways), where the ways' shares of a phase end.
        used: uint64, shape (phases, ways), how many ranks of a way the phases before have taken.
        piece, piece_end: int64, shape (ways,), where a way's pieces begin and end.
        draw, draw_end: int64, shape (ways,), where a way's draws begin and end.
        way_size: uint64, shape (ways,), the product of the radices that carry.
        way_bytes: int64, shape (ways,), the most bytes of a text.
        radix: uint64, shape (draws,), how many values a draw has.
        carries: uint8, shape (draws,), whether a draw carries the rank.
        op, a, b, c: int64, shape (pieces,).
        of_draw: int64, shape (pieces,), which of its way's draws a piece prints; −1: none, it has one text.
        word: int64, where word w begins in blob; it ends where w + 1 begins.
        blob: uint8, with SLACK.
        values: uint64, shape (draws,) at least, written: a scratch.
        ids: uint64, shape (n,), the numbers.
        out: uint8, written; nothing is written past its end.
        ends: int64, shape (n,), written: where row i ends in out.

    Returns:
        (rows done, bytes written).
    """
    base = U(out.ctypes.data)
    source = U(blob.ctypes.data)
    room = out.shape[0] - SLACK
    total = phase_end[-1]
    for i in range(first, ids.shape[0]):
        number = ids[i] % total
        phase = 0
        while number >= phase_end[phase]:
            phase += 1
        start = phase_end[phase - 1] if phase > 0 else U(0)
        place = permuted(u64(u64(key, _SHARES), U(phase)), number - start, phase_end[phase] - start)
        way = np.searchsorted(share_end[phase], place, side="right")
        rank = used[phase, way] + place - (share_end[phase, way - 1] if way > 0 else U(0))
        if at + way_bytes[way] > room:
            return i, at
        rank = permuted(u64(u64(key, _WAYS), U(way)), rank, way_size[way])
        for d in range(draw[way], draw_end[way]):
            if carries[d]:
                values[d - draw[way]] = rank % radix[d]
                rank //= radix[d]
            else:
                values[d - draw[way]] = below(u64(u64(u64(key, _DRAWS), U(d)), ids[i]), radix[d])
        for p in range(piece[way], piece_end[way]):
            o = op[p]
            value = values[of_draw[p]] if of_draw[p] >= 0 else U(0)
            if o == WORD:
                w = a[p] + np.int64(value)
                at = np.int64(put(base + U(at), source + U(word[w]), U(word[w + 1] - word[w])) - base)
            elif o == NUMBER:
                value += U(a[p])
                radix_of_text = U(b[p])
                rest = value
                width = 1
                while rest >= radix_of_text:
                    rest //= radix_of_text
                    width += 1
                width = max(width, c[p])
                for j in range(width - 1, -1, -1):
                    rest = value // radix_of_text
                    figure = value - rest * radix_of_text
                    out[at + j] = figure + (U(48) if figure < U(10) else U(87))
                    value = rest
                at += width
            else:
                write_check(U(b[p]), a[p], base + U(at))
                at += b[p] < IBAN  # those from there on fill a gap
        ends[i] = at
    return ids.shape[0], at
