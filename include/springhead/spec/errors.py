"""From what a check found to problems with file, line and column, in the language's own words."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from springhead.errors import FieldError, Problem, SpecError
from springhead.faults import FAULTS, Faults
from springhead.fields import KINDS, Model
from springhead.fields.model import Place, step_text
from springhead.spec.format import FORMATS, CsvOptions
from springhead.spec.growing import Growing
from springhead.spec.late import late_kind
from springhead.spec.parameters import Parameter
from springhead.spec.profile import Burst, Profile
from springhead.spec.recurring import Recurring
from springhead.spec.stream import Stream
from springhead.spec.topic import TopicConfig
from springhead.spec.variant import Variant
from springhead.spec.written import Written
from springhead.spec.yaml import LINE_BREAK, Document, Source, YamlError
from springhead.wording import describe, in_utf8, listed, meant

MOST = 100  # problems of one file that are shown
_LONGEST_LINE = 500  # characters of the file's own line that are shown

Found = tuple[Place, bool, str]  # where, whether the key is meant and not the value, what is wrong

_EXPECTED = {
    "string_type": "a text",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
}
_BOUNDS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "greater_than_equal": lambda c: f"must be at least {_bound(c['ge'])}",
    "greater_than": lambda c: f"must be above {_bound(c['gt'])}",
    "less_than_equal": lambda c: f"must be at most {_bound(c['le'])}",
}


def _bound(bound: float) -> str:
    return f"{int(bound) if bound == int(bound) else bound:,}"


def spec_error(path: Path, document: Document, found: Iterable[Found]) -> SpecError:
    """All that was found in a file, in the order of the file; what stands in a file that it extends comes behind it, with that file's name."""
    own = Source(path, document.lines)
    name = document.origin or shown(path)
    placed = []
    for place, is_key, message in dict.fromkeys((tuple(map(step_text, place)), is_key, message) for place, is_key, message in found):
        known, mark = document.mark(place)
        placed.append((mark.source or own, mark.key if is_key else mark.value, known, message))
    placed.sort(key=lambda one: (one[0] is not own, str(one[0].path), one[1]))
    problems = [
        Problem(name if source is own else shown(source.path), *at, ".".join(map(_printable, known)), message, _source(source.lines, at[0]))
        for source, at, known, message in placed[:MOST]
    ]
    if len(placed) > MOST:
        problems.append(Problem(name, 0, 0, "", f"{len(placed) - MOST:,} more problems are not shown"))
    return SpecError(problems)


@contextmanager
def errors_in(of: Written, variant: str | None = None) -> Iterator[None]:
    """Gives errors of fields their place in the file; those of what comes from no file stay as they are.

    Args:
        of: a stream or an entity, as its file says.
        variant: the stream's one that is made: what it overrides stands there.

    Raises:
        SpecError: in the place of a FieldError.
    """
    try:
        yield
    except FieldError as error:
        if of.document is None:
            raise
        overridden = of.variants[variant].model_fields_set if variant and isinstance(of, Stream) else frozenset()
        found = [
            (("variants", variant, *place) if place[0] in overridden else place, is_key, message) for place, is_key, message in error.found
        ]
        raise spec_error(of.path, of.document, found) from None


def yaml_error(path: Path, data: bytes, error: YamlError) -> SpecError:
    """What the YAML reader stumbled over."""
    lines = LINE_BREAK.split(data.decode("utf-8-sig", "replace")) if error.line else []
    return SpecError([Problem(shown(path), error.line, error.column, "", error.message, _source(lines, error.line))])


def file_error(path: Path, message: str) -> SpecError:
    """What is wrong with a file as a whole."""
    return SpecError([Problem(shown(path), 0, 0, "", in_utf8(message))])


def shown(path: Path) -> str:
    """The path as a user would type it."""
    return in_utf8(str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path))


def _printable(step: str) -> str:
    return step if step.isprintable() else json.dumps(step)


def _source(lines: list[str], line: int) -> str:
    return lines[line - 1] if 0 < line <= len(lines) and len(lines[line - 1]) <= _LONGEST_LINE else ""


def in_our_words(error: ValidationError, data: object, root: type[Model]) -> Iterable[Found]:
    """pydantic's errors about the mapping of a file, as a user can understand them. root: the model of the whole file."""
    for detail in error.errors(include_url=False):
        loc = detail["loc"]
        is_key = detail["type"] in ("key", "extra_forbidden", "invalid_key") or loc[-1:] == ("[key]",)
        place = _own_keys(loc[:-1] if loc[-1:] == ("[key]",) else loc, data)
        yield place, is_key, _words(detail, place, data, root)


