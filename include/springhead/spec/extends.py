"""`extends`: what several streams have in common stands in a file of its own, below which each writes what is different."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from springhead.fields.field import KINDS, later_kinds
from springhead.fields.model import step_text
from springhead.spec.errors import shown, spec_error
from springhead.spec.files import files_of, read_file
from springhead.spec.yaml import Document, Mark, Source
from springhead.wording import listed, meant

COMMON = "common"
"""The folder, beside the streams, of what they extend."""

_DEEPEST = 8  # files, each of which extends the next one
_FILE = re.compile(r"[\w-]+\.ya?ml", re.ASCII)

# What stands below a key of a mapping: names of fields and headers, a field, or whatever else. Only a field can change its kind.
_BELOW: Mapping[tuple[str, str], str] = {
    ("stream", "fields"): "fields",
    ("stream", "headers"): "fields",
    ("stream", "key"): "field",
    ("stream", "partition"): "field",
    ("stream", "variants"): "variants",
    ("field", "object"): "fields",
    ("field", "of"): "fields",
    ("field", "array"): "field",
    ("field", "map"): "field",
    ("field", "values"): "field",
    ("field", "default"): "field",
}
_AMOUNTS = frozenset({"records", "rate", "each"})  # a stream has one of them
_NAMED = {"fields": "field", "variants": "stream"}  # what stands behind each name of a mapping of names


def extended(document: Document, path: Path) -> Document:
    """A stream's document, with all that it extends below it.

    Mappings merge, key by key; whatever else is written takes the place of what was there. A name of a field, a header, a parameter or a variant that is null takes that
    one away, a field of another kind takes the whole field's place, and so does one of `records`, `rate` and `each` that of another one of them.

    Args:
        path: of the stream's file; what it extends stands in the folder `common` beside it.

    Raises:
        SpecError: a file cannot be read, is not there, or extends itself.
    """
    return _extended(document, path, path.parent / COMMON, ())


def _extended(document: Document, path: Path, folder: Path, before: tuple[Path, ...]) -> Document:
    name = document.value.get("extends")
    if not isinstance(name, str):
        return document  # none; or what is wrong is told with all else
    base, chain = folder / name, (*before, path)
    if why := _wrong(name, base, chain):
        raise spec_error(path, document, [(("extends",), False, why)])
    below = _extended(read_file(base, "base", "'fields' or other keys of a stream"), base, folder, chain)
    return _merged(_from(base, below), document)


def _wrong(name: str, base: Path, chain: Sequence[Path]) -> str:
    """Why a base cannot be extended; empty: it can."""
    if "${" in name:
        return "what a stream extends is read before its parameters: write the file's name"
    if not _FILE.fullmatch(name):
        return f"'{name}' names no file: write the name of one in the folder '{COMMON}' beside the stream, such as base.yaml"
    if base in chain:
        return "the files extend each other in a circle: " + " → ".join(each.name for each in [*chain[chain.index(base) :], base])
    if not base.is_file():
        names = [each.name for each in files_of(base.parent)] if base.parent.is_dir() else []
        return f"there is no {shown(base)}; {f'there are {listed(names)}' if names else 'there is none'}{meant(name, names)}"
    if len(chain) > _DEEPEST:
        return f"more than {_DEEPEST} files extend one another here"
    return ""


def _from(path: Path, document: Document) -> Document:
    """The same document, each place of which knows its file."""
    source = Source(path, document.lines)
    marks = {place: mark if mark.source else replace(mark, source=source) for place, mark in document.marks.items()}
    return Document(document.value, document.lines, marks)


def _merged(below: Document, above: Document) -> Document:
    marks: dict[tuple[str, ...], Mark] = {}

    def take(document: Document, value: Any, place: tuple[str, ...]) -> Any:
        marks[place] = document.marks[place]
        inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for step, each in inside:
            take(document, each, (*place, step_text(step)))
        return value

    def merge(base: dict[Any, Any], own: dict[Any, Any], place: tuple[str, ...], what: str) -> dict[Any, Any]:
        marks[place] = above.marks[place]
        made: dict[Any, Any] = {}
        if what == "stream" and _AMOUNTS & own.keys():
            base = {key: value for key, value in base.items() if key not in _AMOUNTS}
        for key in [*base, *(key for key in own if key not in base)]:
            at, inner = (
                (*place, step_text(key)),
                _NAMED.get(what) or _BELOW.get((what, str(key)), "parameters" if key == "parameters" else ""),
            )
            if key not in own:
                made[key] = take(below, base[key], at)
            elif own[key] is None and key in base and what in ("fields", "variants", "parameters"):
                continue  # it is taken away
            elif not (isinstance(own[key], dict) and isinstance(base.get(key), dict)) or (
                inner == "field" and _other_kind(base[key], own[key])
            ):
                made[key] = take(above, own[key], at)
            else:
                made[key] = merge(base[key], own[key], at, inner)
        return made

    return Document(merge(below.value, above.value, (), "stream"), above.lines, marks)


def _other_kind(base: Mapping[Any, Any], own: Mapping[Any, Any]) -> bool:
    kinds = KINDS.keys() | later_kinds()
    before, now = kinds & base.keys(), kinds & own.keys()
    return bool(before and now) and before != now
