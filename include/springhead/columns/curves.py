"""Distributions that have a density without a corner: cut to a range, and integrated there."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from springhead.columns.quantiles import Floats, Knots, cumulated
from springhead.kernels import exact_exps, exact_logs

PANELS = 4096
FEW = 8192  # so many cells have their exact masses; of more, the panels' are exact, and all is equally likely within one
LEAST = -690.0  # e to this is next to nothing, and still a normal double
_CUT = 50.0  # what is less likely than e^−50 times the likeliest is not there: no 2^63 draws would find it
_WAYS = 32
_CLOSE = 1e-3  # to the place of that cut, of its distance from the peak

# Gauss and Legendre's four points and weights on [−1, 1] (Abramowitz and Stegun, table 25.4).
_POINTS = (-0.8611363115940526, -0.3399810435848563, 0.3399810435848563, 0.8611363115940526)
_WEIGHTS = (0.34785484513745385, 0.6521451548625461, 0.6521451548625461, 0.34785484513745385)


def exps(x: Floats) -> Floats:
    """e^x, the same on every machine; 0 below −700."""
    out = np.empty(x.shape[0])
    exact_exps(np.minimum(x, 700.0), out)
    return out


def logs(x: Floats) -> Floats:
    """ln x likewise; what is not above 0, or next to it, has LEAST."""
    out = np.empty(x.shape[0])
    exact_logs(np.maximum(x, 1e-299), out)
    return np.maximum(out, LEAST)


def integrals(density: Callable[[Floats], Floats], t: Floats) -> Floats:
    """The integrals of a density between neighbours, float64, shape (k,), of which it is nearly a polynomial. t: float64, shape (k + 1,)."""
    half = (t[1:] - t[:-1]) * 0.5
    middle = t[:-1] + half
    total = np.zeros(half.shape[0])
    for point, weight in zip(_POINTS, _WEIGHTS, strict=True):
        total += weight * density(middle + point * half)
    return total * half


@dataclass(frozen=True, slots=True)
class Curve:
    """A density over a coordinate t in which its logarithm is concave.

    Attributes:
        log_density: its logarithm, but for a constant; 0 at the peak.
        peak: the t of the greatest density within the range.
        place: from t to cells of the grid, counted from the origin.
        coordinate: and back.
        least: the t below which there is nothing.
    """

    log_density: Callable[[Floats], Floats]
    peak: float
    place: Callable[[Floats], Floats]
    coordinate: Callable[[Floats], Floats]
    least: float = -math.inf

    def knots(self, origin: int, first: int, last: int, few: int = FEW) -> Knots:
        """Its knots between two cells, counted from the origin: the distribution given that the draw lies there.

        Args:
            origin: a cell of the grid near the peak, from which places count: doubles are finest there.
            first, last: the range, [first, last).
            few: so many cells have a knot each.
        """
        ends = np.maximum(self.coordinate(np.array([first, last], np.float64)), self.least)
        low, high = (self._visible(float(end)) for end in ends)
        if high <= low:  # too narrow for a double to see: the density is the same all over
            return Knots.of_masses(origin, np.array([first, last]), np.ones(1))
        t = low + (high - low) * (np.arange(PANELS + 1) / PANELS)
        begin, end = (int(place) for place in self.place(np.array([low, high])))
        begin, end = max(first, begin - 1), min(last, end + 2)
        if end - begin > few:
            return Knots(origin, np.clip(self.place(t), first, last), *cumulated(self._integrals(t)))
        cells = np.arange(begin, end + 1)
        borders = np.clip(self.coordinate(cells.astype(np.float64)), low, high)
        borders[0], borders[-1] = low, high
        all_ = np.sort(np.concatenate([t, borders]), kind="stable")
        below, above = cumulated(self._integrals(all_))
        at = np.searchsorted(all_, borders, side="left")
        return Knots(origin, cells, below[at], above[at])

    def _visible(self, end: float) -> float:
        """How far from the peak towards an end there is anything to be seen."""
        near, far = self.peak, end
        if float(self.log_density(np.array([end]))[0]) >= -_CUT:
            return end
        while abs(far - near) > _CLOSE * abs(far - self.peak):
            t = near + (far - near) * (np.arange(_WAYS + 1) / _WAYS)
            seen = int(np.count_nonzero(self.log_density(t) >= -_CUT))
            near, far = float(t[max(seen - 1, 0)]), float(t[min(max(seen, 1), _WAYS)])
        return near

    def _integrals(self, t: Floats) -> Floats:
        return integrals(lambda at: exps(self.log_density(at)), t)
