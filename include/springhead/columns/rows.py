"""Byte strings of a chunk: keys, values, headers as a client takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Bytes, Ints
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
    def present(self) -> Bytes:
        """The bytes of the rows that are strings: a null may have some, which nobody sees."""
        return self.used if self.nulls is None else self.take(np.flatnonzero(~self.nulls)).used

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
        data, ends = gathered([(self.data, self.ends)], order[np.newaxis], RowBuffer())
        return Rows(data, ends, None if self.nulls is None else self.nulls[order])

    def few(self, rows: Ints) -> list[bytes | None]:
        """Some rows as Python bytes, a null as None: for a few of many, in time of their own number. rows: int64, shape (m,)."""
        data, ends = self.data.data, self.ends[rows].tolist()
        begins = np.where(rows > 0, self.ends[rows - 1], 0).tolist()
        texts: list[bytes | None] = [bytes(data[begin:end]) for begin, end in zip(begins, ends, strict=True)]
        if self.nulls is not None:
            texts = [None if null else text for text, null in zip(texts, self.nulls[rows].tolist(), strict=True)]
        return texts

    def optional(self) -> list[bytes | None]:
        """As Python bytes, a null as None."""
        if self.nulls is None:
            return list(self.tolist())
        return [None if null else row for row, null in zip(self.tolist(), self.nulls.tolist(), strict=True)]


def by_record(named: Mapping[str, Rows]) -> list[list[tuple[str, bytes]]] | None:
    """Headers by record instead of by name, without the null ones; None: there are no names."""
    if not named:
        return None
    names, columns = list(named), [values.optional() for values in named.values()]
    return [[(name, value) for name, value in zip(names, row, strict=True) if value is not None] for row in zip(*columns, strict=True)]
