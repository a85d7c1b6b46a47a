"""Values by keys that are drawn, too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import Field as Argument

from springhead.columns.type import WHAT_DOES_NOT_PRINT, Kind, Type
from springhead.errors import FieldError
from springhead.fields.amounts import Count, bounds
from springhead.fields.field import AnyField, Field
from springhead.fields.model import Place
from springhead.fields.site import Reach, Site

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from springhead.columns.column import Bytes, Chunk, Column, Ints, Maker

KEY, VALUE = "[key]", "[value]"  # in paths


class Map(Field, kind="map"):
    """A mapping whose keys are drawn. A key that is drawn a second time is left out, so that a map can be shorter than its length."""

    example = "{map: {faker: word}, values: {integer: [1, 9]}, length: [0, 3]}"
    chunks_inside = True
    elements_inside = True

    map: AnyField = Argument(description="What a key is: a field whose values print in a text.")
    values: AnyField = Argument(description="What a value is: a field of any kind. It may name no other field of the map.")
    length: Count = Argument(
        description="How many entries are drawn: a number, or [min, max] or a distribution, from which one is drawn for each record."
    )

    @property
    def children(self) -> Mapping[str, Field]:
        return {KEY: self.map, VALUE: self.values}

    def place_inside(self, name: str) -> Place:
        return ("map",) if name == KEY else ("values",)

    @property
    def most_inside(self) -> int:
        return bounds(self.length)[1]

    def column_type(self, reach: Reach) -> Type | None:
        key, value = (reach.types[reach.inner(name)] for name in (KEY, VALUE))
        if key is not None and not key.prints:
            raise FieldError(f"a key of a map is a text, a number, a boolean or a time: this one gives {WHAT_DOES_NOT_PRINT}")
        if key is not None and key.stateful:
            raise FieldError("a key of a map cannot be null, and this one may be")
        if key is None or value is None:
            return None
        return Type(Kind.MAP, element=Type(Kind.OBJECT, optional=True, members={"key": key, "value": replace(value, optional=False)}))

    def made(self) -> str:
        low, high = bounds(self.length)
        return f"{f'{low:,} … ' if low < high else ''}{high:,} of the following"

    def maker(self, site: Site) -> Maker:
        import numpy as np

        from springhead.columns.column import Column, Maker, State
        from springhead.columns.layout import Printer
        from springhead.fields.elements import Elements

        elements, type_ = Elements(self.length, site.draws), self.column_type(site.reach)
        assert type_ is not None
        entry = type_.element
        assert entry is not None
        value_type = entry.members["value"]
        key, value = site.inner(KEY), site.inner(VALUE)
        printer, same = Printer(key.type), site.draws.key("same")

        def entries(chunk: Chunk) -> Column:
            keys, values = key(chunk), value(chunk)
            state = _repeated(same, *printer.rows(keys), chunk).astype(np.uint8) * np.uint8(State.MISSING)
            if values.state is not None:
                state[values.state == State.MISSING] = State.MISSING
                values = replace(values, type=value_type, state=values.state if value_type.nullable else None)
            return Column(entry, chunk.rows, children={"key": keys, "value": values}, state=state)

        return Maker(type_, lambda chunk: elements.column(chunk, type_, entries))


def _repeated(same: np.uint64, data: Bytes, ends: Ints, chunk: Chunk) -> NDArray[np.bool_]:
    """bool, shape (n,): the entries whose key stands before them in the same map.

    Args:
        same: the key of the texts' hashes.
        data, ends: the keys' texts.
        chunk: of the entries.
    """
    import numpy as np

    from springhead.kernels import text_ids

    texts = np.empty(chunk.rows, np.uint64)
    text_ids(same, data, ends, texts)
    maps = np.cumsum(chunk.numbers == 0)
    order = np.lexsort((chunk.numbers, texts, maps))
    again = np.zeros(chunk.rows, np.bool_)
    again[order[1:]] = (np.diff(maps[order]) == 0) & (np.diff(texts[order]) == 0)
    return again
