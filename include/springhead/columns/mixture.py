"""Columns put together of other makers' columns."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from springhead.columns.alias import alias_table
from springhead.columns.column import Chunk, Column, Maker
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
    keep, alias = (np.array(each, kind) for each, kind in zip(alias_table(weights), (np.uint64, np.int64), strict=True))
    key = draws.key("mix")
    merge = Merge([maker.type for maker in makers])

    def column(chunk: Chunk) -> Column:
        chosen = np.empty(chunk.rows, np.int64)
        picks(key, chunk.ids, keep, alias, chosen)
        places = [np.flatnonzero(chosen == number) for number in range(len(makers))]
        parts = [maker(chunk.take(of)) for maker, of in zip(makers, places, strict=True)]
        return merge(parts, places, chunk.rows)

    return Maker(merge.type, column)
