"""Text columns of words whose number differs from row to row, such as sentences and paragraphs: programs of which all words stand equally deep in calls.

springhead.kernels.text goes through a row's steps one by one, and waits at the end of each sentence: only then the CPU learns how many words the next one has. Here a
block of rows is made level by level, paragraphs, sentences, words, in loops that do the same for each step: its alternative's steps go into the list of the next
level, eight at a time, whether there are as many or not (docs/decisions/029-words-level-by-level.md).
"""

from __future__ import annotations

import numpy as np

from springhead.kernels.chance import below, mixed, turned
from springhead.kernels.kernel import inlined, kernel
from springhead.kernels.memory import SLACK, U, copy8_words, put, spread8, stack_words
from springhead.kernels.text import ALTERNATIVE, BEGIN, BLOCK, END, LENGTH, pick_block, picked

AT_ONCE = 8  # steps that go into a list at once
ROOM = 768  # steps of a block: what is kept of two levels fits into the nearest cache

HALF = U(32)


@inlined
def queued(of_list, m, of_keys, of_steps, begin, end, turn):
    """Puts steps into a list of m, AT_ONCE at a time, with their words of chance for one row; returns how many the list has then."""
    while begin < end:
        spread8(of_list + U(8) * m, of_keys + U(8) * begin, turn)
        copy8_words(of_list + U(8) * (U(ROOM) + m), of_steps + U(8) * begin)
        count = min(end - begin, U(AT_ONCE))
        m += count
        begin += count
    return m


@kernel(
    "UniTuple(int64, 2)(uint64[::1], uint64[::1], uint64[::1], uint64, uint64, uint64, uint64, uint64, uint64[::1], uint8[::1], uint64[::1], int64, int64, uint8[::1], int64[::1], uint8[::1])"
)
def levels(keys, steps, alternatives, choices, widest, key, depth, most, words, blob, ids, first, at, out, ends, state):
    """As `springhead.kernels.text.text`.

    Args:
        keys: uint64, one a step, and AT_ONCE more.
        steps: uint64, likewise: (how many words or alternatives it chooses among) × 2^32 + (the first of them).
        alternatives: uint64, shape (ALTERNATIVE × k,), as `text` has them; their steps are counted.
        choices, widest, key: as `text` has them.
        depth: uint64, how many calls deep the words stand.
        most: uint64, the most steps of a row in a level, below ROOM − AT_ONCE.
        words: uint64, the places of all words.
        blob, ids, first, at, out, ends, state: as `text` has them.

    Returns:
        (rows done, bytes written).
    """
    base = U(out.ctypes.data)
    source = U(blob.ctypes.data)
    to = base + U(at)
    limit = base + U(out.shape[0] - SLACK) - widest
    rows, row_ends = stack_words(BLOCK), stack_words(BLOCK)
    rows[:] = U(0)
    # Two lists of steps, turn by turn: the words of chance that their draws are mixed of, and the steps.
    work = stack_words(4 * ROOM)
    of_work, of_keys, of_steps = U(work.ctypes.data), U(keys.ctypes.data), U(steps.ctypes.data)
    at_once = np.int64(min(U(BLOCK), U(ROOM - AT_ONCE) // max(most, U(1))))
    n_ids = ids.shape[0]
    for block in range(first, n_ids, at_once):
        block_end = min(block + at_once, n_ids)
        pick_block(alternatives, choices, key, ids, block, block_end, rows, state)
        this, next_ = U(0), U(2 * ROOM)
        m = U(0)
        for i in range(block, block_end):
            turn = turned(ids[i])
            row = rows[i - block]
            m = queued(of_work + U(8) * this, m, of_keys, of_steps, alternatives[row + BEGIN], alternatives[row + END], turn)
            row_ends[i - block] = m
        for _ in range(depth):
            k, m = U(0), U(0)
            for i in range(block, block_end):
                turn = turned(ids[i])
                last = row_ends[i - block]
                while k < last:
                    h = mixed(work[this + k])
                    step = work[this + U(ROOM) + k]
                    called = picked(alternatives, (step & LENGTH) * U(ALTERNATIVE), step >> HALF, h)
                    m = queued(of_work + U(8) * next_, m, of_keys, of_steps, alternatives[called + BEGIN], alternatives[called + END], turn)
                    k += U(1)
                row_ends[i - block] = m
            this, next_ = next_, this
        k = U(0)
        for i in range(block, block_end):
            if to > limit:
                return i, np.int64(to - base)
            last = row_ends[i - block]
            while k < last:
                step = work[this + U(ROOM) + k]
                place = words[(step & LENGTH) + below(mixed(work[this + k]), step >> HALF)]
                to = put(to, source + (place >> HALF), place & LENGTH)
                k += U(1)
            ends[i] = np.int64(to - base)
    return n_ids, np.int64(to - base)
