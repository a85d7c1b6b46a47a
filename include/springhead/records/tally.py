"""A tally: what was made of a part, counted where it came out."""

from __future__ import annotations

import numpy as np

from springhead.records.digests import PartDigest
from springhead.records.records import Records


class Tally:
    """What was made of a part.

    Attributes:
        arrived: records of the batch that it was made of.
        rows: records that came out, copies among them.
        bytes: of keys and values.
        partitions: int64, shape (the topic's partition count,), records of each.
    """

    def __init__(self, partitions: int) -> None:
        self.arrived = 0
        self.rows = 0
        self.bytes = 0
        self.partitions = np.zeros(partitions, np.int64)
        self._digest = PartDigest()

    def add(self, made: Records, arrived: int | None = None) -> None:
        """Counts a chunk, made of so many records of the batch; None: of as many as came out."""
        self._digest.update(made)
        self.arrived += made.rows if arrived is None else arrived
        self.rows += made.rows
        self.bytes += made.values.present.size + (made.keys.present.size if made.keys else 0)
        self.partitions += np.bincount(made.partitions, minlength=self.partitions.size)

    @property
    def digest(self) -> str:
        """Of the part, 32 hexadecimal digits."""
        return self._digest.hexdigest()
