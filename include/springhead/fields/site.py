"""Where a field stands: what its references mean there, and what it is made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from springhead.columns.type import Type
from springhead.errors import FieldError
from springhead.fields.template_text import Reference

if TYPE_CHECKING:
    from springhead.columns.column import Maker
    from springhead.columns.draws import Draws
    from springhead.fields.field import Field
    from springhead.fields.kinds.ref import Ref

FieldPath: TypeAlias = tuple[str, ...]
"""A field's names from the value's root on: ("customer", "name")."""


MemberType: TypeAlias = "Callable[[Ref], Type | None]"
"""From a reference to its type; None: only Faker can tell. Raises FieldError where there is no such entity or field, or it cannot be referred to so."""


MemberTexts: TypeAlias = "Callable[[Ref], frozenset[str] | None]"
"""From a reference to all that its values print as, as `Field.texts` has it."""


class Members(Protocol):
    """The members of an entity of which a scope's references speak: one for each record."""

    def maker(self, path: FieldPath) -> Maker:
        """The maker of a field of theirs.

        Raises:
            FieldError: it cannot be made, for a reason that only Faker can tell.
        """


def no_member_type(ref: Ref) -> Type | None:
    """Where no entities are known."""
    raise FieldError(f"there is no entity '{ref.entity}' here")


def no_inner(name: str) -> Maker:
    """Where nothing stands in a field."""
    raise AssertionError(f"there is no {name} in this field")


def no_members(entity: str, _: str) -> Members:
    """Where no entities are known."""
    raise FieldError(f"there is no entity '{entity}' here")


@dataclass(frozen=True, slots=True)
class Reach:
    """What can be reached from where a field stands.

    Attributes:
        path: the field's own.
        find: what a reference means there. Raises ValueError where it means nothing.
        types: of all fields that are known to it, those that it refers to and those that stand in it among them; None: only Faker can tell.
        member_type: the type of a reference.
        fellows: all fields that are drawn as often as this one, in the order of the YAML, for those that go by them.
    """

    path: FieldPath
    find: Callable[[Reference], FieldPath]
    types: Mapping[FieldPath, Type | None]
    member_type: MemberType = no_member_type
    fellows: Callable[[], Mapping[FieldPath, Field]] = dict

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
        inner: name of a child → what makes its column, and all in it, for a chunk of its own.
        in_element: whether it stands in an array's or a map's element.
        members: (entity, name) → the members of which the references in this scope speak that have this name; the name is empty unless `as` gives one.
        scope: the source of chance of all fields of the scope together, from which those draw that shall agree; None: the field stands alone in it.
    """

    reach: Reach
    draws: Draws
    count: int | None = None
    members: Callable[[str, str], Members] = no_members
    inner: Callable[[str], Maker] = no_inner
    in_element: bool = False
    scope: Draws | None = None

    @property
    def together(self) -> Draws:
        """From where fields of one scope draw that shall agree: a row of a file, a method's value that several take a part of."""
        return self.draws if self.scope is None else self.scope
