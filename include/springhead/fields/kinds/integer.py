"""Whole numbers between two bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument
from pydantic import PlainValidator

from springhead.columns.type import Type, number
from springhead.fields.bounds import bounds_schema, integers, uniform
from springhead.fields.field import Field
from springhead.fields.site import Reach, Site

if TYPE_CHECKING:
    from springhead.columns.column import Maker


class Integer(Field, kind="integer"):
    """A whole number between two bounds, all equally likely."""

    example = "{integer: [1, 9]}"

    later = Field.later | {"distribution", "step"}

    integer: Annotated[tuple[int, int], PlainValidator(integers), bounds_schema("integer")] = Argument(
        description="[min, max], both included; they fit into 64 bits."
    )

    def column_type(self, reach: Reach) -> Type:
        return number()

    def maker(self, site: Site) -> Maker:
        return uniform(*self.integer, number(), site.draws)
