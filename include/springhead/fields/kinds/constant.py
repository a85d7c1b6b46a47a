"""A value that is always the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema

from springhead.fields.field import Field
from springhead.fields.scalar import Scalar, scalar

if TYPE_CHECKING:
    from springhead.columns.column import Maker
    from springhead.columns.draws import Draws
    from springhead.fields.template_text import Reach


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

    constant: Annotated[Scalar, PlainValidator(_constant), WithJsonSchema({"type": ["string", "number", "boolean", "null"]})] = Argument(
        description="A text, a number, true, false or null."
    )

    @property
    def nullable(self) -> bool:
        return self.constant is None

    def maker(self, draws: Draws, reach: Reach) -> Maker:
        import msgspec

        from springhead.columns.column import Kind, State
        from springhead.columns.grammar import Alternative
        from springhead.columns.text_program import text_maker

        if self.constant is None:
            return text_maker([Alternative((), state=State.NULL)], draws)
        if isinstance(self.constant, str):
            return text_maker([Alternative((self.constant,))], draws)
        return text_maker([Alternative((msgspec.json.encode(self.constant).decode(),))], draws, kind=Kind.LITERAL)
