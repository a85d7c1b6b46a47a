"""Identifiers that are unique without asking anybody."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field as Argument
from pydantic import PlainValidator, WithJsonSchema

from springhead.columns.type import TEXT, Type
from springhead.fields.field import Field
from springhead.fields.site import Reach, Site
from springhead.wording import describe

if TYPE_CHECKING:
    from springhead.columns.column import Chunk, Column, Maker


def _version(value: object) -> int:
    if value in (4, 7) and isinstance(value, int):
        return value
    raise ValueError(f"expected the version of the UUID, 4 (random) or 7 (ordered by time); found {describe(value)}")


class Uuid(Field, kind="uuid"):
    """A UUID of RFC 9562, in its text form of 36 characters."""

    example = "{uuid: 4}"

    uuid: Annotated[int, PlainValidator(_version), WithJsonSchema({"enum": [4, 7]})] = Argument(
        description="The version: 4, random, or 7, which begins with the record's event time in milliseconds."
    )

    def column_type(self, reach: Reach) -> Type:
        return replace(TEXT, plain=True)

    def maker(self, site: Site) -> Maker:
        if self.uuid == 7:
            return _of_times(replace(TEXT, plain=True), site)
        from springhead.columns.grammar import Alternative, Uuid4
        from springhead.columns.text_program import text_maker

        return text_maker([Alternative((Uuid4(),))], site.draws)


def _of_times(type_: Type, site: Site) -> Maker:
    import numpy as np

    from springhead.columns.column import Column, Maker
    from springhead.kernels import SLACK, time_uuids
    from springhead.kernels.uuids import UUID_BYTES

    key = site.draws.key("value")

    def column(chunk: Chunk) -> Column:
        out, ends = np.empty(chunk.rows * UUID_BYTES + SLACK, np.uint8), np.empty(chunk.rows, np.int64)
        time_uuids(key, chunk.ids, chunk.times_us, out, ends)
        return Column(type_, chunk.rows, data=out, ends=ends)

    return Maker(type_, column)
