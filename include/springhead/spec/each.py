"""What goes with `each`, and with a population that grows."""

from __future__ import annotations

from collections.abc import Iterator

from springhead.fields.model import Place
from springhead.fields.quantities import EARLIEST, moment_us
from springhead.quantities import MOST_PER_S, microseconds, parse_duration, us_of
from springhead.spec.entity import Entity
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
        entity = stream.entities.get(stream.each)
    except ValueError as error:
        yield ("each",), str(error)
        return
    if entity.growing is None:
        yield from _of_fixed(stream, stream.each, entity.fixed)
        return
    if stream.every is not None:
        yield ("every",), f"members of '{stream.each}', which grows, that report again and again are not available yet: leave 'every' out"
    for name in ("profile", "late"):
        if getattr(stream, name):
            yield (name,), f"the records are the members of '{stream.each}' that are born, at the times of their births: leave '{name}' out"
    for variant, of in stream.variants.items():
        if of.late:
            yield (
                ("variants", variant, "late"),
                f"the records are the members of '{stream.each}' that are born, at the times of their births: leave 'late' out",
            )


def _of_fixed(stream: Stream, name: str, count: int) -> Iterator[tuple[Place, str]]:
    """Whether there are too many members to report."""
    if stream.every is None:
        if count > MOST_RECORDS:
            yield ("each",), f"'{name}' has {count:,} members, and a batch at most {MOST_RECORDS:,} records"
    elif (per_s := count * 1_000_000 / microseconds(parse_duration(stream.every))) > MOST_PER_S:
        yield ("every",), f"'{name}' has {count:,} members: {per_s:,.0f} events per second, and a stream has at most {MOST_PER_S:,}"


def check_growth(entity: Entity) -> Iterator[tuple[Place, str]]:
    """What of an entity does not go with a population that grows, or with one that does not: where, and what."""
    distribution = entity.distribution
    kind = distribution if isinstance(distribution, str) else next(iter(distribution))
    place = ("distribution",) if isinstance(distribution, str) else ("distribution", kind)
    if entity.growing is None:
        if kind == "recent":
            yield place, "'recent' goes with a population that grows, such as count: {from: 1000, by: 5/h}"
        return
    if kind in ("zipf", "round_robin"):
        yield place, f"'{kind}' needs a fixed count, and this population grows: write uniform, or {{recent: {{exponential: {{mean: 50}}}}}}"
    if us_of(entity.as_of) < moment_us(EARLIEST):
        yield ("as_of",), f"a population grows from {EARLIEST} on, or later"
