"""Byte strings of a chunk: keys, values, headers as a client takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Bytes, Column, Ints, Kind
from springhead.columns.gathered import gathered
from springhead.columns.layout import RowBuffer


@dataclass(frozen=True, slots=True)
class Rows:
    """Byte strings one after the other.

    Attributes:
        data: uint8, with SLACK behind the last one.
        ends: int64, shape (n,), where each ends.
        nulls: bool, shape (n,), rows that are no string at all; None: there are none.
    """

    data: Bytes
    ends: Ints
    nulls: NDArray[np.bool_] | None = None

    @property
    def used(self) -> Bytes:
        """The bytes without the slack."""
        return self.data[: int(self.ends[-1])] if self.ends.size else self.data[:0]

    @property
    def lengths(self) -> Ints:
        """int64, shape (n,); −1 for a null."""
        lengths = np.diff(self.ends, prepend=0)
        return lengths if self.nulls is None else np.where(self.nulls, -1, lengths)

    def tolist(self) -> list[bytes]:
        """As Python bytes, a null as the empty string."""
        raw, ends = self.used.tobytes(), self.ends.tolist()
        return [raw[a:b] for a, b in zip([0, *ends], ends, strict=False)]

    def take(self, order: Ints) -> Rows:
        """These rows, in arrays of their own. order: int64, shape (m,)."""
        text = Column(Kind.TEXT, self.ends.shape[0], data=self.data, ends=self.ends)
        data, ends = gathered([text], order[np.newaxis], RowBuffer())
        return Rows(data, ends, None if self.nulls is None else self.nulls[order])

    def optional(self) -> list[bytes | None]:
        """As Python bytes, a null as None."""
        if self.nulls is None:
            return list(self.tolist())
        return [None if null else row for row, null in zip(self.tolist(), self.nulls.tolist(), strict=True)]
