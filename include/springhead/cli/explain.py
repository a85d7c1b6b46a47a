"""`springhead explain`: how a stream's fields are made, and how large and long a batch is about."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from springhead.cli.as_json import AsJson, echo_json
from springhead.cli.options import (
    Assignments,
    BatchName,
    IntervalText,
    PartitionCount,
    PartitionNumber,
    RateText,
    RecordCount,
    RunId,
    StreamOrEntity,
    VariantName,
    batch_of,
    request_of,
    stream_of,
)
from springhead.cli.population import EntityName, Moment, Size, entities_of, entity_of, size_of, size_text_of
from springhead.wording import duration_text, size_text

if TYPE_CHECKING:
    from springhead.fields import Field, FieldPath
    from springhead.records.batch import Batch
    from springhead.spec import Stream

_SAMPLE = 4096  # records
_ROUNDS = 5
_FORMATS = {"json": "JSON", "csv": "CSV", "string": "text"}


def explain(
    context: typer.Context,
    stream: StreamOrEntity = None,
    interval: IntervalText = None,
    variant: VariantName = None,
    records: RecordCount = None,
    rate: RateText = None,
    partition: PartitionNumber = None,
    assignments: Assignments = None,
    partitions: PartitionCount = None,
    run_id: RunId = None,
    batch_name: BatchName = None,
    entity: EntityName = None,
    at: Moment = None,
    json: AsJson = False,
) -> None:
    """Tell how each field is made, and about how large and long a batch, or a population, is."""
    if (members_of := entity_of(entity, context)) is not None:
        size = size_of(members_of, at)  # before the fields: what cannot be made is told with its place
        if json:
            echo_json({"entity": members_of.name, "fields": _as_json(_fields(members_of.fields)), "population": _size_as_json(size)})
        else:
            _tell(_fields(members_of.fields))
            typer.echo(f"\n{size_text_of(members_of, size)}")
        return
    assert stream is not None
    found = stream_of(stream, assignments)
    batch = batch_of(request_of(found, interval, variant, records, partition, run_id, batch_name, rate), partitions)
    made = estimate(batch) if batch.records else None  # before the fields: what cannot be made is told with its place
    if json:
        echo_json(_batch_as_json(batch, made))
        return
    _tell(fields_of(found))
    if lines := entities_of(found):
        typer.echo("\n" + "\n".join(lines))
    if made is None:
        typer.echo("\na batch: no events in this interval; --interval names another one")
        return
    typer.echo(
        f"\na record: {size_text(made.bytes)} of {_FORMATS[batch.stream.format.name]}, {duration_text(made.seconds)} to make here"
        f"\na batch: {batch.records:,} records, {size_text(made.bytes * batch.records)}, "
        f"{duration_text(made.prepared + made.seconds * batch.records)} to make, {duration_text(made.prepared)} of it to prepare"
    )


def _as_json(fields: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    return [{"place": place, "kind": kind, "made": how} for place, kind, how in fields]


def _size_as_json(size: Size) -> dict[str, float]:
    return {
        "members": size.members,
        "member_bytes": size.bytes,
        "member_seconds": size.seconds,
        "bytes": size.bytes * size.members,
        "seconds": size.prepared + size.seconds * size.members,
    }


def _batch_as_json(batch: Batch, made: Estimate | None) -> dict[str, object]:
    stream = batch.request.stream
    size = made and {
        "record_bytes": made.bytes,
        "record_seconds": made.seconds,
        "bytes": made.bytes * batch.records,
        "seconds": made.prepared + made.seconds * batch.records,
        "preparing_seconds": made.prepared,
    }
    return {
        "stream": stream.name,
        "variant": batch.request.variant,
        "interval": str(batch.interval),
        "format": batch.stream.format.name,
        "spec_digest": batch.spec_digest,
        "fields": _as_json(fields_of(stream)),
        "entities": stream.entity_names,
        "batch": {"records": batch.records, **(size or {})},
    }


def _tell(fields: Iterable[tuple[str, str, str]]) -> None:
    rows = list(fields)
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for place, kind, how in rows:
        typer.echo(f"{place:<{widths[0]}}  {kind:<{widths[1]}}  {how}")


def fields_of(stream: Stream) -> Iterator[tuple[str, str, str]]:
    """(place, kind, how it is made) of each field, of the key and of the headers."""
    from springhead.fields import Field

    yield from _fields(stream.fields)
    if stream.key is not None:
        yield "key", stream.key.kind, stream.key.made()
    for name, field in stream.headers.items():
        yield f"headers.{name}", field.kind, field.made()
    if isinstance(stream.partition, Field):
        yield "partition", stream.partition.kind, stream.partition.made()


def _fields(fields: Mapping[str, Field], inside: FieldPath = ()) -> Iterator[tuple[str, str, str]]:
    from springhead.fields import dotted

    for name, field in fields.items():
        path = (*inside, name)
        yield dotted(path), field.kind, field.made()
        yield from _fields(field.children, path)


@dataclass(frozen=True, slots=True)
class Estimate:
    """How large a record is, and how long it takes.

    Attributes:
        bytes: of a record's value, the mean of the first records.
        seconds: to make a record, the median of five rounds.
        prepared: seconds before the first record is there: fields looked up and laid out. What a machine does once (compiling a method) is in it when it is done.
    """

    bytes: float
    seconds: float
    prepared: float


def estimate(batch: Batch) -> Estimate:
    """Makes up to 4,096 records of a batch, and tells how that went."""
    from statistics import median

    from springhead.records.press import Press

    began = time.perf_counter()
    press = Press(batch)
    positions = next(press.chunks(range(min(batch.records, _SAMPLE))))
    press.records(range(1))  # buffers grow, kernels are loaded
    prepared = time.perf_counter() - began
    made = press.records(positions)
    seconds = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        made = press.records(positions)
        seconds.append((time.perf_counter() - started) / len(positions))
    return Estimate(made.values.used.size / len(positions), median(seconds), prepared)
