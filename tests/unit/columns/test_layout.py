"""Layouts put rows together from columns."""

from __future__ import annotations

import numpy as np

from springhead.columns.column import Column
from springhead.columns.layout import Layout, Printer, RowBuffer
from springhead.columns.type import number
from tests.unit.columns.build import text_column


def test_the_smallest_number_prints_whole() -> None:
    column = Column(number(2), 3, values=np.array([-(2**63), 2**63 - 1, -1], np.int64))
    data, ends = Printer(column.type).rows(column)
    assert data[: ends[-1]].tobytes() == b"-92233720368547758.0892233720368547758.07-0.01"


def test_a_layout_of_one_text_gives_the_column_itself() -> None:
    column, layout = text_column(["a", "bb"], None), Layout()
    layout.text(layout.column(column.type))
    data, ends = layout.rows(2, RowBuffer(), [column])
    assert data is column.data
    assert ends is column.ends
