"""Texts made of other fields, and values that are always the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, PlainValidator, WithJsonSchema
from pydantic import Field as Argument

from springhead.fields.choice import Scalar, scalar
from springhead.fields.field import Field
from springhead.fields.template import Part, Reach, Reference, parse_template

if TYPE_CHECKING:
    from springhead.column import Chunk, Column, Maker
    from springhead.draws import Draws


def _parsed(text: str) -> str:
    parse_template(text)
    return text


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

        from springhead.column import Kind, State
        from springhead.program import text_maker
        from springhead.steps import Alternative

        if self.constant is None:
            return text_maker([Alternative((), state=State.NULL)], draws)
        if isinstance(self.constant, str):
            return text_maker([Alternative((self.constant,))], draws)
        return text_maker([Alternative((msgspec.json.encode(self.constant).decode(),))], draws, kind=Kind.LITERAL)


class Template(Field, kind="template"):
    """A text with other fields in it: "{first}.{last}@example.com"."""

    template: Annotated[str, AfterValidator(_parsed)] = Argument(
        description="Text with references to other fields in braces; a brace itself is written twice. Null where one of them is null."
    )

    @property
    def parts(self) -> tuple[Part, ...]:
        """Literals and references, in order."""
        return parse_template(self.template)

    @property
    def references(self) -> tuple[Reference, ...]:
        """The references alone, as often as they stand there."""
        return tuple(part for part in self.parts if isinstance(part, Reference))

    def maker(self, draws: Draws, reach: Reach) -> Maker:
        from springhead.column import NEEDS_ESCAPE, Column, Kind, worst_state
        from springhead.layout import Layout, RowBuffer
        from springhead.methods import FakerError

        parts = [part if isinstance(part, str) else reach(part) for part in self.parts]
        special = any(NEEDS_ESCAPE.search(part.encode()) for part in parts if isinstance(part, str))
        buffer = RowBuffer()

        def column(chunk: Chunk) -> Column:
            layout, used = Layout(), []
            for part in parts:
                if isinstance(part, str):
                    layout.constant(part.encode())
                    continue
                used.append(chunk.columns[part])
                if used[-1].kind is Kind.LITERAL and used[-1].literal_type == "json":
                    raise FakerError(
                        f"the template '{self.template}' holds {{{'.'.join(part)}}}, which gives lists or objects: they do not print in a text"
                    )
                layout.text(used[-1])
            data, ends = layout.rows(chunk.rows, buffer)
            escape = special or any(c.escape for c in used)
            return Column(Kind.TEXT, chunk.rows, data=data, ends=ends, state=worst_state(used, chunk.rows), escape=escape)

        return column
