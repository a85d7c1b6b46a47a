"""Records for a producer of one's own: DAGs name `springhead.pipeline.key_values`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice

from springhead.quantities import Interval, interval_before
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.records.request import Request
from springhead.spec import Stream, find_stream


def key_values(stream: Stream | str, records: int, interval: Interval | str | None = None) -> Iterator[tuple[str | None, bytes | None]]:
    """(key, value) of so many records of a stream; partitions, timestamps and headers are left behind.

    Args:
        stream: its name, or the stream.
        records: how many; of a stream with a rate, or one record for each member of an entity, the first ones of the interval.
        interval: whose batch, also as START/END; the last complete one unless given.
    """
    chosen = find_stream(stream) if isinstance(stream, str) else stream
    window = (
        Interval.parse(interval)
        if isinstance(interval, str)
        else interval or interval_before(chosen.cron, dt.datetime.now(dt.UTC), chosen.timezone)
    )
    counted = chosen.with_variant(None).rate is None and chosen.each is None
    batch = Batch.of(Request(chosen, window, records=records if counted else None))
    yield from islice(_key_values(batch), records)


def _key_values(batch: Batch) -> Iterator[tuple[str | None, bytes | None]]:
    for made in records_of(batch):
        for key, value in zip(made.optional_keys(), made.values.optional(), strict=True):
            yield key.decode() if key is not None else None, value
