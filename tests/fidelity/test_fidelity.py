"""A small sample of `make fidelity`: our values have the law of Faker's, method by method; and the check can fail."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from dev import samples
from dev.faker_coverage import read
from dev.fidelity import ALPHA, TESTS, chi2, chi2_p, chi2_tail, compare, distinct, ks, ours, together
from dev.samples import draw, sample, twin

VALUES = 400
ROWS = [(locale, name) for locale, name, how, _ in read() if how != "pooled"]
ELSEWHERE = random.Random(1).sample([row for row in ROWS if row[0] != "en_US"], 24)
CHOSEN = [row for row in ROWS if row[0] == "en_US"] + ELSEWHERE
LEVEL = ALPHA / (len(CHOSEN) * TESTS)  # all tests of this file together: one false alarm in a thousand runs with other seeds


@pytest.mark.parametrize(("locale", "name"), CHOSEN, ids=lambda word: word)
def test_values_have_fakers_law(locale: str, name: str) -> None:
    made, real = ours(name, locale, VALUES), sample(name, locale, VALUES)
    found = compare(made, real)
    assert min(found.values()) >= LEVEL, f"{found}: {list(made)[:5]}, Faker {list(real)[:5]}"


def test_another_law_is_noticed() -> None:
    """Another locale, other weights, another range, a tenth of the values."""
    real = sample("name", "en_US", VALUES)
    assert min(compare(ours("name", "de_DE", VALUES), real).values()) < LEVEL
    assert min(compare(ours("first_name", "en_US", VALUES), real).values()) < LEVEL
    assert ks(np.repeat(np.eye(2, dtype=np.int64), 100, 0)) < 1e-6
    assert chi2_p(["a"] * 500 + ["b"] * 500, ["a"] * 600 + ["b"] * 400) < 1e-4
    assert chi2_p(["a"] * 500 + ["b"] * 500, ["a"] * 505 + ["b"] * 495) > 0.5
    chance = np.random.default_rng(1)
    many, fewer = (Counter(chance.integers(0, most, 100_000).tolist()) for most in (10**8, 10**7))
    assert distinct(together(many, fewer)[1]) < 1e-12


@pytest.mark.parametrize("kinds", [2, 100, 5_000, 10**6])
def test_the_tests_raise_no_more_false_alarms_than_they_say(kinds: int) -> None:
    chance = np.random.default_rng(1)
    pairs = [np.stack([np.bincount(chance.integers(0, kinds, 5_000), minlength=kinds) for _ in "ab"], 1) for _ in range(200)]
    for test in (chi2, ks, distinct):
        assert sum(test(each[each.any(1)]) < 0.05 for each in pairs) <= 21  # 10 are expected: more come up once in a thousand


def test_the_tail_of_chi2_is_that_of_the_tables() -> None:
    """The upper points of NIST/SEMATECH's e-Handbook of Statistical Methods, 1.3.6.7.4."""
    for x, freedom, p in ((3.841, 1, 0.05), (10.828, 1, 0.001), (13.816, 2, 0.001), (18.307, 10, 0.05), (149.449, 100, 0.001)):
        assert chi2_tail(x, freedom) == pytest.approx(p, rel=2e-3)
    assert chi2_tail(0, 3) == 1


def test_drawing_fakers_samples_quickly_changes_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = random.Random(2).sample(ROWS, 300)
    quick = [draw(name, locale, 5, name) for locale, name in chosen]
    monkeypatch.setattr(samples, "quick_faker", nullcontext)
    assert quick == [draw(name, locale, 5, name) for locale, name in chosen]


def test_a_sample_is_kept_as_it_was_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPRINGHEAD_CACHE", str(tmp_path))
    drawn = sample("city", "de_DE", 50)
    monkeypatch.setattr(samples, "draw", None)
    assert sample("city", "de_DE", 50) == drawn
    assert sum(drawn.values()) == 50


def test_locales_share_a_sample_only_where_the_method_is_the_same() -> None:
    assert twin("random_digit", "de_DE") == "en_US"
    assert twin("first_name", "de_DE") == "de_DE"  # another class
    assert twin("user_name", "zh_CN") == "zh_CN"  # the same function, of other names
