"""Text columns: one generic kernel that runs a field's program over a chunk.

A program is a weighted choice of alternatives, each a run of steps; a step appends a constant, a word of a list, digits, … to the row.
springhead.program builds the arrays.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from springhead.kernels.chance import U, below, u64
from springhead.kernels.memory import SLACK, put

# Steps. a and b are their two arguments.
CONSTANT = 0  # blob[a:b]
UNIFORM = 1  # one of the b words of the list that begins at word a
WEIGHTED = 2  # the same, by the list's alias table
DIGITS = 3  # a decimal digits, each combination as likely; b = 10**a, a ≤ 18
HEX = 4  # a hexadecimal digits, a ≤ 16
INTEGER = 5  # a whole number in a … a + b − 1, without leading zeros; a ≥ 0
UUID4 = 6  # RFC 9562 §5.4: 122 drawn bits

_SECOND = U(0x5EC0_2D57_0A11_F3A7)  # a UUID takes two words of chance: the second from a key of the step's key


@njit(
    "UniTuple(int64, 2)(int64[::1], int64[::1], int64[::1], uint64[::1], int64[::1], uint64[::1], int64[::1], int64[::1], uint8[::1], uint64,"
    " int64[::1], uint64[::1], int64[::1], uint8[::1], uint64[::1], int64, int64, uint8[::1], int64[::1], uint8[::1])",
    cache=True,
    nogil=True,
)
def text(op, a, b, key, alternative, alternative_keep, alternative_alias, alternative_bytes, alternative_state, alternative_key, word, keep, alias, blob, ids, first, at, out, ends, state):  # fmt: skip
    """Runs a program for the rows first … n − 1 and writes them behind `at` in `out`.

    Stops before a row that might not fit, so that the caller can grow `out` and go on.

    Args:
        op, a, b: int64, shape (steps,).
        key: uint64, shape (steps,), each step's own key.
        alternative: int64, shape (k + 1,), where the steps of alternative j begin.
        alternative_keep, alternative_alias: uint64 and int64, shape (k,), the alias table of the alternatives.
        alternative_bytes: int64, shape (k,), the most bytes that alternative j can write.
        alternative_state: uint8, shape (k,), the state of the rows that alternative j makes.
        alternative_key: uint64.
        word: int64, where word w begins in blob; it ends where w + 1 begins.
        keep, alias: uint64 and int64, alias tables of the weighted lists, indexed like `word`; alias is relative to the list.
        blob: uint8, constants and words, with SLACK.
        ids: uint64, shape (n,).
        out: uint8, written; nothing is written past its end.
        ends: int64, shape (n,), written: where row i ends in out.
        state: uint8, shape (n,), written; or shape (0,): all rows are values.

    Returns:
        (rows done, bytes written).
    """
    base = out.ctypes.data
    source = blob.ctypes.data
    room = out.shape[0] - SLACK
    choices = alternative.shape[0] - 1
    for i in range(first, ids.shape[0]):
        record = ids[i]
        chosen = 0
        if choices > 1:
            h = u64(alternative_key, record)
            chosen = np.int64(below(h, U(choices)))
            if h * U(choices) >= alternative_keep[chosen]:
                chosen = alternative_alias[chosen]
        if at + alternative_bytes[chosen] > room:
            return i, at
        for s in range(alternative[chosen], alternative[chosen + 1]):
            o = op[s]
            if o == CONSTANT:
                at = put(base + at, source + a[s], b[s] - a[s]) - base
                continue
            h = u64(key[s], record)
            if o == UNIFORM:
                w = a[s] + np.int64(below(h, U(b[s])))
                at = put(base + at, source + word[w], word[w + 1] - word[w]) - base
            elif o == WEIGHTED:
                # The upper half of h × b picks the column of the alias table, the lower half is the uniform number within it.
                w = a[s] + np.int64(below(h, U(b[s])))
                if h * U(b[s]) >= keep[w]:
                    w = a[s] + alias[w]
                at = put(base + at, source + word[w], word[w + 1] - word[w]) - base
            elif o == DIGITS:
                rest = below(h, U(b[s]))
                for j in range(a[s] - 1, -1, -1):
                    tenth = rest // U(10)
                    out[at + j] = U(48) + (rest - tenth * U(10))
                    rest = tenth
                at += a[s]
            elif o == HEX:
                for j in range(a[s]):
                    nibble = (h >> U(60 - 4 * j)) & U(15)
                    out[at + j] = nibble + (U(48) if nibble < U(10) else U(87))
                at += a[s]
            elif o == INTEGER:
                value = U(a[s]) + below(h, U(b[s]))
                rest = value
                width = 1
                while rest >= U(10):
                    rest //= U(10)
                    width += 1
                for j in range(width - 1, -1, -1):
                    tenth = value // U(10)
                    out[at + j] = U(48) + (value - tenth * U(10))
                    value = tenth
                at += width
            else:  # UUID4
                high = (h & U(0xFFFFFFFFFFFF0FFF)) | U(0x4000)
                low = (u64(u64(key[s], _SECOND), record) & U(0x3FFFFFFFFFFFFFFF)) | U(0x8000000000000000)
                for j in range(32):
                    if j == 8 or j == 12 or j == 16 or j == 20:
                        out[at] = 45
                        at += 1
                    nibble = ((high if j < 16 else low) >> U(60 - 4 * (j & 15))) & U(15)
                    out[at] = nibble + (U(48) if nibble < U(10) else U(87))
                    at += 1
        ends[i] = at
        if state.shape[0] > 0:
            state[i] = alternative_state[chosen]
    return ids.shape[0], at
