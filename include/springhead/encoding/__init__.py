"""Encodings: from columns to records. An encoding is one file with one function of the shape of `Encode`."""

from __future__ import annotations

from typing import Protocol

from springhead.columns.column import Bytes, Column, Ints
from springhead.columns.layout import RowBuffer
from springhead.encoding.json import encode_json

__all__ = ["Encode", "encode_json"]


class Encode(Protocol):
    """Encodes a chunk of records."""

    def __call__(self, records: Column, buffer: RowBuffer) -> tuple[Bytes, Ints]:
        """Returns the records one after the other (uint8, with SLACK) and where each ends (int64, shape (rows,)).

        Args:
            records: an OBJECT column, its children the visible fields in the order of the spec.
            buffer: the memory that is written to.
        """
        ...
