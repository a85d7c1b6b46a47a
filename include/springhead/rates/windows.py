"""Stretches of time that come again: at the moments of a cron expression, once, or at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Ints
from springhead.kernels import poisson_counts, poisson_positions
from springhead.kernels.poisson import CELL_BITS, FRACTION_BITS
from springhead.rates.zone import ORIGIN_US, Zone, ascending

_DAY_US, _MINUTE_US = 86_400_000_000, 60_000_000
_SUNDAY_OF_CRON, _THURSDAY_OF_CRON = 7, 4  # 1970-01-01 was a Thursday; a Sunday is 0 or 7


class Moments(Protocol):
    """Moments that come again."""

    def between(self, start_us: int, end_us: int) -> Ints:
        """Those in [start_us, end_us), µs since 1970: int64, ascending."""


@dataclass(frozen=True)
class Once:
    """One moment, µs since 1970."""

    at_us: int

    def between(self, start_us: int, end_us: int) -> Ints:
        return np.array([self.at_us] * (start_us <= self.at_us < end_us), np.int64)


class Cron:
    """The moments of a cron expression by a zone's clocks: one that they skip comes when they have been put forward, one that they show twice comes once."""

    def __init__(self, cron: str, zone: Zone) -> None:
        from croniter import croniter  # 80 ms

        minutes, hours, self._days, self._months, weekdays = (
            None if each == ["*"] else sorted({int(value) for value in each}) for each in croniter.expand(cron)[0]
        )
        self._weekdays = None if weekdays is None else sorted({day % _SUNDAY_OF_CRON for day in weekdays})
        of_day = [60 * hour + minute for hour in hours or range(24) for minute in (range(60) if minutes is None else minutes)]
        self._of_day = np.array(of_day, np.int64) * _MINUTE_US
        self._zone = zone

    def between(self, start_us: int, end_us: int) -> Ints:
        days = np.arange(start_us // _DAY_US - 1, end_us // _DAY_US + 2)
        local = (days[self._on(days)][:, np.newaxis] * _DAY_US + self._of_day).ravel()
        found = ascending(self._zone.utc_of(local))
        return found[(found >= start_us) & (found < end_us)]

    def _on(self, days: Ints) -> NDArray[np.bool_]:
        """Whether the expression holds on these days since 1970; of two rules for days either is enough, as cron has it."""
        dates = days.astype("datetime64[D]")
        months = dates.astype("datetime64[M]")
        rules = []
        if self._days is not None:
            rules.append(np.isin((dates - months).astype(np.int64) + 1, self._days))
        if self._weekdays is not None:
            rules.append(np.isin((days + _THURSDAY_OF_CRON) % 7, self._weekdays))
        on: NDArray[np.bool_] = np.logical_or.reduce(rules) if rules else np.ones(days.shape, np.bool_)
        return on if self._months is None else on & np.isin(months.astype(np.int64) % 12 + 1, self._months)


@dataclass(frozen=True)
class Random:
    """Moments of a Poisson process of one in `every_us` on average.

    Attributes:
        key: uint64.
        every_us: µs.
    """

    key: np.uint64
    every_us: int

    def between(self, start_us: int, end_us: int) -> Ints:
        cell_us = self.every_us << CELL_BITS
        first, last = max(start_us - ORIGIN_US, 0) // cell_us, max(end_us - ORIGIN_US, 0) // cell_us
        counts = np.empty(last - first + 1, np.int64)
        poisson_counts(self.key, first, counts)
        positions = np.empty(int(counts.sum()), np.int64)
        poisson_positions(self.key, first, first, counts, positions)
        whole, fraction = positions >> FRACTION_BITS, (positions & ((1 << FRACTION_BITS) - 1)).astype(np.float64) / 2.0**FRACTION_BITS
        found = ORIGIN_US + first * cell_us + whole * self.every_us + np.floor(fraction * float(self.every_us)).astype(np.int64)
        return found[(found >= start_us) & (found < end_us)]


@dataclass(frozen=True)
class Windows:
    """Stretches of one length that begin at some moments.

    Attributes:
        moments: when.
        length_us: µs.
    """

    moments: Moments
    length_us: int

    def touching(self, start_us: int, end_us: int) -> tuple[Ints, Ints]:
        """The begins and ends of those that have a moment in common with [start_us, end_us): int64, shape (n,), by their begin."""
        begins = self.moments.between(start_us - self.length_us + 1, end_us)
        return begins, begins + self.length_us
