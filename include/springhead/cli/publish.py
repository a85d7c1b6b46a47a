"""`springhead publish`: a batch without Airflow."""

from __future__ import annotations

import threading

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
    Republish,
    RunId,
    StreamName,
    VariantName,
    numbers_of,
    request_of,
    stream_of,
)
from springhead.cli.progress_bar import progress_bar
from springhead.cli.sink import sink
from springhead.cli.stopping import stopped_by_signals
from springhead.cli.truth import TruthFile


def publish(
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
    republish: Republish = None,
    connection: ConnectionId = None,
    truth: TruthFile = None,
) -> None:
    """Publish a batch without Airflow; the last line of stdout is the receipt as JSON."""
    import msgspec

    from springhead.publish import publish as publishing
    from springhead.records.batch import Batch
    from springhead.records.truth import truth_of
    from springhead.topic_facts import TopicFacts

    request = request_of(stream_of(stream, assignments), interval, variant, records, partition, run_id, batch_name, rate, say=True)
    found = find_connection(connection or request.chosen.connection)
    stop = threading.Event()
    with stopped_by_signals(stop), progress_bar("publishing") as advance:
        receipt = publishing.publish(request, found, parts=numbers_of(parts), republish=republish, stop=stop, progress=advance)
    if truth is not None:  # a function of the batch: it is the same whether this call has published it or an earlier one
        batch = Batch.of(request, TopicFacts(receipt.topic_id, receipt.topic_partitions))
        with sink(truth) as write:
            for lines in truth_of(batch, numbers_of(parts)):
                write(memoryview(lines))
    typer.echo(receipt.text(), err=True)
    typer.echo(msgspec.json.encode(receipt.as_dict()).decode())
