"""Digests: what was made, in 128 bits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import xxhash

if TYPE_CHECKING:
    from springhead.columns.rows import Rows
    from springhead.records.records import Records


class PartDigest:
    """xxh3-128 over the records of a part, in order.

    Values, keys, their lengths, partitions and timestamps have one running hash each, and each header's name has two. So the digest does not depend on
    how the part was cut into chunks.
    """

    def __init__(self) -> None:
        self._values, self._keys, self._lengths = xxhash.xxh3_128(), xxhash.xxh3_128(), xxhash.xxh3_128()
        self._partitions, self._times = xxhash.xxh3_128(), xxhash.xxh3_128()
        self._headers: dict[str, _HeaderDigest] = {}
        self._rows = 0

    def update(self, records: Records) -> None:
        """Adds a chunk."""
        self._values.update(records.values.present.data)
        lengths = np.empty((records.rows, 2), "<i8")  # a record without a value, or without a key, has the length −1 there
        lengths[:, 0] = records.values.lengths
        lengths[:, 1] = -1 if records.keys is None else records.keys.lengths
        if records.keys is not None:
            self._keys.update(records.keys.present.data)
        self._lengths.update(lengths.data)
        self._partitions.update(records.partitions.astype("<i4").data)
        self._times.update(records.timestamps_ms.astype("<i8").data)
        for name, values in records.headers.items():
            self._headers.setdefault(name, _HeaderDigest()).update(values, self._rows)
        self._rows += records.rows

    def hexdigest(self) -> str:
        """32 hexadecimal digits."""
        headers = b"".join(name.encode() + b"\0" + of.digest() for name, of in self._headers.items() if of.any)
        hashes = (self._values, self._keys, self._lengths, self._partitions, self._times, xxhash.xxh3_128(headers))
        return xxhash.xxh3_128_hexdigest(b"".join(each.digest() for each in hashes))


class _HeaderDigest:
    """Of all headers of one name: which records of the part have one, and its values. Records without it add nothing."""

    def __init__(self) -> None:
        self.any = False
        self._hashes: tuple[Any, Any] = xxhash.xxh3_128(), xxhash.xxh3_128()

    def update(self, values: Rows, before: int) -> None:
        """Adds a chunk, of which so many records of the part stand before the first."""
        lengths = values.lengths
        have = np.flatnonzero(lengths >= 0)
        self.any |= have.size > 0
        places, texts = self._hashes
        places.update(np.stack([have + before, lengths[have]], axis=1).astype("<i8").data)
        texts.update(values.present.data)

    def digest(self) -> bytes:
        return b"".join(each.digest() for each in self._hashes)


def batch_digest(parts: Sequence[str]) -> str:
    """A batch's digest: that of its parts' digests in order; of a batch of one part, its own.

    Args:
        parts: of each part, 32 hexadecimal digits.
    """
    return parts[0] if len(parts) == 1 else xxhash.xxh3_128_hexdigest(bytes.fromhex("".join(parts)))
