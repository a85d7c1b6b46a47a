"""Whole numbers between two bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument
from pydantic import PlainValidator

from springhead.fields.bounds import bounds_schema, integers, uniform
from springhead.fields.field import Field

if TYPE_CHECKING:
    from springhead.columns.column import Maker
    from springhead.columns.draws import Draws
    from springhead.fields.template_text import Reach


class Integer(Field, kind="integer"):
    """A whole number between two bounds, each as likely as the other."""

    later = Field.later | {"distribution", "step"}

    integer: Annotated[tuple[int, int], PlainValidator(integers), bounds_schema("integer")] = Argument(
        description="[min, max], both included; they fit into 64 bits."
    )

    def maker(self, draws: Draws, reach: Reach) -> Maker:
        return uniform(*self.integer, 0, draws)
