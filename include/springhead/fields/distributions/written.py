"""A distribution as a user writes it: one key names the law, and a law with one parameter takes it bare."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import PlainValidator, ValidationError, WithJsonSchema
from pydantic_core import InitErrorDetails, PydanticCustomError

from springhead.fields.distributions.law import LAWS, LEAST, Law
from springhead.fields.model import Place, refused
from springhead.wording import describe, listed, meant

_OWN = ("key", "value")  # the types of `refused`


def read_distribution(value: object, convert: Callable[[object], object] | None = None) -> Law:
    """The law that a value of the YAML means.

    Args:
        value: such as {normal: {mean: 5, stddev: 1}}, {zipf: 1.05} or uniform.
        convert: from what is written of a parameter in the unit of the values to a number; None: it is one.

    Raises:
        ValidationError: it is no distribution, or a parameter is wrong.
    """
    if isinstance(value, Law):
        return value
    if isinstance(value, str):
        if value == "uniform":
            return LAWS[value]()
        if value in LAWS:
            raise ValueError(f"{value} needs its parameters: write {LAWS[value].example}")
        raise ValueError(f"unknown distribution '{value}'; there are {listed(LAWS)}{meant(value, LAWS)}")
    if not isinstance(value, Mapping) or not value:
        raise ValueError(f"expected a distribution, such as {{normal: {{mean: 5, stddev: 1}}}} or {{zipf: 1.05}}; found {describe(value)}")
    if unknown := [key for key in value if key not in LAWS]:
        what = f"unknown distribution '{unknown[0]}'; there are {listed(LAWS)}{meant(unknown[0], LAWS)}"
        raise refused([((unknown[0],), what)], key=True)
    if len(value) > 1:
        raise refused([((list(value)[1],), f"two distributions in one mapping, {listed(value)}: there is one")], key=True)
    ((kind, argument),) = value.items()
    return _law(LAWS[kind], argument, convert)


def _law(law: type[Law], argument: object, convert: Callable[[object], object] | None) -> Law:
    parameters = list(law.model_fields)
    if not parameters:
        raise refused([((law.kind,), f"'{law.kind}' takes no parameter: write it bare")], key=True)
    bare = bool(law.bare) and (not isinstance(argument, Mapping) or law.bare == "buckets")
    if bare:
        argument = {law.bare: argument}
    if not isinstance(argument, Mapping):
        raise refused([((law.kind,), f"{law.kind} has the parameters {listed(parameters)}: write {law.example}")])
    if unknown := [key for key in argument if key not in parameters]:
        raise refused(
            [((law.kind, key), f"unknown key '{key}'; {law.kind} has {listed(parameters)}{meant(key, parameters)}") for key in unknown],
            key=True,
        )
    try:
        if convert is not None:
            argument = {key: _converted(law, key, each, convert) if key in law.lengths else each for key, each in argument.items()}
        return law.model_validate(dict(argument))
    except ValidationError as error:
        raise below((law.kind,), error, skipped=int(bare)) from None  # the name of a bare parameter is not written


def _converted(law: type[Law], key: str, value: object, convert: Callable[[object], object]) -> object:
    try:
        number = convert(value)
    except ValueError as error:
        raise refused([((key,), str(error))]) from None
    if number == 0 and any(getattr(bound, "ge", None) == LEAST for bound in law.model_fields[key].metadata):
        raise refused([((key,), f"'{value}' has no length: it must be above 0")])
    return number


def below(place: Place, error: ValidationError, skipped: int = 0) -> ValidationError:
    """The same errors below a place. skipped: steps of their own places that are not written."""
    return ValidationError.from_exception_data(error.title, [_placed(place, each, skipped) for each in error.errors()])


def _placed(place: Place, error: Any, skipped: int) -> InitErrorDetails:
    type_ = PydanticCustomError(error["type"], error["msg"]) if error["type"] in _OWN else error["type"]
    return InitErrorDetails(type=type_, loc=(*place, *error["loc"][skipped:]), input=error["input"], ctx=error.get("ctx", {}))


def law_schema(law: type[Law], length: dict[str, Any] | None = None) -> dict[str, Any]:
    """The JSON Schema of a law's parameters. length: of those in the unit of the values; None: they are numbers."""
    own = law.model_json_schema()
    properties = {
        key: ({"description": of["description"], **length} if length and key in law.lengths else of)
        for key, of in own["properties"].items()
    }
    named = {"type": "object", "properties": properties, "required": own["required"], "additionalProperties": False}
    bare = properties.get(law.bare)
    parameters = bare if law.bare == "buckets" else {"anyOf": [bare, named]} if bare else named
    assert parameters is not None
    return {"description": (law.__doc__ or "").strip(), **parameters}


def distribution_schema(*, length: dict[str, Any] | None = None, beside: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The JSON Schema of a distribution.

    Args:
        length: of a parameter in the unit of the values; None: it is a number.
        beside: further keys of the mapping, by name.
    """
    laws = {kind: law_schema(law, length) for kind, law in LAWS.items() if law.model_fields}
    one = {
        "type": "object",
        "properties": {**laws, **(beside or {})},
        "additionalProperties": False,
        "oneOf": [{"required": [kind]} for kind in laws],
    }
    return one if beside else {"anyOf": [{"const": "uniform"}, one]}


A_DISTRIBUTION = {"$comment": "a distribution"}  # its place in a JSON Schema; spec/schema.py puts a reference to the one definition there


def a_spread(bound: dict[str, Any], parameter: dict[str, Any] | None = None) -> dict[str, Any]:
    """The place in a JSON Schema of a distribution with its bounds beside it. parameter: of one in their unit; None: it is a number."""
    return {"$comment": "a spread", "bound": bound, "parameter": parameter}


Distribution = Annotated[Law, PlainValidator(read_distribution), WithJsonSchema(A_DISTRIBUTION)]
"""The distribution of a number."""
