"""Exact decimals, as systems send them that must not lose a cent."""

from __future__ import annotations

import decimal
import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument
from pydantic import PlainValidator, model_validator

from springhead.columns.type import Type, number
from springhead.fields.bounds import bounds_schema, grid_of_decimals, number_maker, pair
from springhead.fields.distributions import Distribution
from springhead.fields.field import Field
from springhead.fields.grid import Grid
from springhead.fields.site import Reach, Site
from springhead.wording import describe

if TYPE_CHECKING:
    from springhead.columns.column import Maker

MOST_DECIMALS = 18
_WRITTEN = re.compile(r"-?[0-9]{1,19}(\.[0-9]{1,18})?")


def _decimals(value: object) -> tuple[str | None, str | None]:
    low, high = (_one(bound) for bound in pair(value, "decimals"))
    if low is not None and high is not None and decimal.Decimal(low) > decimal.Decimal(high):
        raise ValueError(f"min {low} is above max {high}")
    return low, high


def _one(bound: object) -> str | None:
    if bound is None or (isinstance(bound, str) and _WRITTEN.fullmatch(bound)):
        return bound
    if isinstance(bound, bool) or not isinstance(bound, int | float):
        raise ValueError(f'expected [min, max], two decimals such as 0.50 or "0.50", both included; found {describe(bound)} in it')
    return f"{decimal.Decimal(repr(bound)):f}"


class Decimal(Field, kind="decimal"):
    """As `number`, exact to the last digit: JSON has it as a text, "12.50", which no reader makes a binary fraction of. Templates print it as a number."""

    example = "{decimal: [0.01, 9999.99]}"

    decimal: Annotated[tuple[str | None, str | None], PlainValidator(_decimals), bounds_schema("number", "string")] = Argument(
        description='[min, max], both included, as numbers or as texts such as "0.10", neither with more decimals than `decimals`. null: open, with a distribution.'
    )
    distribution: Distribution | None = Argument(None, description="How the values are spread between the bounds. Default: evenly.")
    decimals: int = Argument(2, ge=0, le=MOST_DECIMALS, description="Digits after the point.")
    step: float | None = Argument(None, gt=0, description="From one value to the next, from min on. Default: 1 of the last decimal.")

    @model_validator(mode="after")
    def _has_values(self) -> Decimal:
        assert self.grid.cells
        return self

    @cached_property
    def grid(self) -> Grid:
        """The values that there are, in units of 10^-decimals."""
        return grid_of_decimals(self.kind, self.decimal, self.distribution, self.step, self.decimals, MOST_DECIMALS)

    def column_type(self, reach: Reach) -> Type:
        return replace(number(self.decimals), quoted=True)

    def maker(self, site: Site) -> Maker:
        return number_maker(self.grid, self.distribution, self.column_type(site.reach), site.draws)
