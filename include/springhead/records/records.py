"""Records as Kafka takes them: value, key, partition, timestamp, headers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Ids, Ints
from springhead.columns.rows import Rows, by_record
from springhead.kernels import partition_order

Row: TypeAlias = tuple[bytes | None, bytes | None, int, int, tuple[tuple[str, bytes], ...]]
"""A record as Python objects: value, key, partition, timestamp in ms, headers."""

_NO_HEADERS: Mapping[str, Rows] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Records:
    """A chunk of encoded records; its arrays are valid until the next chunk is made.

    Attributes:
        ids: uint64, shape (n,), what their draws are keyed by.
        positions: uint64, shape (n,), their places in the batch.
        values: the encoded values; a null one is a tombstone.
        keys: None: no record has one.
        partitions: int32, shape (n,).
        timestamps_ms: int64, shape (n,), CreateTime: the event time in ms since 1970.
        headers: name → its value for each record, a null one where the record has no such header; empty: no record has any.
        arrivals_us: int64, shape (n,), when each arrives, µs since 1970; None: at its event time.
        copies: uint8, shape (n,), which copy of its record a row is: the number of its fault (springhead.faults.KINDS), 0 for the record itself; None: there are no copies.
    """

    ids: Ids
    positions: Ids
    values: Rows
    keys: Rows | None
    partitions: NDArray[np.int32]
    timestamps_ms: Ints
    headers: Mapping[str, Rows] = field(default_factory=lambda: _NO_HEADERS)
    arrivals_us: Ints | None = None
    copies: NDArray[np.uint8] | None = None

    @property
    def rows(self) -> int:
        return int(self.ids.shape[0])

    def take(self, rows: Ints) -> Records:
        """Some of the records, in another order, or some of them more than once; in arrays of their own. rows: int64, shape (m,)."""
        return Records(
            self.ids[rows],
            self.positions[rows],
            self.values.take(rows),
            self.keys.take(rows) if self.keys else None,
            self.partitions[rows],
            self.timestamps_ms[rows],
            {name: values.take(rows) for name, values in self.headers.items()},
            None if self.arrivals_us is None else self.arrivals_us[rows],
            None if self.copies is None else self.copies[rows],
        )

    def by_partition(self) -> Records:
        """The same records, those of each partition together and in their order, in arrays of their own.

        librdkafka walks over a partition's messages to send, to acknowledge and to free them: they lie beside each other in memory then (docs/decisions/013).
        """
        order = np.empty(self.rows, np.int64)
        partition_order(self.partitions, order)
        return self.take(order)

    def optional_keys(self) -> list[bytes | None]:
        """By record; None where it has none."""
        return self.keys.optional() if self.keys else [None] * self.rows

    def each(self) -> Iterator[Row]:
        """Each record as Python objects: for a person, or for a few of them."""
        headers = by_record(self.headers) or [[]] * self.rows
        rows = zip(
            self.values.optional(),
            self.optional_keys(),
            self.partitions.tolist(),
            self.timestamps_ms.tolist(),
            map(tuple, headers),
            strict=True,
        )
        yield from rows
