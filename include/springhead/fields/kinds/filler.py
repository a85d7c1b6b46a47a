"""Texts that bring records to a size."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument
from pydantic import model_validator

from springhead.columns.type import TEXT, Type
from springhead.fields.field import Field
from springhead.fields.model import refused
from springhead.fields.site import Reach, Site

if TYPE_CHECKING:
    from springhead.columns.column import Maker
    from springhead.columns.draws import Draws
    from springhead.columns.filling import Filling

LARGEST = 16 * 1024 * 1024
LEAST_COMPRESSIBLE = 0.25  # letters of 6 bits stand in bytes of 8


class Filler(Field, kind="filler"):
    """A text that brings the encoded value to so many bytes: for load tests. A stream has one at most, and a longer value stays as it is."""

    example = "{filler: 1000, compressible: 0.5}"

    filler: Annotated[int, Argument(ge=1, le=LARGEST)] = Argument(description=f"Bytes of the value, 1 … {LARGEST:,}.")
    compressible: Annotated[float, Argument(ge=0, le=1)] = Argument(
        LEAST_COMPRESSIBLE,
        description="The share of the text that a compressor can remove, 0 … 1; as text is no random bytes, it is a quarter at least.",
    )

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
        return f"by a kernel, up to {self.filler:,} bytes of the value"

    def maker(self, site: Site) -> Maker:
        from springhead.columns.filling import probe_maker

        return probe_maker()

    def filling(self, draws: Draws) -> Filling:
        """What makes its texts, once the records' lengths are known. draws: of the field."""
        from springhead.columns.filling import Filling

        return Filling(self.filler, min(1.0, (1 - self.compressible) / (1 - LEAST_COMPRESSIBLE)), draws)
