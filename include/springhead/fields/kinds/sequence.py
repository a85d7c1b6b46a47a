"""Numbers one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field as Argument
from pydantic import model_validator

from springhead.columns.type import NOT_PLAIN, Kind, Type, number
from springhead.errors import FieldError
from springhead.fields.bounds import LIMIT
from springhead.fields.field import Field
from springhead.fields.model import refused
from springhead.fields.site import Reach, Site

if TYPE_CHECKING:
    from springhead.columns.column import Chunk, Column, Maker


class Sequence(Field, kind="sequence"):
    """Numbers one after the other: of a batch's records from the first on; with `rate` the events are counted from 2000 on, through all intervals; in an array, its elements."""

    example = "{sequence: 1, prefix: O, width: 10}"
    draws = False

    sequence: int = Argument(ge=-LIMIT, lt=LIMIT, description="The number of the record 0.")
    step: int = Argument(1, ge=-(2**31), le=2**31, description="From one record to the next; not 0.")
    prefix: str = Argument("", max_length=255, description="Text before the number, which makes a text of it.")
    width: int = Argument(0, ge=0, le=100, description="Digits at least, with zeros before the number, which makes a text of it.")

    @model_validator(mode="after")
    def _goes_somewhere(self) -> Sequence:
        if not self.step:
            raise refused([(("step",), "a step of 0 gives the same number each time: use {constant: …}")])
        return self

    @property
    def _is_text(self) -> bool:
        return bool(self.prefix or self.width)

    def column_type(self, reach: Reach) -> Type:
        return Type(Kind.TEXT, plain=not NOT_PLAIN.search(self.prefix.encode())) if self._is_text else number()

    def maker(self, site: Site) -> Maker:
        import numpy as np

        from springhead.columns.column import Column, Maker
        from springhead.kernels import SLACK, numbered_texts
        from springhead.kernels.sequences import WIDEST_NUMBER

        type_, prefix = self.column_type(site.reach), self.prefix.encode()
        source = np.frombuffer(prefix + bytes(SLACK), np.uint8).copy()

        def column(chunk: Chunk) -> Column:
            if chunk.rows and not all(
                -LIMIT <= self.sequence + self.step * int(end) < LIMIT for end in (chunk.numbers.min(), chunk.numbers.max())
            ):
                raise FieldError(
                    f"the sequence does not fit into 64 bits at the record {int(chunk.numbers.max()):,}: begin lower, or with a smaller step"
                )
            values = self.sequence + self.step * chunk.numbers.astype(np.int64)
            if not self._is_text:
                return Column(type_, chunk.rows, values=values)
            out, ends = (
                np.empty(chunk.rows * (len(prefix) + max(self.width, WIDEST_NUMBER)) + SLACK, np.uint8),
                np.empty(chunk.rows, np.int64),
            )
            numbered_texts(source, len(prefix), self.width, values, out, ends)
            return Column(type_, chunk.rows, data=out, ends=ends)

        return Maker(type_, column)
