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
    decides = _decides(stream.with_variant(variant), records, partition)
    return xxhash.xxh3_128_hexdigest(json.dumps(decides, ensure_ascii=False, sort_keys=True).encode())


def spec_keys(stream: Stream, variant: str | None = None, records: int | None = None, partition: int | None = None) -> dict[str, str]:
    """What `spec_digest` is made of, key by key: each with 8 hexadecimal digits for what is written there, so that two specs can be told apart by name.

    A field is a key of its own (`fields.name`), and so is a header; `fields` alone stands for their order. What is not written has no key. Arguments as there.
    """
    keys: dict[str, object] = {}
    for key, value in _decides(stream.with_variant(variant), records, partition).items():
        if key in ("fields", "headers"):
            assert isinstance(value, list)
            keys |= {f"{key}.{name}": item for name, item in value}
            value = [name for name, _ in value]
        if value not in (None, []):
            keys[key] = value
    return {
        key: xxhash.xxh3_64_hexdigest(json.dumps(value, ensure_ascii=False, sort_keys=True).encode())[:8] for key, value in keys.items()
    }


def _decides(stream: Stream, records: int | None, partition: int | None) -> dict[str, object]:
    return {
        "topic": stream.topic,
        "records": stream.records if records is None else records,
        "fields": _canonical(stream.fields),
        "key": _canonical(stream.key),
        "headers": _canonical(stream.headers),
        "partition": stream.partition if partition is None else partition,
        "seed": stream.effective_seed,
    }


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
