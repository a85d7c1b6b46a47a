"""The digest of a batch: what was published, in 128 bits."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import xxhash

if TYPE_CHECKING:
    from springhead.records.records import Records


class BatchDigest:
    """xxh3-128 over the records of a batch, in order.

    One running hash for each of values, keys, their lengths, partitions, timestamps and headers, so that how the batch was cut into chunks is not in it.
    """

    def __init__(self) -> None:
        self._values, self._keys, self._lengths = xxhash.xxh3_128(), xxhash.xxh3_128(), xxhash.xxh3_128()
        self._partitions, self._times, self._headers = xxhash.xxh3_128(), xxhash.xxh3_128(), xxhash.xxh3_128()

    def update(self, records: Records) -> None:
        """Adds a chunk."""
        import numpy as np

        self._values.update(records.values.used.data)
        lengths = np.empty((records.rows, 2), "<i8")  # a record without key has the key length −1
        lengths[:, 0] = records.values.lengths
        lengths[:, 1] = -1 if records.keys is None else records.keys.lengths
        if records.keys is not None:
            self._keys.update(records.keys.used.data)
        self._lengths.update(lengths.data)
        self._partitions.update(records.partitions.astype("<i4").data)
        self._times.update(records.timestamps_ms.astype("<i8").data)
        for headers in records.headers or ():
            self._headers.update(struct.pack("<q", len(headers)))
            for name, value in headers:
                encoded = name.encode()
                self._headers.update(struct.pack("<qq", len(encoded), len(value)) + encoded + value)

    def copy(self) -> BatchDigest:
        """One of the same records, which goes its own way from here."""
        twin = BatchDigest()
        twin._values, twin._keys, twin._lengths = self._values.copy(), self._keys.copy(), self._lengths.copy()
        twin._partitions, twin._times, twin._headers = self._partitions.copy(), self._times.copy(), self._headers.copy()
        return twin

    def hexdigest(self) -> str:
        """32 hexadecimal digits."""
        parts = (self._values, self._keys, self._lengths, self._partitions, self._times, self._headers)
        return xxhash.xxh3_128_hexdigest(b"".join(part.digest() for part in parts))
