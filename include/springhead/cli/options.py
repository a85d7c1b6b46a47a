"""What a command line says of a batch: the options, and the stream, the interval and the batch that they name."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from springhead.quantities import Interval, interval_before
from springhead.spec import Stream, find_stream, load_stream

if TYPE_CHECKING:
    from springhead.records.batch import Batch

StreamName: TypeAlias = Annotated[str, typer.Argument(metavar="STREAM", help="A stream's name, or the path of its YAML file.")]
IntervalText: TypeAlias = Annotated[
    str | None,
    typer.Option("--interval", metavar="START/END", help="ISO 8601, such as 2026-01-01T00:00Z/PT1H. Default: the last complete one."),
]
VariantName: TypeAlias = Annotated[str | None, typer.Option("--variant", help="A variant of the stream.")]
RecordCount: TypeAlias = Annotated[int | None, typer.Option("--records", min=1, help="Another number of records.")]
PartitionNumber: TypeAlias = Annotated[int | None, typer.Option("--partition", min=0, help="Pin all records to one partition.")]
PartitionCount: TypeAlias = Annotated[
    int | None, typer.Option("--partitions", min=1, help="The topic's partition count. Default: topic_config's, else 1.")
]
RunId: TypeAlias = Annotated[str | None, typer.Option("--run-id", help="New data, as of a manual run with this id.")]
Republish: TypeAlias = Annotated[
    str | None,
    typer.Option("--republish", metavar="TOKEN", help="Publish once more what was published already; the same token again does nothing."),
]
ConnectionId: TypeAlias = Annotated[str | None, typer.Option("--connection", metavar="ID", help="Another connection than the stream's.")]


def stream_of(name: str) -> Stream:
    """The stream of this name in include/streams, or of the file of this path.

    Raises:
        OptionError: there is no such stream.
        SpecError: its file has errors.
    """
    return load_stream(Path(name)) if name.endswith((".yaml", ".yml")) or os.sep in name else find_stream(name)


def interval_of(stream: Stream, text: str | None = None, *, say: bool = False) -> Interval:
    """The interval of this text; without one the last complete one of the stream's schedule, told on stderr if asked.

    Raises:
        OptionError: the text is no interval.
    """
    if text is not None:
        return Interval.parse(text)
    interval = interval_before(stream.cron, dt.datetime.now(dt.UTC))
    if say:
        typer.echo(f"interval {interval}", err=True)
    return interval


def batch_of(
    stream: Stream,
    interval: str | None = None,
    variant: str | None = None,
    records: int | None = None,
    partition: int | None = None,
    partitions: int | None = None,
    run_id: str | None = None,
    *,
    say: bool = False,
) -> Batch:
    """The batch that the options name; `say` as for `interval_of`.

    Raises:
        OptionError: one of them does not go with the stream.
    """
    from springhead.records.batch import Batch

    config = stream.topic_config
    count = partitions or (config.partitions if config and config.partitions else 1)
    window = interval_of(stream, interval, say=say)
    return Batch.of(stream, window, variant=variant, run_id=run_id, records=records, partition=partition, partitions=count)
