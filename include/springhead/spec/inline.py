"""A stream that is written in Python, as the mapping that its file would be."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from springhead.errors import OptionError
from springhead.fields.model import Place, step_text
from springhead.spec.files import NAME
from springhead.spec.load import stream_of
from springhead.spec.stream import Stream
from springhead.spec.yaml import Document, Mark
from springhead.wording import describe

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
    if not NAME.fullmatch(name):
        raise OptionError(
            f"stream: '{name}' cannot be a stream's name: it begins with a-z and goes on with a-z, 0-9, _ and -, 64 characters at most"
        )
    if "extends" in written:
        raise OptionError(f"stream '{name}': a dict extends no file: merge the dicts in Python, such as {{**base, 'topic': '{name}'}}")
    marks: dict[tuple[str, ...], Mark] = {}
    value = _plain(name, written, (), marks)
    return stream_of(Path(name), Document(value, [], marks, origin=f"stream '{name}'"))


def _plain(name: str, value: Any, place: Place, marks: dict[tuple[str, ...], Mark]) -> Any:
    """The value with lists for tuples and dicts for other mappings, a copy of its own."""
    marks[tuple(map(step_text, place))] = _NOWHERE
    if isinstance(value, Mapping):
        for key in value:
            if not (key is None or isinstance(key, str | int | float)):
                raise OptionError(f"stream '{name}' {_path(place)}the key {key!r} is a {type(key).__name__}: a key is a text or a number")
        return {key: _plain(name, each, (*place, step_text(key)), marks) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(name, each, (*place, number), marks) for number, each in enumerate(value)]
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    what = f"{value}" if isinstance(value, float) else f"a {type(value).__name__}"
    raise OptionError(
        f"stream '{name}' {_path(place)}{what} cannot stand in a stream: write a text, a number, True, False, None, a dict or a list, "
        "and a time as a text, such as '2026-01-01T00:00Z'"
    )


def _path(place: Place) -> str:
    return f"{'.'.join(map(step_text, place))}: " if place else ""
