"""A request: which batch is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from springhead.errors import OptionError, Remedy, RemedyKind
from springhead.quantities import Interval
from springhead.spec import Stream

MOST_RECORDS = 100_000_000
_BATCH = re.compile(r"[\w.-]+(/[\w.-]+)*")  # no colon: see PartKey.transactional_id
_LONGEST_BATCH = 600  # the ids of a DAG and of a task have up to 250 characters each


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
        batch: the name of a batch beside the stream's own, with draws of its own, such as that of another DAG's task; None: the stream's own.

    Raises:
        OptionError: there is no such variant, the number of records is out of range, or the batch's name is none.
    """

    stream: Stream
    interval: Interval
    variant: str | None = None
    run_id: str | None = None
    records: int | None = None
    partition: int | None = None
    batch: str | None = None

    def __post_init__(self) -> None:
        if self.records is not None and not 1 <= self.records <= MOST_RECORDS:
            raise OptionError(f"records: {self.records} is not within 1 … {MOST_RECORDS:,}")
        if self.batch is not None and not (len(self.batch) <= _LONGEST_BATCH and _BATCH.fullmatch(self.batch)):
            raise OptionError(
                f"batch: {self.batch[:80]!r} names none: write letters, digits, '_', '.', '-', with '/' between, up to {_LONGEST_BATCH}, such as my_dag/my_task"
            )
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
            self.batch,
        )

    @cached_property
    def chosen(self) -> Stream:
        """The stream with the variant's overrides, and then the request's, in place."""
        asked = {"records": self.records, "partition": self.partition}
        return self.stream.with_variant(self.variant).model_copy(update={key: value for key, value in asked.items() if value is not None})