def _own_keys(loc: Place, data: Any) -> Place:
    """pydantic's way to a value by the keys that the mappings have: it makes texts and numbers of null, true and 1.5."""
    place: Place = ()
    for step in loc:
        if isinstance(data, dict) and not (isinstance(step, str) and step in data):
            step = next((key for key in data if key == step or step in (str(key), step_text(key))), step)
        inside = step in data if isinstance(data, dict) else isinstance(data, list) and isinstance(step, int)
        place, data = (*place, step), data[step] if inside else None
    return place


def _words(detail: ErrorDetails, place: Place, data: object, root: type[Model]) -> str:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind in ("key", "value"):
        return detail["msg"]
    if kind == "value_error":
        return str(context["error"])
    if kind == "extra_forbidden":
        return _unknown_key(place, data, root)
    if kind == "missing":
        return f"'{place[-1]}' is required"
    if kind in _EXPECTED:
        what = f"{_EXPECTED[kind]} as a name" if detail["loc"][-1] == "[key]" else _EXPECTED[kind]
        return f"expected {what}; found {describe(value)}{_hint(kind, value)}"
    if kind in _BOUNDS:
        return f"{_BOUNDS[kind](context)}; found {describe(value)}"
    if kind == "invalid_key":
        return f"a key is a text; found {describe(place[-1])}"
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", context["expected"])
        return f"expected one of {listed(known)}; found {describe(value)}{meant(value, known)}"
    if kind == "string_too_long":
        return f"has at most {context['max_length']} characters; found {len(value)}"
    if kind == "too_short":
        return "is empty: give at least one"
    raise AssertionError(f"no words for pydantic's error {kind}: {detail['msg']}")


def _hint(kind: str, value: object) -> str:
    if isinstance(value, str) and (name := re.fullmatch(r"\$\{([^{}]+)\}", value)):
        return f". For a parameter, the file needs parameters: {{{name[1]}: …}}"
    if kind == "string_type" and isinstance(value, bool | int | float):
        return f'. For a text, write "{str(value).lower() if isinstance(value, bool) else value}"'
    if kind == "string_type" and isinstance(value, dict) and list(value.values()) == [None]:
        return f'. For a text with braces, write "{{{next(iter(value))}}}"'
    if kind == "int_type" and isinstance(value, str) and (digits := re.sub(r"[_,. ]", "", value)).isdecimal():
        return f". Write {digits} without quotes"
    return ""


def _unknown_key(place: Place, data: object, root: type[Model]) -> str:
    model, key = _model_at(place[:-1], data, root), str(place[-1])
    known = [field.alias or name for name, field in model.model_fields.items()]
    if key in model.later:
        return f"'{key}' is not available yet"
    if model is Variant and key in Stream.model_fields:
        return f"a variant cannot override '{key}'; it overrides {listed(known)}"
    if model is root and root is not Stream and key == "parameters":
        return "an entity has no parameters: it is one population, the same for all streams and runs that refer to it"
    if model is root and key == "name":
        return f"unknown key 'name': {'a stream' if root is Stream else 'an entity'}'s name is its file's"
    hint = model.hint_of(key, _at(place[:-1], data)) or meant(key, [*known, *model.later])
    return f"unknown key '{key}'; there are {listed(known)}{hint}"


def _model_at(place: Place, data: Any, root: type[Model]) -> type[Model]:
    match place:
        case ():
            return root
        case ("topic_config",):
            return TopicConfig
        case ("format",):
            return FORMATS[next(key for key in _at(place, data) if key in FORMATS)]
        case ("format", "csv"):
            return CsvOptions
        case ("parameters", _):
            return Parameter
        case ("variants", _):
            return Variant
        case ("faults",) | ("variants", _, "faults"):
            return Faults
        case ("faults", kind) | ("variants", _, "faults", kind):
            return FAULTS[kind]
        case ("count",):
            return Growing
        case ("profile",):
            return Profile
        case ("profile", "bursts", _):
            return Burst
        case (*_, "late", _, "during"):
            return Recurring
        case (*_, "late", _):
            return late_kind(_at(place, data))
    return next(KINDS[key] for key in _at(place, data) if key in KINDS)


def _at(place: Place, data: Any) -> Any:
    for step in place:
        data = data[step]
    return data
