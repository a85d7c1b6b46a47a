"""Numbers between two bounds."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema, model_validator

from springhead.fields.field import Field
from springhead.fields.model import refused
from springhead.fields.words import describe

if TYPE_CHECKING:
    from springhead.column import Chunk, Column, Maker
    from springhead.draws import Draws
    from springhead.fields.template import Reach


_LIMIT = 2**63


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


def _integers(value: object) -> tuple[int, int]:
    low, high = _pair(value, "integers")
    for bound in (low, high):
        if isinstance(bound, bool) or not isinstance(bound, int):
            raise ValueError(f"expected [min, max], two integers, both included; found {describe(bound)} in it")
        if not -_LIMIT <= bound < _LIMIT:
            raise ValueError(f"{bound} does not fit into 64 bits")
    _in_order(low, high)
    return low, high


def _numbers(value: object) -> tuple[int | float, int | float]:
    low, high = _pair(value, "numbers")
    for bound in (low, high):
        if isinstance(bound, bool) or not isinstance(bound, int | float):
            raise ValueError(f"expected [min, max], two numbers, both included; found {describe(bound)} in it")
    _in_order(low, high)
    return low, high


def _bounds_schema(type_: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "array", "items": {"type": type_}, "minItems": 2, "maxItems": 2})


def _uniform(low: int, high: int, decimals: int, draws: Draws) -> Maker:
    """The maker of whole numbers low … high, printed with so many decimals."""
    import numpy as np

    from springhead.column import Column, Kind
    from springhead.kernels import integers

    key, span = draws.key("value"), np.uint64((high - low + 1) % 2**64)  # 0 means all 2^64

    def column(chunk: Chunk) -> Column:
        values = np.empty(chunk.rows, np.int64)
        integers(key, chunk.ids, low, span, values)
        return Column(Kind.NUMBER, chunk.rows, values=values, decimals=decimals)

    return column


class Integer(Field, kind="integer"):
    """A whole number between two bounds, each as likely as the other."""

    later = Field.later | {"distribution", "step"}

    integer: Annotated[tuple[int, int], PlainValidator(_integers), _bounds_schema("integer")] = Argument(
        description="[min, max], both included; they fit into 64 bits."
    )

    def maker(self, draws: Draws, reach: Reach) -> Maker:
        return _uniform(*self.integer, 0, draws)


class Number(Field, kind="number"):
    """A number between two bounds on the grid of its decimals, each as likely as the other."""

    later = Field.later | {"distribution", "step"}

    number: Annotated[tuple[int | float, int | float], PlainValidator(_numbers), _bounds_schema("number")] = Argument(
        description="[min, max], both included, both on the grid of the decimals."
    )
    decimals: int = Argument(2, ge=0, le=15, description="Digits after the point.")

    @model_validator(mode="after")
    def _on_the_grid(self) -> Number:
        for bound in self.number:
            steps = Decimal(repr(bound)).scaleb(self.decimals)
            if steps != steps.to_integral_value():
                raise refused([(("number",), f"{bound} has more than {self.decimals} decimals: set decimals")])
            if not -_LIMIT <= steps < _LIMIT:
                raise refused([(("number",), f"{bound} with {self.decimals} decimals does not fit into 64 bits")])
        return self

    @property
    def grid(self) -> tuple[int, int]:
        """The bounds in steps of the grid, which are 10^-decimals wide."""
        low, high = (int(Decimal(repr(bound)).scaleb(self.decimals)) for bound in self.number)
        return low, high

    def maker(self, draws: Draws, reach: Reach) -> Maker:
        return _uniform(*self.grid, self.decimals, draws)
