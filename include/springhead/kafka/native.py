"""The kernel's way into librdkafka's queue: rd_kafka_produceva, its public C function, through the handle of confluent_kafka's Producer.

That handle, an rd_kafka_t*, is the first field behind the head of the Producer object: a private layout, so this way is gone only with the versions that
it was tested with. Messages that are sent so never reach confluent_kafka's delivery callback (it looks for state of its own). In a transaction that loses
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
from springhead.kernels.produce import ENTRIES, ENTRY, FLAGS, RKT, produce
from springhead.records.records import Records

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
    """Whether this way can be gone: a tested version, the Producer class itself (a subclass or a proxy has another layout), and a handle that knows its name."""
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
    """A chunk as arrays, shapes and types as springhead.kernels.produce takes them."""

    ids: Ids
    values: Bytes
    value_ends: Ints
    keys: Bytes
    key_ends: Ints
    key_nulls: NDArray[np.bool_]
    partitions: NDArray[np.int32]
    timestamps_ms: Ints

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
        self._entries = np.zeros(ENTRY * len(ENTRIES), np.uint64)
        self._entries[::ENTRY] = ENTRIES
        self._entries[ENTRY * ENTRIES.index(RKT) + 1] = self._topic
        self._entries[ENTRY * ENTRIES.index(FLAGS) + 1] = _COPY

    def prepare(self, records: Records) -> Packed:
        keys = records.keys
        return Packed(
            records.ids,
            records.values.used,
            records.values.ends,
            keys.used if keys else _NO_BYTES,
            keys.ends if keys else _NO_INTS,
            _NO_NULLS if keys is None or keys.nulls is None else keys.nulls,
            records.partitions,
            records.timestamps_ms,
        )

    def hand_over(self, prepared: Packed, first: int) -> tuple[int, str | None]:
        if not self._topic:
            raise AssertionError("handed over after the end")
        columns = (prepared.values, prepared.value_ends, prepared.keys, prepared.key_ends, prepared.key_nulls)
        behind, error = produce(self._function, self._handle, self._entries, *columns, prepared.partitions, prepared.timestamps_ms, first)
        if not error:
            return behind - first, None
        library = _library()
        code = library.rd_kafka_error_code(error)
        library.rd_kafka_error_destroy(error)
        if code == KafkaError._QUEUE_FULL:
            return behind - first, None
        return behind - first + 1, KafkaError(code).name()

    def broken(self) -> bool:
        """Whether librdkafka takes no records more, for one of the transaction has failed: a call without a record says so, or that it lacks a topic.

        The rest would wait in the queue until it times out.
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
