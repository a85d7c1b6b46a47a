"""Event times ascend, lie in their interval, and print as Python prints them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from springhead.kernels import record_times


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**52), st.integers(1, 2**45), st.integers(1, 10**8), st.data())
def test_record_n_lies_in_the_nth_share_of_the_interval(key: int, start: int, length: int, records: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, records - 1))
    ids = np.arange(first, min(first + 50, records), dtype=np.uint64)
    times = np.empty(ids.shape[0], np.int64)
    record_times(np.uint64(key), start, length, records, ids, times)
    for n, time in zip(ids.tolist(), times.tolist(), strict=True):
        low, high = start + n * length // records, start + (n + 1) * length // records
        assert low <= time < high or low == time == high


@given(st.integers(0, 2**64 - 1), st.integers(1, 2**45), st.lists(st.integers(0, 999_999), max_size=30))
def test_times_do_not_depend_on_the_order_of_the_records(key: int, length: int, ids: list[int]) -> None:
    def times(numbers: list[int]) -> list[int]:
        out = np.empty(len(numbers), np.int64)
        record_times(np.uint64(key), 0, length, 1_000_000, np.array(numbers, np.uint64), out)
        return out.tolist()

    assert times(ids) == [time for number in ids for time in times([number])]
    assert times([*range(30), *ids])[:30] == [time for number in range(30) for time in times([number])]


def test_times_spread_evenly() -> None:
    ids = np.arange(100_000, dtype=np.uint64)
    times = np.empty(100_000, np.int64)
    record_times(np.uint64(5), 0, 3_600_000_000, 100_000, ids, times)
    share = (times % 36_000) / 36_000  # each share is 36 ms wide
    assert abs(share.mean() - 0.5) < 0.005
    assert abs(share.var() - 1 / 12) < 0.002
