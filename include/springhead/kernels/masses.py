"""From mass to time: where a process that grows piece by piece in straight lines has reached so much."""

from __future__ import annotations

import numpy as np

from springhead.kernels.kernel import inlined, kernel
from springhead.kernels.memory import U, multiply_high


@inlined
def _less(a, b, c, d):
    """Whether a × b < c × d, of uint64, in 128 bits."""
    high, other = multiply_high(a, b), multiply_high(c, d)
    return high < other or (high == other and a * b < c * d)


@kernel("void(int64[::1], int64[::1], int64[::1], int64[::1])")
def times_of_masses(times, masses, wanted, out):
    """Writes the last microsecond at which no more than a mass is reached.

    From times[i] to times[i + 1] the mass grows in a straight line, rounded down to whole units.

    Args:
        times: int64, shape (k,), µs since 1970, ascending, less than 2^32 apart.
        masses: int64, shape (k,), what is reached there, never descending, less than 2^62 apart.
        wanted: int64, shape (n,), ascending, in [masses[0], masses[k − 1]).
        out: int64, shape (n,), written.
    """
    piece = 0
    for i in range(wanted.shape[0]):
        while masses[piece + 1] <= wanted[i]:
            piece += 1
        length, mass = U(times[piece + 1] - times[piece]), U(masses[piece + 1] - masses[piece])
        over = U(wanted[i] - masses[piece]) + U(1)
        # The largest d with d × mass < over × length. A double is right to less than one microsecond, and the product in 128 bits decides.
        d = U(np.float64(over) * np.float64(length) / np.float64(mass))
        while not _less(d, mass, over, length):
            d -= U(1)
        while _less(d + U(1), mass, over, length):
            d += U(1)
        out[i] = times[piece] + np.int64(d)
