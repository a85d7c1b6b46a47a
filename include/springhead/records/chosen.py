"""Which records something happens to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Ids, Ints
from springhead.kernels import integers

ONE = 2**62  # of a share


def chosen(key: np.uint64, ids: Ids, share: float) -> NDArray[np.bool_]:
    """bool, shape (n,): a share of the records, each by a draw of its own."""
    return drawn(key, ids, 0, ONE) < round(share * ONE)


def drawn(key: np.uint64, ids: Ids, low: int, span: int) -> Ints:
    """int64, shape (n,): low … low + span − 1, all equally likely; a span of 0 means all 2^64."""
    values = np.empty(ids.shape[0], np.int64)
    integers(key, ids, low, np.uint64(span), values)
    return values
