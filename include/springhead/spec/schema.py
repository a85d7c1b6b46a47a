"""The JSON Schema of the stream language, for editors."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from springhead.fields import KINDS, Model
from springhead.fields.distributions import A_DISTRIBUTION, distribution_schema
from springhead.fields.field import A_FIELD
from springhead.spec.entity import Entity
from springhead.spec.growing import Growing
from springhead.spec.late import Delay, Outage
from springhead.spec.parameters import NAME
from springhead.spec.stream import Stream


def json_schema(root: type[Stream | Entity] = Stream) -> dict[str, Any]:
    """What a file of include/streams, or of include/entities, may hold; the models' own text describes it."""
    definitions = definitions_of(root)
    if root is Stream:
        definitions = {name: each if name == "Parameter" else _with_parameters(each) for name, each in definitions.items()}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **definitions.pop(root.__name__), "$defs": definitions}


def definitions_of(root: type[Stream | Entity]) -> dict[str, Any]:
    """The schemas of a file and of all that may stand in it, by name, without what parameters allow."""
    beside: list[type[Model]] = [Delay, Outage] if root is Stream else [Growing]
    models: list[type[Model]] = [root, *KINDS.values(), *beside]
    _, schema = models_json_schema([(model, "validation") for model in models])
    kinds = [f"#/$defs/{model.__name__}" for _, model in sorted(KINDS.items())]
    definitions: dict[str, Any] = _tidy(schema["$defs"])
    definitions["Field"] = {"title": "Field", "description": "One key names its kind.", "oneOf": [{"$ref": ref} for ref in kinds]}
    definitions["Distribution"] = _tidy(distribution_schema())
    for model in KINDS.values():  # a schema can close a mapping only where all its keys stand; copies of all kinds would be long
        own = definitions[model.__name__]["properties"]
        own["weight"] = {"anyOf": [own["weight"], _WEIGHT], "description": own["weight"]["description"]} if "weight" in own else _WEIGHT
    return definitions


_WEIGHT = {"type": "number", "exclusiveMinimum": 0, "description": "In a mix only: how likely the field is, beside the others."}
_PARAMETER = rf"\$\{{{NAME}\}}"  # what stands for a value may stand in its place


def _with_parameters(schema: Any) -> Any:
    """The same, and a text that names a parameter wherever a number, true, false, or a text of some form may stand."""
    if isinstance(schema, list):
        return [_with_parameters(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "enum" in schema or "const" in schema:
        said = {key: value for key, value in schema.items() if key in ("description", "default")}
        rest = {key: value for key, value in schema.items() if key not in said}
        return {"anyOf": [rest, {"type": "string", "pattern": _PARAMETER}], **said}
    made = {key: value if key == "default" else _with_parameters(value) for key, value in schema.items()}
    types = [each for each in (made["type"] if isinstance(made.get("type"), list) else [made.get("type")]) if isinstance(each, str)]
    if "pattern" in schema and isinstance(schema["pattern"], str):
        made["pattern"] = f"{_PARAMETER}|{schema['pattern']}"
    elif {"integer", "number", "boolean"} & set(types) and "string" not in types:
        made |= {"type": [*types, "string"], "pattern": _PARAMETER}
    return made


def _tidy(schema: Any) -> Any:
    """Without pydantic's titles, which repeat the keys; a reference wherever a field of any kind may stand."""
    if isinstance(schema, dict) and schema.get("$comment") == "a spread":
        return distribution_schema(length=schema["parameter"], beside={"min": schema["bound"], "max": schema["bound"]})
    if isinstance(schema, dict):
        for stands_for, name in ((A_FIELD, "Field"), (A_DISTRIBUTION, "Distribution")):
            if schema.get("$comment") == stands_for["$comment"]:
                return {"$ref": f"#/$defs/{name}", **{key: schema[key] for key in ("description", "default") if key in schema}}
        return {key: _tidy(value) for key, value in schema.items() if key != "title" or not isinstance(value, str)}
    return [_tidy(item) for item in schema] if isinstance(schema, list) else schema
