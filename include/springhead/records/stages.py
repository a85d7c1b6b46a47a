"""Stages: records → records, after the press. What takes some of them away, changes or copies them stands here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from springhead.records.records import Records

if TYPE_CHECKING:
    from springhead.records.batch import Batch


class Stage(Protocol):
    """Makes other records of a chunk's, by nothing but what these are: the same whatever the chunk.

    A record is known by (id, copy): a stage that copies one counts its copies in `Records.copies`, and makes them with the record at whose position they stand,
    whatever else is asked for. Where it changes a key it sees to the partition.
    """

    def __call__(self, records: Records) -> Records:
        """What comes out; there may be more of them, fewer, or none."""


def stages_of(_: Batch) -> tuple[Stage, ...]:
    """The stages of a batch, in order. No key of the language asks for one yet."""
    return ()
