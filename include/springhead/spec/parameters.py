"""`parameters`: values that a stream's file names and a run may change; `${name}` stands for one anywhere in a value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, cast

from pydantic import AfterValidator, PlainValidator, WithJsonSchema, model_validator
from pydantic import Field as Argument

from springhead.errors import OptionError
from springhead.fields import Model
from springhead.fields.model import Place, bare_or_mapping, refused, step_text
from springhead.spec.plain import plain_scalar
from springhead.spec.yaml import Document, YamlError, read_scalar
from springhead.wording import describe, listed, meant

if TYPE_CHECKING:
    from springhead.spec.errors import Found

Value = str | int | float | bool

NAME = "[a-z][a-z0-9_]{0,63}"
FORM_KEYS = ("records", "rate", "partition", "start", "end", "replay", "republish")
"""What a run's form and its `conf` ask in any case: no parameter has such a name."""

_MARK = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")
_UNTOUCHED = ("parameters", "extends")


def _value(value: object) -> Value:
    if isinstance(value, str | bool | int | float):
        return value
    raise ValueError(f"a parameter is a text, a number, true or false; found {describe(value)}")


def _number(value: object) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"expected a number; found {describe(value)}")
    return value


def _choices(value: object) -> tuple[Value, ...]:
    if not isinstance(value, list | tuple) or not value:
        raise ValueError(f"expected a list of values, at least one; found {describe(value) if value else 'nothing in it'}")
    return tuple(map(_value, value))


_SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean"]}
_Value = Annotated[Value, PlainValidator(_value), WithJsonSchema(_SCALAR)]
_Number = Annotated[int | float, PlainValidator(_number), WithJsonSchema({"type": "number"})]


class Parameter(Model):
    """A value that the file names `${name}`: its default, and what else it may be."""

    bare: ClassVar[dict[str, Any]] = _SCALAR  # the default alone

    default: _Value = Argument(description="A text, a number, true or false. Every other value is of the same kind.")
    choices: (
        Annotated[tuple[Value, ...], PlainValidator(_choices), WithJsonSchema({"type": "array", "items": _SCALAR, "minItems": 1})] | None
    ) = Argument(None, description="The values that there are; the form shows them as a list.")
    min: _Number | None = Argument(None, description="Of a number: the least one.")
    max: _Number | None = Argument(None, description="Of a number: the largest one.")
    description: str | None = Argument(None, description="What it decides; the form shows it.")

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        return value if isinstance(value, dict | Parameter) else {"default": _value(value)}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> Any:
        return bare_or_mapping(cls.bare, core_schema, handler)

    @model_validator(mode="after")
    def _goes_together(self) -> Parameter:
        for key in ("min", "max"):
            if getattr(self, key) is not None and (self.kind != "a number" or self.choices):
                why = "the choices say already what there is" if self.choices else f"the default is {describe(self.default)}"
                raise refused([((key,), f"'{key}' is for numbers: {why}")], key=True)
        if self.min is not None and self.max is not None and self.min > self.max:
            raise refused([(("min",), f"min {self.min} is above max {self.max}")])
        for number, each in enumerate(self.choices or ()):
            if kind_of(each) != self.kind:
                raise refused([(("choices", number), f"expected {self.kind}, as the default is; found {describe(each)}")])
        try:
            self.taken(self.default)
        except ValueError as error:
            raise refused([(("default",), str(error))]) from None
        return self

    @property
    def kind(self) -> str:
        """What its values are, with an article."""
        return kind_of(self.default)

    def taken(self, value: object) -> Value:
        """A value as the file could have it: the text of a number, of true and false is one, too, for a command line has texts only.

        Raises:
            ValueError: it is of another kind than the default, or not one of those that may be.
        """
        found = _read(value) if isinstance(value, str) and self.kind != "a text" else value
        if not isinstance(found, str | bool | int | float) or kind_of(found) != self.kind:
            raise ValueError(f"expected {self.kind}; found {describe(value)}")
        found = cast(Value, plain_scalar(found))
        if self.choices is not None and found not in self.choices:
            known = [text_of(each) for each in self.choices]
            raise ValueError(f"expected one of {listed(known)}; found {describe(value)}{meant(value, known)}")
        if self.min is not None and found < self.min:  # type: ignore[operator]  # a number, as its bounds are
            raise ValueError(f"must be at least {self.min:,}; found {describe(found)}")
        if self.max is not None and found > self.max:  # type: ignore[operator]
            raise ValueError(f"must be at most {self.max:,}; found {describe(found)}")
        for known_value in (*(self.choices or ()), self.default):
            if found == known_value:
                return known_value  # 2.0 is 2, however it was written
        return int(found) if isinstance(found, float) and found.is_integer() and abs(found) < 2**53 else found


