"""The press: makes a batch's records, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Chunk, Ids, Kind, Maker, State
from springhead.columns.layout import Layout, RowBuffer
from springhead.columns.rows import Rows
from springhead.encoding import encode_json
from springhead.kernels import drawn_partitions, key_partitions
from springhead.records.batch import Batch
from springhead.records.field_plan import Plan
from springhead.records.records import Headers, Records


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
