"""A distribution that stands in the place of a number, such as a length or a delay: its bounds stand beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from springhead.fields.distributions.law import LAWS, Law
from springhead.fields.distributions.written import read_distribution
from springhead.fields.grid import Grid
from springhead.fields.model import Model, refused
from springhead.wording import listed, meant

if TYPE_CHECKING:
    import numpy as np

    from springhead.columns.column import Ids, Ints

_ENDS = ("min", "max")


class Spread(Model):
    """Whole numbers by a distribution, between two bounds."""

    law: Law
    low: int
    high: int

    @property
    def grid(self) -> Grid:
        """Its values."""
        return Grid(self.low, 1, self.high - self.low + 1)

    def drawn(self, key: np.uint64) -> Callable[[Ids], Ints]:
        """As `Grid.drawn`."""
        return self.grid.drawn(self.law, key)


def read_spread(
    value: Mapping[Any, object],
    one: Callable[[object], int],
    least: int,
    most: int | None,
    parameter: Callable[[object], object] | None = None,
) -> Spread:
    """What a mapping such as {poisson: 3, max: 10} means.

    Args:
        value: the mapping.
        one: from what is written as a bound to a number; raises ValueError.
        least, most: the bounds where none are written; most None: without an end of its own, the distribution needs one.
        parameter: from what is written of a parameter in the unit of the values to a number; None: it is one.

    Raises:
        ValidationError: it is no distribution, a bound is wrong, or nothing of it lies between them.
    """
    ends: dict[str, int] = {}
    for key in _ENDS:
        if key in value:
            try:
                ends[key] = one(value[key])
            except ValueError as error:
                raise refused([((key,), str(error))]) from None
    if any(key in LAWS for key in value) and (unknown := [key for key in value if key not in LAWS and key not in _ENDS]):
        what = f"unknown key '{unknown[0]}'; beside a distribution stand {listed(_ENDS)}{meant(unknown[0], _ENDS)}"
        raise refused([((unknown[0],), what)], key=True)
    if "min" in ends and "max" in ends and ends["min"] > ends["max"]:
        raise refused([(("min",), "'min' is above 'max'")])
    law = read_distribution({key: each for key, each in value.items() if key not in _ENDS}, parameter)
    if law.spans and (lacking := [key for key in _ENDS if key not in ends]):
        raise refused([((law.kind,), f"{law.kind} lies between two ends: give {listed(lacking)} beside it")])
    begin, end = law.support
    low = ends.get("min", least if begin is None else max(least, begin.__floor__()))
    high = ends.get("max", most if end is None else end.__ceil__() - 1 if most is None else min(most, end.__ceil__() - 1))
    if high is None:
        raise refused([((law.kind,), f"{law.kind} has no end: give 'max' beside it")])
    spread = Spread(law=law, low=low, high=high)
    if low > high:
        raise _nothing(law)
    if wrong := law.wrong(spread.grid):
        raise refused([((law.kind,), "the mode is not between 'min' and 'max'")]) if wrong[0] == ("mode",) else _nothing(law)
    return spread


def _nothing(law: Law) -> Exception:
    return refused([((law.kind,), f"there is nothing of {law.kind} between its bounds: change 'min' or 'max'")])
