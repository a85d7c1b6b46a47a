"""Several values in one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import Field as Argument

from springhead.columns.type import Kind, Type
from springhead.fields.amounts import Count, bounds
from springhead.fields.field import AnyField, Field
from springhead.fields.model import Place
from springhead.fields.site import Reach, Site

if TYPE_CHECKING:
    from springhead.columns.column import Maker

ELEMENT = "[]"  # of an element, in paths: order[].price


class Array(Field, kind="array"):
    """A list of values, each made by the same field. An element is a scope of its own: the fields in it speak of one another, and see those of the record."""

    example = "{array: {faker: word}, length: [1, 5]}"
    chunks_inside = True
    elements_inside = True

    array: AnyField = Argument(description="What an element is: a field of any kind.")
    length: Count = Argument(
        description="How many elements: a number, or [min, max] or a distribution, from which one is drawn for each record."
    )

    @property
    def children(self) -> Mapping[str, Field]:
        return {ELEMENT: self.array}

    def place_inside(self, name: str) -> Place:
        return ("array",)

    @property
    def most_inside(self) -> int:
        return bounds(self.length)[1]

    def column_type(self, reach: Reach) -> Type | None:
        element = reach.types[reach.inner(ELEMENT)]
        return None if element is None else Type(Kind.ARRAY, element=element)

    def made(self) -> str:
        low, high = bounds(self.length)
        return f"{f'{low:,} … ' if low < high else ''}{high:,} of the following"

    def maker(self, site: Site) -> Maker:
        from springhead.columns.column import Maker
        from springhead.fields.elements import Elements

        elements = Elements(self.length, site.draws)
        element, type_ = site.inner(ELEMENT), self.column_type(site.reach)
        assert type_ is not None
        return Maker(type_, lambda chunk: elements.column(chunk, type_, element))
