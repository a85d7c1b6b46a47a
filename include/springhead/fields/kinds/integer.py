"""Whole numbers between two bounds."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument
from pydantic import PlainValidator, model_validator

from springhead.columns.type import Type, number
from springhead.fields.bounds import LIMIT, bounds_schema, grid_between, integers, number_maker
from springhead.fields.distributions import Distribution
from springhead.fields.field import Field
from springhead.fields.grid import Grid
from springhead.fields.site import MemberTexts, Reach, Site

if TYPE_CHECKING:
    from springhead.columns.column import Maker

_FEW = 1000  # values that are listed


class Integer(Field, kind="integer"):
    """A whole number between two bounds, all equally likely unless a distribution says otherwise."""

    example = "{integer: [1, 9]}"

    integer: Annotated[tuple[int | None, int | None], PlainValidator(integers), bounds_schema("integer")] = Argument(
        description="[min, max], both included; they fit into 64 bits. null: open, with a distribution."
    )
    distribution: Distribution | None = Argument(None, description="How the values are spread between the bounds. Default: evenly.")
    step: int = Argument(1, ge=1, lt=LIMIT, description="From one value to the next, from min on.")

    @model_validator(mode="after")
    def _has_values(self) -> Integer:
        assert self.grid.cells
        return self

    @cached_property
    def grid(self) -> Grid:
        """The values that there are."""
        return grid_between(self.kind, *self.integer, self.distribution, step=self.step)

    def column_type(self, reach: Reach) -> Type:
        return number()

    def texts(self, member: MemberTexts) -> frozenset[str] | None:
        grid = self.grid
        return frozenset(map(str, range(grid.low, grid.low + grid.cells * grid.step, grid.step))) if grid.cells <= _FEW else None

    def maker(self, site: Site) -> Maker:
        return number_maker(self.grid, self.distribution, number(), site.draws)
