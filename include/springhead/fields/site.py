"""Where a field stands: what its references mean there, and what it is made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from springhead.columns.type import Type
from springhead.fields.template_text import Reference

if TYPE_CHECKING:
    from springhead.columns.draws import Draws

FieldPath: TypeAlias = tuple[str, ...]
"""A field's names from the value's root on: ("customer", "name")."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be reached from where a field stands.

    Attributes:
        path: the field's own.
        find: what a reference means there. Raises ValueError where it means nothing.
        types: of all fields that are known to it, those that it refers to and those that stand in it among them; None: only Faker can tell.
    """

    path: FieldPath
    find: Callable[[Reference], FieldPath]
    types: Mapping[FieldPath, Type | None]

    def type_of(self, reference: Reference) -> Type | None:
        """The type of what a reference means; None: only Faker can tell."""
        return self.types.get(self.find(reference))

    def inner(self, name: str) -> FieldPath:
        """The path of a field that stands in this one."""
        return (*self.path, name)


@dataclass(frozen=True, slots=True)
class Site:
    """A field's place in what is made.

    Attributes:
        reach: what it can refer to there. All types are known here, those from Faker too.
        draws: the field's source of chance, at its path.
        count: how many records are made in all, which a field whose values are unique has to know; None: no end is known.
    """

    reach: Reach
    draws: Draws
    count: int | None = None
