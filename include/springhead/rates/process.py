"""Processes of rate one in mass: where the events lie, each with a number of its own for ever."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from springhead.columns.column import Ints
from springhead.kernels import poisson_counts, poisson_positions, word
from springhead.kernels.poisson import CELL_BITS, FRACTION_BITS
from springhead.rates.mass import UNIT

_CELL = CELL_BITS + FRACTION_BITS


class Window(Protocol):
    """The events of a stretch of mass.

    Attributes:
        first: the number of the first.
        count: how many there are.
        base: the mass, in units, from which masses are counted.
    """

    @property
    def first(self) -> int: ...

    @property
    def count(self) -> int: ...

    @property
    def base(self) -> int: ...

    def masses(self, events: range) -> Ints:
        """Where some of them lie, counted from 0: int64, ascending, in units from `base` on."""


class Process(Protocol):
    """Events in mass."""

    def window(self, start: int, end: int) -> Window:
        """The events with a mass in [start, end), in units."""


@dataclass(frozen=True, slots=True)
class Regular:
    """An event at each whole mass, all of them shifted by one drawn share.

    Attributes:
        key: uint64.
    """

    key: np.uint64

    def window(self, start: int, end: int) -> Window:
        phase = int(word(self.key, np.uint64(0))) >> (64 - FRACTION_BITS)
        first, behind = (-((phase - mass) // UNIT) for mass in (start, end))
        return _RegularWindow(first, behind - first, start, first * UNIT + phase - start)


@dataclass(frozen=True, slots=True)
class _RegularWindow:
    first: int
    count: int
    base: int
    begin: int

    def masses(self, events: range) -> Ints:
        return self.begin + np.arange(events.start, events.stop, dtype=np.int64) * UNIT


@dataclass(frozen=True, slots=True)
class Poisson:
    """Events at random: independent counts in stretches that do not overlap, each of a mean that is the stretch's mass.

    Attributes:
        key: uint64.
    """

    key: np.uint64

    def window(self, start: int, end: int) -> Window:
        (first, low), (behind, _) = self._reached(start), self._reached(end)
        cell = start >> _CELL
        return _PoissonWindow(self.key, first, max(behind - first, 0), cell << _CELL, low, max((end - 1 >> _CELL) - cell, 0) + 1)

    def _reached(self, mass: int) -> tuple[int, int]:
        """How many events lie below a mass, in all and in its cell: two cells are looked into for a count, however far they lie apart."""
        cell, count = mass >> _CELL, np.empty(1, np.int64)
        before = int(poisson_counts(self.key, cell, count))
        positions = np.empty(int(count[0]), np.int64)
        poisson_positions(self.key, cell, cell, count, positions)
        below = int(np.searchsorted(positions, mass - (cell << _CELL), side="left"))
        return before + below, below


@dataclass(frozen=True)
class _PoissonWindow:
    """`low` events of the first of its cells lie before it."""

    key: np.uint64
    first: int
    count: int
    base: int
    low: int
    cells: int

    @cached_property
    def _counts(self) -> tuple[Ints, Ints]:
        """How many events each cell has, and how many lie up to its end: int64, shape (cells,)."""
        counts = np.empty(self.cells, np.int64)
        poisson_counts(self.key, self.base >> _CELL, counts)
        return counts, np.cumsum(counts)

    def masses(self, events: range) -> Ints:
        if not len(events):
            return np.zeros(0, np.int64)
        counts, ends = self._counts
        begin, last = events.start + self.low, events.stop - 1 + self.low
        cells = slice(int(np.searchsorted(ends, begin, side="right")), int(np.searchsorted(ends, last, side="right")) + 1)
        some = counts[cells]
        positions = np.empty(int(some.sum()), np.int64)
        base = self.base >> _CELL
        poisson_positions(self.key, base + cells.start, base, some, positions)
        skipped = begin - int(ends[cells.start] - some[0])
        return positions[skipped : skipped + len(events)]
