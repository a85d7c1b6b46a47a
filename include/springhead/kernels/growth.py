"""How many members a growing population has at a moment, and when a member is born: sums of rates in 128 bits, exact to 2^-64 of a member."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from springhead.kernels.kernel import inlined, kernel
from springhead.kernels.memory import U, multiply_high

_Ints, _Ids = NDArray[np.int64], NDArray[np.uint64]
MINUTE_US = 60_000_000
LATEST_US = 253_402_300_799_999_999  # the end of 9999


@inlined
def _times(high, low, factor):
    """(high, low) × factor, in 128 bits: what goes beyond them is lost, so that a negative number is one in two's complement."""
    return high * factor + multiply_high(low, factor), low * factor


@inlined
def _plus(high, low, more_high, more_low):
    total = low + more_low
    return high + more_high + (U(1) if total < low else U(0)), total


@kernel("UniTuple(uint64, 2)(int64, int64[::1], int64[::1], uint64[::1], uint64[::1], int64)")
def _grown(at, minutes, lines, highs, lows, piece):
    """How many are born up to a moment of this piece: (whole ones, 2^-64 of one)."""
    us = at - minutes[piece] * MINUTE_US
    n, rest = U(us // MINUTE_US), U(us % MINUTE_US)
    rate, slope = U(lines[2 * piece]), lines[2 * piece + 1]
    # minutes × (rate + slope × (minutes − 1) / 2), then the minute that has begun.
    high, low = _times(U(0), rate, n)
    if slope:
        more_high, more_low = _times(~U(0) if slope < 0 else U(0), U(slope), n * (n - U(1)) >> U(1) if n else U(0))
        high, low = _plus(high, low, more_high, more_low)
    high, low = _times(high, low, U(MINUTE_US))
    now = rate + U(slope) * n
    high, low = _plus(high, low, multiply_high(now, rest), now * rest)
    return _plus(high, low, highs[piece], lows[piece])


@kernel("void(int64[::1], int64[::1], int64[::1], uint64[::1], uint64[::1], uint64, int64[::1], uint64[::1])")
def grown_counts(starts, minutes, lines, highs, lows, first, times, out):
    """Writes how many members there are at some moments.

    Piece i begins at starts[i]; its rate is lines[2 i] in the minute minutes[i], and higher by lines[2 i + 1] in each later one.

    Args:
        starts: int64, shape (k,), µs since 1970, ascending.
        minutes: int64, shape (k,), since 1970, no later than the piece's start.
        lines: int64, shape (2 k,), members per µs × 2^64.
        highs, lows: uint64, shape (k,), what to add, in 128 bits: the members born before the piece × 2^64, less what the line comes to at its start.
        first: uint64, how many there are before starts[0].
        times: int64, shape (n,), µs since 1970.
        out: uint64, shape (n,), written.
    """
    piece, last = 0, starts.shape[0] - 1
    for i in range(times.shape[0]):
        at = times[i]
        while piece < last and starts[piece + 1] <= at:
            piece += 1
        while piece > 0 and starts[piece] > at:
            piece -= 1
        out[i] = first if at < starts[0] else first + _grown(at, minutes, lines, highs, lows, piece)[0]


def births(starts: _Ints, minutes: _Ints, lines: _Ints, highs: _Ids, lows: _Ids, first: np.uint64, numbers: _Ids, out: _Ints) -> None:
    """Writes the first microsecond at which there are more members than a member's number; of those that are there from the beginning on, or that no year up to
    9999 sees, starts[0].

    Args:
        starts, minutes, lines, highs, lows, first: as of `grown_counts`.
        numbers: uint64, shape (n,).
        out: int64, shape (n,), written: µs since 1970.
    """
    before, begun = np.empty((2, len(starts)), np.uint64)
    _births(starts, minutes, lines, highs, lows, first, before, begun, numbers, out)


@kernel("void(int64[::1], int64[::1], int64[::1], uint64[::1], uint64[::1], uint64, uint64[::1], uint64[::1], uint64[::1], int64[::1])")
def _births(starts, minutes, lines, highs, lows, first, before, begun, numbers, out):
    """As `births`. before, begun: uint64, shape (pieces,), written: how many members there are when each piece begins, whole ones and 2^-64 of one."""
    pieces = starts.shape[0]
    for piece in range(pieces):
        before[piece], begun[piece] = _grown(starts[piece], minutes, lines, highs, lows, piece)
    most = _grown(LATEST_US, minutes, lines, highs, lows, pieces - 1)[0]
    for i in range(numbers.shape[0]):
        out[i] = starts[0]
        if numbers[i] < first or numbers[i] - first >= most:
            continue
        wanted = numbers[i] - first + U(1)
        piece, behind = 0, pieces
        while behind - piece > 1:
            middle = (piece + behind) >> 1
            if before[middle] < wanted:
                piece = middle
            else:
                behind = middle
        # It is after `low`, and not after `high`. Doubles say about where, and the count decides.
        low, high = starts[piece], starts[piece + 1] if piece + 1 < pieces else LATEST_US
        slope = lines[2 * piece + 1] / 2.0**64 / MINUTE_US  # per µs and µs
        rate = lines[2 * piece] / 2.0**64 + slope * (np.float64(low - minutes[piece] * MINUTE_US) - MINUTE_US / 2)
        twice = 2.0 * (np.float64(wanted - before[piece]) - np.float64(begun[piece]) / 2.0**64)
        per = rate + np.sqrt(max(rate * rate + twice * slope, 0.0))
        about = twice / per if per > 0.0 else 0.0
        if slope != 0.0:  # the ramp's line is one of steps: from there on with the rate of that minute
            at = low + np.int64(min(max(about, 0.0), np.float64(high - low)))
            whole, part = _grown(at, minutes, lines, highs, lows, piece)
            now = (lines[2 * piece] + lines[2 * piece + 1] * ((at - minutes[piece] * MINUTE_US) // MINUTE_US)) / 2.0**64
            if now > 0.0:
                about += (np.float64(np.int64(wanted - whole)) - np.float64(part) / 2.0**64) / now
        at = min(max(low + np.int64(min(max(about, 0.0), np.float64(high - low))), low + 1), high)
        step = np.int64(1)
        if _grown(at, minutes, lines, highs, lows, piece)[0] >= wanted:
            high = at
            while high - step > low and _grown(high - step, minutes, lines, highs, lows, piece)[0] >= wanted:
                high -= step
                step *= 2
            low = max(low, high - step)
        else:
            low = at
            while low + step < high and _grown(low + step, minutes, lines, highs, lows, piece)[0] < wanted:
                low += step
                step *= 2
            high = min(high, low + step)
        while high - low > 1:
            middle = low + ((high - low) >> 1)
            if _grown(middle, minutes, lines, highs, lows, piece)[0] >= wanted:
                high = middle
            else:
                low = middle
        out[i] = high
