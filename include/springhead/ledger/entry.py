"""The ledger's entries: what was published, part by part, and how an entry is keyed, placed and encoded.

The ledger is a compacted topic. The last record of a key says what is true of a part; one without a value (a tombstone) takes the entry back. Its partition follows
from the stream, and its timestamp is the end of the interval: every entry that overlaps [s, e) has a time after s, so that a reader begins there and not at the
beginning of the topic.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
import xxhash

from springhead.quantities import Interval

PARTITIONS = 32  # for ever: another number would look for a stream's entries in another partition
VERSION = 1  # of the value; raised by a change that an older reader would misunderstand, not by a field that it may ignore

_LONGEST_ID = 200
_HASH_DIGITS = 32


@dataclass(frozen=True, slots=True)
class LedgerRecord:
    """A record of the ledger as a producer takes it.

    Attributes:
        partition: of the ledger's topic.
        key: never empty.
        value: None: a tombstone.
        timestamp_ms: ms since 1970, its CreateTime.
    """

    partition: int
    key: bytes
    value: bytes | None
    timestamp_ms: int


@dataclass(frozen=True, slots=True)
class PartKey:
    """Which part of which batch.

    Attributes:
        stream, variant: names; variant None is the stream itself.
        interval: the batch's data interval.
        run_id: of a manual run's new data; None: the interval's own batch.
        part: from 1.
    """

    stream: str
    variant: str | None
    interval: Interval
    run_id: str | None
    part: int

    @property
    def partition(self) -> int:
        """The ledger's partition that holds it."""
        return partition_of(self.stream)

    @property
    def timestamp_ms(self) -> int:
        """The end of the interval in ms since 1970, rounded up: it must be after the start of whatever the interval overlaps."""
        return -(-self.interval.end_us // 1000)

    @property
    def order(self) -> tuple[str, dt.datetime, dt.datetime, str, str, int]:
        """What keys are sorted by: a missing name comes first."""
        return self.stream, self.interval.start, self.interval.end, self.variant or "", self.run_id or "", self.part

    @property
    def batch_name(self) -> str:
        """The batch, in an error's words."""
        variant = f", variant {self.variant}" if self.variant else ""
        return f"{self.stream}{variant}, {self.interval}{f', run {self.run_id}' if self.run_id else ''}"

    @property
    def options(self) -> str:
        """What names the batch on the command line, beside stream and interval."""
        words = [*(["--variant", self.variant] if self.variant else []), *(["--run-id", self.run_id] if self.run_id else [])]
        return " ".join(words) or "the stream itself"

    @property
    def transactional_id(self) -> str:
        """The transactional.id of the part's producer: the same in every attempt, so that a later one fences the earlier.

        Past 200 characters its end is a hash of the whole.
        """
        start, end = str(self.interval).split("/")
        run = "" if self.run_id is None else f".{self.run_id}"
        text = f"springhead.{self.stream}.{self.variant or '-'}.{start}_{end}{run}.{self.part}"
        if len(text) <= _LONGEST_ID:
            return text
        return f"{text[: _LONGEST_ID - _HASH_DIGITS - 1]}.{xxhash.xxh3_128_hexdigest(text.encode())}"

    def encode(self) -> bytes:
        """The record's key: a JSON array, the same bytes for the same part for ever."""
        return msgspec.json.encode((self.stream, self.variant, self.interval.start, self.interval.end, self.run_id, self.part))

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
        return cls(stream, variant, Interval(start, end), run_id, part)

    def tombstone(self) -> LedgerRecord:
        """The record that takes the part's entry back."""
        return LedgerRecord(self.partition, self.encode(), None, self.timestamp_ms)


_KEY = msgspec.json.Decoder(tuple[str, str | None, dt.datetime, dt.datetime, str | None, int])


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who published: a task's try, or (all but the number None) the command line."""

    dag: str | None = None
    run: str | None = None
    try_number: int = 1

    def __str__(self) -> str:
        if self.dag is None:
            return "command line"
        return f"{self.dag}, {self.run}, try {self.try_number}"


BY_COMMAND = Attempt()


@dataclass(frozen=True, slots=True)
class PartitionReceipt:
    """One partition's share.

    Attributes:
        records: how many records of the batch went there.
        first_offset, end_offset: the partition's end before the first record and after the last one: a bounding range, in which other writers' records may stand
            too. None where it is not known.
    """

    records: int
    first_offset: int | None = None
    end_offset: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What was published as one part of a batch.

    Attributes:
        stream, variant, interval, run_id, part: as in `PartKey`.
        parts: how many parts the batch has.
        records, bytes: of this part; the bytes of keys and values, before compression.
        digest: of all records of the batch up to the end of this part, 32 hexadecimal digits; the last part's is the batch's.
        spec_digest: of what decides the batch's bytes.
        spec_keys: each key of the spec that decides them → a short digest of what is written there (springhead.spec.spec_keys).
        engine: the versions that decide them.
        topic, topic_id: where to; the id is this topic's and no later one's of the same name.
        topic_partitions: how many partitions the topic had: an input of the batch.
        partitions: by number, those that got records: how many, and a bounding range of their offsets, in which other writers' records may stand too.
        republish: the token of a wanted repetition; None: the first publication.
        attempt: who published.
        guarantee: exactly_once: in one transaction with this entry; at_least_once: the entry was written when every record was acknowledged.
    """

    stream: str
    variant: str | None
    interval: Interval
    run_id: str | None
    part: int
    parts: int
    records: int
    bytes: int
    digest: str
    spec_digest: str
    spec_keys: Mapping[str, str]
    engine: Mapping[str, str]
    topic: str
    topic_id: str
    topic_partitions: int
    partitions: Mapping[int, PartitionReceipt]
    republish: str | None = None
    attempt: Attempt = BY_COMMAND
    guarantee: str = "exactly_once"

    @property
    def key(self) -> PartKey:
        """Which part it is."""
        return PartKey(self.stream, self.variant, self.interval, self.run_id, self.part)

    def record(self) -> LedgerRecord:
        """The record that a producer writes; its value is a JSON object that tells all, the key's parts too."""
        plain = msgspec.to_builtins(self, str_keys=True)
        value = msgspec.json.encode({"version": VERSION, **plain, "interval": str(self.interval)})
        return LedgerRecord(self.key.partition, self.key.encode(), value, self.key.timestamp_ms)

    def differing_keys(self, spec_keys: Mapping[str, str]) -> tuple[str, ...]:
        """The keys of the spec that were added, removed or changed since it was published, in alphabetical order."""
        return tuple(sorted(key for key in self.spec_keys.keys() | spec_keys.keys() if self.spec_keys.get(key) != spec_keys.get(key)))


def read_entry(key: bytes, value: bytes) -> Entry:
    """The entry of a record.

    Raises:
        ValueError: it cannot be read; says why.
    """
    plain = msgspec.json.decode(value)
    version = plain.get("version") if isinstance(plain, dict) else None
    if not isinstance(version, int):
        raise ValueError("it has no version")
    if version > VERSION:
        raise ValueError(f"its version is {version}, and this Springhead reads up to {VERSION}: a newer one has written it")
    if isinstance(text := plain.get("interval"), str):
        plain["interval"] = dict(zip(("start", "end"), text.split("/"), strict=False))
    entry = msgspec.convert(plain, Entry, str_keys=True)
    if entry.key.encode() != key:
        raise ValueError(f"its key {key.decode(errors='backslashreplace')} names another part")
    return entry


def partition_of(stream: str) -> int:
    """The ledger's partition of a stream: xxh3-64 of its name modulo 32, for ever."""
    return xxhash.xxh3_64_intdigest(stream.encode()) % PARTITIONS
