"""Text columns: one generic kernel that runs a field's program over a chunk.

A program is a weighted choice of alternatives, each a run of steps; a step appends a constant and then a word of a list, digits, … to the row.
springhead.columns.text_program builds the arrays.

What makes it fast (docs/decisions/010-kernels-without-branches.md): a branch that depends on a draw is guessed wrong again and again, and costs as much
as a step or two. So draws choose among data: words by a table, the alias by an index, digits eight at a time; and springhead.columns.text_program gives alternatives
the same sequence of operations where it can, so that the branch on the operation goes the same way in each row.
"""

from __future__ import annotations

import numpy as np

from springhead.kernels.chance import below, u64
from springhead.kernels.checks import IBAN, check_digit, write_check
from springhead.kernels.digits import put_digits, put_uuid
from springhead.kernels.kernel import inlined, kernel
from springhead.kernels.memory import SLACK, U, copy16, put, sixteen_hex, stack_words, store_u8, store_u64

# Operations. Before each, the step's constant is written, of at most SHORT bytes for all but LONG.
WORD = 0  # one of the A words, of at most SHORT bytes, of the list that begins at cell B
LONG = 1  # the same with constant and words of any length
DIGITS = 2  # C decimal digits, C ≤ 18, each combination as likely; A = 10**C, B = 10**(18 − C)
HEX = 3  # C hexadecimal digits, C ≤ 16
INTEGER = 4  # a whole number in B … B + A − 1, with leading zeros up to C digits
HEX_INTEGER = 5  # as INTEGER, in hexadecimal digits
UUID4 = 6  # RFC 9562 §5.4: 122 drawn bits; the second word of chance is of the key A
LUHN = 7  # the check digit of the C bytes before it, all of them digits
GS1 = 8  # the same by weights 3, 1, 3, …
CALL = 9  # a row of the A alternatives that begin at alternative B
CHECK = 10  # the check characters of a number of C digits or bytes by law B (springhead.kernels.checks)

SHORT = 16  # bytes that one copy moves

# A step is so many uint64. A place in `blob` is its start × 2^32 + its length.
OPERATION, CONSTANT, KEY, A, B, C = (np.uint64(x) for x in range(6))
STEP = 6
# An alternative: its steps; its row of the group's alias table, where the group's numbers count from its first; the state of its rows.
BEGIN, END, KEEP, ITSELF, OTHER, STATE = (np.uint64(x) for x in range(6))
ALTERNATIVE = 6
# A cell: a row of a list's alias table, and the places of both words.
CELL = 3

DEEPEST = 12  # calls within calls
BLOCK = 256  # rows whose alternatives are drawn, and check digits that are written, in loops of their own: they need not wait for the row's bytes

LENGTH = U(0xFFFFFFFF)  # of a place, by a mask


@inlined
def picked(alternatives, first, count, h):
    """Where the alternative begins that a word of chance picks among `count` ones from `first` on.

    The upper half of h × count picks the row of the alias table, the lower half is the uniform number within it. The comparison is an index, no branch.
    """
    row = first + below(h, count) * U(ALTERNATIVE)
    return first + alternatives[row + ITSELF + U(h * count >= alternatives[row + KEEP])] * U(ALTERNATIVE)


@inlined
def pick_block(alternatives, choices, key, ids, block, block_end, rows, state):
    """Picks the alternatives of a block's rows: where each begins goes into rows, its state into state, unless that is empty."""
    if choices > U(1):
        for i in range(block, block_end):
            rows[i - block] = picked(alternatives, U(0), choices, u64(key, ids[i]))
    if state.shape[0] > 0:
        for i in range(block, block_end):
            state[i] = alternatives[rows[i - block] + STATE]


@kernel("void(uint64[::1], uint64[::1], uint64[::1], int64)")
def _write_checks(steps, places, checks, n):
    """Writes so many check characters, in order: one may stand among the digits of the next."""
    for j in range(n):
        s = checks[j]
        if steps[s + OPERATION] == U(CHECK):
            write_check(steps[s + B], np.int64(steps[s + C]), places[j])
            continue
        store_u8(places[j], np.uint8(check_digit(places[j], steps[s + C], steps[s + OPERATION] == U(LUHN))))


