"""What the words of the language mean and take, from their models: kinds of fields and of faults, distributions, keys of any field and of a stream."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from springhead.errors import OptionError
from springhead.faults import FAULTS
from springhead.fields import KINDS, Field
from springhead.fields.distributions import LAWS
from springhead.fields.model import Model
from springhead.spec.schema import definitions_of
from springhead.spec.stream import Stream
from springhead.wording import meant

_WIDTH = 100  # characters of a line
_ANY_FIELD = {of.alias or name: of.description or "" for name, of in Field.model_fields.items()}
_TYPES = {
    "integer": "a whole number",
    "number": "a number",
    "string": "a text",
    "boolean": "true or false",
    "null": "null",
    "object": "a mapping",
}


@dataclass(frozen=True, slots=True)
class Group:
    """What is described alike.

    Attributes:
        title: of all of them.
        one: what one of them is.
        texts: name → what it is, in a sentence or more.
    """

    title: str
    one: str
    texts: Mapping[str, str]


def groups() -> tuple[Group, ...]:
    """All that can be described."""
    return (
        Group("Kinds of fields", "a kind of field", {kind: _text(model) for kind, model in sorted(KINDS.items())}),
        Group("Distributions", "a distribution", {kind: _text(model) for kind, model in sorted(LAWS.items())}),
        Group("Keys of any field", "a key of any field", {key: text for key, text in _ANY_FIELD.items() if key not in Stream.model_fields}),
        Group("Keys of a stream", "a key of a stream", {name: of.description or "" for name, of in Stream.model_fields.items()}),
        Group("Kinds of faults", "a kind of fault", {kind: _text(model) for kind, model in FAULTS.items()}),
    )


def overview() -> str:
    """All that can be described, a line each."""
    all_groups = groups()
    width = max(len(name) for group in all_groups for name in group.texts)
    lines = []
    for group in all_groups:
        lines += [group.title, *(f"  {name:<{width}}  {_first_sentence(text)}" for name, text in group.texts.items()), ""]
    return "\n".join([*lines, "springhead describe NAME tells more of one of them."])


def described(name: str) -> str:
    """What one of them takes: its arguments, bounds and defaults, and an example.

    Raises:
        OptionError: there is none of this name.
    """
    found = next((group for group in groups() if name in group.texts), None)
    if found is None:
        known = [each for group in groups() for each in group.texts]
        raise OptionError(
            f"nothing in the language is called '{name}'{meant(name, known)}; `springhead describe` lists what there is".replace("?;", "?")
        )
    return "\n".join([f"{name}: {found.one}", *_wrapped(found.texts[name], ""), "", *_arguments(name), *_ends(name)])


def _arguments(name: str) -> Iterator[str]:
    definitions = definitions_of(Stream)
    if (kind := KINDS.get(name)) is not None:
        others = {*_ANY_FIELD, "weight"} - ({"weight"} & kind.model_fields.keys())  # in a mix any has one
        properties = {key: of for key, of in definitions[kind.__name__]["properties"].items() if key not in others}
    elif name in Stream.model_fields:
        properties = {name: {**definitions["Stream"]["properties"][name], "description": ""}}
    elif name in _ANY_FIELD:
        properties = {name: {**definitions[KINDS["uuid"].__name__]["properties"][name], "description": ""}}
    elif (law := LAWS.get(name)) is not None:
        properties = law.model_json_schema().get("properties", {})
    else:
        fault = definitions[FAULTS[name].__name__]
        properties = next(each for each in fault["anyOf"] if "properties" in each)["properties"]
    for key in sorted(properties, key=lambda key: key != name):  # the main argument first
        yield from _argument(key, properties[key], definitions)
    if properties:
        yield ""


def _ends(name: str) -> Iterator[str]:
    """What stands below the arguments."""
    if (kind := KINDS.get(name)) is not None:
        yield f"As any field: {', '.join(_ANY_FIELD)}."
        yield f"Example: {kind.example}"
    elif (law := LAWS.get(name)) is not None:
        yield f"Example: {{integer: [1, 100], distribution: {law.example}}}"
    elif name in FAULTS:
        yield f"Example: faults: {{{name}: 0.01}}"
    elif name in Stream.model_fields and Stream.model_fields[name].is_required():
        yield "Required."


def _first_sentence(text: str) -> str:
    return text.partition(". ")[0].rstrip(".") + "."


def _text(model: type[Model]) -> str:
    return " ".join((model.__doc__ or "").split())


def _argument(key: str, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[str]:
    """An argument: its words, and below them what it takes and its default."""
    takes = _takes(schema, definitions)
    default = f" Default: {json.dumps(schema['default'], ensure_ascii=False)}." if schema.get("default") not in (None, {}, [], "") else ""
    text = schema.get("description", "")
    lines = [*(_wrapped(text, "    ") if text else []), *_wrapped(f"{takes[:1].upper()}{takes[1:]}.{default}", "    ")]
    return [f"  {key}", *lines]


def _takes(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """What a schema allows, in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return {"Field": "a field", "Distribution": "a distribution"}.get(name) or _takes(definitions[name], definitions)
    if "allOf" in schema:
        return _takes(schema["allOf"][0], definitions)
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return _either(dict.fromkeys(_takes(each, definitions) for each in options))
    if "enum" in schema:
        return "one of " + ", ".join(dict.fromkeys(json.dumps(each).strip('"') for each in schema["enum"]))
    if "const" in schema:
        return json.dumps(schema["const"]).strip('"')
    types = schema["type"] if isinstance(schema.get("type"), list) else [schema.get("type")]
    return _either(dict.fromkeys(_of_type(each, schema, definitions) for each in types))


def _of_type(type_: str | None, schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    match type_:
        case None:
            return "any value"
        case "array":
            items = _takes(schema["items"], definitions) if schema.get("items") else "any value"
            least, most = schema.get("minItems"), schema.get("maxItems")
            count = f" of {least}" if least and least == most else ""
            return f"a list{count} ({items})"
        case "object" if properties := schema.get("properties"):
            return f"a mapping ({', '.join(properties)})"
        case "object":
            inside = schema.get("additionalProperties")
            return f"a mapping, name → {_takes(inside, definitions)}" if isinstance(inside, dict) else "a mapping"
        case "integer" | "number":
            return _TYPES[type_] + "".join(_bounds(schema))
        case _:
            return _TYPES[type_]


def _bounds(schema: Mapping[str, Any]) -> Iterator[str]:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        yield f", {_number(low)} … {_number(high)}"
    elif low is not None:
        yield f", at least {_number(low)}"
    elif high is not None:
        yield f", at most {_number(high)}"
    if (above := schema.get("exclusiveMinimum")) is not None:
        yield f", above {_number(above)}"
    if (below := schema.get("exclusiveMaximum")) is not None:
        yield f", below {_number(below)}"


def _number(bound: float) -> str:
    return f"{int(bound) if bound == int(bound) else bound:,}"


def _either(options: Mapping[str, None]) -> str:
    words = [each for each in options if each != "null"] + ["null"] * ("null" in options)
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def _wrapped(text: str, indent: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
