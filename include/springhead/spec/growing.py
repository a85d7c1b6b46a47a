"""`count`: how many members an entity has, for ever or growing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import ConfigDict, PlainValidator, TypeAdapter, WithJsonSchema
from pydantic import Field as Argument

from springhead.fields import Model
from springhead.spec.rate import Rate

MOST_MEMBERS = 1_000_000_000


class Growing(Model):
    """A population that grows from `as_of` on."""

    first: int = Argument(alias="from", ge=0, le=MOST_MEMBERS, description="How many members there are at `as_of`.")
    by: Rate = Argument(
        description="How many are born from then on: 5/h, or date → rate, or → {ramp: rate}, which goes there in a straight line."
    )


_FIXED = TypeAdapter(Annotated[int, Argument(ge=1, le=MOST_MEMBERS)], config=ConfigDict(strict=True, defer_build=True))


def _count(value: object) -> Any:
    if isinstance(value, Growing):
        return value
    return Growing.model_validate(value) if isinstance(value, Mapping) else _FIXED.validate_python(value)


Count = Annotated[
    int | Growing,
    PlainValidator(_count),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1, "maximum": MOST_MEMBERS}, {"$ref": "#/$defs/Growing"}]}),
]
