"""How many of something there are, as a user writes it: a whole number, a range or a distribution, from which one is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import PlainValidator, WithJsonSchema

from springhead.fields.distributions.spread import Spread, read_spread
from springhead.fields.distributions.written import a_spread
from springhead.fields.grid import Grid
from springhead.wording import describe

if TYPE_CHECKING:
    import numpy as np

    from springhead.columns.column import Ids, Ints

MOST = 10_000  # elements of an array: more is no record

CountValue: TypeAlias = int | tuple[int, int] | Spread


def read_count(value: object, most: int, what: str = "a whole number") -> CountValue:
    """What is written of a count, 0 … most.

    Raises:
        ValueError: it is none.
    """

    def wrong(found: str) -> ValueError:
        return ValueError(f"expected {what}, 0 … {most:,}, [min, max] of such, or a distribution such as {{poisson: 3}}; found {found}")

    def one(bound: object) -> int:
        if isinstance(bound, bool) or not isinstance(bound, int) or not 0 <= bound <= most:
            raise wrong(describe(bound))
        return bound

    if isinstance(value, Spread):
        return value
    if isinstance(value, Mapping):
        return read_spread(value, one, 0, most)
    if not isinstance(value, list | tuple):
        return one(value)
    if len(value) != 2:
        raise wrong(f"{describe(value)} of {len(value)}")
    low, high = map(one, value)
    if low > high:
        raise ValueError(f"min {low} is above max {high}")
    return low, high


def count_schema(most: int) -> Any:
    """The JSON Schema of a count."""
    one = {"type": "integer", "minimum": 0, "maximum": most}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 2, "maxItems": 2}, a_spread(one)]}


Count = Annotated[CountValue, PlainValidator(lambda value: read_count(value, MOST)), WithJsonSchema(count_schema(MOST))]
"""A whole number, 0 … 10,000, or [min, max], both included, from which one is drawn, all equally likely, or {poisson: 3, max: 8}."""


def bounds(count: CountValue) -> tuple[int, int]:
    """The least and the most that a count means, both included."""
    match count:
        case Spread():
            return count.low, count.high
        case int():
            return count, count
        case _:
            return count


def drawn(count: CountValue, key: np.uint64) -> Callable[[Ids], Ints]:
    """What draws it: from ids, uint64, shape (n,), to counts, int64, shape (n,), in arrays of their own.

    Args:
        count: as written.
        key: of these draws.
    """
    import numpy as np

    if isinstance(count, Spread):
        return count.drawn(key)
    low, high = bounds(count)
    if low == high:
        return lambda ids: np.full(ids.shape[0], low, np.int64)
    return Grid(low, 1, high - low + 1).drawn(None, key)
