"""What only the stream as a whole can tell: what its references mean, and whether its numbers go together."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from springhead.columns.type import WHAT_DOES_NOT_PRINT
from springhead.errors import FieldError
from springhead.faults import FAULTS, Faults, Target, no_target
from springhead.faults.whole import ExtraField
from springhead.fields import Field, FieldPath, Filler, MemberType, Object, Resolution, Template, read_field, resolve
from springhead.fields.model import Place
from springhead.fields.references import beside_name
from springhead.fields.share import share
from springhead.fields.site import MemberTexts
from springhead.fields.template_text import parse_reference
from springhead.spec.cases import check_cases
from springhead.spec.each import check_each, check_growth
from springhead.spec.entity import Entity
from springhead.spec.format import Format, JsonFormat, read_format
from springhead.spec.partition import check_partition, read_partition
from springhead.spec.stream import Stream
from springhead.spec.textual import read_textual
from springhead.spec.time import check_time
from springhead.spec.topic import TopicConfig
from springhead.spec.variant import Variant
from springhead.spec.workers import check_workers
from springhead.wording import meant

MOST_FIELDS = 1000
MOST_ELEMENTS = 1_000_000  # of a record

T = TypeVar("T")


def check(stream: Stream) -> Iterator[tuple[Place, str]]:
    """All that is wrong with references, keys, headers, partitions, time, faults and the number of fields: where, and what."""
    resolution = resolve(stream.fields, partial(stream.entities.type_of_ref, each=stream.each))
    yield from _fields_as_a_whole(resolution, "a stream")
    yield from _fillers(resolution, stream)
    yield from _cases(resolution, stream)
    yield from check_each(stream)
    yield from check_workers(stream)
    yield from _format(stream.format, stream.fields, resolution)
    targets = list(stream.format.targets(stream.fields, resolution.types, stream.entities.identifies))
    if stream.tombstones and stream.key is None and not _keyed_by_member(stream):
        yield ("tombstones",), "a tombstone is a record with a key and no value: the stream needs a key"
    for place, owner in _owners(stream):
        yield from check_time(owner, place, stream)
        if owner.key is not None:
            yield from _text(owner.key, (*place, "key"), resolution, is_key=True)
        for name, value in owner.headers.items():
            yield from _text(value, (*place, "headers", name), resolution)
        partitions = None if stream.topic_config is None else stream.topic_config.partitions
        yield from _partition(owner.partition, (*place, "partition"), resolution, partitions)
        for fault in owner.faults.each():
            if why := stream.format.refuses.get(fault.kind):
                yield (*place, "faults", fault.kind), f"values of the format '{stream.format.name}' cannot have this fault: {why}"
        yield from _faults(owner.faults, (*place, "faults"), targets, stream.format.refuses)
        if place and stream.tombstones and owner.key is None and "key" in owner.model_fields_set:
            yield (*place, "key"), "the stream has tombstones, records with a key and no value: the variant needs a key"


def _owners(stream: Stream) -> list[tuple[Place, Stream | Variant]]:
    """What has a key, headers and faults of its own, and where it stands."""
    return [((), stream), *((("variants", name), of) for name, of in stream.variants.items())]


def _keyed_by_member(stream: Stream) -> bool:
    try:
        return stream.keyed_by_member
    except ValueError:
        return True  # the entity's own error says enough


def _format(format_: Format, fields: Mapping[str, Field], resolution: Resolution) -> Iterator[tuple[Place, str]]:
    """What is wrong with the format, or with fields that it cannot hold."""
    for name, why in format_.unfit({name: resolution.types[(name,)] for name, field in fields.items() if not field.hidden}):
        yield ("fields", name, fields[name].kind), why
    if (template := format_.template) is None:
        return
    place, wrong = ("format", format_.name), [message for _, message in _text(template, ("format",), resolution)]
    yield from ((place, message) for message in wrong)
    for reference in () if wrong else template.references:
        if (found := resolution.types[resolution.find(reference)]) is not None and found.stateful:
            may_be = "null" if found.nullable else "missing"
            yield (
                place,
                f"a record without a value is a tombstone, and the field '{reference}' may be {may_be}: give the template a field that is always there",
            )


def _partition(partition: int | Field | None, place: Place, resolution: Resolution, count: int | None) -> Iterator[tuple[Place, str]]:
    """What is wrong with the partition."""
    wrong, told = [], None
    if isinstance(partition, Field):
        beside = resolution.beside(place, partition)
        wrong, told = list(_text_of(partition, place, beside)), beside.types[beside_name(place),]
    yield from wrong or check_partition(partition, place, told, count)


def _faults(faults: Faults, place: Place, targets: Sequence[Target], refused: Container[str]) -> Iterator[tuple[Place, str]]:
    """What is wrong with the fields that faults name, or could damage; of those that the format refuses that says enough."""
    known = {target.name: target for target in targets}
    for fault in faults.each():
        if fault.kind in refused:
            continue
        for number, name in enumerate(fault.named or ()):
            where = (*place, fault.kind, "fields", number)
            if (target := known.get(name)) is None:
                yield where, f"unknown field '{name}': the value has none of this name{meant(name, known)}"
            elif (why := fault.unfit(target)) and type(target.field) is not Field:  # one that could not be read: its own error says enough
                yield where, f"the field '{name}' {why}"
        if fault.needs_field and fault.named is None and all(fault.unfit(each) and type(each.field) is not Field for each in targets):
            yield (*place, fault.kind), f"there is nothing to damage: {no_target(targets, fault.unfit)}"
        if isinstance(fault, ExtraField) and fault.name in known:
            yield (*place, fault.kind, "name"), f"the value has a field '{fault.name}': give another name"


def check_entity(entity: Entity, member_type: MemberType, member_texts: MemberTexts) -> Iterator[tuple[Place, str]]:
    """All that is wrong with an entity's references, its key and the number of its fields: where, and what."""
    resolution = resolve(entity.fields, member_type)
    yield from _fields_as_a_whole(resolution, "an entity")
    yield from check_growth(entity)
    for path, field in resolution.own.items():
        if isinstance(field, Filler):
            yield ("fields", *resolution.place(path)), "a filler brings a record's value to a size: it stands in a stream, and in no entity"
    yield from check_cases(resolution, resolution.own, ("fields",), member_texts)
    if entity.key is not None:
        unfit = list(_text(Template(template=f"{{{entity.key}}}"), ("key",), resolution, is_key=True))
        yield from unfit or _too_few(entity, entity.key, resolution, member_texts)


