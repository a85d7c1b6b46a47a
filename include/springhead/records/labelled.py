"""Records with what is known of them: which are faulty copies, and of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from springhead.columns.column import Ids, Ints
from springhead.faults import DROPPED
from springhead.records.records import Records


@dataclass(frozen=True, slots=True)
class Labelled:
    """Records, and what is known of them.

    Attributes:
        records: as they stand in the batch, with copies; a record that was taken away has DROPPED for a copy's number, where it was asked for.
        damaged: int64, shape (n,), the place of each row's damaged field in `fields`; −1: its value is sound.
        fields: the fields that were damaged; "": none in particular.
        sources: int64, shape (n,), the rows of what they were made of.
        members: name of an entity → the numbers of the members that the records speak of, uint64, shape (n,); empty where nobody has asked.
    """

    records: Records
    damaged: Ints
    fields: Sequence[str]
    sources: Ints
    members: Mapping[str, Ids] = field(default_factory=dict)

    @classmethod
    def sound(cls, records: Records) -> Labelled:
        """Records of which none is damaged."""
        return cls(records, np.full(records.rows, -1, np.int64), (), np.arange(records.rows))

    @property
    def there(self) -> Records:
        """Those that were not taken away."""
        gone = None if self.records.copies is None else self.records.copies == DROPPED
        return self.records if gone is None or not gone.any() else self.records.take(np.flatnonzero(~gone))

    def field(self, row: int) -> str:
        """The field of a row that was damaged; "": none, or none in particular."""
        place = int(self.damaged[row])
        return self.fields[place] if place >= 0 else ""
