"""Bursts: stretches of time in which a rate is a multiple of itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Ints
from springhead.errors import FieldError
from springhead.kernels.poisson import FRACTION_BITS
from springhead.quantities import iso_of_ms
from springhead.rates.windows import Windows
from springhead.rates.zone import ORIGIN_US, ascending

Floats = NDArray[np.float64]
MassBetween = Callable[[Ints, Ints], Floats]
"""The mass without bursts from some moments to others, µs since 1970, in units of 2^-32: float64, the same on every machine."""

MOST = 1 << 61  # mass, in units, between two moments where something changes


@dataclass(frozen=True)
class Burst:
    """When a rate is how many times itself.

    Attributes:
        windows: when.
        times: how many times, above 1.
    """

    windows: Windows
    times: float


class BurstMass:
    """What bursts add to a mass, from 2000 to some moment. Where several overlap, they multiply.

    Raises:
        FieldError: one adds more events than can be counted.

    Args:
        bursts: at least one.
        between: the mass without them.
        until_us: µs since 1970.

    Attributes:
        edges_us: int64, ascending: where the factor changes.
    """

    def __init__(self, bursts: Sequence[Burst], between: MassBetween, until_us: int) -> None:
        self._between = between
        spans = [burst.windows.touching(ORIGIN_US, until_us) for burst in bursts]
        edges = ascending(np.concatenate([side for span in spans for side in span]))
        factors = np.ones(max(edges.size - 1, 0), np.float64)
        for burst, (begins, ends) in zip(bursts, spans, strict=True):
            open_there = np.searchsorted(begins, edges, side="right") - np.searchsorted(ends, edges, side="right")
            with np.errstate(over="ignore"):
                powers = np.cumprod(np.concatenate([[1.0], np.full(open_there.max(initial=0), burst.times)]))
                factors *= powers[open_there[:-1]]
        on = factors != 1
        self.edges_us: Ints = edges
        self._begins, self._ends, self._more = edges[:-1][on], edges[1:][on], factors[on] - 1
        self._before = np.concatenate([[0], np.cumsum(self._extra(self._begins, self._ends, self._more))])

    def until(self, at_us: Ints) -> Ints:
        """What they have added by these moments, in units of 2^-32: int64, shape (n,)."""
        index = np.searchsorted(self._begins, at_us, side="right") - 1
        inside = np.flatnonzero(index >= 0)
        added = np.zeros(at_us.shape, np.int64)
        which = index[inside]
        ends = np.minimum(at_us[inside], self._ends[which])
        added[inside] = self._before[which] + self._extra(self._begins[which], ends, self._more[which])
        return added

    def _extra(self, begins: Ints, ends: Ints, more: Floats) -> Ints:
        events = self._between(begins, ends)
        with np.errstate(over="ignore", invalid="ignore"):  # infinite is too many; but so many times nothing is nothing
            extra = np.where(events == 0, 0.0, events * more)
        if extra.size and extra.max() >= MOST:
            at = iso_of_ms(int(begins[extra.argmax()]) // 1000)
            raise FieldError(
                f"the bursts multiply the rate to more than {MOST >> FRACTION_BITS:,} events in the one of {at}: that is too many",
                ("profile", "bursts"),
            )
        return np.rint(extra).astype(np.int64)