def _name(name: str) -> str:
    if not re.fullmatch(NAME, name):
        raise ValueError(
            f"'{name}' cannot be a parameter's name: it begins with a-z and goes on with a-z, 0-9 and _, 64 characters at most"
        )
    if name in FORM_KEYS:
        raise ValueError(f"'{name}' is something that the form of a run asks in any case: give the parameter another name")
    return name


Parameters = dict[Annotated[str, AfterValidator(_name)], Parameter]


def kind_of(value: Value) -> str:
    return "true or false" if isinstance(value, bool) else "a text" if isinstance(value, str) else "a number"


def text_of(value: Value) -> str:
    """A value inside a text: a text as it is, all else as JSON has it."""
    return value if isinstance(value, str) else json.dumps(value)


def _read(text: str) -> object:
    try:
        return read_scalar(text.strip())
    except YamlError:
        return text


def chosen(name: str, parameters: Mapping[str, Parameter], given: Mapping[str, object]) -> dict[str, Value]:
    """The values of a stream's parameters, those that are given in the place of their defaults.

    Args:
        name: the stream's.

    Raises:
        OptionError: there is no such parameter, or it cannot have such a value.
    """
    values = {each: of.default for each, of in parameters.items()}
    for each, value in given.items():
        if each not in parameters:
            there = f"it has {listed(parameters)}" if parameters else "it has none"
            raise OptionError(f"the stream '{name}' has no parameter '{each}'; {there}{meant(each, parameters)}")
        try:
            values[each] = parameters[each].taken(value)
        except ValueError as error:
            raise OptionError(f"parameter '{each}': {error}") from None
    return values


def substituted(document: Document, values: Mapping[str, Value]) -> tuple[Document, list[Found]]:
    """A stream's document with the values of its parameters where they stand, and what is wrong with their names.

    A value that is only `${name}` takes the parameter's own type; inside a text it is put in as text. `$${` is a literal `${`. Keys stay as they are.

    Args:
        document: the mapping of a file that has the key `parameters`.
        values: of the parameters, by name.
    """
    used: set[str] = set()
    there: set[tuple[str, ...]] = set()
    found: list[Found] = []
    fields = document.value.get("fields")

    def put(value: Any, place: Place) -> Any:
        if isinstance(value, dict):
            return {key: put(each, (*place, step_text(key))) for key, each in value.items()}
        if isinstance(value, list):
            return [put(each, (*place, step_text(number))) for number, each in enumerate(value)]
        if not isinstance(value, str) or "${" not in value:
            return value
        there.add(place)
        whole = _MARK.fullmatch(value)
        if whole and whole[1] in values:
            used.add(whole[1])
            return values[whole[1]]

        def text(mark: re.Match[str]) -> str:
            if mark[0] == "$${":
                return "${"
            if mark[1] in values:
                used.add(mark[1])
                return text_of(values[mark[1]])
            found.append((place, False, _unknown(mark[1], values, fields if isinstance(fields, dict) else {})))
            return mark[0]

        return _MARK.sub(text, value)

    made = {key: each if key in _UNTOUCHED else put(each, (step_text(key),)) for key, each in document.value.items()}
    for name in values.keys() - used:
        place = ("parameters", name)
        if document.marks[place].source is None:  # a base's parameter may be for other streams
            found.append((place, True, f"the parameter '{name}' is used nowhere: write ${{{name}}} where it shall stand, or leave it out"))
    return Document(made, document.lines, document.marks, document.origin, there), found


def _unknown(name: str | None, known: Iterable[str], fields: Mapping[Any, Any]) -> str:
    if name is None:
        return "a '${' is not closed: write ${name} for a parameter, or $${ for the characters themselves"
    if name.partition(".")[0] in fields:
        return f"unknown parameter '{name}': there is a field of this name; for a dollar before it write $${{{name}}}"
    return f"unknown parameter '{name}'; there are {listed(known)}{meant(name, known)}"
