"""What the ledger has of one batch, and how that differs from what would be published now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from springhead.faults import KINDS
from springhead.ledger.entry import Entry, Opening, PartitionShare
from springhead.ledger.key import BatchKey
from springhead.records.batch import Batch
from springhead.records.digests import batch_digest
from springhead.records.engine import engine, versions_text


@dataclass(frozen=True, slots=True)
class Published:
    """What the ledger has of one batch.

    Attributes:
        batch: which.
        opening: what its parts agree on; None: there is nothing.
        entries: part → its entry, in the order of the parts.
    """

    batch: BatchKey
    opening: Opening | None
    entries: Mapping[int, Entry]

    @classmethod
    def among(cls, entries: Iterable[Entry], batch: BatchKey, republish: str | None = None) -> Published:
        """That of one batch among the ledger's entries; with a token, only what was republished by it."""
        ours = {
            entry.key.part: entry
            for entry in entries
            if entry.key.batch == batch and (republish is None or entry.opening.republish == republish)
        }
        first = ours[min(ours)].opening if ours else None
        # Parts beyond the last one are of an earlier publication, which was cut otherwise.
        return cls(batch, first, {part: ours[part] for part in sorted(ours) if first and 0 < part <= first.parts})

    def only(self, parts: Iterable[int]) -> Published:
        """The same of some of the parts, those that are there."""
        return Published(self.batch, self.opening, {part: self.entries[part] for part in parts if part in self.entries})

    def lacks(self, parts: Iterable[int]) -> list[int]:
        """Which of these parts are not there."""
        return [part for part in parts if part not in self.entries]

    @property
    def of_parts(self) -> tuple[int, ...] | None:
        """The numbers of the parts that are there; None: all of the batch."""
        assert self.opening is not None
        return None if len(self.entries) == self.opening.parts else tuple(self.entries)

    @property
    def records(self) -> int:
        """Of the parts that are there."""
        return sum(entry.records for entry in self.entries.values())

    @property
    def bytes(self) -> int:
        """Of keys and values of the parts that are there."""
        return sum(entry.bytes for entry in self.entries.values())

    @property
    def faults(self) -> dict[str, int]:
        """Kind of fault → how many records of the parts that are there have it, in the order of the kinds."""
        total = Counter[str]()
        for entry in self.entries.values():
            total.update(entry.faults)
        return {kind: total[kind] for kind in (*KINDS, "drop") if total[kind]}

    @property
    def digest(self) -> str:
        """Of the parts that are there, at least one; the batch's, where that is all of them."""
        return batch_digest([entry.digest for entry in self.entries.values()])

    def partitions(self) -> dict[int, PartitionShare]:
        """By partition: its records, and from where the first part that wrote to it began to where the last one ended."""
        found: dict[int, PartitionShare] = {}
        for entry in self.entries.values():
            for number, share in entry.partitions.items():
                found[number] = _together(found.get(number), share)
        return dict(sorted(found.items()))

    @property
    def guarantee(self) -> str:
        """What is guaranteed of all of it: exactly_once, or at_least_once where that is so of a part."""
        found = {each.guarantee for each in self.openings}
        return "at_least_once" if "at_least_once" in found else "exactly_once"

    @property
    def openings(self) -> list[Opening]:
        """What the batch was opened as, and what each of its parts says it was."""
        return [*([self.opening] if self.opening else []), *(entry.opening for entry in self.entries.values())]

    def of_another_topic(self, topic: str, topic_id: str) -> str:
        """How it was published elsewhere, for an error; "": it was not."""
        for each in self.openings:
            if (each.topic, each.facts.topic_id) != (topic, topic_id):
                return f"to a topic '{each.topic}' (id {each.facts.topic_id}) that no longer exists; today's topic '{topic}' (id {topic_id}) is another one"
        return ""

    def of_another_engine(self) -> str:
        """By which other engine it was made, for an error; "": by this one."""
        others = [each.engine for each in self.openings if dict(each.engine) != engine()]
        return f"made by {versions_text(others[0])}, and this is {versions_text(engine())}" if others else ""

    def of_another_spec(self, batch: Batch) -> str:
        """What of the spec differs from the batch's, for an error; "": nothing."""
        for each in self.openings:
            if each.spec_digest != batch.spec_digest:
                changed = ", ".join(each.differing_keys(batch.spec_keys)) or "a custom provider or a file"
                return f"{changed} changed since (digest {each.spec_digest} then, {batch.spec_digest} now)"
        return ""

    def of_other_partitions(self) -> str:
        """Which part was made for another partition count than the batch was opened for, for an error; "": none."""
        assert self.opening is not None
        for part, entry in self.entries.items():
            if (there := entry.opening.facts.partitions) != self.opening.facts.partitions:
                return f"part {part} for {there} partitions, the batch for {self.opening.facts.partitions}"
        return ""


def _together(before: PartitionShare | None, share: PartitionShare) -> PartitionShare:
    """Both shares as one. Parts may have been published in any order."""
    if before is None:
        return share
    firsts, ends = (before.first_offset, share.first_offset), (before.end_offset, share.end_offset)
    return PartitionShare(
        before.records + share.records,
        min((first for first in firsts if first is not None), default=None) if None not in firsts else None,
        max((end for end in ends if end is not None), default=None) if None not in ends else None,
    )
