"""A Poisson process of rate one as a function of (key, mass): any stretch alone, nothing before it walked through.

The count of a root span of mass 2^56 is drawn once, and halved down to cells of mass 1024, whose events are sorted uniforms. All of it is done in integers, or in
operations that IEEE 754 rounds alike on every machine: the counts are the same everywhere.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from springhead.kernels.chance import u64
from springhead.kernels.kernel import inlined, kernel
from springhead.kernels.memory import U, stack_words

ROOT_BITS, CELL_BITS = 56, 10
LEVELS = ROOT_BITS - CELL_BITS
FRACTION_BITS = 32  # a position is an integer, in units of 2^-32 of mass
_CELL_UNITS = CELL_BITS + FRACTION_BITS
_NARROW = 1 << 16  # counts up to here are halved bit by bit

_WIDE_WORDS = _NARROW // 64
_ROOT, _NODES, _CELLS = 4, 1, 5  # purposes of a key
_SHELVES, _SHELF = 1 << 10, U(64 - 10)  # for about as many events as a cell has


@inlined
def _ones(x):
    """How many bits of a word are 1 (H. S. Warren, Hacker's Delight, figure 5-2)."""
    x = x - ((x >> U(1)) & U(0x5555555555555555))
    x = (x & U(0x3333333333333333)) + ((x >> U(2)) & U(0x3333333333333333))
    x = (x + (x >> U(4))) & U(0x0F0F0F0F0F0F0F0F)
    return np.int64((x * U(0x0101010101010101)) >> U(56))


@inlined
def _deviate(key):
    """A standard normal deviate: the ones among 2^16 bits, centred, with a uniform between two counts. Its variance is 1 + 5·10^-6; no logarithm, which would
    differ between C libraries in its last bit."""
    ones = np.int64(0)
    for word in range(_WIDE_WORDS):
        ones += _ones(u64(key, U(word)))
    between = np.float64(u64(key, U(_WIDE_WORDS)) >> U(12)) / 2.0**52 - 0.5
    return (np.float64(ones - _NARROW // 2) + between) / 128.0


@inlined
def _halved(key, node, count):
    """How many of a node's events lie in its left half: Binomial(count, ½). Up to 2^16 it is the ones among so many bits; above, a rounded normal deviate."""
    own = u64(u64(key, U(_NODES)), node)
    if count > _NARROW:
        return (count >> 1) + np.int64(np.rint(_deviate(own) * np.sqrt(np.float64(count)) * 0.5))
    ones = np.int64(0)
    for word in range(count >> 6):
        ones += _ones(u64(own, U(word)))
    rest = count & 63
    if rest:
        ones += _ones(u64(own, U(count >> 6)) >> U(64 - rest))
    return ones


def poisson_counts(key: np.uint64, first: int, counts: NDArray[np.int64]) -> int:
    """Writes how many events the cells have, from cell `first` on.

    Args:
        key: uint64.
        first: int64, 0 … 2^46 − 1.
        counts: int64, shape (n,), n ≥ 1, written.

    Returns:
        How many events lie before cell `first`.
    """
    here, below = np.empty((2, len(counts) + 2), np.int64)
    return int(_poisson_counts(key, first, here, below, counts))


@kernel("int64(uint64, int64, int64[::1], int64[::1], int64[::1])")
def _poisson_counts(key, first, here, below, counts):
    """As `poisson_counts`. here, below: int64, shape (n + 2,), written: the counts of the nodes of a level, and of the next one."""
    last = first + counts.shape[0] - 1
    here[0] = (np.int64(1) << ROOT_BITS) + np.int64(np.rint(_deviate(u64(key, U(_ROOT))) * 2.0 ** (ROOT_BITS // 2)))
    low, width, before = np.int64(0), 1, np.int64(0)
    for level in range(LEVELS):
        begin, end = first >> (LEVELS - level - 1), last >> (LEVELS - level - 1)
        made = 0
        for i in range(width):
            left = _halved(key, U((np.int64(1) << level) + low + i), here[i])
            child = 2 * (low + i)
            for half in range(2):
                count = left if half == 0 else here[i] - left
                if child + half < begin:
                    before += count
                elif child + half <= end:
                    below[made] = count
                    made += 1
        here, below = below, here
        low, width = begin, made
    for i in range(counts.shape[0]):
        counts[i] = here[i]
    return before


@kernel("void(uint64, int64, int64, int64[::1], int64[::1])")
def poisson_positions(key, first, base, counts, out):
    """Writes the positions of the events of some cells, ascending.

    Args:
        key: uint64.
        first: int64, the first of the cells.
        base: int64, the cell from which positions are counted, not after `first`.
        counts: int64, shape (n,), of cell first + i.
        out: int64, shape (sum of counts,), written: in units of 2^-32 of mass.
    """
    begin = 0
    places = stack_words(_SHELVES)  # where the next event of each shelf goes
    for i in range(counts.shape[0]):
        own = u64(u64(key, U(_CELLS)), U(first + i))
        cell = (first + i - base) << _CELL_UNITS
        # They are uniform: each goes to its shelf by its highest bits, and then past the few that are before it by mistake.
        places[:] = U(0)
        for j in range(counts[i]):
            places[u64(own, U(j)) >> _SHELF] += U(1)
        at = U(begin)
        for shelf in range(_SHELVES):
            at, places[shelf] = at + places[shelf], at
        for j in range(counts[i]):
            drawn = u64(own, U(j))
            out[places[drawn >> _SHELF]] = cell + np.int64(drawn >> U(64 - _CELL_UNITS))
            places[drawn >> _SHELF] += U(1)
        end = begin + counts[i]
        for j in range(begin + 1, end):
            position, k = out[j], j
            while k > begin and out[k - 1] > position:
                out[k] = out[k - 1]
                k -= 1
            out[k] = position
        begin = end
