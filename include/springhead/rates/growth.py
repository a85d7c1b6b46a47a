"""Growth: how many members a population has, and when each of them is born."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from springhead.columns.column import Ids, Ints
from springhead.kernels import births, grown_counts
from springhead.rates.mass import Step, lines_of

_MINUTE_US = 60_000_000
_WIDE = 1 << 128


class Growth:
    """A population that has so many members up to a moment, and more of them by a rate from there on: first + ⌊Λ(t) − Λ(as_of)⌋ at t.

    Λ is the mass of the rate without a profile (springhead.rates.mass), in closed form, exact to 2^-64 of a member: its grid of hours would take 6 s to tell the births
    of ten years.

    Args:
        first: how many there are up to `as_of_us`.
        steps: of the rate.
        as_of_us: µs since 1970, from 2000 on.
    """

    def __init__(self, first: int, steps: Sequence[Step], as_of_us: int) -> None:
        self.first, self.as_of_us = first, as_of_us
        lines = sorted(lines_of(steps).items())
        begun = max(i for i, (start, _) in enumerate(lines) if start <= as_of_us)
        starts, minutes, rates, added = [], [], [], []
        before = 0
        for i, (begin, (rate, slope, minute)) in enumerate(lines[begun:]):
            start = max(begin, as_of_us)
            origin = minute if slope else start // _MINUTE_US
            starts.append(start)
            minutes.append(origin)
            rates += [rate, slope]
            added.append((before - _on_line(rate, slope, start - origin * _MINUTE_US)) % _WIDE)
            if (following := begun + i + 1) < len(lines):
                before += _on_line(rate, slope, lines[following][0] - origin * _MINUTE_US) - _on_line(
                    rate, slope, start - origin * _MINUTE_US
                )
        self._pieces = (
            np.array(starts, np.int64),
            np.array(minutes, np.int64),
            np.array(rates, np.int64),
            np.array([each >> 64 for each in added], np.uint64),
            np.array([each % (1 << 64) for each in added], np.uint64),
            np.uint64(first),
        )

    def counts(self, times_us: Ints) -> Ids:
        """How many members there are at these moments, those that are born there among them: uint64, shape (n,). times_us: int64, shape (n,)."""
        counts = np.empty(times_us.shape, np.uint64)
        grown_counts(*self._pieces, times_us, counts)
        return counts

    def count(self, at_us: int) -> int:
        """The same of one moment."""
        return int(self.counts(np.array([at_us], np.int64))[0])

    def births(self, numbers: Ids) -> Ints:
        """When these members are born, µs since 1970: int64, shape (n,); those that are there from the beginning on at `as_of`. numbers: uint64, shape (n,), from 0 on."""
        times = np.empty(numbers.shape, np.int64)
        births(*self._pieces, numbers, times)
        return times


def _on_line(rate: int, slope: int, us: int) -> int:
    """What a line comes to from its own minute on, in members × 2^64."""
    minutes, rest = divmod(us, _MINUTE_US)
    return (rate * minutes + slope * (minutes * (minutes - 1) // 2)) * _MINUTE_US + (rate + slope * minutes) * rest
