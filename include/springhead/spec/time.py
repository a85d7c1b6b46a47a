"""What the keys of time have to do with one another."""

from __future__ import annotations

from collections.abc import Iterator

from springhead.fields.model import Place
from springhead.spec.late import Delay, Outage
from springhead.spec.rate import rate_text
from springhead.spec.stream import Stream
from springhead.spec.variant import Variant


def check_time(owner: Stream | Variant, place: Place, stream: Stream) -> Iterator[tuple[Place, str]]:
    """What is wrong with `records`, `rate`, `arrivals`, `late` and `pace`: where, and what.

    Args:
        owner: the stream, or a variant of it.
        place: the owner's.
        stream: as a whole.
    """
    written = owner.model_fields_set
    if {"records", "rate"} <= written and owner.rate is not None:
        yield (*place, "records"), "a stream has `records` in each batch, or a `rate` of events per time: write one of them"
    chosen = owner if isinstance(owner, Stream) else stream.overridden(owner)
    shares = sum(of.share for of in owner.late if isinstance(of, Delay))
    if shares > 1 + 1e-9:
        yield (*place, "late"), f"the shares come to {shares:g}: together they are at most 1"
    if chosen.rate is None and not (stream.each and stream.every):
        for i, of in enumerate(owner.late):
            if isinstance(of, Outage):
                yield (
                    (*place, "late", i, "during"),
                    "an outage needs a `rate`: what it holds back arrives in a later batch, and `records` belong to one",
                )
    if owner is not stream:
        return
    if "arrivals" in written and stream.each is not None:
        yield ("arrivals",), "'arrivals' goes with a `rate`: the members of 'each' report in turn"
    elif "arrivals" in written and stream.rate is None and not any(each.rate for each in stream.variants.values()):
        yield ("arrivals",), "'arrivals' goes with a `rate`: the times of `records` are drawn in equal shares of the interval"
    if stream.pace is None:
        return
    for where, name in (
        (("delivery",), stream.delivery),
        *((("variants", key, "delivery"), of.delivery) for key, of in stream.variants.items()),
    ):
        if name == "exactly_once" or (name is None and where == ("delivery",)):
            found = "exactly_once" if name else "what the connection gives, which may be exactly_once"
            yield (
                where if name else ("pace",),
                f"a batch that is sent live is published at least once; found {found}. Write delivery: at_least_once",
            )


def amount_text(stream: Stream) -> str:
    """How much there is: 100 records, or 20/s, or the members that are born."""
    if (entity := stream.born) is not None:
        return f"the {entity.name} that are born"
    return f"{stream.records:,} record{'s' * (stream.records != 1)}" if stream.rate is None else rate_text(stream.rate)
