"""Records for the Kafka provider's own operator: DAGs name `springhead.pipeline.key_values`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from springhead.quantities import Interval, interval_before
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.spec import Stream, find_stream


def key_values(stream: Stream | str, records: int, interval: Interval | str | None = None) -> Iterator[tuple[str | None, bytes]]:
    """(key, value) of so many records of a stream: the `producer_function` of the Kafka provider's own ProduceToTopicOperator.

    That operator knows neither partitions nor timestamps nor headers, and only logs what was not delivered.

    Args:
        stream: its name, or the stream.
        records: how many.
        interval: whose batch, also as START/END; the last complete one unless given.
    """
    chosen = find_stream(stream) if isinstance(stream, str) else stream
    window = Interval.parse(interval) if isinstance(interval, str) else interval or interval_before(chosen.cron, dt.datetime.now(dt.UTC))
    for made in records_of(Batch.of(chosen, window, records=records, partitions=(chosen.partition or 0) + 1)):
        keys = made.keys.optional() if made.keys else [None] * made.rows
        for key, value in zip(keys, made.values.tolist(), strict=True):
            yield key.decode() if key is not None else None, value
