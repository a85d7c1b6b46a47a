"""`springhead truth`: which records of a batch are faulty, dropped, tombstones or late."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from springhead.cli.options import (
    Assignments,
    BatchName,
    IntervalText,
    PartitionCount,
    PartitionNumber,
    PartNumbers,
    RateText,
    RecordCount,
    RunId,
    StreamName,
    VariantName,
    batch_of,
    numbers_of,
    request_of,
    stream_of,
)
from springhead.cli.sink import sink

TruthFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--truth", metavar="FILE", help="Write which records are faulty, dropped, tombstones or late as NDJSON: `springhead truth`."
    ),
]


def truth(
    stream: StreamName,
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
    parts: PartNumbers = None,
    every: Annotated[bool, typer.Option("--all", help="A line for each record, the sound ones too.")] = False,
) -> None:
    """Tell which records of a batch are faulty, dropped, tombstones or late, as NDJSON; no Kafka needed."""
    from springhead.records.truth import truth_of

    batch = batch_of(
        request_of(stream_of(stream, assignments), interval, variant, records, partition, run_id, batch_name, rate, say=True), partitions
    )
    with sink(output) as write:
        for lines in truth_of(batch, numbers_of(parts), every=every):
            write(memoryview(lines))
