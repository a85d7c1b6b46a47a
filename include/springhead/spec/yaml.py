"""YAML read strictly: what is written is what is meant, and every value knows its place.

PyYAML's safe loader is not enough: of two equal keys the last one wins, `NO` is false, an alias can blow a small file up, and a deeply
nested one ends in a RecursionError. So the values are put together here, from libyaml's events. Scalars are those of YAML 1.2's core
schema (true and false are the only booleans; dates, `1:30` and `1_000` are text), less what readers disagree about: `012`, `.inf`, `.nan`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from springhead.fields.model import Place, step_text
from springhead.spec.yaml_hints import hint

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
INTEGERS = range(-(2**63), 2**63)

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEAN = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NO_FLOAT = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")
LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")


class YamlError(ValueError):
    """What is wrong with a text, and where: line and column count from 1; 0 means the text as a whole."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        self.message, self.line, self.column = message, line, column
        super().__init__(message, line, column)

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Source:
    """Another file than the document's own, of which something in it comes."""

    path: Path
    lines: list[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a key and its value stand; of a list's item both are the same.

    Attributes:
        key, value: line and column, from 1.
        source: the file; None: the document's own.
    """

    key: tuple[int, int]
    value: tuple[int, int]
    source: Source | None = None


@dataclass(slots=True)
class Document:
    """A YAML text's value, its lines, and the place of each value in it.

    Attributes:
        origin: what an error names in place of a file, where the text comes from none.
        parameters_at: the places of values that parameters have a part in.
    """

    value: Any
    lines: list[str]
    marks: dict[tuple[str, ...], Mark] = field(repr=False)
    origin: str = ""
    parameters_at: set[tuple[str, ...]] = field(default_factory=set, repr=False)

    def varies(self, place: Place, beside: Place) -> bool:
        """Whether what stands at a place may be another value for what stands at the other one: a run's parameter decides it, or it takes the place of what a file had
        that both come from."""
        path, other = (tuple(map(step_text, each)) for each in (place, beside))
        if any(each[: len(path)] == path for each in self.parameters_at):
            return True
        source = self.mark(other)[1].source
        return source is not None and source != self.mark(path)[1].source

    def mark(self, place: Place) -> tuple[tuple[str, ...], Mark]:
        """The place as far as the text has it, and where that stands."""
        path: tuple[str, ...] = ()
        for step in map(step_text, place):
            if (*path, step) not in self.marks:
                break
            path = (*path, step)
        return path, self.marks[path]


@dataclass(slots=True)
class _Container:
    """A mapping or a list that is being filled."""

    value: Any
    path: tuple[str, ...]
    keys: dict[Any, tuple[str, int]] = field(default_factory=dict)  # key → as it is written, and its line
    key: Any = None
    key_at: tuple[int, int] | None = None  # where the key stands whose value is to come


def read_yaml(data: bytes) -> Document:
    """The value of a YAML text, with the place of everything in it.

    Raises:
        YamlError: it is not YAML, or uses what is not allowed here; only the first problem is reported.
    """
    if len(data) > MAX_BYTES:
        raise YamlError(f"the file has more than 1 MiB: a stream has at most {MAX_BYTES:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise YamlError(f"the file is not UTF-8: byte 0x{data[error.start]:02x} on line {line}. Save it as UTF-8") from None
    document = Document(None, LINE_BREAK.split(text), {})
    try:
        _compose(yaml.parse(text, Loader=yaml.CSafeLoader), document)
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, document.lines) from None
    except yaml.reader.ReaderError as error:
        raise _bad_character(chr(int(error.character)), document.lines) from None
    return document


def _compose(events: Iterable[Any], document: Document) -> None:
    """Fills the document from libyaml's events; a stack of its own instead of recursion."""
    stack: list[_Container] = []
    documents = 0
    for event in events:
        at = (event.start_mark.line + 1, event.start_mark.column + 1)
        match event:
            case yaml.ScalarEvent():
                _refuse_extras(event, at)
                value = read_scalar(event.value, at) if event.implicit[0] else event.value
                if stack and isinstance(stack[-1].value, dict) and stack[-1].key_at is None:
                    _take_key(stack[-1], value, event, at)
                else:
                    _put(stack, value, at, document)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                _refuse_extras(event, at)
                if len(stack) == MAX_DEPTH:
                    raise YamlError(f"more than {MAX_DEPTH} levels of nesting", *at)
                if stack and isinstance(stack[-1].value, dict) and stack[-1].key_at is None:
                    raise YamlError("a key is a text, a number, true, false or null; here is a mapping or a list", *at)
                container: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
                stack.append(_Container(container, _put(stack, container, at, document)))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                stack.pop()
            case yaml.AliasEvent():
                raise YamlError(f"aliases are not allowed: write out what '*{event.anchor}' stands for", *at)
            case yaml.DocumentStartEvent():
                documents += 1
                if documents > 1:
                    raise YamlError("a second document begins here; a file has one", *at)
    if not documents:
        raise YamlError("the file is empty")


def _refuse_extras(event: Any, at: tuple[int, int]) -> None:
    if event.anchor is not None:
        raise YamlError(f"anchors are not allowed: '&{event.anchor}'", *at)
    if event.tag is not None:
        raise YamlError(f"tags are not allowed: '{event.tag}'", *at)


def _take_key(container: _Container, key: Any, event: Any, at: tuple[int, int]) -> None:
    if key == "<<" and event.implicit[0]:
        raise YamlError("merge keys are not allowed: '<<'", *at)
    shown = event.value or "null"
    if key in container.keys:
        first, line = container.keys[key]
        if first == shown:
            raise YamlError(f"the key '{shown}' stands twice; first on line {line}", *at)
        raise YamlError(
            f"the keys '{first}' (line {line}) and '{shown}' mean the same here: put one into quotes for a text, or leave it out", *at
        )
    container.keys[key] = shown, at[0]
    container.key, container.key_at = key, at


def _put(stack: list[_Container], value: Any, at: tuple[int, int], document: Document) -> tuple[str, ...]:
    """Puts a value where it belongs and returns the way to it."""
    if not stack:
        document.value = value
        document.marks[()] = Mark(at, at)
        return ()
    container = stack[-1]
    if isinstance(container.value, dict):
        path, key_at = (*container.path, step_text(container.key)), container.key_at or at
        container.value[container.key] = value
        container.key_at = None
    else:
        path, key_at = (*container.path, str(len(container.value))), at
        container.value.append(value)
    document.marks[path] = Mark(key_at, at)
    return path


def read_scalar(text: str, at: tuple[int, int] = (0, 0)) -> Any:
    """What a plain scalar means in YAML 1.2's core schema.

    Raises:
        YamlError: readers disagree about it, or it is no number that JSON has.
    """
    if text in _NULL:
        return None
    if text in _BOOLEAN:
        return _BOOLEAN[text]
    if text[0] not in "+-.0123456789":
        return text
    if _NO_FLOAT.fullmatch(text):
        raise YamlError(f"'{text}' is not a number that JSON has", *at)
    integer = _INTEGER.fullmatch(text)
    if not integer and not _FLOAT.fullmatch(text):
        return text
    if _LEADING_ZERO.match(text):
        raise YamlError(
            f"'{text}' is read differently by different readers: leave the leading zeros out, or write \"{text}\" for a text", *at
        )
    if integer:
        number = int(text, 0) if len(text) <= 40 else 2**64
        if number not in INTEGERS:
            raise YamlError(f"'{text[:60]}' does not fit into 64 bits: write it in quotes for a text", *at)
        return number
    if not math.isfinite(real := float(text)):
        raise YamlError(f"'{text[:60]}' is too large a number", *at)
    return real


def _syntax_error(error: yaml.MarkedYAMLError, lines: list[str]) -> YamlError:
    what = " ".join(str(words) for words in ("this is not YAML:", error.problem, error.context) if words)
    if not (mark := error.problem_mark or error.context_mark):
        return YamlError(what)
    at = (mark.line, mark.column) if mark.line < len(lines) else (len(lines) - 1, len(lines[-1]))  # libyaml's end of the file
    meant = hint(error, lines, at)
    return YamlError(f"{what}. {meant}" if meant else what, at[0] + 1, at[1] + 1)


def _bad_character(character: str, lines: list[str]) -> YamlError:
    message = f"YAML does not allow the character U+{ord(character):04X}"
    line = next((number for number, line in enumerate(lines) if character in line), None)
    return YamlError(message) if line is None else YamlError(message, line + 1, lines[line].index(character) + 1)