def _too_few(entity: Entity, key: str, resolution: Resolution, member_texts: MemberTexts) -> Iterator[tuple[Place, str]]:
    """A key that several members have to share, where the files say which values it has."""
    with suppress(ValueError, FieldError):  # a reference that means nothing, a file that cannot be read: told elsewhere
        texts = resolution.tree[resolution.find(parse_reference(key), ())].texts(member_texts)
        if texts is not None and isinstance(entity.count, int) and len(texts) < entity.count:
            yield (
                ("key",),
                f"'{key}' has {len(texts):,} value{'s' * (len(texts) != 1)} for {entity.count:,} members, and a key is one member's: name a field such as a sequence or a uuid",
            )


def _cases(resolution: Resolution, stream: Stream) -> Iterator[tuple[Place, str]]:
    """What is wrong with the values that cases name. One that is for what a run, or a stream that extends the file, may choose is not."""

    def decided(field: Place, case: Place) -> bool:
        return stream.document is not None and stream.document.varies(field, case)

    yield from check_cases(resolution, resolution.own, ("fields",), stream.entities.texts_of_ref, decided)
    for where, of in _beside(stream):
        whole, inside = _among(resolution, where, of)
        yield from check_cases(whole, inside, where, stream.entities.texts_of_ref, decided)


def _fillers(resolution: Resolution, stream: Stream) -> Iterator[tuple[Place, str]]:
    """What is wrong with fillers: there is one at most, in the value itself, and nothing refers to it, for it is made last."""
    there = [path for path, field in resolution.own.items() if isinstance(field, Filler)]
    for number, path in enumerate(there):
        if len(path) > 1:
            yield (
                ("fields", *resolution.place(path)),
                "a filler stands in the value itself, and in no field: it brings the whole value to a size",
            )
        elif number:
            yield ("fields", *resolution.place(path)), f"a stream has one filler, and '{'.'.join(there[0])}' is one already"
    yield from _made_too_early(resolution, there, ("fields",), resolution.own)
    if there and (template := stream.format.template) is not None:
        slots = [slot for slot in template.slots if slot.reference.names in there]
        if len(slots) != 1 or slots[0].form:
            name = there[0][0]
            yield (
                ("format", "string"),
                f"the filler '{name}' fills the text in which it stands: it stands there once, as {{{name}}}, without a format",
            )
    for where, of in _beside(stream):
        if any(isinstance(each, Filler) for each in _with_inside(of)):
            yield where, "a filler brings the value to a size, and stands under 'fields'"
        if there:
            whole, inside = _among(resolution, where, of)
            yield from _made_too_early(whole, there, where, inside)


