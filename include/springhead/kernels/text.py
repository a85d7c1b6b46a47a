"""Text columns: one generic kernel that runs a field's program over a chunk.

A program is a weighted choice of alternatives, each a run of steps; a step appends a constant, a word of a list, digits, … to the row.
springhead.program builds the arrays.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from springhead.kernels.chance import U, below, u64
from springhead.kernels.checks import CHECKS, check
from springhead.kernels.memory import SLACK, put

# Steps. a, b and c are their arguments.
CONSTANT = 0  # blob[a:b]
UNIFORM = 1  # one of the b words of the list that begins at word a
WEIGHTED = 2  # the same, by the list's alias table
DIGITS = 3  # a decimal digits, each combination as likely; b = 10**a, a ≤ 18
HEX = 4  # a hexadecimal digits, a ≤ 16
INTEGER = 5  # a whole number in a … a + b − 1, with leading zeros up to c digits; a ≥ 0
UUID4 = 6  # RFC 9562 §5.4: 122 drawn bits
CALL = 7  # a row of the b alternatives that begin at alternative a
HEX_INTEGER = 8  # as INTEGER, in hexadecimal digits
# From CHECKS on: springhead.kernels.checks; a is its argument.

DEEPEST = 12  # calls within calls

_SECOND = U(0x5EC0_2D57_0A11_F3A7)  # a UUID takes two words of chance: the second from a key of the step's key


@njit(
    "UniTuple(int64, 2)(int64[::1], int64[::1], int64[::1], int64[::1], uint64[::1], int64, int64[::1], int64[::1], uint64[::1], int64[::1], int64[::1],"
    " uint8[::1], uint64,"
    " int64[::1], uint64[::1], int64[::1], uint8[::1], uint64[::1], int64, int64, uint8[::1], int64[::1], uint8[::1])",
    cache=True,
    nogil=True,
)
def text(op, a, b, c, key, choices, alternative, alternative_end, alternative_keep, alternative_alias, alternative_bytes, alternative_state, alternative_key, word, keep, alias, blob, ids, first, at, out, ends, state):  # fmt: skip
    """Runs a program for the rows first … n − 1 and writes them behind `at` in `out`.

    Stops before a row that might not fit, so that the caller can grow `out` and go on.

    Args:
        op, a, b, c: int64, shape (steps,).
        key: uint64, shape (steps,), each step's own key.
        choices: a row is made by one of the first so many alternatives; the others are called.
        alternative, alternative_end: int64, shape (k,), where the steps of alternative j begin and end.
        alternative_keep, alternative_alias: uint64 and int64, shape (k,), the alias tables of the alternatives, each group's relative to its first.
        alternative_bytes: int64, shape (k,), the most bytes that alternative j can write, its calls included.
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
    back = np.empty(DEEPEST, np.int64)  # where the callers go on, and where they end
    back_end = np.empty(DEEPEST, np.int64)
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
        s = alternative[chosen]
        end = alternative_end[chosen]
        depth = 0
        while s < end or depth > 0:
            if s == end:
                depth -= 1
                s = back[depth]
                end = back_end[depth]
                continue
            o = op[s]
            if o == CONSTANT:
                at = put(base + at, source + a[s], b[s] - a[s]) - base
                s += 1
                continue
            if o >= CHECKS:
                at = check(o, a[s], out, at)
                s += 1
                continue
            h = u64(key[s], record)
            if o == CALL:
                back[depth] = s + 1
                back_end[depth] = end
                depth += 1
                called = np.int64(below(h, U(b[s])))
                if h * U(b[s]) >= alternative_keep[a[s] + called]:
                    called = alternative_alias[a[s] + called]
                called += a[s]
                s = alternative[called]
                end = alternative_end[called]
                continue
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
                width = max(width, c[s])
                for j in range(width - 1, -1, -1):
                    tenth = value // U(10)
                    out[at + j] = U(48) + (value - tenth * U(10))
                    value = tenth
                at += width
            elif o == HEX_INTEGER:
                value = U(a[s]) + below(h, U(b[s]))
                width = max(np.int64(1), c[s])
                while width < 16 and value >> U(4 * width):
                    width += 1
                for j in range(width):
                    nibble = (value >> U(4 * (width - 1 - j))) & U(15)
                    out[at + j] = nibble + (U(48) if nibble < U(10) else U(87))
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
            s += 1
        ends[i] = at
        if state.shape[0] > 0:
            state[i] = alternative_state[chosen]
    return ids.shape[0], at
