"""The digest of all that a user wrote and that decides the bytes of a batch."""

from __future__ import annotations

import json

import xxhash

from springhead.fields import Field
from springhead.spec.stream import Stream


def spec_digest(stream: Stream, variant: str | None = None, records: int | None = None, partition: int | None = None) -> str:
    """xxh3-128, in hex, of what decides the bytes: not the description, tags, schedule, connection, delivery or topic_config.

    A default has the same digest written down as left out, and so has the same mapping in another order, except where its order
    decides: the order of fields and headers stands in the record, that of a choice in its draws.

    Args:
        stream: as its file says.
        variant: the variant whose overrides count.
        records: of the run's form; None: as the stream says.
        partition: of the run's form; None: as the stream says.
    """
    stream = stream.with_variant(variant)
    decides = {
        "topic": stream.topic,
        "records": stream.records if records is None else records,
        "fields": _canonical(stream.fields),
        "key": _canonical(stream.key),
        "headers": _canonical(stream.headers),
        "partition": stream.partition if partition is None else partition,
        "seed": stream.effective_seed,
    }
    return xxhash.xxh3_128_hexdigest(json.dumps(decides, ensure_ascii=False, sort_keys=True).encode())


def _canonical(value: object) -> object:
    """As plain JSON: a mapping, whose order may count, as pairs; of a field what is not the default."""
    if isinstance(value, Field):
        arguments = {
            name: _canonical(argument)
            for name, of in type(value).model_fields.items()
            if name != "description" and (argument := getattr(value, name)) != of.default
        }
        return [value.kind, arguments, *value.sources()]
    if isinstance(value, dict):
        return [[_canonical(key), _canonical(item)] for key, item in value.items()]
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    return value
