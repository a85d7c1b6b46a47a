"""What goes with `each`."""

from __future__ import annotations

from collections.abc import Iterator

from springhead.fields.model import Place
from springhead.quantities import MOST_PER_S, microseconds, parse_duration
from springhead.spec.stream import Stream

MOST_RECORDS = 100_000_000  # of a batch


def check_each(stream: Stream) -> Iterator[tuple[Place, str]]:
    """All that is wrong with `each` and `every`: where, and what."""
    if stream.each is None:
        if stream.every is not None:
            yield ("every",), "goes with 'each', an entity whose members report: write each: sensors"
        return
    for name in ("records", "rate"):
        if name in stream.model_fields_set:
            yield (name,), f"the stream has 'each', which says how many records there are: leave '{name}' out"
        for variant, of in stream.variants.items():
            if name in of.model_fields_set:
                yield ("variants", variant, name), f"the stream has 'each', which says how many records there are: leave '{name}' out"
    try:
        count = stream.entities.get(stream.each).count
    except ValueError as error:
        yield ("each",), str(error)
        return
    if stream.every is not None and (per_s := count * 1_000_000 / microseconds(parse_duration(stream.every))) > MOST_PER_S:
        yield ("every",), f"'{stream.each}' has {count:,} members: {per_s:,.0f} events per second, and a stream has at most {MOST_PER_S:,}"
    if stream.every is None and count > MOST_RECORDS:
        yield ("each",), f"'{stream.each}' has {count:,} members, and a batch at most {MOST_RECORDS:,} records"
