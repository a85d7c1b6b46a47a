"""Columns put together of other makers' columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import numpy as np

from springhead.columns.alias import alias_table
from springhead.columns.column import Chunk, Column, Ids, Ints, Maker, State
from springhead.columns.draws import Draws
from springhead.columns.merge import Merge
from springhead.kernels import picks


def mixture_maker(makers: Sequence[Maker], weights: Sequence[float | Fraction], draws: Draws) -> Maker:
    """The maker of a column of which each row is made by one of several makers.

    Args:
        makers: of any types; each is asked for its own rows only.
        weights: how likely each maker is.
        draws: of the field; the makers have draws of their own (`Draws.part`).
    """
    pick = picker(weights, draws.key("mix"))
    return merged_maker(dict(enumerate(makers)), lambda chunk: pick(chunk.ids))


def picker(weights: Sequence[float | Fraction], key: np.uint64) -> Callable[[Ids], Ints]:
    """What draws one of several by their weights: from ids, uint64, shape (n,), to numbers from 0 on, int64, shape (n,). key: of these draws."""
    keep, alias = (np.array(each, kind) for each, kind in zip(alias_table(weights), (np.uint64, np.int64), strict=True))

    def pick(ids: Ids) -> Ints:
        chosen = np.empty(ids.shape[0], np.int64)
        picks(key, ids, keep, alias, chosen)
        return chosen

    return pick


def merged_maker(makers: Mapping[int, Maker], chosen: Callable[[Chunk], Ints], *, gaps: bool = False) -> Maker:
    """The maker of a column of which each row is made by one of several makers, each of which is asked for its own rows only.

    Args:
        makers: by their numbers.
        chosen: from a chunk to the number of each row's maker, int64, shape (n,).
        gaps: whether there may be numbers without a maker: such rows are null.
    """
    merge = Merge([maker.type for maker in makers.values()], State.NULL if gaps else State.VALUE)

    def column(chunk: Chunk) -> Column:
        ways = chosen(chunk)
        places = [np.flatnonzero(ways == number) for number in makers]
        parts = [maker(chunk.take(of)) for maker, of in zip(makers.values(), places, strict=True)]
        return merge(parts, places, chunk.rows)

    return Maker(merge.type, column)
