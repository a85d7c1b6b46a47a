"""Which member of an entity a record speaks of."""

from __future__ import annotations

import numpy as np

from springhead.kernels.chance import below, u64
from springhead.kernels.exact import exact_exp, exact_log, expm1_ratio, log1p_ratio
from springhead.kernels.kernel import inlined, kernel
from springhead.kernels.memory import U

_UNIT = 1.0 / 9007199254740992.0  # 2^-53
_BEYOND = 40.0  # 1 − e^−40 is 1 in a double


@kernel("void(uint64, uint64[::1], uint64, uint64[::1])")
def uniform_members(key, ids, count, out):
    """Draws out[i] uniformly from 0 … count − 1. ids, out: uint64, shape (n,)."""
    for i in range(ids.shape[0]):
        out[i] = below(u64(key, ids[i]), count)


@kernel("void(uint64, uint64[::1], uint64[::1], uint64[::1])")
def uniform_among(key, ids, counts, out):
    """Draws out[i] uniformly from 0 … counts[i] − 1; of 0, 0 is drawn. ids, counts, out: uint64, shape (n,)."""
    for i in range(ids.shape[0]):
        out[i] = below(u64(key, ids[i]), counts[i])


@kernel("void(uint64, uint64, uint64[::1])")
def scattered(key, count, numbers):
    """Replaces numbers of 0 … count − 1 by those that a keyed bijection gives them, so that neighbours are far from each other.

    Three rounds of a multiplication by an odd number and a shift, each a bijection of the k-bit numbers, walked along its cycle until it is back below count
    (Black and Rogaway 2002, "Ciphers with arbitrary finite domains", §3), fewer than two walks in the mean. It scatters, and hides nothing: a third of the time
    of `permuted`.

    Args:
        key: uint64.
        count: uint64, 1 … 2^62.
        numbers: uint64, shape (n,), each below count; overwritten.
    """
    bits = U(1)
    while U(1) << bits < count:
        bits += U(1)
    mask = (U(1) << bits) - U(1)
    half = (bits + U(1)) >> U(1)
    add = u64(key, U(0)) & mask
    first, second, third = u64(key, U(1)) | U(1), u64(key, U(2)) | U(1), u64(key, U(3)) | U(1)
    for i in range(numbers.shape[0]):
        x = numbers[i]
        while True:
            x = ((x ^ add) * first) & mask
            x = ((x ^ (x >> half)) * second) & mask
            x = ((x ^ (x >> half)) * third) & mask
            x ^= x >> half
            if x < count:
                break
        numbers[i] = x


@kernel("float64(float64, float64)")
def _mass(x, s):
    """The integral of t^−s from 1 to x."""
    log = exact_log(x)
    return expm1_ratio((1.0 - s) * log) * log


@kernel("float64(float64, float64)")
def _mass_inverse(y, s):
    """Where `_mass` is y."""
    t = max(y * (1.0 - s), -1.0 + 1e-15)
    return exact_exp(log1p_ratio(t) * y)


@inlined
def _near(s):
    """Up to how far above a point its rank is taken without a further look."""
    return 2.0 - _mass_inverse(_mass(2.5, s) - exact_exp(-s * exact_log(2.0)), s)


@inlined
def _zipf_rank(own, exponent, first, last, near, count):
    """The rank, from 1 on, that the words of a key give."""
    turn = U(0)
    while True:
        y = last + np.float64(u64(own, turn) >> U(11)) * _UNIT * (first - last)
        x = _mass_inverse(y, exponent)
        rank = min(max(np.int64(x + 0.5), 1), count)
        k = np.float64(rank)
        if k - x <= near or y >= _mass(k + 0.5, exponent) - exact_exp(-exponent * exact_log(k)):
            return rank
        turn += U(1)


@kernel("void(uint64, uint64[::1], uint64, float64, uint64[::1])")
def zipf_members(key, ids, count, exponent, out):
    """Draws out[i] from 0 … count − 1, with a probability in proportion to (out[i] + 1)^−exponent.

    Rejection-inversion (Hörmann and Derflinger 1996, "Rejection-inversion to generate variates from monotone discrete distributions"): no table, so that a
    large population costs nothing to begin with; exact up to the 53 bits of a double. The tries of an id have words of their own.

    Args:
        key: uint64, of the draws.
        ids: uint64, shape (n,).
        count: uint64, 1 … 2^52.
        exponent: float64, 0.01 … 20.
        out: uint64, shape (n,), written.
    """
    first = _mass(1.5, exponent) - 1.0
    last = _mass(count + 0.5, exponent)
    near = _near(exponent)
    for i in range(ids.shape[0]):
        out[i] = U(_zipf_rank(u64(key, ids[i]), exponent, first, last, near, np.int64(count)) - 1)


@kernel("void(uint64, uint64[::1], uint64[::1], float64, uint64[::1])")
def recent_zipf(key, ids, counts, exponent, out):
    """As `zipf_members`, each from a number of its own. counts: uint64, shape (n,), below 2^52; of 0, 0 is drawn."""
    first = _mass(1.5, exponent) - 1.0
    near = _near(exponent)
    last, of = 0.0, U(0)
    for i in range(ids.shape[0]):
        out[i] = U(0)
        if counts[i] <= U(1):
            continue
        if counts[i] != of:
            of = counts[i]
            last = _mass(np.float64(of) + 0.5, exponent)
        out[i] = U(_zipf_rank(u64(key, ids[i]), exponent, first, last, near, np.int64(of)) - 1)


@kernel("void(uint64, uint64[::1], uint64[::1], float64, uint64[::1])")
def recent_exponential(key, ids, counts, mean, out):
    """Draws out[i] from 0 … counts[i] − 1 by the exponential law of whole numbers, the geometric one: each has mean / (mean + 1) times the chance of the one before it.

    By inversion of its distribution, cut at counts[i]: exact up to the 53 bits of a double.

    Args:
        key: uint64, of the draws.
        ids: uint64, shape (n,).
        counts: uint64, shape (n,), below 2^52; of 0, 0 is drawn.
        mean: float64, above 0: where all of them are there.
        out: uint64, shape (n,), written.
    """
    step = log1p_ratio(1.0 / mean) / mean  # of the logarithm, from one to the next
    for i in range(ids.shape[0]):
        out[i] = U(0)
        if counts[i] <= U(1):
            continue
        least = min(step * np.float64(counts[i]), 700.0)
        whole = 1.0 if least > _BEYOND else -expm1_ratio(-least) * -least
        t = -whole * (np.float64(u64(key, ids[i]) >> U(11)) * _UNIT)
        out[i] = min(U(-log1p_ratio(t) * t / step), counts[i] - U(1))


@kernel("int64(uint64[::1], int64[::1], uint64[::1], int64[::1])")
def distinct_numbers(numbers, table, out, places):
    """Finds the different ones among some numbers, in the order in which they come up first; returns how many there are.

    Args:
        numbers: uint64, shape (n,).
        table: int64, written: 2^k cells, more than n.
        out: uint64, shape (n,), written up to as many as there are.
        places: int64, shape (n,), written: where each number is in out.
    """
    mask = U(table.shape[0] - 1)
    table[:] = -1
    found = 0
    for i in range(numbers.shape[0]):
        number = numbers[i]
        cell = u64(U(0), number) & mask
        while True:
            place = table[cell]
            if place < 0:
                table[cell] = found
                out[found] = number
                places[i] = found
                found += 1
                break
            if out[place] == number:
                places[i] = place
                break
            cell = (cell + U(1)) & mask
    return found
