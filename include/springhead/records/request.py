"""A request: which batch is asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from springhead.errors import OptionError, Remedy, RemedyKind
from springhead.quantities import Interval, parse_rate
from springhead.spec import Stream
from springhead.spec.parameters import text_of
from springhead.spec.rate import rate_text

MOST_RECORDS = 100_000_000
_BATCH = re.compile(r"[\w.-]+(/[\w.-]+)*")  # no colon: see PartKey.transactional_id
_LONGEST_BATCH = 600  # the ids of a DAG and of a task have up to 250 characters each


@dataclass(frozen=True)
class Request:
    """What is asked for: a stream, an interval, and what a form or a command overrides.

    Attributes:
        stream: as its file says, with the values that its parameters were given.
        interval: the data interval [start, end) in UTC.
        variant: one of the stream's variants; None: the stream itself.
        run_id: the run's id for new data of a manual run; None: the interval's own batch.
        records: in place of the stream's or the variant's.
        rate: in place of theirs, such as 20/s.
        partition: in place of theirs: pins all records.
        batch: the name of a batch beside the stream's own, with draws of its own, such as that of another DAG's task; None: the stream's own.

    Raises:
        OptionError: there is no such variant, the number of records is out of range, the rate is none, the stream has the other one of the two, or the batch's name or the run's id is none.
    """

    stream: Stream
    interval: Interval
    variant: str | None = None
    run_id: str | None = None
    records: int | None = None
    partition: int | None = None
    batch: str | None = None
    rate: str | None = None

    def __post_init__(self) -> None:
        if self.records is not None and not 1 <= self.records <= MOST_RECORDS:
            raise OptionError(f"records: {self.records} is not within 1 … {MOST_RECORDS:,}")
        if self.batch is not None and not (len(self.batch) <= _LONGEST_BATCH and _BATCH.fullmatch(self.batch)):
            raise OptionError(
                f"batch: {self.batch[:80]!r} names none: write letters, digits, '_', '.', '-', with '/' between, up to {_LONGEST_BATCH}, such as my_dag/my_task"
            )
        if self.run_id is not None and not self.run_id.strip():
            raise OptionError("run-id: it is empty: write the run's id, or leave it out for the interval's own batch")
        self._check_amount(self.stream.with_variant(self.variant))

    def _check_amount(self, stream: Stream) -> None:
        for name, value in (("records", self.records), ("rate", self.rate)):
            if value is not None and stream.each is not None:
                raise OptionError(
                    f"{name}: the stream '{self.stream.name}' has a record for each of the '{stream.each}': nothing else can be given"
                )
        if self.records is not None and stream.rate is not None:
            raise OptionError(
                f"records: the stream '{self.stream.name}' has a rate, {rate_text(stream.rate)}: give another rate, such as 20/s"
            )
        if self.rate is not None and stream.rate is None:
            raise OptionError(f"rate: the stream '{self.stream.name}' has a number of records, {stream.records:,}: give another number")
        if self.rate is not None:
            try:
                parse_rate(self.rate)
            except ValueError as error:
                raise OptionError(f"rate: {error}") from None

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
            self.rate,
            tuple((name, text_of(value)) for name, value in self.stream.given.items()),
        )

    @property
    def named(self) -> tuple[str, ...]:
        """What a batch beside the stream's own adds to the scope of its draws."""
        return () if self.batch is None else (self.batch,)

    @cached_property
    def chosen(self) -> Stream:
        """The stream with the variant's overrides, and then the request's, in place."""
        asked = {"records": self.records, "partition": self.partition, "rate": self.rate}
        return self.stream.with_variant(self.variant).model_copy(update={key: value for key, value in asked.items() if value is not None})
