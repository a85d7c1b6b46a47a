"""Distributions with a smooth density: normal, lognormal, exponential, pareto, beta.

Each has a coordinate in which the logarithm of its density is concave, and a line or a parabola where that can be: a tail, however far out, has no less accuracy than the
middle, and a density that grows without an end has none there.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

from pydantic import Field as Argument

from springhead.fields.distributions.law import LEAST, MOST, Law, Support, exactly

if TYPE_CHECKING:
    from collections.abc import Callable

    from springhead.columns.curves import Curve
    from springhead.columns.quantiles import Floats, Knots
    from springhead.fields.grid import Grid


def _parabola(begin: float) -> Callable[[Floats], Floats]:
    """The logarithm of the standard normal density at begin + t, less that at begin."""
    return lambda t: t * (2.0 * begin + t) * -0.5


def _line(t: Floats) -> Floats:
    return -t


def _straight(log_density: Callable[[Floats], Floats], inside: float, scale: float) -> Curve:
    """t is a length, counted from a place in the origin's cell. scale: of it, in cells."""
    from springhead.columns.curves import Curve

    return Curve(log_density, 0.0, lambda t: inside + scale * t, lambda cells: (cells - inside) / scale, _least(log_density))


def _by_ratio(log_density: Callable[[Floats], Floats], inside: float, start: float, per: float) -> Curve:
    """t is the logarithm of the ratio to a place in the origin's cell.

    Args:
        start: how far that place is from 0, in cells.
        per: the change of the logarithm for each t.
    """
    from springhead.columns.curves import Curve, exps, logs

    return Curve(
        log_density,
        0.0,
        lambda t: inside + start * (exps(per * t) - 1.0),
        lambda cells: logs(1.0 + (cells - inside) / start) / per,
        _least(log_density),
    )


def _least(log_density: Callable[[Floats], Floats]) -> float:
    return 0.0 if log_density is _line else -math.inf


def _cut(curve: Curve, grid: Grid, origin: int, few: int | None) -> Knots:
    from springhead.columns.curves import FEW

    return curve.knots(origin, -origin, grid.cells - origin, FEW if few is None else few)


class Normal(Law, kind="normal"):
    """The bell: most lie near the mean, 68 % within one stddev of it, 95 % within two."""

    example = "{normal: {mean: 170, stddev: 8}}"
    lengths = frozenset({"mean", "stddev"})

    mean: float = Argument(ge=-MOST, le=MOST, description="Where the bell stands.")
    stddev: float = Argument(ge=LEAST, le=MOST, description="The standard deviation, above 0.")

    def knots(self, grid: Grid, few: int | None = None) -> Knots:
        mean = exactly(self.mean)
        peak = min(max(mean, grid.begin), grid.end)
        origin, inside = grid.cell(peak)
        scale = exactly(self.stddev)
        return _cut(_straight(_parabola(float((peak - mean) / scale)), inside, float(scale / grid.width)), grid, origin, few)


class Lognormal(Law, kind="lognormal"):
    """Its logarithm is normal: prices, sizes, delays; many small ones and a long tail of large ones."""

    example = "{lognormal: {median: 24, sigma: 1.1}}"
    lengths = frozenset({"median"})

    median: float = Argument(ge=LEAST, le=MOST, description="Half lie below it, above 0.")
    sigma: float = Argument(
        ge=1e-6,
        le=20,
        description="The standard deviation of the logarithm: at 1, two thirds lie between a third of the median and thrice it.",
    )

    @property
    def support(self) -> Support:
        return Fraction(0), None

    def knots(self, grid: Grid, few: int | None = None) -> Knots:
        import numpy as np

        from springhead.columns.curves import logs

        median = exactly(self.median)
        peak = min(max(median, grid.begin), grid.end)
        origin, inside = grid.cell(peak)
        begin = float(logs(np.array([float(peak / median)]))[0]) / self.sigma
        return _cut(_by_ratio(_parabola(begin), inside, float(peak / grid.width), self.sigma), grid, origin, few)


class Exponential(Law, kind="exponential"):
    """The time until something happens that may happen at any moment: the larger, the rarer, from 0 on."""

    example = "{exponential: {mean: 20}}"
    bare = "mean"
    lengths = frozenset({"mean"})

    mean: float = Argument(ge=LEAST, le=MOST, description="Of all of them, before they are cut to the range; above 0.")

    @property
    def support(self) -> Support:
        return Fraction(0), None

    def knots(self, grid: Grid, few: int | None = None) -> Knots:
        origin, inside = grid.cell(max(grid.begin, Fraction(0)))
        return _cut(_straight(_line, inside, float(exactly(self.mean) / grid.width)), grid, origin, few)


class Pareto(Law, kind="pareto"):
    """A power law from its scale on, with a heavier tail than all others: incomes, sizes of files and of cities."""

    example = "{pareto: {shape: 1.16, scale: 100}}"
    lengths = frozenset({"scale"})

    shape: float = Argument(
        ge=0.01, le=1000, description="The smaller, the heavier the tail: at 1.16, a fifth has four fifths of the whole."
    )
    scale: float = Argument(ge=LEAST, le=MOST, description="The least value, above 0.")

    @property
    def support(self) -> Support:
        return exactly(self.scale), None

    def knots(self, grid: Grid, few: int | None = None) -> Knots:
        peak = max(grid.begin, exactly(self.scale))
        origin, inside = grid.cell(peak)
        return _cut(_by_ratio(_line, inside, float(peak / grid.width), 1.0 / self.shape), grid, origin, few)


class Beta(Law, kind="beta"):
    """Any shape between min and max: a hump, a slope, or most at both ends; scores, shares, how full something is."""

    example = "{beta: {alpha: 2, beta: 5}}"
    spans = True

    alpha: float = Argument(ge=0.05, le=10_000, description="Above 1, the values keep away from min; below 1, they crowd there.")
    beta: float = Argument(ge=0.05, le=10_000, description="The same at max.")

    def knots(self, grid: Grid, few: int | None = None) -> Knots:
        import numpy as np

        from springhead.columns.curves import LEAST, Curve, exps, logs

        alpha, beta, cells = self.alpha, self.beta, float(grid.cells)

        def log_density(t: Floats) -> Floats:
            # In the logit, t = ln y / (1 − y): y^α × (1 − y)^β, without an end that grows for ever.
            return np.where(t > 0, -beta * t, alpha * t) - (alpha + beta) * logs(1.0 + exps(-np.abs(t)))

        def coordinate(at: Floats) -> Floats:
            return np.clip(logs(at / cells) - logs((cells - at) / cells), LEAST, -LEAST)

        peak = float(logs(np.array([alpha / beta]))[0])
        highest = float(log_density(np.array([peak]))[0])
        curve = Curve(lambda t: log_density(t) - highest, peak, lambda t: cells / (1.0 + exps(-t)), coordinate)
        return _cut(curve, grid, 0, few)
