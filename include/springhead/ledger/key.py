"""Keys of the ledger: which batch, which part of it, and where their entries stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import xxhash

from springhead.quantities import Interval
from springhead.wording import batch_name

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
        batch: the name of a batch beside the stream's own; None: the stream's own.
    """

    stream: str
    variant: str | None
    interval: Interval
    run_id: str | None
    batch: str | None = None

    @classmethod
    def of(cls, request: Request) -> BatchKey:
        """That of the batch that is asked for."""
        return cls(request.stream.name, request.variant, request.interval, request.run_id, request.batch)

    def part(self, number: int) -> PartKey:
        """One of its parts, from 1; 0: its opening."""
        return PartKey(self, number)

    def __str__(self) -> str:
        return batch_name(self.stream, self.variant, str(self.interval), self.run_id, self.batch)

    @property
    def whose(self) -> str:
        """What tells it from the other batches of its stream and interval, in words."""
        words = [f"{name} {value}" for name, value in (("variant", self.variant), ("batch", self.batch), ("run", self.run_id)) if value]
        return ", ".join(words) or "the stream itself"

    def differs(self, other: BatchKey) -> int:
        """In how many names: of variant, run and batch."""
        return (self.variant != other.variant) + (self.run_id != other.run_id) + (self.batch != other.batch)


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
    def order(self) -> tuple[str, dt.datetime, dt.datetime, str, str, str, int]:
        """What keys are sorted by: a missing name comes first."""
        of = self.batch
        return of.stream, of.interval.start, of.interval.end, of.variant or "", of.batch or "", of.run_id or "", self.part

    @property
    def transactional_id(self) -> str:
        """The transactional.id of the part's producer: the same in every attempt, so that a later one fences the earlier.

        Past 200 characters its end is a hash of the whole. No name before the interval has a colon, so that its first one tells where the interval begins: no two parts share a text.
        """
        of = self.batch
        start, end = str(of.interval).split("/")
        run = "" if of.run_id is None else f".{of.run_id}"
        batch = "" if of.batch is None else f"@{of.batch}"
        text = f"springhead.{of.stream}.{of.variant or '-'}{batch}.{start}_{end}{run}.{self.part}"
        if len(text) <= _LONGEST_ID:
            return text
        return f"{text[: _LONGEST_ID - _HASH_DIGITS - 1]}.{xxhash.xxh3_128_hexdigest(text.encode())}"

    def encode(self) -> bytes:
        """The record's key: a JSON array, the same bytes for the same part for ever."""
        of = self.batch
        named = () if of.batch is None else (of.batch,)
        return msgspec.json.encode((of.stream, of.variant, of.interval.start, of.interval.end, of.run_id, self.part, *named))

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
        of = _KEY.decode(key)
        return cls(BatchKey(of.stream, of.variant, Interval(of.start, of.end), of.run_id, of.batch), of.part)


class _Key(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    stream: str
    variant: str | None
    start: dt.datetime
    end: dt.datetime
    run_id: str | None
    part: int
    batch: str | None = None


_KEY = msgspec.json.Decoder(_Key)


def partition_of(stream: str) -> int:
    """The ledger's partition of a stream: xxh3-64 of its name modulo 32, for ever."""
    return xxhash.xxh3_64_intdigest(stream.encode()) % PARTITIONS
