"""What only the stream as a whole can tell: what its references mean, and whether its numbers go together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from springhead.fields import Field, MemberType, Object, Resolution, Template, read_field, resolve
from springhead.fields.model import Place
from springhead.spec.entity import Entity
from springhead.spec.stream import Stream, TopicConfig, Variant, read_textual
from springhead.spec.time import check_time

MOST_FIELDS = 1000

T = TypeVar("T")


def check(stream: Stream) -> Iterator[tuple[Place, str]]:
    """All that is wrong with references, keys, headers, partitions and the number of fields: where, and what."""
    resolution = resolve(stream.fields, stream.entities.type_of)
    yield from _fields_as_a_whole(resolution, "a stream")
    owners: list[tuple[Place, Stream | Variant]] = [((), stream), *((("variants", name), of) for name, of in stream.variants.items())]
    for place, owner in owners:
        yield from check_time(owner, place, stream)
        if owner.key is not None:
            yield from _text(owner.key, (*place, "key"), resolution, is_key=True)
        for name, value in owner.headers.items():
            yield from _text(value, (*place, "headers", name), resolution)
        partitions = stream.topic_config and stream.topic_config.partitions
        if owner.partition is not None and partitions and owner.partition >= partitions:
            yield (*place, "partition"), f"there is no partition {owner.partition}: topic_config gives the topic {partitions}, from 0 on"


def check_entity(entity: Entity, member_type: MemberType) -> Iterator[tuple[Place, str]]:
    """All that is wrong with an entity's references, its key and the number of its fields: where, and what."""
    resolution = resolve(entity.fields, member_type)
    yield from _fields_as_a_whole(resolution, "an entity")
    if entity.key is not None:
        yield from _text(Template(template=f"{{{entity.key}}}"), ("key",), resolution, is_key=True)


def _fields_as_a_whole(resolution: Resolution, what: str) -> Iterator[tuple[Place, str]]:
    if len(resolution.tree) > MOST_FIELDS:
        yield ("fields",), f"{len(resolution.tree):,} fields; {what} has at most {MOST_FIELDS:,}"
    for place, message in resolution.problems:
        yield ("fields", *place), message


def _text(field: Field, place: Place, resolution: Resolution, *, is_key: bool = False) -> Iterator[tuple[Place, str]]:
    """What is wrong with a key or a header."""
    argument = (*place, field.kind)
    unknown = False
    for reference in field.uses:
        try:
            path = resolution.find(reference)
        except ValueError as error:
            unknown = True
            yield (*place, *field.place_of(reference)), str(error)
        else:
            if is_key and reference in field.references and (found := resolution.types[path]) is not None and found.nullable:
                yield argument, f"a key cannot be null, and the field '{reference}' may be"
    if unknown:
        return
    if field.children:
        yield place, "an object has no text: use a template over the fields, or a field of another kind"
        return
    try:
        told = field.column_type(resolution.reach(place))
    except ValueError as error:
        yield argument, str(error)
        return
    if is_key and told is not None and told.nullable and not field.references:
        yield place, "a key cannot be null, and this field may be"


def readable_part(data: dict[Any, Any]) -> Stream:
    """What can be read of a stream that has other errors, so that its references are checked all the same."""
    return Stream.model_construct(
        fields=_fields_of(data.get("fields")),
        variants={name: Variant.model_construct(**_overridable(of)) for name, of in _mapping(data.get("variants")).items()},
        topic_config=_attempt(TopicConfig.model_validate, data.get("topic_config")),
        delivery=data.get("delivery"),
        **_overridable(data),
    )


def readable_entity(data: dict[Any, Any]) -> Entity:
    """What can be read of an entity that has other errors."""
    key = data.get("key")
    return Entity.model_construct(
        count=1, fields=_fields_of(data.get("fields")), key=key if isinstance(key, str) and re.fullmatch(r"[^{}]+", key) else None
    )


def _overridable(data: object) -> dict[str, Any]:
    mapping = _mapping(data)
    headers = {name: _attempt(read_textual, value) for name, value in _mapping(mapping.get("headers")).items()}
    return {
        "key": _attempt(read_textual, mapping.get("key")),
        "headers": {name: value for name, value in headers.items() if value},
        "partition": partition if type(partition := mapping.get("partition")) is int else None,
    }


def _fields_of(data: object) -> dict[str, Field]:
    return {str(name): _field(value) for name, value in _mapping(data).items()}


def _field(data: object) -> Field:
    """The field; an object with what can be read of it; of any other that cannot be read, a bare `Field`."""
    nested = _mapping(_mapping(data).get("object"))
    return _attempt(read_field, data) or (Object.model_construct(object=_fields_of(nested)) if nested else Field.model_construct())


def _mapping(data: object) -> dict[Any, Any]:
    return data if isinstance(data, dict) else {}


def _attempt(read: Callable[[Any], T], value: object) -> T | None:
    try:
        return read(value)
    except ValueError:  # pydantic's ValidationError is one; it is reported where the stream itself is read
        return None
