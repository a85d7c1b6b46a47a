"""A tally: what was made of a part, counted where it came out."""

from __future__ import annotations

import numpy as np

from springhead.faults import KINDS
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
        self._copies = np.zeros(len(KINDS), np.int64)  # of each number; those of 0 are sound
        self._digest = PartDigest()

    def add(self, made: Records, arrived: int | None = None) -> None:
        """Counts a chunk, made of so many records of the batch; None: of those that came out."""
        self._digest.update(made)
        copies = np.array([made.rows]) if made.copies is None else np.bincount(made.copies, minlength=1)
        self._copies[: copies.size] += copies
        self.arrived += int(copies[0]) if arrived is None else arrived
        self.rows += made.rows
        self.bytes += made.values.present.size + (made.keys.present.size if made.keys else 0)
        self.partitions += np.bincount(made.partitions, minlength=self.partitions.size)

    @property
    def faults(self) -> dict[str, int]:
        """How many records have each kind of fault, those that there are; `drop`: how many of the batch did not come out."""
        copies = self._copies.tolist()
        counts = {**dict(zip(KINDS[1:], copies[1:], strict=True)), "drop": self.arrived - copies[0]}
        return {kind: count for kind, count in counts.items() if count}

    @property
    def digest(self) -> str:
        """Of the part, 32 hexadecimal digits."""
        return self._digest.hexdigest()
