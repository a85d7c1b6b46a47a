"""`springhead generate`: the values of a batch in a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated

import typer

from springhead.cli.options import (
    BatchName,
    IntervalText,
    PartitionCount,
    PartitionNumber,
    RecordCount,
    RunId,
    StreamName,
    VariantName,
    batch_of,
    request_of,
    stream_of,
)
from springhead.cli.progress_bar import progress_bar
from springhead.errors import OptionError


def generate(
    stream: StreamName,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The file to write. Default: stdout.")] = None,
    interval: IntervalText = None,
    variant: VariantName = None,
    records: RecordCount = None,
    partition: PartitionNumber = None,
    partitions: PartitionCount = None,
    run_id: RunId = None,
    batch_name: BatchName = None,
) -> None:
    """Write the values of a batch as NDJSON; no Kafka needed."""
    from springhead.records.digests import batch_digest
    from springhead.records.press import Press
    from springhead.records.tally import Tally

    batch = batch_of(request_of(stream_of(stream), interval, variant, records, partition, run_id, batch_name, say=True), partitions)
    press, tallies, done = Press(batch), [], 0
    with _sink(output) as file, progress_bar("generating", batch.records) as advance:
        for part in batch.parts:
            tallies.append(tally := Tally(batch.facts.partitions))
            for positions in batch.chunks(part):
                made = press.records(positions)
                tally.add(made, len(positions))
                file.write(press.encoder.lines(made.values))
                advance(done := done + len(positions), batch.records)
    rows, digest = sum(tally.rows for tally in tallies), batch_digest([tally.digest for tally in tallies])
    typer.echo(f"{rows:,} records, digest {digest}", err=True)


@contextmanager
def _sink(path: Path | None) -> Iterator[IO[bytes]]:
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    try:
        with path.open("wb") as file:
            yield file
    except OSError as error:
        raise OptionError(f"cannot write {path}: {error.strerror}") from None
