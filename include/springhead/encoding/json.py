"""JSON records (RFC 8259), UTF-8, no white space."""

from __future__ import annotations

from springhead.columns.column import Bytes, Column, Ints
from springhead.columns.layout import Layout, RowBuffer


def encode_json(records: Column, buffer: RowBuffer) -> tuple[Bytes, Ints]:
    """One JSON object for each row: (uint8 with SLACK, int64 ends of shape (rows,)).

    The layout is made once for all chunks whose columns are alike: making it takes as long as writing a thousand records.
    """
    columns: list[Column] = []
    shape = _shape(records, columns)
    if buffer.layout is None or buffer.layout[0] != shape:
        layout = Layout()
        layout.json(records)
        buffer.layout = shape, layout
    return buffer.layout[1].rows(records.rows, buffer, columns)


def _shape(column: Column, columns: list[Column]) -> object:
    """What a column's layout depends on; appends it and what is in it to `columns`, in the order in which a layout meets them."""
    columns.append(column)
    children = [(name, _shape(child, columns)) for name, child in column.children.items()]
    return column.kind, column.decimals, column.escape, column.state is None, children
