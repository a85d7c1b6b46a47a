"""References to an entity's members: foreign keys, and whatever else is known of what they point to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator
from pydantic import Field as Argument

from springhead.columns.type import Type
from springhead.fields.field import Field
from springhead.fields.site import FieldPath, MemberTexts, Reach, Site

if TYPE_CHECKING:
    from springhead.columns.column import Maker


def _member(text: str) -> str:
    entity, dot, field = text.partition(".")
    if not entity or not all(field.split(".")):
        what = f"'{text}' names no field" if dot else f"'{text}' names an entity and no field of it"
        raise ValueError(f"{what}: write entity.field, such as customers.id")
    return text


def _as(name: str) -> str:
    if not 1 <= len(name) <= 255 or not name.isprintable():
        raise ValueError("the name of a member has 1 to 255 printable characters, such as seller")
    return name


class Ref(Field, kind="ref"):
    """A field of a member of an entity, such as a customer's id: references to one entity in a record speak of one member."""

    example = "{ref: customers.id}"

    ref: Annotated[str, AfterValidator(_member)] = Argument(description="entity.field: a field of an entity in include/entities.")
    name: Annotated[str, AfterValidator(_as)] = Argument(
        "", alias="as", validate_default=False, description="The member's name, for a second one of the same entity."
    )

    @property
    def entity(self) -> str:
        """Whose member it is."""
        return self.ref.partition(".")[0]

    @property
    def field(self) -> FieldPath:
        """Which field of the member."""
        return tuple(self.ref.split(".")[1:])

    def column_type(self, reach: Reach) -> Type | None:
        return reach.member_type(self)

    def texts(self, member: MemberTexts) -> frozenset[str] | None:
        return member(self)

    def made(self) -> str:
        return f"of a member of '{self.entity}'"

    def maker(self, site: Site) -> Maker:
        return site.members(self.entity, self.name).maker(self.field)
