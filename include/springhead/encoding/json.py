"""JSON records (RFC 8259), UTF-8, no white space."""

from __future__ import annotations

from springhead.column import Bytes, Column, Ints
from springhead.layout import Layout, RowBuffer


def encode_json(records: Column, buffer: RowBuffer) -> tuple[Bytes, Ints]:
    """One JSON object for each row: (uint8 with SLACK, int64 ends of shape (rows,))."""
    layout = Layout()
    layout.json(records)
    return layout.rows(records.rows, buffer)
