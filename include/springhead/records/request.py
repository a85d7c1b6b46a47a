"""A request: which batch is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from springhead.errors import OptionError, Remedy, RemedyKind
from springhead.quantities import Interval
from springhead.spec import Stream

MOST_RECORDS = 100_000_000


@dataclass(frozen=True)
class Request:
    """What is asked for: a stream, an interval, and what a form or a command overrides.

    Attributes:
        stream: as its file says.
        interval: the data interval [start, end) in UTC.
        variant: one of the stream's variants; None: the stream itself.
        run_id: the run's id for new data of a manual run; None: the interval's own batch.
        records: in place of the stream's or the variant's.
        partition: in place of theirs: pins all records.

    Raises:
        OptionError: there is no such variant, or the number of records is out of range.
    """

    stream: Stream
    interval: Interval
    variant: str | None = None
    run_id: str | None = None
    records: int | None = None
    partition: int | None = None

    def __post_init__(self) -> None:
        if self.records is not None and not 1 <= self.records <= MOST_RECORDS:
            raise OptionError(f"records: {self.records} is not within 1 … {MOST_RECORDS:,}")
        self.stream.with_variant(self.variant)

    def remedy(self, kind: RemedyKind, connection: str) -> Remedy:
        """A way out of an error about this batch."""
        return Remedy(
            kind,
            connection,
            self.stream.name,
            str(self.interval),
            self.variant,
            self.run_id,
            self.records,
            self.partition,
            str(self.stream.path),
        )

    @cached_property
    def chosen(self) -> Stream:
        """The stream with the variant's overrides, and then the request's, in place."""
        asked = {"records": self.records, "partition": self.partition}
        return self.stream.with_variant(self.variant).model_copy(update={key: value for key, value in asked.items() if value is not None})
