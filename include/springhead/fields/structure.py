"""Fields inside a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator
from pydantic import Field as Argument

from springhead.fields.field import AnyField, Field

if TYPE_CHECKING:
    from springhead.column import Chunk, Column, Maker
    from springhead.draws import Draws
    from springhead.fields.template import Reach


_RESERVED = ("_time", "_number", "_state")
_LONGEST = 255


def _field_name(name: str) -> str:
    if not 1 <= len(name) <= _LONGEST or not name.isprintable():
        raise ValueError(f"a field's name has 1 to {_LONGEST} printable characters")
    if clash := next((character for character in ".{}:" if character in name), None):
        raise ValueError(f"a field's name cannot hold '{clash}': templates refer to fields as {{name}} and {{object.name}}")
    if name in _RESERVED:
        raise ValueError(f"the name '{name}' is reserved for expressions")
    return name


FieldName = Annotated[str, AfterValidator(_field_name)]
Fields = Annotated[dict[FieldName, AnyField], Argument(min_length=1)]


class Object(Field, kind="object"):
    """Fields of their own, nested in the value."""

    object: Fields = Argument(description="name → field; their order is kept.")

    def maker(self, draws: Draws, reach: Reach) -> Maker:
        from springhead.column import Column, Kind

        members = {name: (*draws.path, name) for name, field in self.object.items() if not field.hidden}

        def column(chunk: Chunk) -> Column:
            return Column(Kind.OBJECT, chunk.rows, children={name: chunk.columns[path] for name, path in members.items()})

        return column
