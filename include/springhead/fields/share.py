"""A part of the records."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from springhead.wording import describe


def share(value: object) -> float:
    """A part of the records.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError(f"expected a share of the records, 0 … 1; found {describe(value)}")
    return float(value)


SHARE: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": 1}
Share = Annotated[float, PlainValidator(share), WithJsonSchema(SHARE)]
