"""One of several fields, as another one says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator
from pydantic import Field as Argument

from springhead.columns.type import WHAT_DOES_NOT_PRINT, Type
from springhead.errors import FieldError
from springhead.fields.alternatives import alternatives_maker, texts_of_alternatives, type_of_alternatives
from springhead.fields.field import AnyField, Field, ReferenceText
from springhead.fields.model import Place, refused, step_text
from springhead.fields.site import MemberTexts, Reach, Site
from springhead.fields.template_text import Reference, parse_reference

if TYPE_CHECKING:
    from springhead.columns.column import Chunk, Ints, Maker

DEFAULT = "[]"  # in paths; of a value: [value]


def _by_text(value: object) -> object:
    """The values as they print: true, 7 and "7" are compared so."""
    if not isinstance(value, dict):
        return value
    if None in value:
        raise refused([((None,), "null has no field of its own: `default` is for all other values, null among them")], key=True)
    texts = [step_text(key) for key in value]
    if twice := [key for key, text in zip(value, texts, strict=True) if texts.count(text) > 1]:
        raise refused([((twice[-1],), f"'{step_text(twice[-1])}' stands here twice: values are compared as they print")], key=True)
    return dict(zip(texts, value.values(), strict=True))


class Case(Field, kind="case"):
    """The field that belongs to another one's value: the currency of a country. Where none does, the default; without it, null."""

    example = "{case: country, of: {US: {constant: USD}, VN: {constant: VND}}, default: {constant: EUR}}"
    draws = False
    chunks_inside = True

    case: ReferenceText = Argument(description="The name of a field whose values print in a text.")
    of: Annotated[dict[str, AnyField], BeforeValidator(_by_text), Argument(min_length=1)] = Argument(
        description="value → the field that stands there, of any kind. One that never comes is an error, where the file says which values there are."
    )
    default: AnyField | None = Argument(None, description="The field for all other values, null among them.")

    @property
    def references(self) -> tuple[Reference, ...]:
        return (parse_reference(self.case),)

    @property
    def children(self) -> Mapping[str, Field]:
        arms = {f"[{value}]": field for value, field in self.of.items()}
        return arms if self.default is None else arms | {DEFAULT: self.default}

    def place_inside(self, name: str) -> Place:
        return ("default",) if name == DEFAULT else ("of", name[1:-1])

    def column_type(self, reach: Reach) -> Type | None:
        told = reach.type_of(self.references[0])
        if told is not None and not told.prints:
            raise FieldError(f"'{self.case}' gives {WHAT_DOES_NOT_PRINT}: 'case' names a field whose values print in a text")
        return type_of_alternatives(self.children, reach, gaps=self.default is None)

    def texts(self, member: MemberTexts) -> frozenset[str] | None:
        return texts_of_alternatives(self.children, member)

    def made(self) -> str:
        return f"one of the following, by '{self.case}'"

    def maker(self, site: Site) -> Maker:
        import numpy as np

        from springhead.columns.column import State
        from springhead.columns.gathered import laid
        from springhead.columns.layout import Printer
        from springhead.kernels import text_ids

        self.column_type(site.reach)  # or the error
        path = site.reach.find(self.references[0])
        type_ = site.reach.types[path]
        assert type_ is not None
        printer, key = Printer(type_), site.draws.key("case")
        values = np.empty(len(self.of), np.uint64)
        text_ids(key, *laid([value.encode() for value in self.of]), values)
        order = values.argsort()

        def chosen(chunk: Chunk) -> Ints:
            column, texts = chunk.columns[path], np.empty(chunk.rows, np.uint64)
            text_ids(key, *printer.rows(column), texts)
            places = np.minimum(values.searchsorted(texts, sorter=order), len(values) - 1)
            arms = order[places]
            arms[values[arms] != texts] = len(values)
            if column.state is not None:
                arms[column.state != State.VALUE] = len(values)
            return arms

        return alternatives_maker(self.children, site, chosen, gaps=self.default is None)
