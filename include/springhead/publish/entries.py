"""A part's entry in the ledger, from what was made and sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from springhead.kafka.topics import TopicInfo
from springhead.ledger.entry import Attempt, Entry, PartitionReceipt, PartKey
from springhead.publish.sending import Tally
from springhead.records.batch import Batch
from springhead.records.engine import engine


@dataclass(frozen=True, slots=True)
class Entries:
    """What is the same in the entries of all parts that an attempt publishes.

    Attributes:
        batch, topic: what, and where to.
        spec_keys: key of the spec → digest of what is written there.
        attempt: who publishes.
        guarantee: exactly_once or at_least_once.
        republish: a token, or None.
    """

    batch: Batch
    topic: TopicInfo
    spec_keys: Mapping[str, str]
    attempt: Attempt
    guarantee: str
    republish: str | None = None

    def key(self, part: int) -> PartKey:
        """Which part of which batch."""
        return PartKey(self.batch.stream.name, self.batch.variant, self.batch.interval, self.batch.run_id, part)

    def entry(self, part: int, before: Tally, after: Tally, begins: Mapping[int, int], ends: Mapping[int, int]) -> Entry:
        """The entry of a part.

        Args:
            part: its number, from 1.
            before, after: what was made of the batch up to the part's first record, and up to its last.
            begins, ends: where the topic's partitions ended before its first record was sent, and after its last was acknowledged.
        """
        key, parts = self.key(part), self.batch.parts()
        counts = after.partitions - before.partitions
        return Entry(
            stream=key.stream,
            variant=key.variant,
            interval=key.interval,
            run_id=key.run_id,
            part=part,
            parts=len(parts),
            records=len(parts[part - 1]),
            bytes=after.bytes - before.bytes,
            digest=after.digest.hexdigest(),
            spec_digest=self.batch.spec_digest,
            spec_keys=self.spec_keys,
            engine=engine(),
            topic=self.topic.name,
            topic_id=self.topic.id,
            topic_partitions=self.batch.partitions,
            partitions={
                number: PartitionReceipt(count, begins.get(number), ends.get(number))
                for number, count in enumerate(counts.tolist())
                if count
            },
            republish=self.republish,
            attempt=self.attempt,
            guarantee=self.guarantee,
        )
