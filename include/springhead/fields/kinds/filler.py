"""Texts that bring records to a size."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema, model_validator

from springhead.columns.type import TEXT, Type
from springhead.fields.bounds import grid_between
from springhead.fields.distributions import Distribution
from springhead.fields.field import Field
from springhead.fields.grid import Grid
from springhead.fields.model import refused
from springhead.fields.site import Reach, Site
from springhead.wording import describe

if TYPE_CHECKING:
    from springhead.columns.column import Maker
    from springhead.columns.draws import Draws
    from springhead.columns.filling import Filling

LARGEST = 16 * 1024 * 1024
LEAST_COMPRESSIBLE = 0.25  # letters of 6 bits stand in bytes of 8


_FORMS = "a number of bytes, or [min, max], both included"
_ONE = {"type": "integer", "minimum": 1, "maximum": LARGEST}


def _sizes(value: object) -> tuple[int, int]:
    low, high = (_size(each) for each in (value if isinstance(value, list | tuple) and len(value) == 2 else (value, value)))
    if low > high:
        raise ValueError(f"min {low} is above max {high}")
    return low, high


def _size(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"expected {_FORMS}; found {describe(value)}")
    if not 1 <= value <= LARGEST:
        raise ValueError(f"expected {_FORMS}, 1 … {LARGEST:,}; found {describe(value)}")
    return value


class Filler(Field, kind="filler"):
    """A text that brings the encoded value to so many bytes, always the same or drawn: for load tests. A stream has one at most, and a longer value stays as it is."""

    example = "{filler: 1000, compressible: 0.5}"

    filler: Annotated[
        tuple[int, int],
        PlainValidator(_sizes),
        WithJsonSchema({"anyOf": [_ONE, {"type": "array", "items": _ONE, "minItems": 2, "maxItems": 2}]}),
    ] = Argument(description=f"Bytes of the value, 1 … {LARGEST:,}, or [min, max], from which they are drawn.")
    distribution: Distribution | None = Argument(None, description="How the sizes are spread between the bounds. Default: evenly.")
    compressible: Annotated[float, Argument(ge=0, le=1)] = Argument(
        LEAST_COMPRESSIBLE,
        description="The share of the text that a compressor can remove, 0 … 1; as text is no random bytes, it is a quarter at least.",
    )

    @cached_property
    def sizes(self) -> Grid:
        """The sizes that there are."""
        return grid_between(self.kind, *self.filler, self.distribution)

    @model_validator(mode="after")
    def _has_sizes(self) -> Filler:
        if self.distribution is not None and self.sizes.cells == 1:
            raise refused([(("distribution",), "'distribution' goes with sizes that are drawn: write filler: [min, max]")], key=True)
        return self

    @model_validator(mode="after")
    def _fills_each_record(self) -> Filler:
        if self.hidden:
            raise refused([(("hidden",), "a filler that is hidden fills nothing")], key=True)
        if self.per is not None:
            raise refused([(("per",), "a filler has letters of its own in each record: leave 'per' out")], key=True)
        return self

    def column_type(self, reach: Reach) -> Type:
        return replace(TEXT, plain=True)

    def made(self) -> str:
        low, high = self.filler
        return f"by a kernel, up to {f'{low:,} … ' if low < high else ''}{high:,} bytes of the value"

    def maker(self, site: Site) -> Maker:
        from springhead.columns.filling import probe_maker

        return probe_maker()

    def filling(self, draws: Draws) -> Filling:
        """What makes its texts, once the records' lengths are known. draws: of the field."""
        from springhead.columns.filling import Filling

        return Filling(
            self.sizes.drawn(self.distribution, draws.key("size")), min(1.0, (1 - self.compressible) / (1 - LEAST_COMPRESSIBLE)), draws
        )
