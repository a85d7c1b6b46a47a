"""How many of something there are, as a user writes it: a whole number, or a range from which one is drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeAlias

from pydantic import PlainValidator, WithJsonSchema

from springhead.wording import describe

if TYPE_CHECKING:
    import numpy as np

    from springhead.columns.column import Ids, Ints

MOST = 10_000  # elements of an array: more is no record


def _count(value: object) -> int | tuple[int, int]:
    if not isinstance(value, list | tuple):
        return _one(value)
    if len(value) != 2:
        raise ValueError(f"expected a whole number, or [min, max], both included; found {describe(value)} of {len(value)}")
    low, high = map(_one, value)
    if low > high:
        raise ValueError(f"min {low} is above max {high}")
    return low, high


def _one(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"expected a whole number, or [min, max], both included; found {describe(value)}")
    if not 0 <= value <= MOST:
        raise ValueError(f"expected 0 … {MOST:,}; found {describe(value)}")
    return value


_ONE = {"type": "integer", "minimum": 0, "maximum": MOST}

CountValue: TypeAlias = int | tuple[int, int]

Count = Annotated[
    CountValue,
    PlainValidator(_count),
    WithJsonSchema({"anyOf": [_ONE, {"type": "array", "items": _ONE, "minItems": 2, "maxItems": 2}]}),
]
"""A whole number, 0 … 10,000, or [min, max], both included, from which one is drawn, all equally likely."""


def bounds(count: CountValue) -> tuple[int, int]:
    """The least and the most that a count means, both included."""
    return (count, count) if isinstance(count, int) else count


def drawn(count: CountValue, key: np.uint64) -> Callable[[Ids], Ints]:
    """What draws it: from ids, uint64, shape (n,), to counts, int64, shape (n,), in arrays of their own.

    Args:
        count: as written.
        key: of these draws.
    """
    import numpy as np

    from springhead.kernels import integers

    low, high = bounds(count)
    if low == high:
        return lambda ids: np.full(ids.shape[0], low, np.int64)

    def between(ids: Ids) -> Ints:
        values = np.empty(ids.shape[0], np.int64)
        integers(key, ids, low, np.uint64(high - low + 1), values)
        return values

    return between
