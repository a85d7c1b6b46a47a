"""The press: makes a batch's records, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Chunk, Ids, Maker, State
from springhead.columns.draws import Draws
from springhead.columns.layout import Printer
from springhead.columns.rows import Rows
from springhead.encoding import encoder_of
from springhead.errors import FieldError
from springhead.fields import Field
from springhead.fields.model import Place
from springhead.kernels import drawn_partitions, key_partitions
from springhead.records.batch import Batch
from springhead.records.field_plan import FieldPlan
from springhead.records.records import Records
from springhead.records.stages import Stage, stages_of
from springhead.spec import Stream, errors_in


class Press:
    """Makes the records of one batch: its fields' makers, encoder and buffers. Prepared once, then `records` for any positions in any order.

    Args:
        batch: whose records.
        stages: what they go through; None: what the batch's stream says.

    Attributes:
        encoder: of the values.

    Raises:
        SpecError: fields, the key or a header cannot be made, for a reason that only Faker can tell.
        FieldError: the same, of a stream that comes from no file.
    """

    def __init__(self, batch: Batch, stages: Sequence[Stage] | None = None) -> None:
        self._batch, stream, draws = batch, batch.stream, batch.draws
        self._stages = stages_of(batch) if stages is None else stages
        self._partition_key = draws.key("partition")
        with errors_in(batch.request.stream, batch.request.variant):
            self._prepare(stream, draws)

    def _prepare(self, stream: Stream, draws: Draws) -> None:
        self._plan = plan = FieldPlan(stream.fields, draws, self._batch.records)
        self.encoder = encoder_of("json", plan.type, self._batch.facts)
        # The key's and the headers' own scopes: no field's path can be theirs.
        self._key = None if stream.key is None else _Text(plan, ("key",), stream.key, Draws((*draws.scope, "key")))
        self._headers = {
            name: _Text(plan, ("headers", name), field, Draws((*draws.scope, "headers"), (name,))) for name, field in stream.headers.items()
        }
        if self._key is not None and self._key.maker.type.stateful:
            what = "a key cannot be null, and this one may be"
            raise FieldError(f"key: {what}", found=[(("key",), False, what)])

    def records(self, positions: range) -> Records:
        """The records at these positions, as the stages leave them."""
        ids, times_us = self._batch.arrivals.at(positions)
        chunk = Chunk(ids, times_us, np.arange(positions.start, positions.stop, dtype=np.uint64))
        with errors_in(self._batch.request.stream, self._batch.request.variant):
            values = self.encoder.encode(self._plan.draw(chunk))
            keys = self._key.rows(chunk) if self._key else None
            headers = {name: header.rows(chunk) for name, header in self._headers.items()}
        made = Records(ids, chunk.positions, values, keys, self._partitions(ids, keys), times_us // 1000, headers)
        for stage in self._stages:
            made = stage(made)
        return made

    def _partitions(self, ids: Ids, keys: Rows | None) -> NDArray[np.int32]:
        pinned, count = self._batch.stream.partition, self._batch.facts.partitions
        if pinned is not None:
            return np.full(ids.shape[0], pinned, np.int32)
        partitions = np.empty(ids.shape[0], np.int32)
        if keys is None:
            drawn_partitions(self._partition_key, ids, count, partitions)
        else:
            key_partitions(keys.data, keys.ends, count, partitions)
        return partitions


class _Text:
    """A key or a header: a field beside the others, as text."""

    def __init__(self, plan: FieldPlan, place: Place, field: Field, draws: Draws) -> None:
        self.maker: Maker = plan.beside(place, field, draws)
        self._printer = Printer(self.maker.type)

    def rows(self, chunk: Chunk) -> Rows:
        column = self.maker(chunk)
        data, ends = self._printer.rows(column)
        return Rows(data, ends, None if column.state is None else column.state != State.VALUE)


def records_of(batch: Batch, chunk: int | None = None) -> Iterator[Records]:
    """All records of a batch, `chunk` at a time (None: as `Batch.chunks` has it). A chunk's arrays are valid until the next one is asked for."""
    press = Press(batch)
    for positions in batch.chunks(size=chunk):
        yield press.records(positions)
