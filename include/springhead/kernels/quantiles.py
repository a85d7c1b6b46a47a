"""Whole numbers by the inverse of a tabulated distribution.

The knot is found in its bucket of all words that begin with the same bits (Chen and Asau 1974, "On generating random variates from an empirical distribution"): the first
look settles nearly all, without a branch that is guessed wrong. Indices are unsigned: numba looks at the sign of others.
"""

from __future__ import annotations

import numpy as np

from springhead.kernels.chance import u64
from springhead.kernels.kernel import inlined, kernel
from springhead.kernels.memory import U


@inlined
def _knot(h, reached, guide, shift):
    """The last knot that is not above a word."""
    j = U(guide[h >> U(shift)])
    j += U(h >= reached[j + U(1)])
    while h >= reached[j + U(1)]:
        j += U(1)
    return j


@kernel("void(uint64, uint64[::1], uint64[::1], int32[::1], int64, int64, int64, int64[::1])")
def cells(key, ids, reached, guide, shift, low, step, out):
    """Draws out[i] = low + step × the knot's number: each knot is the begin of a cell.

    Args:
        key: uint64.
        ids: uint64, shape (n,).
        reached: uint64, shape (k + 1,), of 2^63 what lies below a knot: from 0 to 2^63, never descending.
        guide: int32, shape (2^(63 − shift),), the last knot that is not above the begin of each bucket.
        shift: int64, 0 … 62.
        low, step: int64.
        out: int64, shape (n,), written.
    """
    for i in range(ids.shape[0]):
        out[i] = low + step * np.int64(_knot(u64(key, ids[i]) >> U(1), reached, guide, shift))


@kernel("void(uint64, uint64[::1], uint64[::1], int64[::1], float64[::1], int32[::1], int64, int64, int64, int64, int64[::1])")
def quantiles(key, ids, reached, places, slopes, guide, shift, fraction, low, step, out):
    """Draws out[i] = low + step × cell, the cell by a straight line between two knots.

    Args:
        key, ids, reached, guide, shift, low, step, out: as above.
        places: int64, shape (k + 1,), where the knots are, ascending, in 2^-fraction of a cell.
        slopes: float64, shape (k,), how far a place is from the knot below it, for each of the 2^63.
        fraction: int64, 0 … 62.
    """
    for i in range(ids.shape[0]):
        h = u64(key, ids[i]) >> U(1)
        j = _knot(h, reached, guide, shift)
        place = min(places[j] + np.int64(np.float64(np.int64(h - reached[j])) * slopes[j]), places[j + U(1)] - 1)
        out[i] = low + step * (place >> fraction)
