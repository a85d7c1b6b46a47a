"""Tables of distributions: how much lies below each of some places, and whole numbers drawn by the inverse of that.

Each is made in IEEE 754's + − × ÷ √ and in springhead.kernels.exact, one operation after the other, so that every machine has the same table: numpy's own exp, its sums
and its `interp` differ from CPU to CPU.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Ids, Ints
from springhead.kernels import cells, quantiles

Floats: TypeAlias = NDArray[np.float64]

ALL_BITS = 63
_MOST_FRACTION_BITS = 30  # of a cell, where cells are wider than pieces
_MOST_BITS = 62  # of a place, so that a sum of two fits
_FARTHEST = np.float64(2**63 - 1024)  # the last double that an int64 holds
_MOST_BUCKET_BITS = 16


@dataclass(frozen=True, slots=True)
class Knots:
    """A distribution at some places. Between two neighbours everything is equally likely.

    Attributes:
        origin: the cell of the grid from which places count.
        places: int64 or float64, shape (k + 1,), in cells from there, ascending.
        below, above: float64, shape (k + 1,), what lies below and above each place, in any unit: whichever is the smaller one is exact.
    """

    origin: int
    places: Ints | Floats
    below: Floats
    above: Floats

    @classmethod
    def of_masses(cls, origin: int, places: Ints | Floats, masses: Floats) -> Knots:
        """The knots of what lies between neighbours. masses: float64, shape (k,)."""
        return cls(origin, places, *cumulated(masses))


def cumulated(masses: Floats) -> tuple[Floats, Floats]:
    """What lies below, and above, each of the k + 1 ends of k neighbours: each summed from its own end, so that the smaller one is exact."""
    below, above = np.zeros(masses.shape[0] + 1), np.zeros(masses.shape[0] + 1)
    np.cumsum(masses, out=below[1:])
    above[:-1] = np.cumsum(masses[::-1])[::-1]
    return below, above


class Table:
    """The inverse of a distribution, as the kernel has it."""

    def __init__(self, knots: Knots) -> None:
        self.origin, self._fraction = knots.origin, 0
        if knots.places.dtype.kind == "i":
            places = knots.places
        else:
            # Counted from the middle, where they would be too large.
            bits = int(knots.places[-1] - knots.places[0]).bit_length()
            middle = int(knots.places[0] / 2 + knots.places[-1] / 2) if bits >= _MOST_BITS else 0
            self.origin += middle
            self._fraction = max(0, min(_MOST_FRACTION_BITS, _MOST_BITS - int(np.abs(knots.places).max()).bit_length()))
            fine = np.floor((knots.places - np.float64(middle)) * np.float64(2**self._fraction))
            places = np.clip(fine, -_FARTHEST, _FARTHEST).astype(np.int64)
        reached = _reached(knots.below, knots.above)
        # What lies between knots at the same place belongs to the piece that begins there.
        kept = np.concatenate([[True], places[1:] > places[:-1]])
        self.reached, self._places = reached[kept], places[kept]
        self.reached[-1] = reached[-1]
        self._each = (
            self._fraction == 0 and int(self._places[-1]) - int(self._places[0]) == self._places.shape[0] - 1
        )  # a knot for each cell
        masses = np.diff(self.reached).astype(np.float64)
        self._slopes = np.diff(self._places.astype(np.float64)) / np.where(masses > 0, masses, 1.0)
        bits = min(_MOST_BUCKET_BITS, (2 * masses.shape[0]).bit_length())
        self._shift = ALL_BITS - bits
        begins = np.arange(1 << bits, dtype=np.uint64) << np.uint64(self._shift)
        self._guide = (np.searchsorted(self.reached, begins, side="right") - 1).astype(np.int32)

    @property
    def first(self) -> int:
        """The first cell that has any, where each cell has a knot."""
        return self.origin + int(self._places[0])

    @property
    def masses(self) -> list[int]:
        """What lies in each piece, of 2^63 in all."""
        return [int(mass) for mass in np.diff(self.reached)]

    def draw(self, key: np.uint64, ids: Ids, low: int, step: int) -> Ints:
        """int64, shape (n,): low + step × cell, in an array of its own."""
        out = np.empty(ids.shape[0], np.int64)
        if self._each:
            cells(key, ids, self.reached, self._guide, self._shift, low + step * self.first, step, out)
        else:
            arrays = self.reached, self._places, self._slopes, self._guide
            quantiles(key, ids, *arrays, self._shift, self._fraction, low + step * self.origin, step, out)
        return out


def _reached(below: Floats, above: Floats) -> Ids:
    """What lies below each knot, of 2^63, from whichever end is nearer."""
    one = np.float64(2**ALL_BITS)
    from_below = (below / below[-1] * one).astype(np.uint64)
    from_above = np.uint64(2**ALL_BITS) - (above / above[0] * one).astype(np.uint64)
    reached: Ids = np.maximum.accumulate(np.where(below < above, from_below, from_above))
    reached[0], reached[-1] = 0, 2**ALL_BITS
    return reached
