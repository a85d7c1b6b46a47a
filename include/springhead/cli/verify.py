"""`springhead verify`: a batch compared with its topic."""

from __future__ import annotations

import threading
from typing import Annotated

import typer

from springhead.cli.connections import find_connection
from springhead.cli.options import (
    Assignments,
    BatchName,
    ConnectionId,
    IntervalText,
    PartitionNumber,
    PartNumbers,
    RateText,
    RecordCount,
    RunId,
    StreamName,
    VariantName,
    numbers_of,
    request_of,
    stream_of,
)
from springhead.cli.progress_bar import progress_bar
from springhead.cli.stopping import stopped_by_signals


def verify(
    stream: StreamName,
    interval: IntervalText = None,
    variant: VariantName = None,
    records: RecordCount = None,
    rate: RateText = None,
    partition: PartitionNumber = None,
    assignments: Assignments = None,
    run_id: RunId = None,
    batch_name: BatchName = None,
    parts: PartNumbers = None,
    whole_topic: Annotated[
        bool, typer.Option("--whole-topic", help="Look for copies in the whole topic, not only where the batch was published.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    connection: ConnectionId = None,
) -> None:
    """Read a published batch back and compare it with what it should be; exit code 1 on any difference."""
    import msgspec

    from springhead.verify import verify as verifying

    request = request_of(stream_of(stream, assignments), interval, variant, records, partition, run_id, batch_name, rate, say=True)
    found = find_connection(connection or request.chosen.connection)
    stop = threading.Event()
    with stopped_by_signals(stop), progress_bar("verifying") as advance:
        verification = verifying.verify(request, found, parts=numbers_of(parts), whole_topic=whole_topic, stop=stop, progress=advance)
    typer.echo(msgspec.json.encode(verification.as_dict()).decode() if json else verification.text())
    if not verification.good:
        raise typer.Exit(1)