def _beside(stream: Stream) -> Iterator[tuple[Place, Field]]:
    """What stands beside the fields: keys, partitions and headers, those of variants, too; and where."""
    for place, owner in _owners(stream):
        own: list[tuple[Place, object]] = [((*place, "key"), owner.key), ((*place, "partition"), owner.partition)]
        for where, of in [*own, *(((*place, "headers", name), value) for name, value in owner.headers.items())]:
            if isinstance(of, Field):
                yield where, of


def _among(resolution: Resolution, place: Place, field: Field) -> tuple[Resolution, dict[FieldPath, Field]]:
    """The fields with one that stands beside them, and this one with all that stands in it."""
    whole = resolution.beside(place, field)
    return whole, {path: each for path, each in whole.tree.items() if path[0] == beside_name(place)}


def _with_inside(field: Field) -> Iterator[Field]:
    """A field, and all that stands in it."""
    yield field
    for child in field.children.values():
        yield from _with_inside(child)


def _made_too_early(
    resolution: Resolution, fillers: Sequence[FieldPath], place: Place, fields: Mapping[FieldPath, Field]
) -> Iterator[tuple[Place, str]]:
    """The references of these fields to fillers. place: of the fields."""
    for path, field in fields.items() if fillers else ():
        for reference in field.uses:
            with suppress(ValueError):  # one that means nothing is told elsewhere
                if resolution.find(reference, path[:-1]) in fillers:
                    names = resolution.place(path) if place == ("fields",) else resolution.place(path)[1:]
                    yield (
                        (*place, *names[:-1], *field.place_of(reference)),
                        f"'{reference}' is a filler, which is made when all else is: nothing can refer to it",
                    )


def _fields_as_a_whole(resolution: Resolution, what: str) -> Iterator[tuple[Place, str]]:
    if (count := len(resolution.own)) > MOST_FIELDS:
        yield ("fields",), f"{count:,} fields; {what} has at most {MOST_FIELDS:,}"
    for place, message in resolution.problems:
        yield ("fields", *place), message
    most: dict[FieldPath, int] = {(): 1}  # values in one record, of what stands in a field
    for path, field in resolution.own.items():
        most[path] = most[path[:-1]] * field.most_inside
        if most[path] > MOST_ELEMENTS >= most[path[:-1]]:
            yield (
                ("fields", *resolution.place(path)[:-1], "length"),
                f"up to {most[path]:,} elements in one record; at most {MOST_ELEMENTS:,} are made",
            )


def _text(field: Field, place: Place, resolution: Resolution, *, is_key: bool = False) -> Iterator[tuple[Place, str]]:
    """What is wrong with a key or a header: a field beside the others, which has to have a text."""
    yield from _text_of(field, place, resolution.beside(place, field), is_key=is_key)


def _text_of(field: Field, place: Place, beside: Resolution, *, is_key: bool = False) -> Iterator[tuple[Place, str]]:
    """The same, once its references are followed."""
    if field.members:
        yield place, "an object has no text: use a template over the fields, or a field of another kind"
        return
    yield from (((*place, *below[1:]), message) for below, message in beside.problems)
    told = beside.types[beside_name(place),]
    if beside.problems or told is None:
        return
    if not told.prints:
        yield (*place, field.kind), f"it gives {WHAT_DOES_NOT_PRINT}, which have no text: use a field of another kind"
    elif is_key and told.stateful:
        may_be = "may be" if told.nullable else "may be missing"
        lacking = [each for each in field.references if (of := beside.types[beside.find(each)]) is not None and of.stateful]
        if lacking:
            yield (*place, field.kind), f"a key cannot be null, and the field '{lacking[0]}' {may_be}"
        else:
            yield place, f"a key cannot be null, and this field {may_be}"


def readable_part(data: dict[Any, Any]) -> Stream:
    """What can be read of a stream that has other errors, so that its references are checked all the same."""
    return Stream.model_construct(
        fields=_fields_of(data.get("fields")),
        tombstones=0.0 if "each" in data and "key" not in data else _attempt(share, data.get("tombstones")) or 0.0,
        variants={name: Variant.model_construct(**_overridable(of)) for name, of in _mapping(data.get("variants")).items()},
        topic_config=_attempt(TopicConfig.model_validate, data.get("topic_config")),
        delivery=data.get("delivery"),
        format=_attempt(read_format, data.get("format")) or JsonFormat(),
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
        "faults": _readable_faults(_mapping(mapping.get("faults"))),
        "partition": _attempt(read_partition, mapping.get("partition")),
    }


def _readable_faults(data: dict[Any, Any]) -> Faults:
    readable: dict[str, Any] = {kind: _attempt(FAULTS[kind].model_validate, of) for kind, of in data.items() if kind in FAULTS}
    return Faults.model_construct(**readable)


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
