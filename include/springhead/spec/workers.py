"""`workers`: how many of Airflow's tasks publish the parts of a batch at the same time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument

from springhead.fields.model import Place

if TYPE_CHECKING:
    from springhead.spec.stream import Stream

MOST_WORKERS = 100  # far below Airflow's [core] max_map_length, 1024

Workers = Annotated[int, Argument(ge=1, le=MOST_WORKERS)]


def check_workers(stream: Stream) -> Iterator[tuple[Place, str]]:
    """What of the stream does not go with several workers: where, and what."""
    if stream.workers == 1:
        return
    if stream.atomic:
        yield ("workers",), "an atomic batch is one transaction, which one worker publishes: leave 'workers' out, or 'atomic'"
    for place, delivery in (
        (("delivery",), stream.delivery),
        *((("variants", name, "delivery"), variant.delivery) for name, variant in stream.variants.items()),
    ):
        if delivery not in (None, "exactly_once"):
            yield (
                place,
                f"several workers share a batch that is published exactly once; found {delivery}. Leave 'delivery' out, or 'workers'",
            )
    if stream.pace is not None:
        yield ("pace",), "a batch that is sent live is sent by one worker: leave 'pace' out, or 'workers'"
