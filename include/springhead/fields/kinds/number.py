"""Numbers between two bounds, on a grid."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument
from pydantic import PlainValidator, model_validator

from springhead.columns.type import Type, number
from springhead.fields.bounds import bounds_schema, grid_of_decimals, number_maker, numbers
from springhead.fields.distributions import Distribution
from springhead.fields.field import Field
from springhead.fields.grid import Grid
from springhead.fields.site import Reach, Site

if TYPE_CHECKING:
    from springhead.columns.column import Maker

MOST_DECIMALS = 15


class Number(Field, kind="number"):
    """A number between two bounds with a fixed number of decimals, all equally likely unless a distribution says otherwise."""

    example = "{number: [0.5, 5000], decimals: 2}"

    number: Annotated[tuple[int | float | None, int | float | None], PlainValidator(numbers), bounds_schema("number")] = Argument(
        description="[min, max], both included, neither with more decimals than `decimals`. null: open, with a distribution."
    )
    distribution: Distribution | None = Argument(None, description="How the values are spread between the bounds. Default: evenly.")
    decimals: int = Argument(2, ge=0, le=MOST_DECIMALS, description="Digits after the point.")
    step: float | None = Argument(None, gt=0, description="From one value to the next, from min on. Default: 1 of the last decimal.")

    @model_validator(mode="after")
    def _has_values(self) -> Number:
        assert self.grid.cells
        return self

    @cached_property
    def grid(self) -> Grid:
        """The values that there are, in units of 10^-decimals."""
        ends = [None if bound is None else repr(bound) for bound in self.number]
        return grid_of_decimals(self.kind, ends, self.distribution, self.step, self.decimals, MOST_DECIMALS)

    def column_type(self, reach: Reach) -> Type:
        return number(self.decimals)

    def maker(self, site: Site) -> Maker:
        return number_maker(self.grid, self.distribution, number(self.decimals), site.draws)
