"""Entries of the ledger, from what was made and sent."""

from __future__ import annotations

from collections.abc import Mapping

from springhead.ledger.entry import Entry, Opening, PartitionShare
from springhead.ledger.key import BatchKey
from springhead.publish.job import Job
from springhead.records.batch import Batch
from springhead.records.engine import engine
from springhead.records.tally import Tally


def opening_of(job: Job, batch: Batch) -> Opening:
    """What all parts of the batch agree on."""
    return Opening(
        parts=len(batch.parts),
        spec_digest=batch.spec_digest,
        spec_keys=batch.spec_keys,
        engine=engine(),
        topic=job.topic.name,
        facts=batch.facts,
        republish=job.republish,
        guarantee=job.guarantee.value,
    )


def entry_of(job: Job, batch: Batch, part: int, tally: Tally, begins: Mapping[int, int], ends: Mapping[int, int]) -> Entry:
    """The entry of a part.

    Args:
        part: its number, from 1.
        tally: of its records.
        begins, ends: where the topic's partitions ended before its first record was sent, and after its last was acknowledged; empty where that is not known.
    """
    shares = {
        number: PartitionShare(count, begins.get(number), ends.get(number))
        for number, count in enumerate(tally.partitions.tolist())
        if count
    }
    key = BatchKey.of(batch.request).part(part)
    return Entry(key, opening_of(job, batch), job.attempt, tally.rows, tally.bytes, tally.digest, shares, tally.faults)
