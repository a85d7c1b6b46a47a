"""Members are drawn by the law that is asked for, and each machine draws the same ones."""

from __future__ import annotations

import hashlib
import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.columns.column import Ids
from springhead.kernels import (
    SLACK,
    distinct_numbers,
    recent_exponential,
    recent_zipf,
    scattered,
    text_ids,
    uniform_among,
    uniform_members,
    zipf_members,
)
from springhead.kernels.exact import _exp_series, _log_ratio, exact_exp, exact_log, expm1_ratio, log1p_ratio
from tests.unit.chi_square import deviation

KEY = np.uint64(0x1234_5678_9ABC_DEF0)


def ids(n: int) -> Ids:
    return np.arange(n, dtype=np.uint64)


def zipf(count: int, exponent: float, n: int = 200_000) -> Ids:
    out = np.empty(n, np.uint64)
    zipf_members(KEY, ids(n), np.uint64(count), exponent, out)
    return out


class TestLaw:
    @pytest.mark.parametrize("exponent", [0.01, 0.5, 0.999999, 1.0, 1.05, 2.0, 5.0])
    @pytest.mark.parametrize("count", [1, 2, 3, 100])
    def test_zipf_draws_a_rank_as_often_as_its_weight_says(self, count: int, exponent: float) -> None:
        seen = np.bincount(zipf(count, exponent).astype(np.int64), minlength=count)
        weights = np.arange(1, count + 1, dtype=float) ** -exponent
        assert deviation(seen, weights) < 4

    @pytest.mark.parametrize("exponent", [0.5, 1.0, 1.05, 1.5])
    def test_zipf_over_a_hundred_million_has_the_right_shares_head_to_tail(self, exponent: float) -> None:
        count, n = 100_000_000, 400_000
        bounds = [0, 1, 2, 5, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, count]

        def mass(first: int, last: int) -> float:
            """Of the ranks first + 1 … last; beyond a thousand by Euler and Maclaurin."""
            exact = sum(math.pow(k, -exponent) for k in range(first + 1, min(last, 1000) + 1))
            low = max(first, 1000)
            if last <= low:
                return exact
            integral = (
                math.log(last / low) if exponent == 1 else (math.pow(last, 1 - exponent) - math.pow(low, 1 - exponent)) / (1 - exponent)
            )
            return exact + integral + (math.pow(last, -exponent) - math.pow(low, -exponent)) / 2

        expected = np.array([mass(a, b) for a, b in itertools.pairwise(bounds)])
        seen, _ = np.histogram(zipf(count, exponent, n).astype(np.int64), bounds)
        assert deviation(seen, expected) < 4

    def test_uniform_draws_each_member_as_often(self) -> None:
        out = np.empty(200_000, np.uint64)
        uniform_members(KEY, ids(200_000), np.uint64(50), out)
        assert deviation(np.bincount(out.astype(np.int64), minlength=50), [1] * 50) < 4

    @pytest.mark.parametrize("exponent", [0.5, 1.0, 1.1, 3.0])
    def test_an_age_by_zipf_is_a_rank_by_zipf_among_as_many_as_there_are(self, exponent: float) -> None:
        counts = np.repeat(np.array([1, 7, 1000, 3_000_000], np.uint64), 5000)
        out = np.empty(20_000, np.uint64)
        recent_zipf(KEY, ids(20_000), counts, exponent, out)
        expected = np.concatenate([zipf(int(count), exponent, 20_000)[counts == count] for count in np.unique(counts)])
        assert out.tolist() == expected.tolist()

    @pytest.mark.parametrize("mean", [0.001, 0.5, 3.0, 40.0, 1e9])
    @pytest.mark.parametrize("count", [1, 2, 10, 500])
    def test_an_exponential_age_is_geometric_and_cut_at_the_oldest(self, count: int, mean: float) -> None:
        out = np.empty(200_000, np.uint64)
        recent_exponential(KEY, ids(200_000), np.full(200_000, count, np.uint64), mean, out)
        assert int(out.max()) < count
        assert deviation(np.bincount(out.astype(np.int64), minlength=count), (mean / (mean + 1)) ** np.arange(count)) < 4

    def test_an_exponential_age_of_a_large_population_has_its_mean(self) -> None:
        out = np.empty(200_000, np.uint64)
        recent_exponential(KEY, ids(200_000), np.full(200_000, 10**12, np.uint64), 5e6, out)
        assert out.mean() == pytest.approx(5e6, rel=0.01)
        below = int((out < 5e6 * math.log(2)).sum())
        assert deviation([below, 200_000 - below], [1, 1]) < 4

    def test_among_none_the_first_one_stands(self) -> None:
        none, drawn = np.zeros(3, np.uint64), np.full((3, 3), 9, np.uint64)
        uniform_among(KEY, ids(3), none, drawn[0])
        recent_zipf(KEY, ids(3), none, 1.1, drawn[1])
        recent_exponential(KEY, ids(3), none, 5.0, drawn[2])
        assert not drawn.any()


