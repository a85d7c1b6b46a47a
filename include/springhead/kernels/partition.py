"""Which partition a record goes to: by its key as Java clients do, or drawn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from springhead.kernels.chance import below, u64
from springhead.kernels.kernel import kernel
from springhead.kernels.memory import U, load_u32

_M = np.uint32(0x5BD1E995)
_SEED = np.uint32(0x9747B28C)


@kernel("void(uint8[::1], int64[::1], int64, int32[::1])")
def key_partitions(data, ends, partitions, out):
    """Writes murmur2(key) & 0x7fffffff modulo the partition count, as Kafka's Java producer does (org.apache.kafka.common.utils.Utils.murmur2).

    Args:
        data: uint8, the keys' bytes one after the other, with SLACK.
        ends: int64, shape (n,), where key i ends in data.
        partitions: int64, the topic's partition count, 1 … 2^31 − 1.
        out: int32, shape (n,), written.
    """
    at = U(data.ctypes.data)
    end = at
    for i in range(ends.shape[0]):
        at, end = end, U(data.ctypes.data) + U(ends[i])
        h = np.uint32(_SEED ^ np.uint32(end - at))
        while end - at >= U(4):
            k = np.uint32(load_u32(at) * _M)
            k = np.uint32(k ^ (k >> np.uint32(24)))
            h = np.uint32(np.uint32(h * _M) ^ np.uint32(k * _M))
            at += U(4)
        if end > at:
            rest = load_u32(at) & np.uint32((U(1) << (U(8) * (end - at))) - U(1))
            h = np.uint32(np.uint32(h ^ rest) * _M)
        h = np.uint32(h ^ (h >> np.uint32(13)))
        h = np.uint32(h * _M)
        h = np.uint32(h ^ (h >> np.uint32(15)))
        out[i] = np.uint32(h & np.uint32(0x7FFFFFFF)) % np.uint32(partitions)


@kernel("void(uint64, uint64[::1], int64, int32[::1])")
def drawn_partitions(key, ids, partitions, out):
    """Draws out[i] uniformly from the partitions 0 … partitions − 1. Shapes as in `integers`."""
    for i in range(ids.shape[0]):
        out[i] = below(u64(key, ids[i]), U(partitions))


def partition_order(partitions: NDArray[np.int32], out: NDArray[np.int64]) -> None:
    """Writes the rows in the order of their partitions, those of one partition in theirs: a counting sort.

    Args:
        partitions: int32, shape (n,), not negative.
        out: int64, shape (n,), written.
    """
    _partition_order(partitions, np.zeros(int(partitions.max(initial=0)) + 1, np.int64), out)


@kernel("void(int32[::1], int64[::1], int64[::1])")
def _partition_order(partitions, begins, out):
    """As `partition_order`. begins: int64, one for each partition, all 0; written: where its rows begin, then where they end."""
    for i in range(partitions.shape[0]):
        begins[partitions[i]] += 1
    at = np.int64(0)
    for number in range(begins.shape[0]):
        at, begins[number] = at + begins[number], at
    for i in range(partitions.shape[0]):
        out[begins[partitions[i]]] = i
        begins[partitions[i]] += 1
