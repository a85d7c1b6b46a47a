"""Two bounds of a number, as the YAML has them, and the grid between them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pydantic import WithJsonSchema

from springhead.columns.type import Type
from springhead.fields.distributions.law import Law, text_of
from springhead.fields.grid import Grid
from springhead.fields.model import Place, refused
from springhead.wording import describe

if TYPE_CHECKING:
    from springhead.columns.column import Chunk, Column, Maker
    from springhead.columns.draws import Draws


LIMIT = 2**63


def pair(value: object, what: str) -> list[Any]:
    """The two bounds of a list.

    Raises:
        ValueError: it is none of two.
    """
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f"expected [min, max], two {what}, both included; found {describe(value)}{_length(value)}")
    return list(value)


def _length(value: object) -> str:
    return f" of {len(value)}" if isinstance(value, list | tuple) else ""


def _in_order(low: Any, high: Any) -> None:
    if None not in (low, high) and low > high:
        raise ValueError(f"min {low} is above max {high}")


def integers(value: object) -> tuple[int | None, int | None]:
    low, high = pair(value, "integers")
    for bound in (low, high):
        if isinstance(bound, bool) or not isinstance(bound, int | None):
            whole = f": write {int(bound)}" if isinstance(bound, float) and bound.is_integer() else ""
            raise ValueError(f"expected [min, max], two integers, both included; found {describe(bound)} in it{whole}")
        if bound is not None and not -LIMIT <= bound < LIMIT:
            raise ValueError(f"{bound} does not fit into 64 bits")
    _in_order(low, high)
    return low, high


def numbers(value: object) -> tuple[int | float | None, int | float | None]:
    low, high = pair(value, "numbers")
    for bound in (low, high):
        if isinstance(bound, bool) or not isinstance(bound, int | float | None):
            raise ValueError(f"expected [min, max], two numbers, both included; found {describe(bound)} in it")
    _in_order(low, high)
    return low, high


def bounds_schema(*types: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "array", "items": {"type": [*types, "null"]}, "minItems": 2, "maxItems": 2})


def units(place: Place, number: str, decimals: int, most: int) -> int:
    """A number in units of 10^-decimals.

    Raises:
        ValidationError: it has more decimals, or does not fit into 64 bits.
    """
    steps = Decimal(number).scaleb(decimals)
    if steps != steps.to_integral_value():
        needed = -int(Decimal(number).normalize().as_tuple().exponent)
        remedy = f"set decimals: {needed}" if needed <= most else f"write it with fewer, at most {most}"
        raise refused([(place, f"{number} has more than {decimals} decimals: {remedy}")])
    if not -LIMIT <= steps < LIMIT:
        raise refused([(place, f"{number} with {decimals} decimals does not fit into 64 bits")])
    return int(steps)


def grid_of_decimals(kind: str, ends: Iterable[str | None], law: Law | None, step: float | None, decimals: int, most: int) -> Grid:
    """The grid of a field with decimals, as `grid_between`.

    Args:
        ends: min and max, as they are written; None: open.
        step: None: 1 of the last decimal.
        most: decimals that the kind may have.
    """
    low, high = (None if end is None else units((kind,), end, decimals, most) for end in ends)
    return grid_between(kind, low, high, law, step=1 if step is None else units(("step",), repr(step), decimals, most), decimals=decimals)


def grid_between(kind: str, low: int | None, high: int | None, law: Law | None, *, step: int = 1, decimals: int = 0) -> Grid:
    """The grid of a field.

    Args:
        kind: of the field, whose main argument the bounds are.
        low, high: in units; None: where the distribution ends, or 64 bits do.
        law: the distribution; None: all are equally likely.
        step: in units.
        decimals: a unit is 10^-decimals.

    Raises:
        ValidationError: an open end that nothing closes, a step that does not lead from min to max, a distribution that has nothing there.
    """
    if law is not None and law.whole:
        if decimals or kind != "integer":
            raise _wrong(law, f"{law.kind} gives whole numbers: use {{integer: [min, max], distribution: {law.example}}}")
        if step != 1:
            raise refused([(("step",), f"{law.kind} gives whole numbers one by one: leave 'step' out")], key=True)
    if None in (low, high) and (law is None or law.spans):
        what = "an open end needs a distribution that has an end there, or none" if law is None else f"{law.kind} lies between two ends"
        raise refused([((kind,), f"{what}: give both min and max, or a distribution such as {{exponential: 20}}")])
    unit = Fraction(1, 10**decimals)
    least, above = (None, None) if law is None else law.support
    begin = low
    if begin is None:
        begin = -LIMIT if least is None else max(_floor(least / unit), -LIMIT)
        begin = -(-begin // step) * step if least is None else begin // step * step
    end = high
    if end is None:
        end = LIMIT - 1 if above is None else min(-_floor(-above / unit) - 1, LIMIT - 1)
        end = begin + (end - begin) // step * step
    elif (end - begin) % step:
        near = begin + (end - begin) // step * step
        raise refused(
            [
                (
                    (kind,),
                    f"max {text_of(end * unit)} is not a whole number of steps of {text_of(step * unit)} above {text_of(begin * unit)}: write {text_of(near * unit)}",
                )
            ]
        )
    if end < begin:
        assert law is not None
        side = (
            f"below {text_of(least)}, and max is {text_of(end * unit)}"
            if low is None
            else f"from {text_of(above)} on, and min is {text_of(begin * unit)}"
        )
        raise _wrong(law, f"there is nothing of {law.kind} {side}")
    grid = Grid(begin, step, (end - begin) // step + 1, decimals)
    if law is not None and (wrong := law.wrong(grid)):
        raise _wrong(law, wrong[1], wrong[0])
    return grid


def _floor(value: Fraction) -> int:
    return value.numerator // value.denominator


def _wrong(law: Law, what: str, place: Place = ()) -> Exception:
    return refused([(("distribution", law.kind, *place), what)])


def number_maker(grid: Grid, law: Law | None, type_: Type, draws: Draws) -> Maker:
    """The maker of numbers of a grid, whose units are those of the type's last decimal."""
    from springhead.columns.column import Column, Maker

    drawn = grid.drawn(law, draws.key("value"))

    def column(chunk: Chunk) -> Column:
        return Column(type_, chunk.rows, values=drawn(chunk.ids))

    return Maker(type_, column)