class TestTheSameOnEveryMachine:
    def test_exp_and_log_are_right_to_a_few_units_in_the_last_place(self) -> None:
        for x in np.linspace(-40, 40, 4001).tolist():
            assert exact_exp(x) == pytest.approx(math.exp(x), rel=1e-15, abs=0)
            assert exact_log(math.exp(x)) == pytest.approx(math.log(math.exp(x)), rel=1e-15, abs=1e-16)
        for t in [*np.linspace(-0.99, 5, 4001).tolist(), 1e-300, -1e-17, 1e-9]:
            assert log1p_ratio(t) == pytest.approx(math.log1p(t) / t if t else 1, rel=1e-15)
            assert expm1_ratio(t) == pytest.approx(math.expm1(t) / t if t else 1, rel=1e-15)
        assert (log1p_ratio(0.0), expm1_ratio(0.0), exact_exp(0.0), exact_log(1.0)) == (1, 1, 1, 0)

    def test_compiled_they_have_the_bits_of_the_same_operations_one_by_one(self) -> None:
        """No multiplication is fused with an addition: Python fuses none."""
        for t in np.linspace(-0.28, 0.34, 10_001).tolist():
            if t:
                assert expm1_ratio(t) == 1.0 + _exp_series.function(t) / t
            assert log1p_ratio(t) == _log_ratio.function(t)

    def test_their_bits_are_those_of_any_other(self) -> None:
        """IEEE 754's basic operations alone: this digest holds wherever the kernels run."""
        points = np.linspace(-30, 30, 10_001).tolist()
        values = [each for x in points for each in (exact_exp(x), exact_log(exact_exp(x)), expm1_ratio(x), log1p_ratio(exact_exp(x) - 0.9))]
        assert hashlib.sha256(np.array(values).tobytes()).hexdigest()[:16] == "38cd1524909aefa3"

    def test_and_so_are_the_members(self) -> None:
        drawn = np.concatenate([zipf(count, s, 50_000) for count in (1000, 2_000_000, 100_000_000) for s in (0.5, 1.0, 1.05, 3.0)])
        assert hashlib.sha256(drawn.tobytes()).hexdigest()[:16] == "3f2d5b1f6a5c12c6"

    def test_and_the_ages(self) -> None:
        out, drawn = np.empty(50_000, np.uint64), []
        for count, mean in [(1000, 50.0), (1000, 1e6), (2_000_000, 0.3), (100_000_000, 1e7)]:
            recent_exponential(KEY, ids(50_000), np.full(50_000, count, np.uint64), mean, out)
            drawn.append(out.copy())
        assert hashlib.sha256(np.concatenate(drawn).tobytes()).hexdigest()[:16] == "833836b976d467d5"


class TestScattered:
    @given(st.integers(1, 5000), st.integers(0, 2**64 - 1))
    def test_it_is_a_bijection(self, count: int, key: int) -> None:
        numbers = ids(count)
        scattered(np.uint64(key), np.uint64(count), numbers)
        assert sorted(numbers.tolist()) == list(range(count))

    def test_it_is_one_of_a_population_of_four_million(self) -> None:
        count = 4_194_305  # of which nearly half of the 23-bit numbers are left out
        numbers = ids(count)
        scattered(KEY, np.uint64(count), numbers)
        seen = np.zeros(count, np.bool_)
        seen[numbers] = True
        assert seen.all()

    @pytest.mark.parametrize("count", [100, 1000, 2_000_000, 100_000_000])
    def test_the_first_ones_are_spread_and_other_keys_spread_them_elsewhere(self, count: int) -> None:
        places = set()
        halves = 0
        for key in range(200):
            first = ids(20)
            scattered(np.uint64(key * 0x9E3779B97F4A7C15 % 2**64), np.uint64(count), first)
            places.add(int(first[0]))
            halves += int((first < count // 2).sum())
        assert len(places) > min(count, 200) // 2
        assert abs(halves - 2000) < 4 * 32 * 2  # four standard deviations, doubled: neighbours are not independent


@given(st.lists(st.integers(0, 40), max_size=200))
def test_the_different_numbers_are_found_with_the_places_of_all(numbers: list[int]) -> None:
    given_, out, places = np.array(numbers, np.uint64), np.empty(len(numbers), np.uint64), np.empty(len(numbers), np.int64)
    found = distinct_numbers(given_, np.empty(1 << (2 * len(numbers) + 1).bit_length(), np.int64), out, places)
    assert out[:found].tolist() == list(dict.fromkeys(numbers))
    assert out[places].tolist() == numbers


@given(st.lists(st.text(max_size=20), max_size=30), st.integers(0, 2**64 - 1))
def test_the_same_text_has_the_same_number_and_another_text_another(texts: list[str], key: int) -> None:
    encoded = [text.encode() for text in texts]
    data = np.frombuffer(b"".join(encoded) + b"\xff" * SLACK, np.uint8).copy()
    out = np.empty(len(texts), np.uint64)
    text_ids(np.uint64(key), data, np.cumsum([len(each) for each in encoded], dtype=np.int64), out)
    assert len(set(zip(texts, out.tolist(), strict=True))) == len(set(texts)) == len(set(out.tolist()))
