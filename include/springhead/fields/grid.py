"""The values that a number can have: equal steps between two bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from springhead.columns.column import Ids, Ints
    from springhead.columns.quantiles import Table
    from springhead.fields.distributions.law import Law


@dataclass(frozen=True, slots=True)
class Grid:
    """Values low, low + step, … in units: each stands for the cell from it up to the next one.

    Attributes:
        low: the first value, in units.
        step: between two values, in units, at least 1.
        cells: how many values there are.
        decimals: a unit is 10^-decimals.
    """

    low: int
    step: int
    cells: int
    decimals: int = 0

    @property
    def width(self) -> Fraction:
        """Of a cell."""
        return self.step * self.unit

    @property
    def unit(self) -> Fraction:
        return Fraction(1, 10**self.decimals)

    @property
    def begin(self) -> Fraction:
        """The first value."""
        return self.low * self.unit

    @property
    def last(self) -> Fraction:
        """The last value."""
        return self.begin + (self.cells - 1) * self.width

    @property
    def end(self) -> Fraction:
        """Where the last cell ends."""
        return self.begin + self.cells * self.width

    def cell(self, value: Fraction) -> tuple[int, float]:
        """The cell in which a value of the range lies, and how far into it."""
        place = (value - self.begin) / self.width
        cell = min(max(int(place), 0), self.cells - 1)
        return cell, float(place - cell)

    def drawn(self, law: Law | None, key: np.uint64) -> Callable[[Ids], Ints]:
        """What draws its values: from ids, uint64, shape (n,), to values in units, int64, shape (n,), in arrays of their own.

        Args:
            law: their distribution; None: all are equally likely.
            key: of these draws.
        """
        import numpy as np

        from springhead.fields.distributions.between import Uniform
        from springhead.kernels import integers

        if law is not None and not isinstance(law, Uniform):
            table = table_of(law, self)
            return lambda ids: table.draw(key, ids, self.low, self.step)
        low, step, span = self.low, self.step, np.uint64(self.cells % 2**64)  # 0 means all 2^64

        def evenly(ids: Ids) -> Ints:
            values = np.empty(ids.shape[0], np.int64)
            integers(key, ids, low if step == 1 else 0, span, values)
            if step != 1:
                values *= step
                values += low
            return values

        return evenly


@lru_cache(maxsize=256)  # a stream's parts, and its variants, share them
def table_of(law: Law, grid: Grid) -> Table:
    """The table of a distribution on a grid. Making it takes some milliseconds."""
    from springhead.columns.quantiles import Table

    return Table(law.knots(grid))
