"""What stands in arrays and maps: rows of their own, several for a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from springhead.fields.amounts import CountValue, drawn

if TYPE_CHECKING:
    from collections.abc import Callable

    from springhead.columns.column import Chunk, Column
    from springhead.columns.draws import Draws
    from springhead.columns.type import Type


class Elements:
    """How many elements records have, and what their draws are keyed by.

    Args:
        length: of an array.
        draws: of its field.
    """

    def __init__(self, length: CountValue, draws: Draws) -> None:
        self._lengths, self._key = drawn(length, draws.key("length")), draws.key("element")

    def column(self, chunk: Chunk, type_: Type, made: Callable[[Chunk], Column]) -> Column:
        """The column of the arrays.

        Args:
            type_: of the column.
            made: makes the elements: of a chunk whose ids are hashes of the record's id and the place in the array, and whose numbers are that place, from 0 on.
        """
        import numpy as np

        from springhead.columns.column import Column
        from springhead.kernels import inner_ids

        lengths = self._lengths(chunk.ids)
        rows = np.repeat(np.arange(chunk.rows), lengths)
        ends = np.cumsum(lengths)
        numbers = (np.arange(rows.shape[0]) - (ends - lengths)[rows]).astype(np.uint64)
        ids = np.empty(rows.shape[0], np.uint64)
        inner_ids(self._key, chunk.ids, rows, numbers, ids)
        return Column(type_, chunk.rows, ends=ends, elements=made(chunk.inside(rows, ids, numbers)))
