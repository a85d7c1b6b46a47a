"""The permutation of a range is one: it leaves out no number and gives none twice."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from springhead.kernels.compiling import by_numba
from springhead.kernels.distinct import permuted

keys = st.integers(0, 2**64 - 1)


def images(key: int, numbers: list[int], size: int) -> list[int]:
    compiled = by_numba(permuted)
    return [int(compiled(np.uint64(key), np.uint64(number), np.uint64(size))) for number in numbers]


@given(keys, st.integers(1, 300))
def test_each_number_of_a_small_range_has_one_image(key: int, size: int) -> None:
    assert sorted(images(key, list(range(size)), size)) == list(range(size))


@given(keys, st.integers(1, 2**62), st.data())
def test_numbers_of_a_large_range_have_images_of_their_own_within_it(key: int, size: int, data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(0, size - 1), unique=True, max_size=30))
    made = images(key, numbers, size)
    assert len(set(made)) == len(numbers)
    assert all(0 <= image < size for image in made)


def test_the_images_of_the_first_numbers_are_spread_over_the_range() -> None:
    made = images(1, list(range(20_000)), 1_000_000)
    counts = np.bincount(np.array(made) // 100_000, minlength=10)
    assert abs(counts - 2000).max() < 6 * 2000**0.5
