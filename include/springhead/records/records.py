"""Records as Kafka takes them: value, key, partition, timestamp, headers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Ids, Ints
from springhead.columns.rows import Rows
from springhead.kernels import partition_order

Headers = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Records:
    """A chunk of encoded records; its arrays are valid until the next chunk is made.

    Attributes:
        ids: uint64, shape (n,), their numbers in the batch.
        values: the encoded values.
        keys: None: no record has one.
        partitions: int32, shape (n,).
        timestamps_ms: int64, shape (n,), CreateTime: the event time in ms since 1970.
        headers: by record; None: no record has any.
    """

    ids: Ids
    values: Rows
    keys: Rows | None
    partitions: NDArray[np.int32]
    timestamps_ms: Ints
    headers: list[Headers] | None

    @property
    def rows(self) -> int:
        return int(self.ids.shape[0])

    def by_partition(self) -> Records:
        """The same records, those of each partition together and in their order, in arrays of their own.

        librdkafka walks over a partition's messages to send, to acknowledge and to free them: they lie beside each other in memory then (docs/decisions/013).
        """
        order = np.empty(self.rows, np.int64)
        partition_order(self.partitions, order)
        return Records(
            self.ids[order],
            self.values.take(order),
            self.keys.take(order) if self.keys else None,
            self.partitions[order],
            self.timestamps_ms[order],
            [self.headers[row] for row in order.tolist()] if self.headers else self.headers,
        )
