"""True or false."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema

from springhead.columns.type import BOOLEAN, Type
from springhead.fields.field import Field
from springhead.fields.site import MemberTexts, Reach, Site
from springhead.wording import describe

if TYPE_CHECKING:
    from springhead.columns.column import Chunk, Column, Maker


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"expected a share between 0 and 1; found {describe(value)}")
    return float(value)


class Boolean(Field, kind="boolean"):
    """True or false."""

    example = "{boolean: 0.1}"

    boolean: Annotated[float, PlainValidator(_share), WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1})] = Argument(
        description="The share of true, between 0 and 1."
    )

    def column_type(self, reach: Reach) -> Type:
        return BOOLEAN

    def texts(self, member: MemberTexts) -> frozenset[str]:
        return frozenset({"true", "false"})  # whatever the share is: it may be a parameter

    def maker(self, site: Site) -> Maker:
        import numpy as np

        from springhead.columns.column import Column, Maker
        from springhead.kernels import integers

        key, one = site.draws.key("value"), 2**62
        true_below = round(self.boolean * one)

        def column(chunk: Chunk) -> Column:
            drawn = np.empty(chunk.rows, np.int64)
            integers(key, chunk.ids, 0, one, drawn)
            return Column(BOOLEAN, chunk.rows, values=(drawn < true_below).astype(np.int64))

        return Maker(BOOLEAN, column)
