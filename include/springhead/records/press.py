"""The press: makes a batch's records, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property

from springhead.columns.column import Chunk, Column, Maker, State
from springhead.columns.draws import Draws
from springhead.columns.layout import Printer
from springhead.columns.rows import Rows
from springhead.columns.type import WHAT_DOES_NOT_PRINT, Kind, Type
from springhead.encoding import encoder_of
from springhead.errors import FieldError
from springhead.fields import Field
from springhead.fields.model import Place
from springhead.records.batch import Batch
from springhead.records.copies import Copies
from springhead.records.field_plan import FieldPlan, plan_of
from springhead.records.labelled import Labelled
from springhead.records.partitions import Partitions
from springhead.records.records import Records
from springhead.records.stages import Stage, stages_of
from springhead.spec import Stream, errors_in
from springhead.spec.format import Format

CHUNK_BYTES = 32 * 1024 * 1024  # of a chunk, about: its columns, keys, headers and values
_WEIGHED = (1, 32, 1024)  # records whose bytes are measured; more of them where these turn out small


class Press:
    """Makes the records of one batch: its fields' makers, encoder and buffers. Prepared once, then `records` for any positions in any order.

    Args:
        batch: whose records.
        stages: what they go through; None: what the batch's stream says.
        format_: of the values; None: the stream's own. Another one has the sound records alone: faults and tombstones are of the stream's own format.

    Attributes:
        encoder: of the values.

    Raises:
        SpecError: fields, the key or a header cannot be made, for a reason that only Faker can tell.
        FieldError: the same, of a stream that comes from no file.
    """

    def __init__(self, batch: Batch, stages: Sequence[Stage] | None = None, format_: Format | None = None) -> None:
        self._batch, stream, draws = batch, batch.stream, batch.draws
        self._stages = stages if stages is not None else () if format_ else stages_of(batch)
        self._format, self._sound = format_ or stream.format, format_ is not None
        with errors_in(batch.request.stream, batch.request.variant):
            self._prepare(stream, draws)

    def _prepare(self, stream: Stream, draws: Draws) -> None:
        self._plan = plan = plan_of(self._batch)
        template = self._format.template
        self._value = _Text(plan, ("format",), template, Draws((*draws.scope, "value"))) if template else None
        type_ = plan.type if self._value is None else Type(Kind.OBJECT, members={"value": self._value.maker.type})
        if wrong := list(self._format.unfit(type_.members)):
            found = [(("fields", name, stream.fields[name].kind), False, why) for name, why in wrong]
            raise FieldError("\n".join(f"fields.{name}: {why}" for name, why in wrong), found=found)
        self.encoder = encoder_of(self._format.name, type_, self._batch.facts, self._format.options)
        self._partitions = Partitions(self._batch, plan)
        # The key's and the headers' own scopes: no field's path can be theirs.
        self._key = None if stream.key is None else _Text(plan, ("key",), stream.key, Draws((*draws.scope, "key")))
        self._headers = {
            name: _Text(plan, ("headers", name), field, Draws((*draws.scope, "headers"), (name,))) for name, field in stream.headers.items()
        }
        self._copies = Copies(self._batch, self.encoder, type_) if any(stream.faults.each()) and not self._sound else None
        if self._key is not None and self._key.maker.type.stateful:
            what = "a key cannot be null, and this one may be"
            raise FieldError(f"key: {what}", found=[(("key",), False, what)])

    def chunks(self, positions: range | None = None, size: int | None = None) -> Iterator[range]:
        """The positions of all records, or of these, `size` at a time; None: as many as CHUNK_BYTES have room for, at most `Batch.chunk_size`."""
        size = self._size if size is None else size
        wanted = range(self._batch.records) if positions is None else positions
        for first in range(wanted.start, wanted.stop, size):
            yield range(first, min(first + size, wanted.stop))

    @cached_property
    def _size(self) -> int:
        """Records of a chunk, by the bytes of the batch's first ones."""
        most = room = self._batch.chunk_size
        for count in _WEIGHED:
            if count > room or count >= self._batch.records:
                break
            room = CHUNK_BYTES * count // max(self._bytes(range(count)), 1)
        return max(1, min(room, most))

    def _bytes(self, positions: range) -> int:
        """Of all that is held of these records."""
        chunk = self._sources(positions)
        made = self._placed(chunk, positions)
        texts = [made.values, *made.headers.values(), *([made.keys] if made.keys else [])]
        return sum(column.size for column in chunk.columns.values()) + sum(rows.used.size for rows in texts)

    def records(self, positions: range) -> Records:
        """What stands at these positions: the records, as the stages leave them, and faulty copies.

        Raises:
            SpecError: these records show that a field, the key, a header or the value cannot be made.
            FieldError: the same, of a stream that comes from no file.
        """
        return self._placed(self._sources(positions), positions)

    def labelled(self, positions: range) -> Labelled:
        """The same with all that is known of it, the records that are taken away among them. Raises as `records` does."""
        made = self._records(self._sources(positions))
        labelled = self._copies.placed(made, positions, dropped=True) if self._copies else Labelled.sound(made)
        return replace(labelled, members={name: numbers[labelled.sources] for name, numbers in self._plan.members.items()})

    @property
    def type(self) -> Type:
        """Of a record as `columns` makes it: an OBJECT."""
        return self._plan.type

    def columns(self, positions: range) -> Column:
        """The sound records at these positions as columns, valid until the next call. Raises as `records` does."""
        with errors_in(self._batch.request.stream, self._batch.request.variant):
            record = self._plan.draw(chunk := self._batch.at(positions))
            return self._plan.filled(chunk, record, self._encoded(record, chunk).lengths) if self._plan.fills else record

    def beside(self, position: int) -> Records:
        """The record of this position and all of its copies, wherever they stand; none if it is taken away. Raises as `records` does."""
        made = self._records(self._batch.at(range(position, position + 1)))
        return self._copies.beside(made) if self._copies else made

    def _sources(self, positions: range) -> Chunk:
        """The records of which what stands at these positions is made."""
        return self._copies.sources(positions) if self._copies else self._batch.at(positions)

    def _placed(self, chunk: Chunk, positions: range) -> Records:
        made = self._records(chunk)
        return self._copies.placed(made, positions).records if self._copies else made

    def _records(self, chunk: Chunk) -> Records:
        with errors_in(self._batch.request.stream, self._batch.request.variant):
            record = self._plan.draw(chunk)
            values = self._encoded(record, chunk)
            if self._plan.fills:
                values = self._encoded(self._plan.filled(chunk, record, values.lengths), chunk)
            keys = self._key.rows(chunk) if self._key else None
            headers = {name: header.rows(chunk) for name, header in self._headers.items()}
            partitions = self._partitions.of(chunk, keys)
        made = Records(
            chunk.ids,
            chunk.positions,
            values,
            keys,
            partitions,
            chunk.times_us // 1000,
            headers,
            arrivals_us=chunk.arrivals_us,
        )
        for stage in self._stages:
            made = stage(made)
        return made

    def _encoded(self, record: Column, chunk: Chunk) -> Rows:
        try:
            if self._value is not None:
                text = self._value.maker(chunk)
                record = Column(Type(Kind.OBJECT, members={"value": text.type}), chunk.rows, children={"value": text})
            return self.encoder.encode(record)
        except FieldError as error:
            raise FieldError(f"the value: {error}", ("fields",)) from None


class _Text:
    """A key, a header or a value that is a text: a field beside the others, as text."""

    def __init__(self, plan: FieldPlan, place: Place, field: Field, draws: Draws) -> None:
        self.maker: Maker = plan.beside(place, field, draws)
        if not (self.maker.type.prints or self.maker.type.as_text):
            what = f"it gives {WHAT_DOES_NOT_PRINT}, which have no text: use a field of another kind"
            raise FieldError(f"{'.'.join(place)}: {what}", found=[((*place, field.kind), False, what)])
        self._printer = Printer(self.maker.type)

    def rows(self, chunk: Chunk) -> Rows:
        column = self.maker(chunk)
        data, ends = self._printer.rows(column)
        return Rows(data, ends, None if column.state is None else column.state != State.VALUE)


def records_of(batch: Batch, chunk: int | None = None) -> Iterator[Records]:
    """All records of a batch, `chunk` at a time (None: as `Press.chunks` has it). A chunk's arrays are valid until the next one is asked for."""
    press = Press(batch)
    for positions in press.chunks(size=chunk):
        yield press.records(positions)
