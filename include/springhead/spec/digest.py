"""The digest of all that a user wrote and that decides the bytes of a batch."""

from __future__ import annotations

import json
from datetime import datetime

import xxhash

from springhead.fields import Field, Model
from springhead.fields.distributions import Law
from springhead.spec.format import Format
from springhead.spec.stream import Stream

# Keys that decide no byte. All others count; so does a key that is added to the language later, unless it is added here. `atomic` decides only how a batch is cut into parts.
DECIDES_NOTHING = frozenset(
    {
        "description",
        "schedule",
        "pace",
        "start_date",
        "catchup",
        "tags",
        "connection",
        "delivery",
        "topic_config",
        "atomic",
        "workers",
        "verify",
        "allow_expiry",
        "variants",
        "parameters",  # their values decide where they stand
        "extends",
    }
)


def spec_digest(stream: Stream) -> str:
    """xxh3-128, in hex, of what decides the bytes.

    A key that is written with its default value counts the same as one that is left out. So a key that is added to the language later changes no digest of
    a stream that does not use it. Order does not count, except where it decides bytes: that of fields and headers is the record's, that of a choice decides its
    draws.

    Args:
        stream: with a variant's and a request's overrides in place: `Request.chosen`.
    """
    return xxhash.xxh3_128_hexdigest(_json(_decides(stream)))


def spec_keys(stream: Stream) -> dict[str, str]:
    """A short digest (8 hexadecimal digits) of each key that `spec_digest` covers, so that an error can name the keys in which two specs differ.

    A field is a key of its own (`fields.name`), and so is a header; `fields` alone stands for their order. What is not written has no key.
    """
    keys: dict[str, object] = {}
    for key, value in _decides(stream).items():
        if key in ("fields", "headers"):
            assert isinstance(value, list)
            keys |= {f"{key}.{name}": item for name, item in value}
            value = [name for name, _ in value]
        keys[key] = value
    return {key: xxhash.xxh3_64_hexdigest(_json(value))[:8] for key, value in keys.items()}


def _decides(stream: Stream) -> dict[str, object]:
    """The seed counts even where it is the default: that is the stream's name; and so does what the records are made of in entities."""
    return {**_written(stream), **_entities(stream), "seed": stream.effective_seed}


def _entities(stream: Stream) -> dict[str, object]:
    """`entities.<name>.<key>` and `entities.<name>.fields.<field>` → what is written there, of the fields that are needed: others decide nothing."""
    found: dict[str, object] = {}
    for name, fields in stream.entities.used(
        [*stream.fields.values(), *stream.beside], [] if stream.each is None else [stream.each]
    ).items():
        entity = stream.entities.get(name)
        written = {**_written(entity), "seed": entity.effective_seed} | {
            f"fields.{each}": _canonical(field) for each, field in fields.items()
        }
        found |= {
            f"entities.{name}.{key}": value for key, value in written.items() if key != "fields" and (key != "key" or stream.faults.orphan)
        }
    return found


def _written(model: Model) -> dict[str, object]:
    """What is written in a mapping of the language and decides something."""
    return {
        name: _canonical(value)
        for name, of in type(model).model_fields.items()
        if name not in DECIDES_NOTHING and (value := getattr(model, name)) != of.get_default(call_default_factory=True)
    }


def _canonical(value: object) -> object:
    """As plain JSON: a mapping, whose order may count, as pairs; a field by its kind, what is written in it, and what decides its values and stands elsewhere."""
    if isinstance(value, Field):
        return [value.kind, _written(value), *value.sources()]
    if isinstance(value, Format):
        return [value.name, _written(value)]
    if isinstance(value, Law):
        return [value.kind, _written(value)]
    if isinstance(value, Model):
        return _written(value)
    if isinstance(value, dict):
        return [[_canonical(key), _canonical(item)] for key, item in value.items()]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    return value


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
