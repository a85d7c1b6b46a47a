"""Several fields by name: of a stream, an object, an entity."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from pydantic import Field as Argument

from springhead.fields.field import AnyField

_RESERVED = ("_time", "_number", "_state")
_LONGEST = 255


def _field_name(name: str) -> str:
    if not 1 <= len(name) <= _LONGEST or not name.isprintable():
        raise ValueError(f"a field's name has 1 to {_LONGEST} printable characters")
    if clash := next((character for character in ".{}:" if character in name), None):
        meant = ". Where a field begins, ': ' stands before its '{'" if clash == "{" else ""
        raise ValueError(f"a field's name cannot hold '{clash}': templates refer to fields as {{name}} and {{object.name}}{meant}")
    if name in _RESERVED:
        raise ValueError(f"the name '{name}' is reserved: templates may name {{_time}} and {{_number}} without a field")
    return name


FieldName = Annotated[str, AfterValidator(_field_name)]
Fields = Annotated[dict[FieldName, AnyField], Argument(min_length=1)]
