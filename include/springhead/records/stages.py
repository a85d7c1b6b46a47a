"""Stages: records → records, after the press. What takes some of them away, changes or copies them stands here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from springhead.records.records import Records
from springhead.records.tombstones import Tombstones

if TYPE_CHECKING:
    from springhead.records.batch import Batch


class Stage(Protocol):
    """Turns the records of a chunk into others. What a record becomes depends on that record alone, not on how chunks were cut.

    A record is identified by (id, copy). A stage that copies a record numbers the copies in `Records.copies`, and always makes them together with that record.
    A stage that changes a key also sets the partition. A stage that adds a header adds it to every chunk, null where a record has none: the order of headers
    is in a part's digest.
    """

    def __call__(self, records: Records) -> Records:
        """What comes out; there may be more of them, fewer, or none."""


def stages_of(batch: Batch) -> tuple[Stage, ...]:
    """The stages of a batch, in order. Faulty copies are made of what comes out of the last one (springhead.records.copies)."""
    share = batch.stream.tombstones
    return (Tombstones(share, batch.draws),) if share else ()
