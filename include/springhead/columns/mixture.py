"""Columns put together of other makers' columns."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from springhead.columns.alias import alias_table
from springhead.columns.column import Bytes, Chunk, Column, Ints, Kind, Maker
from springhead.columns.draws import Draws
from springhead.columns.gathered import gathered
from springhead.columns.layout import Layout, RowBuffer
from springhead.kernels import picks

_TEXTS = (Kind.TEXT, Kind.LITERAL)


def mixture_maker(makers: Sequence[Maker], weights: Sequence[float | Fraction], draws: Draws, *, literal_type: str = "number") -> Maker:
    """The maker of a column of which each row is made by one of several makers.

    Args:
        makers: of values of one type, which refer to no other field; each is asked for its own rows only.
        weights: how likely each maker is.
        draws: of the field; the makers have draws of their own (`Draws.part`).
        literal_type: as in `Column`, where the values are no texts.
    """
    keep, alias = (np.array(each, kind) for each, kind in zip(alias_table(weights), (np.uint64, np.int64), strict=True))
    key = draws.key("mix")
    buffer, printed = RowBuffer(), [RowBuffer() for _ in makers]

    def column(chunk: Chunk) -> Column:
        chosen = np.empty(chunk.rows, np.int64)
        picks(key, chunk.ids, keep, alias, chosen)
        places = [np.flatnonzero(chosen == number) for number in range(len(makers))]
        parts = [maker(Chunk(chunk.ids[of], chunk.times_us[of], {})) for maker, of in zip(makers, places, strict=True)]
        state = _state(parts, places, chunk.rows)
        first = parts[0]
        if first.kind not in _TEXTS and all((part.kind, part.decimals) == (first.kind, first.decimals) for part in parts):
            values = np.empty(chunk.rows, np.int64)
            for part, of in zip(parts, places, strict=True):
                values[of] = part.values
            return Column(first.kind, chunk.rows, values=values, decimals=first.decimals, state=state)
        texts = [part if part.kind in _TEXTS else _printed(part, own) for part, own in zip(parts, printed, strict=True)]
        rows = np.full((len(parts), chunk.rows), -1, np.int64)
        for number, of in enumerate(places):
            rows[number, of] = np.arange(of.shape[0])
        data, ends = gathered(texts, rows, buffer)
        kind = Kind.TEXT if all(part.kind is Kind.TEXT for part in parts) else Kind.LITERAL
        escape = any(part.escape for part in parts)
        return Column(kind, chunk.rows, data=data, ends=ends, state=state, escape=escape, literal_type=literal_type)

    return column


def _printed(column: Column, buffer: RowBuffer) -> Column:
    """A column of numbers or booleans as JSON text."""
    layout = Layout()
    layout.text(column)
    data, ends = layout.rows(column.rows, buffer)
    return Column(Kind.LITERAL, column.rows, data=data, ends=ends)


def _state(parts: Sequence[Column], places: Sequence[Ints], rows: int) -> Bytes | None:
    if all(part.state is None for part in parts):
        return None
    state: Bytes = np.zeros(rows, np.uint8)
    for part, of in zip(parts, places, strict=True):
        if part.state is not None:
            state[of] = part.state
    return state
