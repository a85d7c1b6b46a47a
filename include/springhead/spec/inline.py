"""A stream that is written in Python, as the mapping that its file would be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from springhead.errors import OptionError
from springhead.fields.model import Place, step_text
from springhead.spec.files import NAME
from springhead.spec.load import stream_of
from springhead.spec.plain import plain_scalar
from springhead.spec.stream import Stream
from springhead.spec.yaml import MAX_DEPTH, Document, Mark
from springhead.wording import describe, type_name

_NOWHERE = Mark((0, 0), (0, 0))
_EXAMPLE = "{'name': 'orders', 'topic': 'orders', 'fields': {'id': {'uuid': 4}}}"


def inline_stream(mapping: Mapping[str, Any]) -> Stream:
    """The stream of a mapping: the keys of a stream's file, and `name`, which a file has by itself. It is the same stream, byte for byte, as that of such a file.

    Raises:
        OptionError: it has no name, or holds what no file can hold.
        SpecError: all that is wrong with it; each problem with its place, such as fields.price.faker.
    """
    written = dict(mapping)
    name = written.pop("name", None)
    if not isinstance(name, str):
        what = "has no 'name'" if name is None else f"has {describe(name)} as its 'name', which is no text"
        raise OptionError(f"stream: the dict {what}: it is the stream's, as a file's name is that of its stream. Write {_EXAMPLE}")
    name = str.__str__(name)  # of an Enum
    if not NAME.fullmatch(name):
        raise OptionError(
            f"stream: {name!r} cannot be a stream's name: it begins with a-z and goes on with a-z, 0-9, _ and -, 64 characters at most"
        )
    if "extends" in written:
        raise OptionError(f"stream '{name}': a dict extends no file: merge the dicts in Python, such as {{**base, 'topic': '{name}'}}")
    marks: dict[tuple[str, ...], Mark] = {}
    value = _plain(name, written, (), marks)
    return stream_of(Path(name), Document(value, [], marks, origin=f"stream '{name}'"))


def _plain(name: str, value: Any, place: Place, marks: dict[tuple[str, ...], Mark]) -> Any:
    """The value with lists for tuples and dicts for other mappings, a copy of its own."""
    marks[tuple(map(step_text, place))] = _NOWHERE
    if isinstance(value, Mapping | list | tuple) and len(place) == MAX_DEPTH:
        raise _refused(name, place, f"more than {MAX_DEPTH} levels of nesting")
    if isinstance(value, Mapping):
        return {(plain := _key(name, key, place)): _plain(name, each, (*place, step_text(plain)), marks) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(name, each, (*place, number), marks) for number, each in enumerate(value)]
    try:
        return plain_scalar(value)
    except ValueError as error:
        raise _refused(name, place, str(error)) from None


def _key(name: str, key: object, place: Place) -> Any:
    if not (key is None or isinstance(key, str | int | float)):
        raise _refused(name, place, f"the key {key!r} has the type {type_name(key)}: a key is a text or a number")
    try:
        return plain_scalar(key)
    except ValueError as error:
        raise _refused(name, place, f"a key: {error}") from None


def _refused(name: str, place: Place, why: str) -> OptionError:
    where = f" {'.'.join(map(step_text, place))}" if place else ""
    return OptionError(f"stream '{name}'{where}: {why}")
