"""The text that brings a record to its length, once the length of all else is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from springhead.columns.column import Chunk, Column, Ids, Ints, Maker, State
from springhead.columns.draws import Draws
from springhead.columns.layout import RowBuffer
from springhead.columns.type import TEXT
from springhead.kernels import SLACK, fillings
from springhead.kernels.fillings import WHOLE

PROBE = 1  # bytes of the text with which a record is encoded first: where an empty text is written otherwise than others, this one is not

_TYPE = replace(TEXT, plain=True)


def probe_maker() -> Maker:
    """The maker of the texts with which records are encoded first."""

    def column(chunk: Chunk) -> Column:
        data = np.full(chunk.rows * PROBE + SLACK, ord("."), np.uint8)
        return Column(_TYPE, chunk.rows, data=data, ends=np.arange(1, chunk.rows + 1, dtype=np.int64) * PROBE)

    return Maker(_TYPE, column)


class Filling:
    """Makes the texts that fill a chunk's records.

    Args:
        sizes: from ids, uint64, shape (n,), to the bytes that each record's value is brought to, int64; a longer one stays as it is, and its text is empty.
        drawn: the share of a text's letters that are drawn; the others are the same one.
        draws: of the field.
    """

    def __init__(self, sizes: Callable[[Ids], Ints], drawn: float, draws: Draws) -> None:
        self._sizes, self._drawn, self._key, self._buffer = sizes, round(drawn * WHOLE), draws.key("value"), RowBuffer()

    def column(self, chunk: Chunk, probe: Column, lengths: Ints) -> Column:
        """The texts; valid until the next call.

        Args:
            chunk: the records.
            probe: the field's column with which they were encoded first.
            lengths: int64, shape (n,), of the values in bytes.
        """
        wanted = np.maximum(self._sizes(chunk.ids) - lengths + PROBE, 0)
        if probe.state is not None:
            wanted[probe.state != State.VALUE] = 0
        out, ends = self._buffer.room(int(wanted.sum()) + SLACK, chunk.rows)
        fillings(self._key, chunk.ids, wanted, self._drawn, out, ends)
        return replace(probe, data=out, ends=ends)
