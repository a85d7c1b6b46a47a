"""The kernel's way into librdkafka's queue: rd_kafka_produceva, its public C function, through the handle of confluent_kafka's Producer.

That handle, an rd_kafka_t*, is the first field behind the head of the Producer object: a private layout, so this way is taken only with the versions
that it was tested with. Messages that are sent so never reach confluent_kafka's delivery callback (it looks for state of its own). In a transaction that loses
nothing: a message that failed makes librdkafka refuse the commit.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import Any

import confluent_kafka
import numpy as np
from confluent_kafka import KafkaError, Producer, cimpl
from numpy.typing import NDArray

from springhead.columns.column import Bytes, Ids, Ints
from springhead.columns.rows import Rows
from springhead.kafka.messages import Messages
from springhead.kernels.produce import ENTRIES, ENTRY, FLAGS, RKT, produce

TESTED = frozenset({("2.16.1", "2.16.0")})  # versions of confluent_kafka and librdkafka
_COPY = 2  # RD_KAFKA_MSG_F_COPY: librdkafka takes a copy of the value
_NO_BYTES: Bytes = np.zeros(0, np.uint8)
_NO_INTS: Ints = np.zeros(0, np.int64)
_NO_NULLS: NDArray[np.bool_] = np.zeros(0, np.bool_)


@cache
def _library() -> Any:
    """librdkafka, as the extension module has loaded it: its symbols are found through the module's own."""
    pointer = ctypes.c_void_p
    library = ctypes.CDLL(cimpl.__file__)
    for name, result, arguments in (
        ("rd_kafka_name", ctypes.c_char_p, (pointer,)),
        ("rd_kafka_topic_new", pointer, (pointer, ctypes.c_char_p, pointer)),
        ("rd_kafka_topic_destroy", None, (pointer,)),
        ("rd_kafka_error_code", ctypes.c_int, (pointer,)),
        ("rd_kafka_error_destroy", None, (pointer,)),
        ("rd_kafka_produceva", pointer, (pointer, pointer, ctypes.c_size_t)),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def _handle(producer: Producer) -> int:
    return ctypes.c_void_p.from_address(id(producer) + object.__basicsize__).value or 0


def _first(version: object) -> str:
    """A version's text; confluent_kafka gives some as (text, number)."""
    return str(version[0] if isinstance(version, tuple) else version)


def supported(producer: Producer, client_id: str) -> bool:
    """Whether this way is open: a tested version, the Producer class itself (a subclass or a proxy has another layout), and a handle that knows its name."""
    if ctypes.sizeof(ctypes.c_void_p) != 8 or type(producer) is not Producer:
        return False
    if (_first(confluent_kafka.version()), _first(confluent_kafka.libversion())) not in TESTED:
        return False
    try:
        library = _library()
    except (OSError, AttributeError):
        return False  # a build whose symbols cannot be reached
    handle = _handle(producer)
    return bool(handle) and library.rd_kafka_name(handle).startswith(f"{client_id}#producer-".encode())


@dataclass(frozen=True, slots=True)
class Packed:
    """A chunk as arrays, shapes and types as springhead.kernels.produce takes them.

    Attributes:
        headers: the addresses in it are those of `kept`, which are kept alive.
    """

    positions: Ids
    values: Bytes
    value_ends: Ints
    value_nulls: NDArray[np.bool_]
    keys: Bytes
    key_ends: Ints
    key_nulls: NDArray[np.bool_]
    headers: Ids
    partitions: NDArray[np.int32]
    timestamps_ms: Ints
    kept: tuple[object, ...]

    @property
    def rows(self) -> int:
        return int(self.value_ends.shape[0])


class ByKernel:
    """Hands chunks over without a Python object per record. Within a transaction only."""

    def __init__(self, producer: Producer, topic: str) -> None:
        library = _library()
        self._producer = producer  # keeps the handle alive
        self._handle = _handle(producer)
        self._function = ctypes.cast(library.rd_kafka_produceva, ctypes.c_void_p).value
        self._topic = library.rd_kafka_topic_new(self._handle, topic.encode(), None)
        self._entries = self._room(0)

    def _room(self, headers: int) -> Ids:
        """Entries of a record with so many headers."""
        entries = np.zeros(ENTRY * (len(ENTRIES) + headers), np.uint64)
        entries[: ENTRY * len(ENTRIES) : ENTRY] = ENTRIES
        entries[ENTRY * ENTRIES.index(RKT) + 1] = self._topic
        entries[ENTRY * ENTRIES.index(FLAGS) + 1] = _COPY
        return entries

    def prepare(self, chunk: Messages) -> Packed:
        keys = chunk.keys
        names = [np.frombuffer(name.encode() + b"\0", np.uint8) for name in chunk.headers]
        columns = [(name, values.data, values.ends, values.nulls) for name, values in zip(names, chunk.headers.values(), strict=True)]
        addresses = [[0 if array is None else array.ctypes.data for array in column] for column in columns]
        return Packed(
            chunk.positions,
            chunk.values.used,
            chunk.values.ends,
            _nulls(chunk.values),
            keys.used if keys else _NO_BYTES,
            keys.ends if keys else _NO_INTS,
            _nulls(keys) if keys else _NO_NULLS,
            np.array(addresses, np.uint64).reshape(-1, 4),
            chunk.partitions,
            chunk.timestamps_ms,
            tuple(columns),
        )

    def hand_over(self, prepared: Packed, first: int) -> tuple[int, str | None]:
        if not self._topic:
            raise AssertionError("handed over after the end")
        if self._entries.shape[0] < ENTRY * (len(ENTRIES) + prepared.headers.shape[0]):
            self._entries = self._room(prepared.headers.shape[0])
        values = prepared.values, prepared.value_ends, prepared.value_nulls
        keys = prepared.keys, prepared.key_ends, prepared.key_nulls
        behind, error = produce(
            self._function,
            self._handle,
            self._entries,
            *values,
            *keys,
            prepared.headers,
            prepared.partitions,
            prepared.timestamps_ms,
            first,
        )
        if not error:
            return behind - first, None
        library = _library()
        code = library.rd_kafka_error_code(error)
        library.rd_kafka_error_destroy(error)
        if code == KafkaError._QUEUE_FULL:
            return behind - first, None
        return behind - first + 1, KafkaError(code).name()

    def broken(self) -> bool:
        """Whether a record of the transaction has failed, so that librdkafka takes no more: the rest would wait in the queue until it times out.

        A call without a record tells: its error is that one, or else that it names no topic.
        """
        library = _library()
        error = library.rd_kafka_produceva(self._handle, self._entries.ctypes.data, 0)
        code = library.rd_kafka_error_code(error)
        library.rd_kafka_error_destroy(error)
        return bool(code != KafkaError._INVALID_ARG)

    def close(self) -> None:
        """Gives the topic back; librdkafka waits for it when the producer ends."""
        if self._topic:
            _library().rd_kafka_topic_destroy(self._topic)
            self._topic = None


def _nulls(rows: Rows) -> NDArray[np.bool_]:
    return _NO_NULLS if rows.nulls is None else rows.nulls
