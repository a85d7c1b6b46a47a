"""Fields inside a field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import Field as Argument

from springhead.columns.type import Kind, Type
from springhead.fields.field import Field
from springhead.fields.fields import Fields
from springhead.fields.site import Reach, Site

if TYPE_CHECKING:
    from springhead.columns.column import Chunk, Column, Maker


class Object(Field, kind="object"):
    """An object with fields of its own, nested in the value."""

    example = "{object: {city: {faker: city}, zip: {faker: postcode}}}"
    draws = False
    names_inside = True

    object: Fields = Argument(description="name → field; their order is kept.")

    @property
    def children(self) -> Mapping[str, Field]:
        return self.object

    def column_type(self, reach: Reach) -> Type | None:
        members = {name: reach.types[reach.inner(name)] for name in self._visible}
        known = {name: type_ for name, type_ in members.items() if type_ is not None}
        return Type(Kind.OBJECT, members=known) if len(known) == len(members) else None

    @property
    def _visible(self) -> list[str]:
        return [name for name, field in self.object.items() if not field.hidden]

    def maker(self, site: Site) -> Maker:
        from springhead.columns.column import Column, Maker

        type_ = self.column_type(site.reach)
        assert type_ is not None
        members = {name: site.reach.inner(name) for name in self._visible}

        def column(chunk: Chunk) -> Column:
            return Column(type_, chunk.rows, children={name: chunk.columns[path] for name, path in members.items()})

        return Maker(type_, column)
