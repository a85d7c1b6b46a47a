"""Values one after the other."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, PlainValidator, WithJsonSchema
from pydantic import Field as Argument

from springhead.columns.type import NOT_PLAIN, Kind, Type
from springhead.errors import FieldError
from springhead.fields.field import Field
from springhead.fields.scalar import Scalar, alike, texts_of, type_of
from springhead.fields.site import MemberTexts, Reach, Site
from springhead.wording import describe

if TYPE_CHECKING:
    from springhead.columns.column import Chunk, Column, Maker


def _values(value: object) -> tuple[Scalar, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"expected a list of values, which come one after the other; found {describe(value)}")
    return alike(value)


def _group(name: str) -> str:
    if not 1 <= len(name) <= 255 or not name.isprintable():
        raise ValueError("the name of a group has 1 to 255 printable characters, such as matrix")
    return name


class Cycle(Field, kind="cycle"):
    """The values of a list one after the other, by the record's number, and again from the first."""

    example = "{cycle: [debit, credit, cash], group: matrix}"
    draws = False

    cycle: Annotated[
        tuple[Scalar, ...],
        PlainValidator(_values),
        WithJsonSchema({"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}, "minItems": 1}),
    ] = Argument(description="A list of values. All text, all numbers or all booleans; null may stand among them.")
    group: Annotated[str, AfterValidator(_group)] | None = Argument(
        None,
        description="Fields of one group run through all their combinations: the first one's values follow each other from record to record, "
        "the next one goes on when the first is through.",
    )

    def column_type(self, reach: Reach) -> Type:
        """As the values are.

        Raises:
            FieldError: the group has too many combinations, or it stands where there are no fields beside it.
        """
        self._records_per_value(reach)
        type_ = type_of(self.cycle)
        plain = type_.kind is Kind.TEXT and not any(NOT_PLAIN.search(str(value).encode()) for value in self.cycle)
        return replace(type_, plain=plain)

    def _records_per_value(self, reach: Reach) -> int:
        """How many records have a value before the next one comes: as many as there are combinations of the fields before it in its group."""
        if self.group is None:
            return 1
        sizes = {path: len(of.cycle) for path, of in reach.fellows().items() if isinstance(of, Cycle) and of.group == self.group}
        if reach.path not in sizes:
            raise FieldError(
                "a group is of fields that stand under 'fields': have it there, hidden if need be, and name it here", ("group",)
            )
        if reach.path == next(iter(sizes)) and math.prod(sizes.values()) >= 2**63:
            raise FieldError(
                f"the fields of the group '{self.group}' have more than 2^63 combinations, which no batch runs through", ("group",)
            )
        before = list(sizes)[: list(sizes).index(reach.path)]
        return math.prod(sizes[path] for path in before)

    def made(self) -> str:
        return "one after the other"

    def texts(self, member: MemberTexts) -> frozenset[str]:
        return texts_of(self.cycle)

    def maker(self, site: Site) -> Maker:
        import msgspec
        import numpy as np

        from springhead.columns.column import Column, Maker, State
        from springhead.columns.gathered import gathered, laid
        from springhead.columns.layout import RowBuffer

        type_, buffer = self.column_type(site.reach), RowBuffer()
        each, count = np.uint64(self._records_per_value(site.reach)), np.uint64(len(self.cycle))
        texts = laid([value.encode() if isinstance(value, str) else msgspec.json.encode(value) for value in self.cycle])
        states = np.array([State.NULL if value is None else State.VALUE for value in self.cycle], np.uint8)

        def column(chunk: Chunk) -> Column:
            places = (chunk.numbers // each % count).astype(np.int64)
            data, ends = gathered([texts], places[np.newaxis], buffer)
            return Column(type_, chunk.rows, data=data, ends=ends, state=states[places] if type_.nullable else None)

        return Maker(type_, column)
