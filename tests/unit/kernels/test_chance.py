"""The one source of chance."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from springhead.columns.alias import alias_table
from springhead.columns.draws import Draws, key_of
from springhead.kernels import bounded, word
from tests.unit.kernels import oracle

words = st.integers(0, 2**64 - 1)


@given(words, words)
def test_a_word_is_splitmix64s(key: int, i: int) -> None:
    assert int(word(np.uint64(key), np.uint64(i))) == oracle.u64(key, i)


def test_words_from_state_zero_are_those_that_vigna_publishes() -> None:
    # The first outputs of splitmix64.c (https://prng.di.unimi.it/splitmix64.c) with state 0.
    assert [int(word(np.uint64(0), np.uint64(i))) for i in (1, 2, 3)] == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]


@given(words, st.integers(1, 2**64 - 1))
def test_a_bounded_draw_is_the_upper_half_of_the_product(h: int, n: int) -> None:
    assert int(bounded(np.uint64(h), np.uint64(n))) == h * n >> 64


def test_keys_of_different_parts_differ() -> None:
    assert key_of("ab", "c") != key_of("a", "bc")
    assert key_of(1) != key_of("1")
    assert key_of(None) != key_of("")
    draws = Draws(("seed",))
    assert draws.at("a").key("x") != draws.key("a", "x")


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=40))
def test_an_alias_table_holds_the_weights_exactly(weights: list[int]) -> None:
    keep, alias = alias_table(weights)
    n, total = len(weights), sum(weights)
    share = [0] * n
    for j in range(n):
        share[j] += keep[j]
        share[alias[j]] += 2**64 - keep[j]
    for got, weight in zip(share, weights, strict=True):
        assert abs(got / (n * 2**64) - weight / total) < 1e-15
