"""UUIDs that begin with a time."""

from __future__ import annotations

import numpy as np

from springhead.kernels.chance import u64
from springhead.kernels.digits import put_uuid
from springhead.kernels.kernel import kernel
from springhead.kernels.memory import U

UUID_BYTES = 36


@kernel("void(uint64, uint64[::1], int64[::1], uint8[::1], int64[::1])")
def time_uuids(key, ids, times, out, ends):
    """Writes UUIDs of version 7 (RFC 9562 §5.7): 48 bits of milliseconds since 1970, and 74 bits by chance.

    Args:
        key: uint64.
        ids: uint64, shape (n,).
        times: int64, shape (n,), µs since 1970, not before.
        out: uint8, shape (36 n + SLACK,) at least, written.
        ends: int64, shape (n,), written.
    """
    to = U(out.ctypes.data)
    for i in range(ids.shape[0]):
        word = u64(key, ids[i])
        high = U(times[i] // 1000) << U(16) | U(0x7000) | word >> U(52)
        put_uuid(to, high, u64(word, ids[i]) & U(0x3FFFFFFFFFFFFFFF) | U(0x8000000000000000))
        to += U(UUID_BYTES)
        ends[i] = np.int64(i + 1) * UUID_BYTES
