"""How a stream's fields are made, and how large and long a batch is about: what `springhead explain` tells."""

from __future__ import annotations

import time
from collections.abc import Iterator

from springhead.fields import Field, Object
from springhead.records.batch import Batch
from springhead.spec import Stream

_SAMPLE = 4096  # records
_ROUNDS = 5


def fields_of(stream: Stream) -> Iterator[tuple[str, str, str]]:
    """(place, kind, how it is made) of each field, of the key and of the headers."""
    yield from _fields(stream.fields, "")
    if stream.key is not None:
        yield "key", stream.key.kind, stream.key.made()
    for name, field in stream.headers.items():
        yield f"headers.{name}", field.kind, field.made()


def _fields(fields: dict[str, Field], prefix: str) -> Iterator[tuple[str, str, str]]:
    for name, field in fields.items():
        if isinstance(field, Object):
            yield f"{prefix}{name}", field.kind, "of the following"
            yield from _fields(field.object, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field.kind, field.made()


def estimate(batch: Batch) -> tuple[float, float]:
    """(bytes, seconds) of one record's making: the mean of a chunk of 4,096 records, and the median of five rounds."""
    import numpy as np

    from springhead.records.press import Press

    press, ids = Press(batch), np.arange(min(batch.records, _SAMPLE), dtype=np.uint64)
    press.records(ids)  # buffers grow, kernels are loaded
    seconds = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        made = press.records(ids)
        seconds.append((time.perf_counter() - started) / ids.shape[0])
    size = sum(map(len, made.values.tolist())) / ids.shape[0]
    return size, float(np.median(seconds))
