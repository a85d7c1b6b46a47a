"""The ledger's entries: what was published, part by part, and how it is encoded.

The ledger is a compacted topic. The last record of a key says what is true of a part; one without a value (a tombstone) takes the entry back. Its partition follows
from the stream, and its timestamp is the end of the interval: every entry that overlaps [s, e) has a time after s, so that a reader begins there and not at the
beginning of the topic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from springhead.ledger.key import PartKey
from springhead.topic_facts import TopicFacts

VERSION = 2  # of the value; raised by a change that an older reader would misunderstand, not by a field that it may ignore


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

    @classmethod
    def tombstone(cls, key: PartKey) -> LedgerRecord:
        """The record that takes a part's entry back."""
        return cls(key.partition, key.encode(), None, key.timestamp_ms)


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who published: a task's try, or (all but the number None) somebody outside Airflow."""

    dag: str | None = None
    run: str | None = None
    try_number: int = 1

    def __str__(self) -> str:
        if self.dag is None:
            return "command line"
        return f"{self.dag}, {self.run}, try {self.try_number}"


BY_COMMAND = Attempt()


@dataclass(frozen=True, slots=True)
class PartitionShare:
    """One partition's share of some records.

    Attributes:
        records: how many of them went there.
        first_offset, end_offset: the partition's end before the first record and after the last one: a bounding range, in which other writers' records may stand
            too. None where it is not known.
    """

    records: int
    first_offset: int | None = None
    end_offset: int | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What all parts of a batch agree on, decided before the first of them is sent.

    Attributes:
        parts: how many there are.
        spec_digest: of what decides the batch's bytes.
        spec_keys: each key of the spec that decides them → a short digest of what is written there (springhead.spec.spec_keys).
        engine: the versions that decide them.
        topic: its name.
        facts: of the topic: an input of the batch.
        republish: the token of a wanted repetition; None: the first publication.
        guarantee: exactly_once: a part's records and its entry are in one transaction; at_least_once: entries were written when every record was acknowledged.
    """

    parts: int
    spec_digest: str
    spec_keys: Mapping[str, str]
    engine: Mapping[str, str]
    topic: str
    facts: TopicFacts
    republish: str | None = None
    guarantee: str = "exactly_once"

    def differing_keys(self, spec_keys: Mapping[str, str]) -> tuple[str, ...]:
        """The keys of the spec that were added, removed or changed since, in alphabetical order."""
        return tuple(sorted(key for key in self.spec_keys.keys() | spec_keys.keys() if self.spec_keys.get(key) != spec_keys.get(key)))


@dataclass(frozen=True, slots=True)
class Entry:
    """What was published as one part of a batch. That of part 0 opens a batch of several parts, and stands for no records.

    Attributes:
        key: which part.
        opening: what it has in common with the other parts.
        records, bytes: of this part; the bytes of keys and values, before compression.
        digest: of this part's records, 32 hexadecimal digits; empty for an opening.
        partitions: by number, those that got records: how many, and a bounding range of their offsets.
        attempt: who published.
        faults: kind → how many of the records have it; `drop`: how many are not among them.
    """

    key: PartKey
    opening: Opening
    attempt: Attempt = BY_COMMAND
    records: int = 0
    bytes: int = 0
    digest: str = ""
    partitions: Mapping[int, PartitionShare] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)

    def record(self) -> LedgerRecord:
        """The record that a producer writes; its value is a JSON object that tells all, the key's parts too."""
        of = self.key.batch
        which = {"stream": of.stream, "variant": of.variant, "interval": str(of.interval), "run_id": of.run_id, "part": self.key.part}
        which |= {} if of.batch is None else {"batch": of.batch}
        plain = msgspec.to_builtins(self, str_keys=True)
        del plain["key"]
        if not self.faults:
            del plain["faults"]
        value = msgspec.json.encode({"version": VERSION, **which, **plain.pop("opening"), **plain})
        return LedgerRecord(self.key.partition, self.key.encode(), value, self.key.timestamp_ms)


class _Version(msgspec.Struct):
    version: object = None


class _Value(msgspec.Struct):
    """A record's value."""

    stream: str
    variant: str | None
    interval: str
    run_id: str | None
    part: int
    parts: int
    records: int
    bytes: int
    digest: str
    spec_digest: str
    spec_keys: dict[str, str]
    engine: dict[str, str]
    topic: str
    facts: TopicFacts
    partitions: dict[int, PartitionShare]
    attempt: Attempt
    republish: str | None = None
    guarantee: str = "exactly_once"
    batch: str | None = None
    faults: dict[str, int] = {}


_VERSION, _VALUE = msgspec.json.Decoder(_Version), msgspec.json.Decoder(_Value)


def read_entry(key: PartKey, value: bytes) -> Entry:
    """The entry of a record.

    Args:
        key: the record's key, decoded.
        value: its value.

    Raises:
        ValueError: it cannot be read; says why.
    """
    try:
        version = _VERSION.decode(value).version
    except msgspec.ValidationError:
        version = None
    if not isinstance(version, int):
        raise ValueError("it has no version")
    if version != VERSION:
        who = "a newer Springhead has written it" if version > VERSION else "an earlier Springhead has written it, before its first release"
        raise ValueError(f"its version is {version}, and this Springhead reads version {VERSION}: {who}")
    of, told = key.batch, _VALUE.decode(value)
    named = (told.stream, told.variant, told.interval, told.run_id, told.batch, told.part)
    if named != (of.stream, of.variant, str(of.interval), of.run_id, of.batch, key.part):
        raise ValueError(f"its key {key.encode().decode(errors='backslashreplace')} names another part")
    opening = Opening(told.parts, told.spec_digest, told.spec_keys, told.engine, told.topic, told.facts, told.republish, told.guarantee)
    return Entry(key, opening, told.attempt, told.records, told.bytes, told.digest, told.partitions, told.faults)
