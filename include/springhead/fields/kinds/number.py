"""Numbers between two bounds, on a grid."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument
from pydantic import PlainValidator, model_validator

from springhead.columns.type import Type, number
from springhead.fields.bounds import LIMIT, bounds_schema, numbers, uniform
from springhead.fields.field import Field
from springhead.fields.model import refused
from springhead.fields.site import Reach, Site

if TYPE_CHECKING:
    from springhead.columns.column import Maker

MOST_DECIMALS = 15


class Number(Field, kind="number"):
    """A number between two bounds with a fixed number of decimals, all equally likely."""

    example = "{number: [0.5, 5000], decimals: 2}"

    later = Field.later | {"distribution", "step"}

    number: Annotated[tuple[int | float, int | float], PlainValidator(numbers), bounds_schema("number")] = Argument(
        description="[min, max], both included, neither with more decimals than `decimals`."
    )
    decimals: int = Argument(2, ge=0, le=MOST_DECIMALS, description="Digits after the point.")

    @model_validator(mode="after")
    def _on_the_grid(self) -> Number:
        for bound in self.number:
            steps = Decimal(repr(bound)).scaleb(self.decimals)
            if steps != steps.to_integral_value():
                needed = -int(Decimal(repr(bound)).normalize().as_tuple().exponent)
                remedy = f"set decimals: {needed}" if needed <= MOST_DECIMALS else f"write it with fewer, at most {MOST_DECIMALS}"
                raise refused([(("number",), f"{bound} has more than {self.decimals} decimals: {remedy}")])
            if not -LIMIT <= steps < LIMIT:
                raise refused([(("number",), f"{bound} with {self.decimals} decimals does not fit into 64 bits")])
        return self

    @cached_property
    def grid(self) -> tuple[int, int]:
        """The bounds in steps of the grid, which are 10^-decimals wide."""
        low, high = (int(Decimal(repr(bound)).scaleb(self.decimals)) for bound in self.number)
        return low, high

    def column_type(self, reach: Reach) -> Type:
        return number(self.decimals)

    def maker(self, site: Site) -> Maker:
        return uniform(*self.grid, number(self.decimals), site.draws)
