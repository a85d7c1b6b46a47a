"""Columns of whole numbers."""

from __future__ import annotations

import numpy as np

from springhead.kernels.chance import below, u64
from springhead.kernels.kernel import kernel
from springhead.kernels.memory import U


@kernel("void(uint64, uint64[::1], int64, uint64, int64[::1])")
def integers(key, ids, low, span, out):
    """Draws out[i] uniformly from low … low + span − 1; a span of 0 means all 2^64.

    Args:
        key: uint64, the field's key.
        ids: uint64, shape (n,), the records' ids.
        low: int64.
        span: uint64; low + span − 1 fits int64.
        out: int64, shape (n,), written.
    """
    for i in range(ids.shape[0]):
        h = u64(key, ids[i])
        out[i] = low + np.int64(below(h, span) if span != U(0) else h)  # int64 + uint64 would be a float in numba
