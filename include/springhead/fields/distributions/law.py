"""What every distribution has, and the registry of them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from springhead.fields.model import Model, Place

if TYPE_CHECKING:
    from springhead.columns.quantiles import Knots
    from springhead.fields.grid import Grid

Support: TypeAlias = tuple[Fraction | None, Fraction | None]
"""The least value that a law can give, and the least above all of them; None: there is none."""

LEAST, MOST = 1e-15, 1e18  # of a parameter that measures


LAWS: dict[str, type[Law]] = {}
"""The distributions that there are, by their key, in the order of the guide."""


class Law(Model):
    """A distribution of numbers, given that they lie in a range: its parameters, and how much lies where."""

    kind: ClassVar[str]
    example: ClassVar[str]  # as it may stand in the YAML
    bare: ClassVar[str] = ""  # its one parameter, which may stand without its name
    whole: ClassVar[bool] = False  # whether it gives whole numbers only
    spans: ClassVar[bool] = False  # whether it is drawn over a range, so that it closes none
    of_lengths: ClassVar[bool] = True  # whether durations may be drawn by it
    lengths: ClassVar[frozenset[str]] = frozenset()  # parameters in the unit of the values

    def __init_subclass__(cls, kind: str, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.kind = kind
        LAWS[kind] = cls

    @property
    def support(self) -> Support:
        """Between which values it has any."""
        return None, None

    def wrong(self, grid: Grid) -> tuple[Place, str] | None:
        """What does not fit into a range: where, below the law's key, and why; None: nothing."""
        least, above = self.support
        if (least is None or least < grid.end) and (above is None or above > grid.begin):
            return None
        there = f"below {text_of(least)}" if least is not None and least >= grid.end else f"from {text_of(above)} on"
        return (), f"there is nothing of {self.kind} {there}, and the range [{text_of(grid.begin)}, {text_of(grid.last)}] lies there"

    def knots(self, grid: Grid, few: int | None = None) -> Knots:
        """How much lies where on a grid.

        Args:
            grid: on which it has something.
            few: of so many cells each has a knot of its own; None: of a few thousand.
        """
        # Each law has its own; no abstractmethod: pydantic makes models of it.
        raise NotImplementedError(self.kind)


def exactly(value: float) -> Fraction:
    """A number as it is written."""
    return Fraction(repr(value))


def text_of(value: Fraction | None) -> str:
    """A number as a user would write it."""
    if value is None:
        return "null"
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.15g}"
