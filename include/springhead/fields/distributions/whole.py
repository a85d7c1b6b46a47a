"""Distributions of whole numbers: poisson, zipf."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING

from pydantic import Field as Argument

from springhead.fields.distributions.law import LEAST, Law, Support

if TYPE_CHECKING:
    from springhead.columns.quantiles import Floats, Knots
    from springhead.fields.grid import Grid

LEAST_EXPONENT, MOST_EXPONENT = 0.01, 20.0  # beyond them it is uniform, or one has it all
_EXACT = 4096  # ranks; behind them, sums of neighbours are integrals
_NEXT_TO_NOTHING = 1e-22  # of the likeliest number's mass


class Poisson(Law, kind="poisson"):
    """How many of something there are that comes at any moment, and on average so often: 0, 1, 2, …"""

    example = "{poisson: {mean: 3}}"
    bare = "mean"
    whole = True
    of_lengths = False

    mean: float = Argument(ge=LEAST, le=1_000_000, description="How many there are on average, above 0.")

    @property
    def support(self) -> Support:
        return Fraction(0), None

    def knots(self, grid: Grid, few: int | None = None) -> Knots:
        import numpy as np

        from springhead.columns.quantiles import Knots

        least, most = max(grid.low, 0), grid.low + grid.cells - 1
        # From the likeliest number of the range on, each mass by the one beside it: m(k + 1) = m(k) × mean / (k + 1).
        peak = min(max(int(self.mean), least), most)
        reach = 100 + 12 * isqrt(int(self.mean))
        up = np.arange(peak + 1, min(most, peak + reach) + 1).astype(np.float64)
        down = np.arange(peak, max(least, peak - reach), -1).astype(np.float64)
        above, below = np.multiply.accumulate(self.mean / up), np.multiply.accumulate(down / self.mean)
        above, below = (each[each > _NEXT_TO_NOTHING] for each in (above, below))
        masses = np.concatenate([below[::-1], [1.0], above])
        first = peak - below.shape[0] - grid.low
        return Knots.of_masses(first, np.arange(masses.shape[0] + 1), masses)


class Zipf(Law, kind="zipf"):
    """Ranks: the k-th most frequent in proportion to k^-exponent, so that a few have most; words, products, pages, customers. From 1 on."""

    example = "{zipf: {exponent: 1.05}}"
    bare = "exponent"
    whole = True
    of_lengths = False

    exponent: float = Argument(ge=LEAST_EXPONENT, le=MOST_EXPONENT, description="The larger, the more the first ones have.")

    @property
    def support(self) -> Support:
        return Fraction(1), None

    def knots(self, grid: Grid, few: int | None = None) -> Knots:
        import numpy as np

        from springhead.columns.curves import FEW, PANELS, exps, integrals, logs
        from springhead.columns.quantiles import Knots

        first, end = max(grid.low, 1), grid.low + grid.cells
        few = FEW if few is None else few
        exact = end - first if end - first <= few else _EXACT
        begin = float(logs(np.array([float(first)]))[0])

        def weight(rank: Floats) -> Floats:
            return exps(-self.exponent * (logs(rank) - begin))

        places, masses = np.arange(exact + 1), weight(first + np.arange(exact, dtype=np.float64))
        if exact < end - first:
            behind = float(first + exact)
            way = float(logs(np.array([end / behind]))[0])
            ranks = np.floor(behind * exps(way * (np.arange(PANELS) / PANELS)))
            further = np.unique((ranks - first).astype(np.int64))
            further = np.append(further[(further >= exact) & (further < end - first)], end - first)
            # The sum of k^-s from a to b − 1 is its integral from a − ½ to b − ½, but for less than s (s + 1) / 24 a².
            borders = first + further.astype(np.float64) - 0.5
            places = np.concatenate([places[:-1], further])
            masses = np.concatenate([masses, integrals(weight, borders)])
        return Knots.of_masses(first - grid.low, places, masses)
