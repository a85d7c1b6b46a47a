"""Tombstones: records with a key and no value, by which a compacted topic forgets a key."""

from __future__ import annotations

from dataclasses import replace

from springhead.columns.draws import Draws
from springhead.columns.rows import Rows
from springhead.records.chosen import chosen
from springhead.records.records import Records


class Tombstones:
    """The stage that takes the value of a share of the records. They keep all else.

    Args:
        share: of the records.
        draws: of the batch.
    """

    def __init__(self, share: float, draws: Draws) -> None:
        self._share, self._key = share, Draws((*draws.scope, "tombstone")).key("chosen")

    def __call__(self, records: Records) -> Records:
        values, taken = records.values, chosen(self._key, records.ids, self._share)
        return replace(records, values=Rows(values.data, values.ends, taken if values.nulls is None else values.nulls | taken))
