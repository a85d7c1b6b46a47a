"""Values of a table: a CSV file of the user's own, or one that is shipped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, model_validator
from pydantic import Field as Argument

from springhead.columns.type import Type
from springhead.errors import FieldError
from springhead.fields.field import Field
from springhead.fields.model import refused
from springhead.fields.site import MemberTexts, Reach, Site
from springhead.fields.table import Cells, Table, read_table

if TYPE_CHECKING:
    from springhead.columns.column import Chunk, Column, Ints, Maker


def _file(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*\.csv", name):
        raise ValueError(
            f"'{name}' is no file of include/data: write its name, such as places.csv, or folder/name.csv, with letters, digits, _, - and . in it"
        )
    return name


def _as(name: str) -> str:
    if not 1 <= len(name) <= 255 or not name.isprintable():
        raise ValueError("the name of a row has 1 to 255 printable characters, such as destination")
    return name


class Csv(Field, kind="csv"):
    """A cell of a CSV file's row. One row is drawn for a record: the columns of a file in it belong together, as a city and its country do."""

    example = "{csv: places.csv, column: city, weight: population}"

    csv: Annotated[str, AfterValidator(_file)] = Argument(description="A file in include/data, whose first line names the columns.")
    column: str = Argument(description="The column: numbers, true and false where all of its cells are; an empty cell is null.")
    weight: str | None = Argument(None, description="The column that says how likely each row is. Default: all alike.")
    order: Literal["sequential"] | None = Argument(
        None, description="sequential: the rows in turn, by the record's number, and from the first one on again."
    )
    name: Annotated[str, AfterValidator(_as)] = Argument(
        "", alias="as", validate_default=False, description="The row's name, for a second one of the same file."
    )
    text: bool = Argument(False, description="Whether numbers, true and false stay texts.")

    @model_validator(mode="after")
    def _is_drawn_or_not(self) -> Csv:
        if self.order is not None and self.weight is not None:
            raise refused([(("weight",), "rows that come in turn have no weights: leave out 'weight' or 'order'")], key=True)
        if self.order is not None and self.per is not None:
            raise refused(
                [(("per",), "'per' decides draws, and rows that come in turn are not drawn: leave out 'per' or 'order'")], key=True
            )
        return self

    @property
    def drawn_together(self) -> tuple[tuple[str, ...], str]:
        how = "in turn" if self.order else f"by the weights in '{self.weight}'" if self.weight is not None else "each as likely"
        return (self.csv, self.name), how

    def column_type(self, reach: Reach) -> Type:
        return self._cells(self._table()).type

    def _table(self) -> Table:
        table = read_table(self.csv)
        if self.weight is not None:
            table.weights(self.weight)  # or the error
        return table

    def _cells(self, table: Table) -> Cells:
        cells = table.cells(self.column)
        return cells.as_text if self.text else cells

    def texts(self, member: MemberTexts) -> frozenset[str]:
        return frozenset(text for text in self._cells(self._table()).texts if text)

    def sources(self) -> list[str]:
        return [read_table(self.csv).digest]

    def made(self) -> str:
        return f"from a row of {self.csv}, of {read_table(self.csv).rows:,}, {self.drawn_together[1]}"

    def maker(self, site: Site) -> Maker:
        import numpy as np

        from springhead.columns.alias import alias_table
        from springhead.columns.column import Maker
        from springhead.columns.layout import RowBuffer
        from springhead.columns.taken import held, taken
        from springhead.kernels import integers, picks

        if self.order is not None and site.in_element:
            raise FieldError(
                "rows in turn go by the number of the record, and an element has none: leave out 'order'", ("order",), key=True
            )
        table = self._table()
        cells = self._cells(table)
        whole, buffer, count = held(cells.type, cells.texts, [] if cells.type.as_text else cells.values), RowBuffer(), table.rows
        key = site.together.key("row", *self.drawn_together[0])
        if self.weight is not None:
            keep, alias = (
                np.array(each, kind) for each, kind in zip(alias_table(table.weights(self.weight)), (np.uint64, np.int64), strict=True)
            )

        def rows(chunk: Chunk) -> Ints:
            if self.order is not None:
                return (chunk.ids % np.uint64(count)).astype(np.int64)
            chosen = np.empty(chunk.rows, np.int64)
            if self.weight is None:
                integers(key, chunk.ids, 0, np.uint64(count), chosen)
            else:
                picks(key, chunk.ids, keep, alias, chosen)
            return chosen

        def column(chunk: Chunk) -> Column:
            return taken(whole, rows(chunk), buffer)

        return Maker(cells.type, column)
