"""Identifiers that are unique without asking anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema

from springhead.fields.field import Field
from springhead.wording import describe

if TYPE_CHECKING:
    from springhead.columns.column import Maker
    from springhead.columns.draws import Draws
    from springhead.fields.template_text import Reach


def _version(value: object) -> Literal[4]:
    if value == 4 and isinstance(value, int):
        return 4
    if value == 7 and isinstance(value, int):
        raise ValueError("version 7 is not available yet; there is version 4")
    raise ValueError(f"expected the version of the UUID, 4; found {describe(value)}")


class Uuid(Field, kind="uuid"):
    """A UUID of RFC 9562, in its text form of 36 characters."""

    uuid: Annotated[Literal[4], PlainValidator(_version), WithJsonSchema({"const": 4})] = Argument(description="The version: 4, random.")

    def maker(self, draws: Draws, reach: Reach) -> Maker:
        from springhead.columns.grammar import Alternative, Uuid4
        from springhead.columns.text_program import text_maker

        return text_maker([Alternative((Uuid4(),))], draws)
