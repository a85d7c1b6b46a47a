"""Messages: a chunk of records as a producer takes them, bytes and numbers alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Ids, Ints
from springhead.columns.rows import Rows


class Messages(Protocol):
    """A chunk of n records, in arrays of its own.

    Attributes:
        positions: uint64, shape (n,), their places in the batch, for errors.
        values: a null one is a tombstone.
        keys: None: no record has one.
        partitions: int32, shape (n,).
        timestamps_ms: int64, shape (n,).
        headers: name → its value for each record, a null one where the record has no such header.
    """

    @property
    def positions(self) -> Ids: ...

    @property
    def values(self) -> Rows: ...

    @property
    def keys(self) -> Rows | None: ...

    @property
    def partitions(self) -> NDArray[np.int32]: ...

    @property
    def timestamps_ms(self) -> Ints: ...

    @property
    def headers(self) -> Mapping[str, Rows]: ...
