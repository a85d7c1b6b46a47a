"""Texts made of other fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator
from pydantic import Field as Argument

from springhead.fields.field import Field
from springhead.fields.template_text import Part, Reach, Reference, parse_template

if TYPE_CHECKING:
    from springhead.columns.column import Chunk, Column, Maker
    from springhead.columns.draws import Draws


def _parsed(text: str) -> str:
    parse_template(text)
    return text


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
        from springhead.columns.column import NEEDS_ESCAPE, Column, Kind, worst_state
        from springhead.columns.layout import Layout, RowBuffer
        from springhead.errors import FieldError

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
                    raise FieldError(
                        f"the template '{self.template}' holds {{{'.'.join(part)}}}, which gives lists or objects: they do not print in a text"
                    )
                layout.text(used[-1])
            data, ends = layout.rows(chunk.rows, buffer)
            escape = special or any(c.escape for c in used)
            return Column(Kind.TEXT, chunk.rows, data=data, ends=ends, state=worst_state(used, chunk.rows), escape=escape)

        return column
