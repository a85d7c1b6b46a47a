"""Text columns whose programs are nothing but constants and words: names, cities, codes, and, as lists of numbers, IP addresses.

Most of Faker's methods are such. springhead.kernels.text can run them too; without its other operations, what the loop needs stays in registers
(a row of one word: 8 ns → 6).
"""

from __future__ import annotations

import numpy as np

from springhead.kernels.chance import below, u64
from springhead.kernels.kernel import kernel
from springhead.kernels.memory import SLACK, U, put, stack_words
from springhead.kernels.text import BEGIN, BLOCK, CELL, CONSTANT, END, KEY, LENGTH, STEP, A, B, pick_block


@kernel(
    "UniTuple(int64, 2)(uint64[::1], uint64[::1], uint64, uint64, uint64, uint64[::1], uint8[::1], uint64[::1], int64, int64, uint8[::1], int64[::1], uint8[::1])"
)
def words(steps, alternatives, choices, widest, key, cells, blob, ids, first, at, out, ends, state):
    """As `text`, for programs whose steps are all WORD or LONG."""
    base = U(out.ctypes.data)
    source = U(blob.ctypes.data)
    to = base + U(at)
    limit = base + U(out.shape[0] - SLACK) - widest
    rows = stack_words(BLOCK)
    rows[:] = U(0)
    n_ids = ids.shape[0]
    for block in range(first, n_ids, BLOCK):
        block_end = min(block + BLOCK, n_ids)
        pick_block(alternatives, choices, key, ids, block, block_end, rows, state)
        for i in range(block, block_end):
            if to > limit:
                return i, np.int64(to - base)
            record = ids[i]
            row = rows[U(i - block)]
            s = alternatives[row + BEGIN]
            end = alternatives[row + END]
            while s < end:
                # All loads stand before the stores, as in `text`.
                n = steps[s + A]
                h = u64(steps[s + KEY], record)
                cell = (steps[s + B] + below(h, n)) * U(CELL)
                place = cells[cell + U(1) + U(h * n >= cells[cell])]
                constant = steps[s + CONSTANT]
                to = put(to, source + (constant >> U(32)), constant & LENGTH)
                to = put(to, source + (place >> U(32)), place & LENGTH)
                s += U(STEP)
            ends[i] = np.int64(to - base)
    return n_ids, np.int64(to - base)
