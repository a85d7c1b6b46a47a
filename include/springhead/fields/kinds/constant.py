"""A value that is always the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema

from springhead.columns.type import Type
from springhead.fields.field import Field
from springhead.fields.scalar import Scalar, scalar, texts_of, type_of
from springhead.fields.site import MemberTexts, Reach, Site

if TYPE_CHECKING:
    from springhead.columns.column import Maker


def _constant(value: object) -> Scalar:
    if isinstance(value, dict):
        raise ValueError(
            "a constant is a text, a number, true, false or null; a mapping of constants is written as {object: {name: {constant: …}}}"
        )
    if isinstance(value, list):
        raise ValueError("a constant list is not available yet; a constant is a text, a number, true, false or null")
    return scalar(value)


class Constant(Field, kind="constant"):
    """The same value in every record."""

    example = "{constant: EUR}"
    draws = False

    constant: Annotated[Scalar, PlainValidator(_constant), WithJsonSchema({"type": ["string", "number", "boolean", "null"]})] = Argument(
        description="A text, a number, true, false or null."
    )

    def column_type(self, reach: Reach) -> Type:
        return type_of([self.constant])

    def texts(self, member: MemberTexts) -> frozenset[str]:
        return texts_of([self.constant])

    def maker(self, site: Site) -> Maker:
        import msgspec

        from springhead.columns.column import State
        from springhead.columns.grammar import Alternative
        from springhead.columns.text_program import text_maker

        if self.constant is None:
            return text_maker([Alternative((), state=State.NULL)], site.draws)
        text = self.constant if isinstance(self.constant, str) else msgspec.json.encode(self.constant).decode()
        return text_maker([Alternative((text,))], site.draws, type_of([self.constant]))
