"""`springhead preview`: the first records of a batch, for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from springhead.cli.as_json import AsJson, value_of
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
from springhead.cli.population import EntityName, Moment, entity_of, preview_members
from springhead.quantities import iso_of_ms

if TYPE_CHECKING:
    from springhead.encoding import Encoder
    from springhead.records.records import Records


def preview(
    context: typer.Context,
    stream: StreamOrEntity = None,
    n: Annotated[int, typer.Option("-n", min=1, help="How many records.")] = 5,
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
    """Print the first records of a batch as they would be published, or the first members of an entity, of one that grows the newest."""
    from springhead.records.press import Press

    if (members_of := entity_of(entity, context)) is not None:
        preview_members(members_of, n, at, json)
        return
    assert stream is not None
    batch = batch_of(
        request_of(stream_of(stream, assignments), interval, variant, records, partition, run_id, batch_name, rate, say=True), partitions
    )
    press = Press(batch)
    if not batch.records:
        typer.echo("no events in this interval", err=True)
    for positions in press.chunks(range(min(n, batch.records))):
        made = press.records(positions)
        for line in _as_json(made) if json else _readable(made, press.encoder):
            typer.echo(line)


def _readable(records: Records, encoder: Encoder) -> Iterator[str]:
    for position, (value, key, partition, time_ms, headers) in zip(records.positions.tolist(), records.each(), strict=True):
        parts = [f"#{position}", iso_of_ms(time_ms), f"partition {partition}", f"key {key.decode()}" if key is not None else "no key"]
        parts += [f"{name}: {text.decode()}" for name, text in headers]
        yield "  ".join(parts)
        yield "no value (a tombstone)" if value is None else encoder.text(value)


def _as_json(records: Records) -> Iterator[str]:
    """A line for each record."""
    import msgspec

    for position, (value, key, partition, time_ms, headers) in zip(records.positions.tolist(), records.each(), strict=True):
        line = {
            "position": position,
            "timestamp": iso_of_ms(time_ms),
            "timestamp_ms": time_ms,
            "partition": partition,
            "key": None if key is None else key.decode(),
            "headers": {name: text.decode() for name, text in headers},
            **value_of(value),
        }
        yield msgspec.json.encode(line).decode()
