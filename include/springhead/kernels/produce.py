"""Records handed to librdkafka from compiled code: no Python object per record."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from springhead.kernels.chance import U

# rd_kafka_vtype_t (rdkafka.h): what an entry of an rd_kafka_vu_t array is.
RKT, PARTITION, VALUE, KEY, FLAGS, TIMESTAMP = 2, 3, 4, 5, 7, 8
ENTRY = 9  # 64-bit words of an rd_kafka_vu_t: the type, and a union of 64 bytes
ENTRIES = (RKT, PARTITION, VALUE, KEY, TIMESTAMP, FLAGS)


@intrinsic
def _call(typing_context: Any, function: Any, first: Any, second: Any, third: Any) -> Any:
    """Calls the C function at an address with three words (pointers and size_t are words on every 64-bit platform); returns its word.

    An address and not a symbol: a kernel that names a symbol cannot be loaded before the library that holds it.
    """

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        word = ir.IntType(64)
        kind = ir.FunctionType(word, [word, word, word])
        return builder.call(builder.inttoptr(args[0], kind.as_pointer()), args[1:])

    return types.int64(types.int64, types.int64, types.int64, types.int64), generate


@njit(
    "UniTuple(int64, 2)(int64, int64, uint64[::1], uint8[::1], int64[::1], uint8[::1], int64[::1], boolean[::1], int32[::1], int64[::1], int64)",
    cache=True,
    nogil=True,
)
def produce(function, producer, entries, values, value_ends, keys, key_ends, key_nulls, partitions, timestamps_ms, first):
    """Enqueues the records first … n − 1 of a chunk; stops at the first one that is not taken.

    Args:
        function: address of rd_kafka_produceva.
        producer: its rd_kafka_t*.
        entries: uint64, shape (6 × ENTRY,), an rd_kafka_vu_t for each of ENTRIES; those of the topic and the flags are filled.
        values: uint8, shape of all values, one after the other.
        value_ends: int64, shape (n,), where each ends.
        keys, key_ends: the same of the keys; key_ends of shape (0,): no record has one.
        key_nulls: bool, shape (n,), records without a key; shape (0,): there are none.
        partitions: int32, shape (n,).
        timestamps_ms: int64, shape (n,).
        first: int64.

    Returns:
        (number of the first record that was not taken, or n; its rd_kafka_error_t*, or 0).
    """
    value_at = value_ends[first - 1] if first > 0 else 0
    keyed = key_ends.shape[0] > 0
    key_at = key_ends[first - 1] if keyed and first > 0 else 0
    for i in range(first, value_ends.shape[0]):
        entries[1 * ENTRY + 1] = U(partitions[i])
        entries[2 * ENTRY + 1] = U(values.ctypes.data + value_at)
        entries[2 * ENTRY + 2] = U(value_ends[i] - value_at)
        if keyed:
            null = key_nulls.shape[0] > 0 and key_nulls[i]
            entries[3 * ENTRY + 1] = U(0) if null else U(keys.ctypes.data + key_at)
            entries[3 * ENTRY + 2] = U(key_ends[i] - key_at)
            key_at = key_ends[i]
        entries[4 * ENTRY + 1] = U(timestamps_ms[i])
        error = _call(function, producer, entries.ctypes.data, 6)
        if error != 0:
            return i, error
        value_at = value_ends[i]
    return value_ends.shape[0], 0
