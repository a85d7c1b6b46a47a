"""`springhead generate`: the values of a batch in a file."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

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
from springhead.cli.population import EntityName, Moment, entity_of, generate_members
from springhead.cli.progress_bar import progress_bar
from springhead.cli.sink import is_stdout, sink
from springhead.cli.stopping import stopped_by_signals
from springhead.cli.truth import TruthFile
from springhead.cli.values_file import PARQUET, Header, form_of, other_format
from springhead.errors import OptionError, StoppedError

if TYPE_CHECKING:
    from springhead.columns.column import Column
    from springhead.records.batch import Batch
    from springhead.records.press import Press


def generate(
    context: typer.Context,
    stream: StreamOrEntity = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The file to write. Default: stdout.")] = None,
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
    truth: TruthFile = None,
    header: Header = True,
) -> None:
    """Write the values of a batch, or all members of an entity; no Kafka needed. A name that ends in .ndjson, .csv or .parquet gives such a file."""
    from springhead.records.digests import batch_digest
    from springhead.records.in_turn import in_turn
    from springhead.records.press import Press
    from springhead.records.records import Records
    from springhead.records.tally import Tally
    from springhead.records.truth import truth_lines

    form = form_of(output, header)
    if (members_of := entity_of(entity, context)) is not None:
        if truth is not None:
            raise OptionError("truth: an entity has no faults: leave it out")
        generate_members(members_of, output, at, form, header)
        return
    assert stream is not None
    if truth is not None and is_stdout(truth) and is_stdout(output):
        raise OptionError("truth: the values go to stdout already: name a file, or write the values to one by -o")
    if truth is not None and output is not None and truth.resolve() == output.resolve():
        raise OptionError("truth: it is the file of the values, too: name another one")
    batch = batch_of(
        request_of(stream_of(stream, assignments), interval, variant, records, partition, run_id, batch_name, rate, say=True), partitions
    )
    other = other_format(form, batch.stream.format)
    if other or form == PARQUET:
        _say_sound(batch, str(output), truth)
    press, tallies, done = Press(batch, format_=other), [Tally(batch.facts.partitions) for _ in batch.parts], 0
    stop = threading.Event()
    if form == PARQUET:
        _write_parquet(press, batch, output, stop)
        return
    spans = ((tally, positions) for tally, part in zip(tallies, batch.parts, strict=True) for positions in press.chunks(part))

    def make(by: Press, span: tuple[Tally, range]) -> tuple[Records, memoryview, bytes]:
        if truth is None:
            made, told = by.records(span[1]), b""
        else:
            labelled = by.labelled(span[1])
            made, told = labelled.there, truth_lines(labelled)
        return made, by.encoder.lines(made.values).data, told

    def take(span: tuple[Tally, range], made: tuple[Records, memoryview, bytes]) -> None:
        nonlocal done
        (tally, positions), (rows, lines, told) = span, made
        tally.add(rows, len(positions))
        write(lines)
        if write_truth:
            write_truth(memoryview(told))
        advance(done := done + len(positions), batch.records)

    truths = nullcontext() if truth is None else sink(truth)
    with stopped_by_signals(stop), progress_bar("generating", batch.records) as advance, sink(output) as write, truths as write_truth:
        if form == "csv" and header:
            write(memoryview(press.encoder.head))
        chunks = -(-batch.records // len(next(press.chunks(), range(1))))
        presses = (Press(batch, format_=other) if number else press for number in range(min(_threads(), chunks)))
        in_turn(presses, spans, make, take, stop)
    total, digest = sum(tally.rows for tally in tallies), batch_digest([tally.digest for tally in tallies])
    typer.echo(f"{total:,} records" + ("" if other else f", digest {digest}"), err=True)


def _say_sound(batch: Batch, name: str, truth: Path | None) -> None:
    """Tells what of a batch a file of another format does not have.

    Raises:
        OptionError: the truth was asked for.
    """
    if truth is not None:
        raise OptionError(
            f"truth: {name} has the sound records only, of which there is nothing to tell: leave it out, or write the stream's own format"
        )
    stream = batch.stream
    if any(stream.faults.each()) or stream.tombstones:
        typer.echo(
            f"{name} has the sound records only: faulty copies and tombstones are values of the stream's own format, {stream.format.name}",
            err=True,
        )


def _write_parquet(press: Press, batch: Batch, output: Path | None, stop: threading.Event) -> None:
    from springhead.records.table import schema_of, write_parquet

    with stopped_by_signals(stop), progress_bar("generating", batch.records) as advance, sink(output) as write:

        def columns() -> Iterator[Column]:
            for positions in press.chunks():
                if stop.is_set():
                    raise StoppedError("stopped")
                yield press.columns(positions)
                advance(positions.stop, batch.records)

        write_parquet(columns(), schema_of(press.type, batch.stream.fields), write)
    typer.echo(f"{batch.records:,} records", err=True)


def _threads() -> int:
    """As many as there are cores for this process; more than eight would wait for each other's writing."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 8)
