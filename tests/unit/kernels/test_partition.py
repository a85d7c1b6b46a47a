"""Keys go where Java clients send them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.kernels import SLACK, drawn_partitions, key_partitions
from tests.unit.kernels import oracle

# UtilsTest.testMurmur2 of Apache Kafka's Java client.
JAVA = {"21": -973932308, "foobar": -790332482, "a-little-bit-long-string": -985981536, "a-little-bit-longer-string": -1486304829, "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971, "abc": 479470107}  # fmt: skip


def partitions(keys: list[bytes], count: int) -> list[int]:
    data = np.frombuffer(b"".join(keys) + bytes(SLACK), np.uint8).copy()
    out = np.empty(len(keys), np.int32)
    key_partitions(data, np.cumsum([len(k) for k in keys]).astype(np.int64) if keys else np.zeros(0, np.int64), count, out)
    return out.tolist()


@pytest.mark.parametrize(("key", "murmur2"), JAVA.items())
def test_the_oracle_is_kafkas_own_hash(key: str, murmur2: int) -> None:
    assert oracle.java_murmur2(key.encode()) == murmur2


@given(st.lists(st.binary(max_size=40), max_size=20), st.integers(1, 2**31 - 1))
def test_a_keyed_record_goes_where_java_clients_send_it(keys: list[bytes], count: int) -> None:
    assert partitions(keys, count) == [(oracle.java_murmur2(k) & 0x7FFFFFFF) % count for k in keys]


@given(st.integers(0, 2**64 - 1), st.integers(1, 1000))
def test_a_drawn_partition_is_one_of_the_topics(key: int, count: int) -> None:
    out = np.empty(200, np.int32)
    drawn_partitions(np.uint64(key), np.arange(200, dtype=np.uint64), count, out)
    assert out.tolist() == [oracle.below(oracle.u64(key, i), count) for i in range(200)]
