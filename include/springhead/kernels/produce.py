"""Records handed to librdkafka from compiled code: no Python object per record."""

from __future__ import annotations

from typing import Any

from springhead.kernels.kernel import intrinsic, kernel
from springhead.kernels.memory import U, load_u8, load_u64

# rd_kafka_vtype_t (rdkafka.h): what an entry of an rd_kafka_vu_t array is.
RKT, PARTITION, VALUE, KEY, FLAGS, TIMESTAMP, HEADER = 2, 3, 4, 5, 7, 8, 9
ENTRY = 9  # 64-bit words of an rd_kafka_vu_t: the type, and a union of 64 bytes
ENTRIES = (RKT, PARTITION, VALUE, KEY, TIMESTAMP, FLAGS)  # of each record; behind them one for each header that it has


@intrinsic("int64(int64, int64, int64, int64)")
def _call(ir: Any, builder: Any, function: Any, *words: Any) -> Any:
    """Calls the C function at an address with three words (pointers and size_t are words on every 64-bit platform); returns its word.

    An address and not a symbol: a kernel that names a symbol cannot be loaded before the library that holds it.
    """
    kind = ir.FunctionType(ir.IntType(64), [ir.IntType(64)] * len(words))
    return builder.call(builder.inttoptr(function, kind.as_pointer()), words)


@kernel(
    "UniTuple(int64, 2)(int64, int64, uint64[::1], uint8[::1], int64[::1], boolean[::1], uint8[::1], int64[::1], boolean[::1], uint64[:, ::1], int32[::1], int64[::1], int64)"
)
def produce(
    function, producer, entries, values, value_ends, value_nulls, keys, key_ends, key_nulls, headers, partitions, timestamps_ms, first
):
    """Enqueues the records first … n − 1 of a chunk; stops at the first one that is not taken.

    Args:
        function: address of rd_kafka_produceva.
        producer: its rd_kafka_t*.
        entries: uint64, shape ((6 + h) × ENTRY,), an rd_kafka_vu_t for each of ENTRIES, those of the topic and the flags filled; and room for h headers.
        values: uint8, shape of all values, one after the other.
        value_ends: int64, shape (n,), where each ends.
        value_nulls: bool, shape (n,), tombstones; shape (0,): there are none.
        keys, key_ends: the same of the keys; key_ends of shape (0,): no record has one.
        key_nulls: bool, shape (n,), records without a key; shape (0,): there are none.
        headers: uint64, shape (h, 4), for each header the addresses of its name (a C string), of its values' bytes, of their ends (int64), and of a byte for
            each record that tells whether it has none (0: all have one).
        partitions: int32, shape (n,).
        timestamps_ms: int64, shape (n,).
        first: int64.

    Returns:
        (number of the first record that was not taken, or n; its rd_kafka_error_t*, or 0).
    """
    value_at = value_ends[first - 1] if first > 0 else 0
    keyed = key_ends.shape[0] > 0
    key_at = key_ends[first - 1] if keyed and first > 0 else 0
    if not keyed:  # an earlier chunk may have had some
        entries[3 * ENTRY + 1] = U(0)
        entries[3 * ENTRY + 2] = U(0)
    for i in range(first, value_ends.shape[0]):
        entries[1 * ENTRY + 1] = U(partitions[i])
        null = value_nulls.shape[0] > 0 and value_nulls[i]
        entries[2 * ENTRY + 1] = U(0) if null else U(values.ctypes.data + value_at)
        entries[2 * ENTRY + 2] = U(0) if null else U(value_ends[i] - value_at)
        if keyed:
            null = key_nulls.shape[0] > 0 and key_nulls[i]
            entries[3 * ENTRY + 1] = U(0) if null else U(keys.ctypes.data + key_at)
            entries[3 * ENTRY + 2] = U(0) if null else U(key_ends[i] - key_at)
            key_at = key_ends[i]
        entries[4 * ENTRY + 1] = U(timestamps_ms[i])
        count = 6
        for h in range(headers.shape[0]):
            if headers[h, 3] != U(0) and load_u8(headers[h, 3] + U(i)) != 0:
                continue
            begin = load_u64(headers[h, 2] + U(8) * U(i - 1)) if i > 0 else U(0)
            entries[count * ENTRY] = U(HEADER)
            entries[count * ENTRY + 1] = headers[h, 0]
            entries[count * ENTRY + 2] = headers[h, 1] + begin
            entries[count * ENTRY + 3] = load_u64(headers[h, 2] + U(8) * U(i)) - begin
            count += 1
        error = _call(function, producer, entries.ctypes.data, count)
        if error != 0:
            return i, error
        value_at = value_ends[i]
    return value_ends.shape[0], 0
