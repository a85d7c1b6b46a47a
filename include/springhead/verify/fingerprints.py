"""Fingerprints: 128 bits for all that a reader sees of a record: partition, key, value, timestamp and headers."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
import xxhash
from numpy.typing import NDArray

Fingerprints = NDArray[np.uint64]
HeadersSeen = Sequence[tuple[str, bytes | None]]

_U = np.uint64
_WORDS = 2  # of a fingerprint


def fingerprints(
    values: Sequence[bytes | None],
    keys: Sequence[bytes | None] | None,
    partitions: Sequence[int],
    timestamps_ms: Sequence[int],
    headers: Sequence[HeadersSeen | None] | None,
) -> Fingerprints:
    """uint64, shape (n, 2): equal for equal records. Two of 10¹⁰ different records share one with a probability below 10⁻¹⁸.

    Args:
        values, keys: None is none, and not the same as the empty string; keys None: no record has one.
        partitions, timestamps_ms: numbers of the same length.
        headers: by record, in order; None and no headers are the same.
    """
    # xxh3-128 of each text, which C code makes a chunk at a time, and SplitMix64's finalizer over these and the numbers, by numpy.
    mixed = _digests(values)
    for words in (
        _digests(keys) if keys is not None else np.zeros(_WORDS, _U),
        _digests([_packed(named) for named in headers]) if headers is not None and any(headers) else np.zeros(_WORDS, _U),
        np.asarray(timestamps_ms, np.int64).astype(_U)[:, None],
        np.asarray(partitions, np.int64).astype(_U)[:, None],
    ):
        mixed = _mix(mixed) ^ words
    return _mix(mixed)


def _digests(rows: Sequence[bytes | None]) -> Fingerprints:
    """xxh3-128 of each row; 0 for None."""
    if None not in rows:
        return np.frombuffer(b"".join(map(xxhash.xxh3_128_digest, rows)), "<u8").reshape(-1, _WORDS)  # type: ignore[arg-type]
    return np.frombuffer(b"".join(bytes(16) if row is None else xxhash.xxh3_128_digest(row) for row in rows), "<u8").reshape(-1, _WORDS)


def _packed(headers: HeadersSeen | None) -> bytes | None:
    """The headers of a record as bytes that no other headers have; None: it has none."""
    if not headers:
        return None
    parts = []
    for name, value in headers:
        encoded = name.encode()
        parts += [struct.pack("<qq", len(encoded), -1 if value is None else len(value)), encoded, value or b""]
    return b"".join(parts)


def _mix(words: Fingerprints) -> Fingerprints:
    mixed = words + _U(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> _U(30))) * _U(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> _U(27))) * _U(0x94D049BB133111EB)
    return mixed ^ (mixed >> _U(31))
