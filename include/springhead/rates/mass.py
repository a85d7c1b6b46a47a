"""Mass: the integral of a rate over time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from springhead.columns.column import Ints
from springhead.errors import FieldError
from springhead.kernels import times_of_masses
from springhead.kernels.poisson import FRACTION_BITS
from springhead.quantities import iso_of_ms
from springhead.rates.bursts import MOST, Burst, BurstMass, Floats
from springhead.rates.week import MINUTES_OF_WEEK, ONE, Week
from springhead.rates.zone import ORIGIN_US, Zone, ascending

UNIT = 1 << FRACTION_BITS  # of mass: one event
RATE_BITS = 64  # rates are integers, in events per µs times 2^64
_SHIFT = RATE_BITS + ONE.bit_length() - 1 - FRACTION_BITS  # from rate × weight × µs to units of mass
_MINUTE_US, _HOUR_US, _DAY_US = 60_000_000, 3_600_000_000, 86_400_000_000
_MONDAY_US = 4 * _DAY_US  # the first one of 1970, as if clocks showed UTC


@dataclass(frozen=True, slots=True)
class Step:
    """From a moment on, a rate.

    Attributes:
        from_us: µs since 1970.
        per_us: events per microsecond.
        ramp: whether the rate goes there in a straight line from the step before, in steps of a minute.
    """

    from_us: int
    per_us: Fraction
    ramp: bool = False


@dataclass(frozen=True, slots=True)
class _Epoch:
    """A stretch of time with one offset from UTC and one straight line of rates.

    Attributes:
        start_us: µs since 1970.
        monday_us: a Monday's midnight by the clocks of the epoch, at or before its start.
        first: the rate of the first minute after that midnight, on the line, × 2^64.
        slope: by how much a minute's rate is above the one before.
        before: the mass from 2000 to the start, × 2^96.
    """

    start_us: int
    monday_us: int
    first: int
    slope: int
    before: int


class Mass:
    """The integral of a rate × the weights of its week × its bursts, from 2000 on, in units of 2^-32 of an event.

    It is exact at the moments of a grid (hours by the zone's clocks, minutes in a ramp, every moment where something changes), and a straight line in between, rounded
    down. The grid depends on the rate alone, not on who asks.

    Args:
        steps: of the rate, ascending, at least one; the first holds before its moment, too.
        week: the weights.
        zone: whose clocks they follow, up to `until_us` at least.
        bursts: what comes on top.
        until_us: µs since 1970: no later moment is asked for.
    """

    def __init__(self, steps: Sequence[Step], week: Week, zone: Zone, bursts: Sequence[Burst], until_us: int) -> None:
        self._week, self._until_us, self._given = week, until_us + _DAY_US, bursts
        self._epochs = self._epochs_of(steps, zone)
        self._starts = [epoch.start_us for epoch in self._epochs]

    def _epochs_of(self, steps: Sequence[Step], zone: Zone) -> list[_Epoch]:
        lines = lines_of(steps)
        turns = dict(zip(zone.starts_us.tolist(), zone.offsets_us.tolist(), strict=True))
        epochs: list[_Epoch] = []
        offset, line = turns[ORIGIN_US], lines[ORIGIN_US]
        for start in sorted({*turns, *lines}):
            offset, line = turns.get(start, offset), lines.get(start, line)
            monday = (start + offset - _MONDAY_US) // (7 * _DAY_US) * 7 * _DAY_US + _MONDAY_US - offset
            rate, slope, of_minute = line
            before = self._exact(epochs[-1], start) if epochs else 0
            epochs.append(_Epoch(start, monday, rate + slope * (monday // _MINUTE_US - of_minute), slope, before))
        return epochs

    def _exact(self, epoch: _Epoch, at_us: int) -> int:
        """The mass without bursts from 2000 to a moment of the epoch, × 2^96."""
        return epoch.before + self._inside(epoch, at_us) - self._inside(epoch, epoch.start_us)

    def _inside(self, epoch: _Epoch, at_us: int) -> int:
        minutes, rest = divmod(at_us - epoch.monday_us, _MINUTE_US)
        begun = rest * self._week.weight(minutes) * (epoch.first + epoch.slope * minutes) if rest else 0
        return self._week.integral(minutes, epoch.first, epoch.slope) * _MINUTE_US + begun

    def _plain(self, at_us: int) -> int:
        """The mass without bursts, in units."""
        return self._exact(self._epochs[bisect_right(self._starts, at_us) - 1], at_us) >> _SHIFT

    @cached_property
    def _bursts(self) -> BurstMass | None:
        return BurstMass(self._given, self._between, self._until_us) if self._given else None

    def _between(self, begins: Ints, ends: Ints) -> Floats:
        """The mass without bursts between moments. Within an epoch of one rate it is told for all of them at once: there may be a million bursts since 2000."""
        starts = np.array(self._starts, np.int64)
        which = np.searchsorted(starts, begins, side="right") - 1
        mondays = np.array([epoch.monday_us for epoch in self._epochs], np.int64)[which]
        level = np.array([epoch.slope == 0 for epoch in self._epochs])[which]
        level &= np.searchsorted(starts, ends, side="left") - 1 == which
        rates = np.array([epoch.first / 2.0**RATE_BITS for epoch in self._epochs], np.float64)[which]
        masses = (self._week_us(ends - mondays) - self._week_us(begins - mondays)) * rates
        for i in np.flatnonzero(~level).tolist():
            masses[i] = float(self._plain(int(ends[i])) - self._plain(int(begins[i])))
        return masses

    def _week_us(self, local_us: Ints) -> Floats:
        """The weights' integral from a Monday on, in units of 2^-32 µs."""
        weights = np.array(self._week.weights, np.float64)
        before = np.concatenate([[0.0], np.cumsum(weights * float(_HOUR_US))])
        weeks, rest = np.divmod(local_us, MINUTES_OF_WEEK * _MINUTE_US)
        hours, within = np.divmod(rest, _HOUR_US)
        told: Floats = weeks * before[-1] + before[hours] + within * weights[hours]
        return told

    def at(self, at_us: int) -> int:
        """What is reached at a moment, in units: an integer of up to 88 bits.

        Raises:
            FieldError: there are more events than can be counted.
        """
        grid = self._grid(at_us, at_us)
        i = int(np.searchsorted(grid, at_us, side="right")) - 1
        if grid[i] == at_us:
            return self._on_grid(grid[i : i + 1])[0]
        low, high = self._on_grid(grid[i : i + 2])
        return low + (at_us - int(grid[i])) * (high - low) // int(grid[i + 1] - grid[i])

    def _on_grid(self, moments: Ints) -> list[int]:
        """What is reached at moments of the grid, in units."""
        reached = [self._plain(at) for at in moments.tolist()]
        if self._bursts is not None:
            reached = [mass + more for mass, more in zip(reached, self._bursts.until(moments).tolist(), strict=True)]
        for at, low, high in zip(moments.tolist(), reached, reached[1:], strict=False):
            if high - low >= MOST:
                raise FieldError(
                    f"the rate with its profile comes to {(high - low) // UNIT:,} events in the hour of {iso_of_ms(at // 1000)}: that is too many",
                    ("profile",),
                )
        return reached

    def _grid(self, start_us: int, end_us: int) -> Ints:
        """The moments of the grid around [start, end], from the last one that is not after start to the first one that is not before end."""
        begin, finish = start_us - _HOUR_US, end_us + _HOUR_US
        found = []
        for i, epoch in enumerate(self._epochs):
            last = self._starts[i + 1] if i + 1 < len(self._starts) else finish
            if epoch.start_us > finish or last < begin:
                continue
            step = _MINUTE_US if epoch.slope else _HOUR_US
            after = max(begin, epoch.start_us)
            first = epoch.monday_us - (epoch.monday_us - after) // step * step  # the first moment of the epoch's grid that is not before
            found += [np.array([epoch.start_us]), np.arange(first, min(last, finish) + 1, step)]
        if self._bursts is not None:
            edges = self._bursts.edges_us
            found.append(edges[np.searchsorted(edges, begin) : np.searchsorted(edges, finish, side="right")])
        grid = ascending(np.concatenate(found))
        return grid[int(np.searchsorted(grid, start_us, side="right")) - 1 : int(np.searchsorted(grid, end_us, side="left")) + 1]

    def times(self, start_us: int, end_us: int, base: int) -> MassTimes:
        """What tells the times of masses in an interval.

        Args:
            start_us, end_us: µs since 1970.
            base: the mass from which the others are counted, in units.
        """
        grid = self._grid(start_us, end_us)
        return MassTimes(grid, np.array([mass - base for mass in self._on_grid(grid)], np.int64))


@dataclass(frozen=True, slots=True)
class MassTimes:
    """The times of the masses of an interval.

    Attributes:
        grid_us: int64, shape (k,), moments, µs since 1970.
        masses: int64, shape (k,), what is reached there, in units, from some base.
    """

    grid_us: Ints
    masses: Ints

    def of(self, masses: Ints) -> Ints:
        """The last microsecond with no more than each of these masses: int64, shape (n,), ascending, within the interval."""
        times = np.empty(masses.shape, np.int64)
        times_of_masses(self.grid_us, self.masses, masses, times)
        return times


def lines_of(steps: Sequence[Step]) -> dict[int, tuple[int, int, int]]:
    """From when on which line of rates holds: (rate, its slope from minute to minute, the minute of that rate since 1970). Rates are in events per µs times 2^64."""
    lines: dict[int, tuple[int, int, int]] = {}
    for i, step in enumerate(steps):
        following = steps[i + 1] if i + 1 < len(steps) else None
        start = max(step.from_us, ORIGIN_US) if i else ORIGIN_US
        rate, minute, slope = _scaled(step.per_us), step.from_us // _MINUTE_US, 0
        if following is not None and following.ramp:
            if not i and step.from_us > ORIGIN_US:
                lines[ORIGIN_US], start = (rate, 0, minute), step.from_us
            # Towards zero: a ramp that goes down stays above its end.
            slope = int(Fraction(_scaled(following.per_us) - rate, max(following.from_us // _MINUTE_US - minute, 1)))
        lines[start] = (rate, slope, minute)
    return lines


def _scaled(per_us: Fraction) -> int:
    return round(per_us * (1 << RATE_BITS))