@kernel(
    "UniTuple(int64, 2)(uint64[::1], uint64[::1], uint64, uint64, uint64, uint64[::1], uint8[::1], uint64[::1], int64, int64, uint8[::1], int64[::1], uint8[::1])"
)
def text(steps, alternatives, choices, widest, key, cells, blob, ids, first, at, out, ends, state):
    """Runs a program for the rows first … n − 1 and writes them behind `at` in `out`.

    Stops before a row that might not fit, so that the caller can grow `out` and go on.

    Args:
        steps: uint64, shape (STEP × steps,).
        alternatives: uint64, shape (ALTERNATIVE × k,); a group's stand together, and their steps begin and end at multiples of STEP.
        choices: uint64; a row is made by one of the first so many alternatives, the others are called.
        widest: uint64, the most bytes of a row.
        key: uint64, of that choice.
        cells: uint64, shape (CELL × words,): below `keep` the word is the first place, else the second.
        blob: uint8, constants and words, with SLACK.
        ids: uint64, shape (n,).
        out: uint8, written; nothing is written past its end.
        ends: int64, shape (n,), written: where row i ends in out.
        state: uint8, shape (n,), written; or shape (0,): all rows are values.

    Returns:
        (rows done, bytes written).
    """
    base = U(out.ctypes.data)
    source = U(blob.ctypes.data)
    to = base + U(at)
    limit = base + U(out.shape[0] - SLACK) - widest
    back, back_end = stack_words(DEEPEST), stack_words(DEEPEST)  # where the callers go on, and where they end
    rows = stack_words(BLOCK)  # the alternatives of a block's rows
    rows[:] = U(0)
    unchecked, checks = stack_words(BLOCK), stack_words(BLOCK)  # check digits to come: their addresses, their steps
    n_unchecked = 0
    n_ids = ids.shape[0]
    for block in range(first, n_ids, BLOCK):
        block_end = min(block + BLOCK, n_ids)
        pick_block(alternatives, choices, key, ids, block, block_end, rows, state)
        for i in range(block, block_end):
            if to > limit:
                _write_checks(steps, unchecked, checks, n_unchecked)
                return i, np.int64(to - base)
            record = ids[i]
            row = rows[i - block]
            s = alternatives[row + BEGIN]
            end = alternatives[row + END]
            depth = 0
            while True:
                if s == end:
                    if depth == 0:
                        break
                    depth -= 1
                    s = back[depth]
                    end = back_end[depth]
                    continue
                operation = steps[s + OPERATION]
                constant = steps[s + CONSTANT]
                n = steps[s + A]
                h = u64(steps[s + KEY], record)
                if operation == WORD:
                    # All loads stand before the stores: the CPU lets a load wait for a store whose address it does not know yet (8 ns a step → 4).
                    cell = (steps[s + B] + below(h, n)) * U(CELL)
                    place = cells[cell + U(1) + U(h * n >= cells[cell])]
                    copy16(to, source + (constant >> U(32)))
                    to += constant & LENGTH
                    copy16(to, source + (place >> U(32)))
                    to += place & LENGTH
                    s += U(STEP)
                    continue
                to = put(to, source + (constant >> U(32)), constant & LENGTH)
                if operation == LONG:
                    cell = (steps[s + B] + below(h, n)) * U(CELL)
                    place = cells[cell + U(1) + U(h * n >= cells[cell])]
                    to = put(to, source + (place >> U(32)), place & LENGTH)
                elif operation == DIGITS:
                    put_digits(to, below(h, n) * steps[s + B], steps[s + C])
                    to += steps[s + C]
                elif operation == LUHN or operation == GS1 or operation == CHECK:
                    if n_unchecked == BLOCK:
                        _write_checks(steps, unchecked, checks, n_unchecked)
                        n_unchecked = 0
                    unchecked[n_unchecked] = to
                    checks[n_unchecked] = s
                    n_unchecked += 1
                    to += U(operation != CHECK or steps[s + B] < U(IBAN))  # those from there on fill a gap
                elif operation == UUID4:
                    put_uuid(to, (h & U(0xFFFFFFFFFFFF0FFF)) | U(0x4000), (u64(n, record) & U(0x3FFFFFFFFFFFFFFF)) | U(0x8000000000000000))
                    to += U(36)
                elif operation == CALL:
                    back[depth] = s + U(STEP)
                    back_end[depth] = end
                    depth += 1
                    called = picked(alternatives, steps[s + B] * U(ALTERNATIVE), n, h)
                    s = alternatives[called + BEGIN]
                    end = alternatives[called + END]
                    continue
                elif operation == HEX:
                    upper, lower = sixteen_hex(h)
                    store_u64(to, upper)
                    store_u64(to + U(8), lower)
                    to += steps[s + C]
                elif operation == INTEGER:
                    value = steps[s + B] + below(h, n)
                    rest = value
                    width = U(1)
                    while rest >= U(10):
                        rest //= U(10)
                        width += U(1)
                    width = max(width, steps[s + C])
                    for j in range(width):
                        tenth = value // U(10)
                        store_u8(to + width - U(1) - U(j), np.uint8(U(48) + (value - tenth * U(10))))
                        value = tenth
                    to += width
                else:  # HEX_INTEGER
                    value = steps[s + B] + below(h, n)
                    width = max(U(1), steps[s + C])
                    while width < U(16) and value >> (U(4) * width):
                        width += U(1)
                    for j in range(width):
                        nibble = (value >> (U(4) * (width - U(1) - U(j)))) & U(15)
                        store_u8(to + U(j), np.uint8(nibble + (U(48) if nibble < U(10) else U(87))))
                    to += width
                s += U(STEP)
            ends[i] = np.int64(to - base)
    _write_checks(steps, unchecked, checks, n_unchecked)
    return n_ids, np.int64(to - base)
