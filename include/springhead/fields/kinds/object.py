"""Fields inside a field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field as Argument

from springhead.fields.field import Field
from springhead.fields.fields import Fields

if TYPE_CHECKING:
    from springhead.columns.column import Chunk, Column, Maker
    from springhead.columns.draws import Draws
    from springhead.fields.template_text import Reach


class Object(Field, kind="object"):
    """Fields of their own, nested in the value."""

    object: Fields = Argument(description="name → field; their order is kept.")

    def maker(self, draws: Draws, reach: Reach) -> Maker:
        from springhead.columns.column import Column, Kind

        members = {name: (*draws.path, name) for name, field in self.object.items() if not field.hidden}

        def column(chunk: Chunk) -> Column:
            return Column(Kind.OBJECT, chunk.rows, children={name: chunk.columns[path] for name, path in members.items()})

        return column
