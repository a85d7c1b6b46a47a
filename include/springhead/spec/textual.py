"""Keys and headers: values as text."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, PlainValidator, WithJsonSchema

from springhead.faults import LABEL
from springhead.fields import KINDS, Field, Template, read_field
from springhead.fields.field import A_FIELD
from springhead.wording import describe

_LONGEST_HEADER = 4096
_TEXTUAL: dict[str, Any] = {"anyOf": [{"type": "string"}, A_FIELD]}


def read_textual(value: object) -> Field:
    """The field that a key or a header means: of a bare text a template.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, str):
        return Template(template=value)
    if isinstance(value, dict) and list(value.values()) == [None] and (name := next(iter(value))) not in KINDS:
        raise ValueError(f'{{{name}}} without quotes is a mapping: write "{{{name}}}" for the template')
    if isinstance(value, Field | dict):
        return read_field(value)
    hint = f': write "{value}"' if isinstance(value, int | float) and not isinstance(value, bool) else ""
    raise ValueError(f"expected a template over the fields, or a field; found {describe(value)}{hint}")


def _header_value(value: object) -> Field:
    field = read_textual(value)
    if isinstance(field, Template) and len(field.template.encode()) > _LONGEST_HEADER:
        raise ValueError(f"a header's value has at most {_LONGEST_HEADER} bytes")
    return field


def _header_name(name: str) -> str:
    if not 1 <= len(name) <= 255 or not name.isprintable():
        raise ValueError("a header's name has 1 to 255 printable characters, and no line breaks")
    if name == LABEL:
        raise ValueError(f"the header '{LABEL}' is the label of faulty records")
    return name


Textual = Annotated[Field, PlainValidator(read_textual), WithJsonSchema(_TEXTUAL)]
"""A value as text: a template, which may stand there bare, or a field of any kind."""

HeaderName = Annotated[str, AfterValidator(_header_name)]
HeaderValue = Annotated[Field, PlainValidator(_header_value), WithJsonSchema(_TEXTUAL)]
