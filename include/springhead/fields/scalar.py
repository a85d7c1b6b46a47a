"""Values that are no lists and no mappings."""

from __future__ import annotations

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
