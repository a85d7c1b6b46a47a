"""Texts made of other fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator
from pydantic import Field as Argument

from springhead.columns.type import NOT_PLAIN, WHAT_DOES_NOT_PRINT, Kind, Type
from springhead.errors import FieldError
from springhead.fields.field import Field
from springhead.fields.site import FieldPath, Reach, Site
from springhead.fields.template_text import Part, Reference, Slot, parse_template

if TYPE_CHECKING:
    from springhead.columns.column import Chunk, Column, Maker


def _parsed(text: str) -> str:
    parse_template(text)
    return text


class Template(Field, kind="template"):
    """A text with other fields in it: "{first}.{last}@example.com"."""

    example = '{template: "{first}.{last}@example.com"}'
    draws = False

    template: Annotated[str, AfterValidator(_parsed)] = Argument(
        description="Text with references to other fields in braces, which may have a format, as Python has them: {name:<20}, {price:>10,.2f}, {n:06}; widths count characters. A literal brace is written twice. Null where a field that it refers to is null."
    )

    @property
    def parts(self) -> tuple[Part, ...]:
        """Literals and references, in order."""
        return parse_template(self.template)

    @property
    def references(self) -> tuple[Reference, ...]:
        return tuple(slot.reference for slot in self.slots)

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The places of fields, in order."""
        return tuple(part for part in self.parts if isinstance(part, Slot))

    def column_type(self, reach: Reach) -> Type:
        """A text; null, or missing, where one of what it refers to is.

        Raises:
            FieldError: something that it refers to has no text, or cannot be printed as its format asks.
        """
        types = []
        for slot in self.slots:
            reference = slot.reference
            type_ = reach.type_of(reference)
            if type_ is None:
                continue
            if not type_.prints:
                raise FieldError(
                    f"the template '{self.template}' holds {{{reference}}}, which gives {WHAT_DOES_NOT_PRINT}: they do not print in a text"
                )
            if slot.form and (wrong := slot.form.unfit(type_)):
                raise FieldError(f"the format in {{{slot}}} does not fit the field '{reference}': {wrong}")
            types.append(type_)
        plain = all(each.plain for each in types if each.as_text and not each.printed) and not any(
            NOT_PLAIN.search((part if isinstance(part, str) else part.form.fill if part.form else "").encode()) for part in self.parts
        )
        return Type(Kind.TEXT, nullable=any(each.nullable for each in types), optional=any(each.optional for each in types), plain=plain)

    def maker(self, site: Site) -> Maker:
        from springhead.columns.column import Column, Maker, worst_state
        from springhead.columns.formatted import Formatted
        from springhead.columns.layout import Layout, RowBuffer

        type_ = self.column_type(site.reach)
        layout, buffer = Layout(), RowBuffer()
        printed: list[tuple[FieldPath, Formatted | None]] = []
        for part in self.parts:
            if isinstance(part, str):
                layout.constant(part.encode())
                continue
            path = site.reach.find(part.reference)
            told = site.reach.types[path]
            assert told is not None
            formatted = Formatted(part.form, told) if part.form else None
            printed.append((path, formatted))
            layout.text(layout.column(formatted.type if formatted else told))

        def column(chunk: Chunk) -> Column:
            used = [formatted.column(chunk.columns[path]) if formatted else chunk.columns[path] for path, formatted in printed]
            data, ends = layout.rows(chunk.rows, buffer, used)
            return Column(type_, chunk.rows, data=data, ends=ends, state=worst_state(used, chunk.rows))

        return Maker(type_, column)
