"""What a command line says of a batch: the options, and the stream, the request and the batch that they name."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from springhead.errors import OptionError
from springhead.quantities import Interval, interval_before

if TYPE_CHECKING:
    from springhead.records.batch import Batch
    from springhead.records.request import Request
    from springhead.spec import Stream

StreamName: TypeAlias = Annotated[str, typer.Argument(metavar="STREAM", help="A stream's name, or the path of its YAML file.")]
StreamOrEntity: TypeAlias = Annotated[
    str | None, typer.Argument(metavar="STREAM", help="A stream's name, or the path of its YAML file; or --entity.")
]
IntervalText: TypeAlias = Annotated[
    str | None,
    typer.Option("--interval", metavar="START/END", help="ISO 8601, such as 2026-01-01T00:00Z/PT1H. Default: the last complete one."),
]
VariantName: TypeAlias = Annotated[str | None, typer.Option("--variant", help="A variant of the stream.")]
RecordCount: TypeAlias = Annotated[int | None, typer.Option("--records", min=1, help="Another number of records.")]
RateText: TypeAlias = Annotated[
    str | None, typer.Option("--rate", metavar="RATE", help="Another rate, such as 20/s, of a stream that has one.")
]
PartitionNumber: TypeAlias = Annotated[int | None, typer.Option("--partition", min=0, help="Pin all records to one partition.")]
PartitionCount: TypeAlias = Annotated[
    int | None,
    typer.Option("--partitions", min=1, max=100_000, help="The topic's partition count. Default: topic_config's, else as few as can be."),
]
RunId: TypeAlias = Annotated[str | None, typer.Option("--run-id", help="New data, as of a manual run with this id.")]
BatchName: TypeAlias = Annotated[
    str | None,
    typer.Option("--batch", metavar="NAME", help="A batch beside the stream's own, such as my_dag/my_task, with records of its own."),
]
Republish: TypeAlias = Annotated[
    str | None,
    typer.Option("--republish", metavar="TOKEN", help="Publish once more what was published already; the same token again does nothing."),
]
PartNumbers: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--parts", metavar="PARTS", help="Only these parts of a batch of more than a million records, such as 1,3-5. Default: all."
    ),
]
Assignments: TypeAlias = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Another value of a parameter of the stream. May be repeated.")
]
ConnectionId: TypeAlias = Annotated[str | None, typer.Option("--connection", metavar="ID", help="Another connection than the stream's.")]


def stream_of(name: str, assignments: Sequence[str] | None = None) -> Stream:
    """The stream of this name in include/streams, or of the file of this path, with the values that were given to its parameters.

    Raises:
        OptionError: there is no such stream, or no such parameter, or it cannot have such a value.
        SpecError: its file has errors.
    """
    from springhead.spec import find_stream, load_stream

    found = load_stream(Path(name)) if name.endswith((".yaml", ".yml")) or os.sep in name else find_stream(name)
    return found.with_parameters(_assigned(assignments or ()))


def _assigned(assignments: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for each in assignments:
        name, equals, value = each.partition("=")
        if not equals:
            raise OptionError(f"set: '{each}' sets nothing: write NAME=VALUE, such as --set rate_per_s=20")
        if name in values:
            raise OptionError(f"set: '{name}' is set twice")
        values[name] = value
    return values


def request_of(
    stream: Stream,
    interval: str | None = None,
    variant: str | None = None,
    records: int | None = None,
    partition: int | None = None,
    run_id: str | None = None,
    batch: str | None = None,
    rate: str | None = None,
    *,
    say: bool = False,
) -> Request:
    """The request that the options mean; without an interval the last complete one of the stream's schedule, told on stderr if asked.

    Raises:
        OptionError: one of them does not go with the stream.
    """
    from springhead.records.request import Request

    window = Interval.parse(interval) if interval is not None else interval_before(stream.cron, dt.datetime.now(dt.UTC), stream.timezone)
    if say and interval is None:
        typer.echo(f"interval {window}", err=True)
    return Request(stream, window, variant, run_id, records, partition, batch, rate)


def batch_of(request: Request, partitions: int | None = None) -> Batch:
    """The request's batch, without a topic: for so many partitions, or those of topic_config, or as few as it can have.

    Raises:
        OptionError: the topic would have no such partition.
    """
    from springhead.records.batch import Batch
    from springhead.topic_facts import TopicFacts

    config = request.stream.topic_config
    known = partitions or (config and config.partitions)
    return Batch.of(request, TopicFacts(partitions=known) if known else None)


def numbers_of(parts: str | None) -> Sequence[int] | None:
    """The parts that a text such as "1,3-5" names; None: all.

    Raises:
        OptionError: it names none.
    """
    if parts is None:
        return None
    numbers: list[int] = []
    for word in parts.split(","):
        if not (found := re.fullmatch(r"\s*([0-9]{1,9})\s*(?:-\s*([0-9]{1,9})\s*)?", word)) or int(found[2] or found[1]) < int(found[1]):
            raise OptionError(f"parts: '{word}' names no parts: write numbers and ranges, such as 1,3-5")
        numbers += range(int(found[1]), int(found[2] or found[1]) + 1)
    return numbers
