"""Changes: what stands in a topic in the place of records that are missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from springhead.quantities import iso_of_ms

_SHOWN = 24  # bytes of a value on either side of where it differs


class Seen(NamedTuple):
    """A record as a reader sees it."""

    partition: int
    key: bytes | None
    value: bytes | None
    timestamp_ms: int
    headers: tuple[tuple[str, bytes | None], ...]

    def time_text(self) -> str:
        """Its timestamp in ISO 8601."""
        return iso_of_ms(self.timestamp_ms)


@dataclass(frozen=True, slots=True)
class Change:
    """A record that is not as expected.

    Attributes:
        number: in the batch.
        partition, offset: where it stands.
        what: what differs, in words.
    """

    number: int
    partition: int
    offset: int
    what: str


class Counterparts:
    """Finds what stands in the place of missing records: a record that agrees in two of key, value and time; without a key, also one in the same partition with the same time.

    Args:
        missing: number → the record as it should be.
    """

    def __init__(self, missing: Mapping[int, Seen]) -> None:
        self._missing = missing
        self._by_mark: defaultdict[Hashable, list[int]] = defaultdict(list)
        for number, record in missing.items():
            for mark in _marks(record):
                self._by_mark[mark].append(number)

    def like(self, record: Seen) -> bool:
        """Whether it may be the counterpart of one."""
        return any(mark in self._by_mark for mark in _marks(record))

    def changes(self, found: Iterable[tuple[int, Seen]]) -> list[Change]:
        """Pairs records (offset, record) that nobody expected with the missing ones, each once; by number."""
        left = set(self._missing)
        changes = []
        for offset, record in found:
            for number in (number for mark in _marks(record) for number in self._by_mark.get(mark, ())):
                if number in left:
                    left.remove(number)
                    changes.append(Change(number, record.partition, offset, differences(self._missing[number], record)))
                    break
        return sorted(changes, key=lambda change: change.number)


def _marks(record: Seen) -> Iterable[Hashable]:
    """What a record is recognised by, the surest first."""
    if record.key is not None:
        yield "key and time", record.key, record.timestamp_ms
        yield "key and value", record.key, record.value
    yield "value and time", record.value, record.timestamp_ms
    if record.key is None:
        yield "place and time", record.partition, record.timestamp_ms


def differences(expected: Seen, found: Seen) -> str:
    """What differs between two records, in words."""
    words = []
    if found.partition != expected.partition:
        words.append(f"partition {found.partition} instead of {expected.partition}")
    if found.timestamp_ms != expected.timestamp_ms:
        words.append(f"time {found.time_text()} instead of {expected.time_text()}")
    if found.key != expected.key:
        words.append(f"key {found.key!r} instead of {expected.key!r}")
    if found.value != expected.value:
        words.append(_values(expected.value, found.value))
    if found.headers != expected.headers:
        words.append(f"headers {list(found.headers)!r} instead of {list(expected.headers)!r}")
    return "; ".join(words)


def _values(expected: bytes | None, found: bytes | None) -> str:
    if found is None or expected is None:
        return "no value (a tombstone)" if found is None else "a value instead of a tombstone"
    at = next((at for at, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b), min(len(expected), len(found)))
    near = slice(max(0, at - _SHOWN), at + _SHOWN)
    lengths = f", {len(found):,} bytes instead of {len(expected):,}" if len(found) != len(expected) else ""
    return f"value from byte {at} on: {found[near]!r} instead of {expected[near]!r}{lengths}"
