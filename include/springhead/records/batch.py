"""A batch: which records, by which name, of what size, at which times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from springhead.columns.column import Ids, Ints
from springhead.columns.draws import Draws
from springhead.errors import OptionError
from springhead.fields import Field, Object
from springhead.kernels import record_times
from springhead.quantities import Interval
from springhead.spec import Stream, spec_digest

CHUNK = 16_384  # records made at once. A tuning knob: it changes no byte
PART = 1_000_000  # records of a transaction
_FIELDS = 16  # of such records; of wider ones there are fewer


@dataclass(frozen=True, slots=True)
class Batch:
    """The records of one stream, variant and interval: a pure function of what stands here.

    Attributes:
        stream: with the variant's overrides in it.
        interval: the data interval [start, end) in UTC.
        variant: its name; None: the stream itself.
        run_id: the run's id for new data of a manual run; None: the interval's own batch.
        records: how many.
        partition: the partition that all records go to; None: by key, or drawn.
        partitions: the topic's partition count.
        spec_digest: of all that the user wrote and that decides the bytes.
    """

    stream: Stream
    interval: Interval
    variant: str | None
    run_id: str | None
    records: int
    partition: int | None
    partitions: int
    spec_digest: str

    @classmethod
    def of(
        cls,
        stream: Stream,
        interval: Interval,
        *,
        variant: str | None = None,
        run_id: str | None = None,
        records: int | None = None,
        partition: int | None = None,
        partitions: int = 1,
    ) -> Batch:
        """The batch of a stream, with the overrides of a form or a command line.

        Raises:
            OptionError: an unknown variant, a number of records or a partition out of range, an interval before 1970.
        """
        chosen = stream.with_variant(variant)
        size = chosen.records if records is None else records
        pinned = chosen.partition if partition is None else partition
        if not 1 <= size <= 100_000_000:
            raise OptionError(f"records: {size} is not within 1 … 100,000,000")
        if interval.start_us < 0:
            raise OptionError(f"interval: {interval} begins before 1970: Kafka's timestamps do not reach there")
        if pinned is not None and not 0 <= pinned < partitions:
            raise OptionError(
                f"partition: {pinned} is not within 0 … {partitions - 1}: the topic {chosen.topic} has {partitions} partition{'s' * (partitions != 1)}"
            )
        digest = spec_digest(stream, variant=variant, records=size, partition=pinned)
        return cls(chosen, interval, variant, run_id, size, pinned, partitions, digest)

    @property
    def draws(self) -> Draws:
        """The scope of the records' draws: seed, variant, interval, run id (DESIGN.md §4)."""
        return Draws((self.stream.effective_seed, self.variant, self.interval.start_us, self.interval.end_us, self.run_id))

    def times_us(self, ids: Ids) -> Ints:
        """Event times of these records: int64, shape (n,), µs since 1970, ascending with the record's number."""
        times = np.empty(ids.shape[0], np.int64)
        length = self.interval.end_us - self.interval.start_us
        record_times(self.draws.key("time"), self.interval.start_us, length, self.records, ids, times)
        return times

    def chunks(self, size: int | None = None, numbers: range | None = None) -> Iterator[Ids]:
        """The numbers of all records, or of these, uint64, `size` at a time; None: CHUNK, fewer of wide records."""
        size = self._of_this_width(CHUNK) if size is None else size
        wanted = range(self.records) if numbers is None else numbers
        for first in range(wanted.start, wanted.stop, size):
            yield np.arange(first, min(first + size, wanted.stop), dtype=np.uint64)

    @property
    def part_size(self) -> int:
        """Records of a part, unless the stream is atomic."""
        return self._of_this_width(PART)

    def _of_this_width(self, records: int) -> int:
        """So many records of up to sixteen fields; fewer that are wider."""
        return records * _FIELDS // max(_FIELDS, _leaves(self.stream.fields))

    def parts(self) -> list[range]:
        """The numbers of the records that one transaction holds, part by part.

        The size follows from the spec alone, so that every attempt cuts the batch alike: a million records, fewer where they have more than 16 fields, so that
        a part has about 256 MiB at most. `atomic` makes one part of all.
        """
        size = self.records if self.stream.atomic else self.part_size
        return [range(first, min(first + size, self.records)) for first in range(0, self.records, size)]

    def numbers_at(self, timestamp_ms: int) -> Ids:
        """The numbers of the records whose timestamp is this millisecond; uint64, often one."""

        def first_at(time_us: int) -> int:
            low, high = 0, self.records
            while low < high:
                middle = (low + high) // 2
                if int(self.times_us(np.array([middle], np.uint64))[0]) < time_us:
                    low = middle + 1
                else:
                    high = middle
            return low

        return np.arange(first_at(timestamp_ms * 1000), first_at((timestamp_ms + 1) * 1000), dtype=np.uint64)


def _leaves(fields: Mapping[str, Field]) -> int:
    """How many fields there are, those of objects counted and not the objects."""
    return sum(_leaves(field.object) if isinstance(field, Object) else 1 for field in fields.values())
