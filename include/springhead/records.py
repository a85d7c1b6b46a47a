"""Records as Kafka takes them: value, key, partition, timestamp, headers; made chunk by chunk from a batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from springhead.batch import Batch
from springhead.column import Bytes, Chunk, Column, Ids, Ints, Kind, Maker, State
from springhead.encoding import encode_json
from springhead.kernels import drawn_partitions, key_partitions, partition_order
from springhead.layout import Layout, RowBuffer
from springhead.mix import gathered
from springhead.plan import Plan


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


class Press:
    """Makes the records of one batch: its fields' makers, encoder and buffers. Prepared once, then `records` for any ids in any order."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._plan = Plan(batch.stream, batch.draws, batch.records)
        self._buffer, self._key_buffer = RowBuffer(), RowBuffer()
        self._partition_key = batch.draws.key("partition")

    def records(self, ids: Ids) -> Records:
        """The records of these numbers."""
        batch = self._batch
        chunk = Chunk(ids, batch.times_us(ids), {})
        root = self._plan.draw(chunk)
        data, ends = encode_json(root, self._buffer)
        keys = self._rows(self._plan.key, chunk, self._key_buffer) if self._plan.key else None
        return Records(ids, Rows(data, ends), keys, self._partitions(ids, keys), chunk.times_us // 1000, self._headers(chunk))

    @staticmethod
    def _rows(maker: Maker, chunk: Chunk, buffer: RowBuffer) -> Rows:
        column = maker(chunk)
        if column.kind is Kind.TEXT:
            data, ends = column.data, column.ends
        else:
            layout = Layout()
            layout.text(column)
            data, ends = layout.rows(column.rows, buffer)
        return Rows(data, ends, None if column.state is None else column.state != State.VALUE)

    def _partitions(self, ids: Ids, keys: Rows | None) -> NDArray[np.int32]:
        batch = self._batch
        if batch.partition is not None:
            return np.full(ids.shape[0], batch.partition, np.int32)
        partitions = np.empty(ids.shape[0], np.int32)
        if keys is None:
            drawn_partitions(self._partition_key, ids, batch.partitions, partitions)
        else:  # a key is never null: the language refuses a key over a field that may be
            key_partitions(keys.data, keys.ends, batch.partitions, partitions)
        return partitions

    def _headers(self, chunk: Chunk) -> list[Headers] | None:
        if not self._plan.headers:
            return None
        columns = [self._rows(maker, chunk, RowBuffer()).optional() for maker in self._plan.headers.values()]
        names = list(self._plan.headers)
        return [[(n, v) for n, v in zip(names, row, strict=True) if v is not None] for row in zip(*columns, strict=True)]


def records_of(batch: Batch, chunk: int | None = None) -> Iterator[Records]:
    """All records of a batch, `chunk` at a time (None: as `Batch.chunks` has it). A chunk's arrays are valid until the next one is asked for."""
    press = Press(batch)
    for ids in batch.chunks(chunk):
        yield press.records(ids)


__all__ = ["Column", "Headers", "Press", "Records", "Rows", "records_of"]
