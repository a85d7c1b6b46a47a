"""Keys of the ledger: which batch, which part of it, and where their entries stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import xxhash

from springhead.quantities import Interval

if TYPE_CHECKING:
    from springhead.records.request import Request

PARTITIONS = 32  # for ever: another number would look for a stream's entries in another partition

_LONGEST_ID = 200
_HASH_DIGITS = 32


@dataclass(frozen=True, slots=True)
class BatchKey:
    """Which batch.

    Attributes:
        stream, variant: names; variant None is the stream itself.
        interval: the batch's data interval.
        run_id: of a manual run's new data; None: the interval's own batch.
    """

    stream: str
    variant: str | None
    interval: Interval
    run_id: str | None

    @classmethod
    def of(cls, request: Request) -> BatchKey:
        """That of the batch that is asked for."""
        return cls(request.stream.name, request.variant, request.interval, request.run_id)

    def part(self, number: int) -> PartKey:
        """One of its parts, from 1; 0: its opening."""
        return PartKey(self, number)

    def __str__(self) -> str:
        variant = f", variant {self.variant}" if self.variant else ""
        return f"{self.stream}{variant}, {self.interval}{f', run {self.run_id}' if self.run_id else ''}"

    @property
    def whose(self) -> str:
        """What tells it from the other batches of its stream and interval, in words."""
        words = [*([f"variant {self.variant}"] if self.variant else []), *([f"run {self.run_id}"] if self.run_id else [])]
        return ", ".join(words) or "the stream itself"


@dataclass(frozen=True, slots=True)
class PartKey:
    """Which part of which batch.

    Attributes:
        batch: which batch.
        part: from 1; 0: the opening of a batch of several parts.
    """

    batch: BatchKey
    part: int

    @property
    def partition(self) -> int:
        """The ledger's partition that holds it."""
        return partition_of(self.batch.stream)

    @property
    def timestamp_ms(self) -> int:
        """The end of the interval in ms since 1970, rounded up: it must be after the start of whatever the interval overlaps."""
        return -(-self.batch.interval.end_us // 1000)

    @property
    def order(self) -> tuple[str, dt.datetime, dt.datetime, str, str, int]:
        """What keys are sorted by: a missing name comes first."""
        of = self.batch
        return of.stream, of.interval.start, of.interval.end, of.variant or "", of.run_id or "", self.part

    @property
    def transactional_id(self) -> str:
        """The transactional.id of the part's producer: the same in every attempt, so that a later one fences the earlier.

        Past 200 characters its end is a hash of the whole.
        """
        of = self.batch
        start, end = str(of.interval).split("/")
        run = "" if of.run_id is None else f".{of.run_id}"
        text = f"springhead.{of.stream}.{of.variant or '-'}.{start}_{end}{run}.{self.part}"
        if len(text) <= _LONGEST_ID:
            return text
        return f"{text[: _LONGEST_ID - _HASH_DIGITS - 1]}.{xxhash.xxh3_128_hexdigest(text.encode())}"

    def encode(self) -> bytes:
        """The record's key: a JSON array, the same bytes for the same part for ever."""
        of = self.batch
        return msgspec.json.encode((of.stream, of.variant, of.interval.start, of.interval.end, of.run_id, self.part))

    @staticmethod
    def prefix(stream: str) -> bytes:
        """How the encoded keys of a stream begin, and no other's."""
        return msgspec.json.encode([stream])[:-1] + b","

    @classmethod
    def decode(cls, key: bytes) -> PartKey:
        """The part that a record's key names.

        Raises:
            ValueError: it names none.
        """
        stream, variant, start, end, run_id, part = _KEY.decode(key)
        return cls(BatchKey(stream, variant, Interval(start, end), run_id), part)


_KEY = msgspec.json.Decoder(tuple[str, str | None, dt.datetime, dt.datetime, str | None, int])


def partition_of(stream: str) -> int:
    """The ledger's partition of a stream: xxh3-64 of its name modulo 32, for ever."""
    return xxhash.xxh3_64_intdigest(stream.encode()) % PARTITIONS
