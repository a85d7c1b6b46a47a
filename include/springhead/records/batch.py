"""A batch: which records, of what size, in which parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from springhead.columns.column import Chunk
from springhead.columns.draws import Draws
from springhead.errors import OptionError
from springhead.fields import Field
from springhead.quantities import Interval
from springhead.records.arrivals import Arrivals, arrivals_of
from springhead.records.request import Request
from springhead.spec import Stream, errors_in, spec_digest, spec_keys
from springhead.spec.partition import bounds_of
from springhead.topic_facts import MOST_PARTITIONS, TopicFacts

CHUNK = 16_384  # records made at once, at most. A tuning knob: it changes no byte
PART = 1_000_000  # records of a transaction
_MANY = 1000  # partitions that a topic is taken to have, of which nothing is known but that records name them
_FIELDS = 16  # of such records; of wider ones there are fewer


@dataclass(frozen=True)
class Batch:
    """The records of one request, for one topic: a pure function of what stands here.

    Attributes:
        request: what was asked for.
        facts: of the topic.
        arrivals: which records there are, and when.
        part_records: how many of them a part has at most, where they have up to sixteen fields.
    """

    request: Request
    facts: TopicFacts
    arrivals: Arrivals
    part_records: int = PART

    @classmethod
    def of(cls, request: Request, facts: TopicFacts | None = None, part_records: int = PART) -> Batch:
        """The batch that is asked for.

        Args:
            request: which one.
            facts: of the topic; None: they are not known, and the topic is taken to have just enough partitions for those that the stream names.
            part_records: as above.

        Raises:
            OptionError: the topic has no such partition, or the interval no such records.
            SpecError: the profile, or the outages, cannot be.
        """
        pinned = request.chosen.pinned
        if pinned is not None and pinned >= MOST_PARTITIONS:
            raise OptionError(f"partition: {pinned} is not within 0 … {MOST_PARTITIONS - 1:,}")
        known = facts or TopicFacts(partitions=_enough(request.chosen))
        partitions = known.partitions
        if pinned is not None and not 0 <= pinned < partitions:
            raise OptionError(
                f"partition: {pinned} is not within 0 … {partitions - 1}: the topic {request.chosen.topic} has {partitions} partition{'s' * (partitions != 1)}"
            )
        with errors_in(request.stream, request.variant):
            arrivals = arrivals_of(request)
        return cls(request, known, arrivals, part_records)

    def on(self, facts: TopicFacts) -> Batch:
        """The same batch with the facts with which it was opened."""
        return replace(self, facts=facts)

    @property
    def stream(self) -> Stream:
        """With the variant's and the request's words in place of its own."""
        return self.request.chosen

    @property
    def interval(self) -> Interval:
        """The data interval."""
        return self.request.interval

    @property
    def records(self) -> int:
        """How many arrive."""
        return self.arrivals.count

    def at(self, positions: range) -> Chunk:
        """The records at these positions, as `Arrivals.at`.

        Raises:
            SpecError: their times cannot be.
        """
        with errors_in(self.request.stream, self.request.variant):
            return self.arrivals.at(positions)

    @property
    def draws(self) -> Draws:
        """The scope of the records' draws."""
        return Draws(self.arrivals.scope)

    @cached_property
    def spec_digest(self) -> str:
        """Of all that the user wrote and that decides the bytes."""
        return spec_digest(self.stream)

    @cached_property
    def spec_keys(self) -> Mapping[str, str]:
        """Key of the spec → digest of what is written there."""
        return spec_keys(self.stream)

    @cached_property
    def parts(self) -> list[range]:
        """The positions of the records that one transaction holds, part by part; at least one part, which may be empty.

        Their size follows from the spec alone, so that every attempt cuts the batch alike: a million records, fewer where they have more than 16 fields, so
        that a part has about 256 MiB at most. `atomic` makes one part of all.
        """
        size = self.records if self.stream.atomic else self.part_size
        return [range(first, min(first + size, self.records)) for first in range(0, max(self.records, 1), max(size, 1))]

    @property
    def part_size(self) -> int:
        """Records of a part, unless the stream is atomic."""
        return self._of_this_width(self.part_records)

    @property
    def chunk_size(self) -> int:
        """Records that are made at once, at most: `Press.chunks` has fewer where they are large."""
        return self._of_this_width(CHUNK)

    def _of_this_width(self, records: int) -> int:
        """So many records of up to sixteen fields; fewer that are wider."""
        return max(1, records * _FIELDS // max(_FIELDS, _leaves(self.stream.fields)))


def _enough(stream: Stream) -> int:
    """So many partitions as the records of a stream need."""
    bounds = bounds_of(stream.partition)
    return _MANY if bounds is None and stream.partition is not None else max(0, bounds[1] if bounds else 0) + 1


def _leaves(fields: Mapping[str, Field]) -> int:
    """How many fields there are; an object counts as the fields in it."""
    return sum(_leaves(field.children) or 1 for field in fields.values())


def parts_among(count: int, asked: Sequence[int] | None) -> list[int]:
    """The numbers of the parts that are asked for, of a batch of so many, ascending; None: of all.

    Raises:
        OptionError: there is no such part, or none is named.
    """
    if asked is None:
        return list(range(1, count + 1))
    if not asked:
        raise OptionError("parts: name at least one")
    for part in asked:
        if not 1 <= part <= count:
            raise OptionError(f"parts: there is no part {part}: this batch has {count} part{'s' * (count != 1)}")
    return sorted(set(asked))
