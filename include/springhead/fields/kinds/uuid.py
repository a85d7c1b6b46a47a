"""Identifiers that are unique without asking anybody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema

from springhead.columns.type import TEXT, Type
from springhead.fields.field import Field
from springhead.fields.site import Reach, Site
from springhead.wording import describe

if TYPE_CHECKING:
    from springhead.columns.column import Maker


def _version(value: object) -> Literal[4]:
    if value == 4 and isinstance(value, int):
        return 4
    if value == 7 and isinstance(value, int):
        raise ValueError("version 7 is not available yet; there is version 4")
    raise ValueError(f"expected the version of the UUID, 4; found {describe(value)}")


class Uuid(Field, kind="uuid"):
    """A UUID of RFC 9562, in its text form of 36 characters."""

    example = "{uuid: 4}"

    uuid: Annotated[Literal[4], PlainValidator(_version), WithJsonSchema({"const": 4})] = Argument(description="The version: 4, random.")

    def column_type(self, reach: Reach) -> Type:
        return replace(TEXT, plain=True)

    def maker(self, site: Site) -> Maker:
        from springhead.columns.grammar import Alternative, Uuid4
        from springhead.columns.text_program import text_maker

        return text_maker([Alternative((Uuid4(),))], site.draws)
