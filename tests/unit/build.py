"""Streams and batches for tests, without files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from springhead.columns.column import Chunk, Column, State
from springhead.columns.draws import Draws
from springhead.columns.type import Kind
from springhead.fields import KINDS, Field, Reach, Site, read_field
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.records import Records
from springhead.records.request import Request
from springhead.spec import Stream
from springhead.topic_facts import TopicFacts
from springhead.wording import listed

KINDS_LISTED = listed(sorted(KINDS))
"""The kinds of fields, as errors list them."""

ENTITIES = Path(__file__).parent / "entities"
HOUR = Interval.parse("2026-03-01T10:00Z/PT1H")


def stream(fields: dict[str, Any], name: str = "things", **keys: Any) -> Stream:
    """A stream as its YAML would say."""
    return Stream.model_validate({"topic": "things", "fields": fields, **keys}, context=Path(f"{name}.yaml"))


def batch(
    fields: dict[str, Any],
    interval: Interval = HOUR,
    *,
    records: int = 500,
    partitions: int = 6,
    run_id: str | None = None,
    variant: str | None = None,
    **keys: Any,
) -> Batch:
    """A batch of such a stream."""
    return Batch.of(
        Request(stream(fields, **keys), interval, records=records, run_id=run_id, variant=variant), TopicFacts(partitions=partitions)
    )


def field(**mapping: Any) -> Field:
    """A field as its YAML would say."""
    return read_field({("with" if key == "with_" else key): value for key, value in mapping.items()})


def chunk(ids: list[int], times_us: list[int] | None = None) -> Chunk:
    """A chunk without columns, each record at the position that is its id; event times an hour from 2026-03-01T10:00Z unless given."""
    times = np.array(times_us, np.int64) if times_us is not None else HOUR.start_us + np.arange(len(ids), dtype=np.int64)
    return Chunk(np.array(ids, np.uint64), times, np.array(ids, np.uint64))


def site(seed: str = "seed", path: tuple[str, ...] = ("field",), count: int | None = None) -> Site:
    """Where a field stands that refers to none."""
    return Site(Reach(path, lambda reference: reference.names, {}), Draws((seed,), path), count)


def column(of: Field, made: Chunk, seed: str = "seed", path: tuple[str, ...] = ("field",)) -> Column:
    """The column of a field that refers to none."""
    return of.maker(site(seed, path))(made)


def texts(made: Column) -> list[str | None]:
    """Rows of a column that holds text."""
    assert made.type.as_text
    ends = made.ends.tolist()
    state = [State.VALUE] * made.rows if made.state is None else made.state.tolist()
    return [made.data[a:b].tobytes().decode() if s == State.VALUE else None for a, b, s in zip([0, *ends], ends, state, strict=False)]


def strings(made: Column) -> list[str]:
    """The same, of a column in which no row is null or missing."""
    told = texts(made)
    there = [text for text in told if text is not None]
    assert len(there) == len(told)
    return there


def numbers(made: Column) -> list[int]:
    """Rows of a column that holds numbers or booleans."""
    assert made.type.kind in (Kind.NUMBER, Kind.BOOLEAN)
    assert not made.type.as_text
    return [int(value) for value in made.values]


def rows(records: Records) -> list[tuple[bytes | None, bytes | None, int, int, tuple[tuple[str, bytes], ...]]]:
    """(value, key, partition, timestamp, headers) of each record."""
    return list(records.each())
