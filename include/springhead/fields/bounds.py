"""Two bounds of a number, as the YAML has them, and the makers between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import WithJsonSchema

from springhead.columns.type import Type
from springhead.wording import describe

if TYPE_CHECKING:
    from springhead.columns.column import Chunk, Column, Maker
    from springhead.columns.draws import Draws


LIMIT = 2**63


def _pair(value: object, what: str) -> list[Any]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f"expected [min, max], two {what}, both included; found {describe(value)}{_length(value)}")
    if None in value:
        raise ValueError("an open end is not available yet (it needs a distribution): give both min and max")
    return list(value)


def _length(value: object) -> str:
    return f" of {len(value)}" if isinstance(value, list | tuple) else ""


def _in_order(low: Any, high: Any) -> None:
    if low > high:
        raise ValueError(f"min {low} is above max {high}")


def integers(value: object) -> tuple[int, int]:
    low, high = _pair(value, "integers")
    for bound in (low, high):
        if isinstance(bound, bool) or not isinstance(bound, int):
            raise ValueError(f"expected [min, max], two integers, both included; found {describe(bound)} in it")
        if not -LIMIT <= bound < LIMIT:
            raise ValueError(f"{bound} does not fit into 64 bits")
    _in_order(low, high)
    return low, high


def numbers(value: object) -> tuple[int | float, int | float]:
    low, high = _pair(value, "numbers")
    for bound in (low, high):
        if isinstance(bound, bool) or not isinstance(bound, int | float):
            raise ValueError(f"expected [min, max], two numbers, both included; found {describe(bound)} in it")
    _in_order(low, high)
    return low, high


def bounds_schema(type_: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "array", "items": {"type": type_}, "minItems": 2, "maxItems": 2})


def uniform(low: int, high: int, type_: Type, draws: Draws) -> Maker:
    """The maker of numbers low … high, in steps of the type's last decimal."""
    import numpy as np

    from springhead.columns.column import Column, Maker
    from springhead.kernels import integers

    key, span = draws.key("value"), np.uint64((high - low + 1) % 2**64)  # 0 means all 2^64

    def column(chunk: Chunk) -> Column:
        values = np.empty(chunk.rows, np.int64)
        integers(key, chunk.ids, low, span, values)
        return Column(type_, chunk.rows, values=values)

    return Maker(type_, column)
