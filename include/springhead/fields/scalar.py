"""Values that are no lists and no mappings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from springhead.columns.type import PRINTED_BOOLEAN, PRINTED_NUMBER, PRINTED_WHOLE, TEXT, Type
from springhead.wording import describe

Scalar = str | int | float | bool | None


def scalar(value: object) -> Scalar:
    """The value itself, if it is a text, a number, a boolean or null.

    Raises:
        ValueError: it is a list or a mapping.
    """
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise ValueError(f"expected a text, a number, true, false or null; found {describe(value)}")


def alike(values: Iterable[object]) -> tuple[Scalar, ...]:
    """The same values, if they are scalars of one family.

    Raises:
        ValueError: there is none, or one is a list or a mapping, or they are of several families.
    """
    scalars = tuple(scalar(each) for each in values)
    if not scalars:
        raise ValueError("nothing to choose from: give at least one value")
    if len({_family(each) for each in scalars if each is not None}) > 1:
        raise ValueError("the values are of different types: all text, all numbers or all true and false (null may stand among them)")
    return scalars


def _family(value: Scalar) -> str:
    return "boolean" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"


def texts_of(values: Iterable[Scalar]) -> frozenset[str]:
    """What these values print as, nulls left out."""
    import msgspec

    return frozenset(value if isinstance(value, str) else msgspec.json.encode(value).decode() for value in values if value is not None)


def type_of(values: Iterable[Scalar]) -> Type:
    """The type of a column of these values, which are of one family; null may stand among them."""
    some = list(values)
    there = [value for value in some if value is not None] or [""]
    numbers = PRINTED_WHOLE if all(isinstance(value, int) for value in there) else PRINTED_NUMBER
    type_ = TEXT if isinstance(there[0], str) else PRINTED_BOOLEAN if isinstance(there[0], bool) else numbers
    return replace(type_, nullable=None in some)
