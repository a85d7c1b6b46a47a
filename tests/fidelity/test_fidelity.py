"""A small sample of `make fidelity`: our values have the law of Faker's, method by method."""

from __future__ import annotations

import random

import pytest

from dev.faker_coverage import read
from dev.fidelity import ALPHA, FEATURES, alike, chi2_p, compare, ks_p, ours, theirs

VALUES = 400
ROWS = [(locale, name) for locale, name, how, _ in read() if how != "pooled"]
ELSEWHERE = random.Random(1).sample([row for row in ROWS if row[0] != "en_US"], 24)
CHOSEN = [row for row in ROWS if row[0] == "en_US"] + ELSEWHERE
LEVEL = ALPHA / (len(CHOSEN) * (len(FEATURES) + 2))  # all tests of this file together: one false alarm in a thousand runs with other seeds


@pytest.mark.parametrize(("locale", "name"), CHOSEN, ids=lambda word: word)
def test_values_have_fakers_law(locale: str, name: str) -> None:
    made, real = ours(name, locale, VALUES), theirs(name, locale, VALUES)
    found = compare(made, real)
    assert min(found.values()) >= LEVEL, f"{found}: {made[:5]}, Faker {real[:5]}"
    assert alike(len(set(made)), len(set(real)))


def test_another_law_is_noticed() -> None:
    """The check can fail: another locale, other weights, another range."""
    real = theirs("name", "en_US", VALUES)
    assert min(compare(ours("name", "de_DE", VALUES), real).values()) < LEVEL
    assert min(compare(ours("first_name", "en_US", VALUES), real).values()) < LEVEL
    assert ks_p([n / 100 for n in range(100)], [n / 120 for n in range(100)]) < 0.2
    assert ks_p([n / 100 for n in range(1000)], [n / 120 for n in range(1000)]) < 1e-6
    assert chi2_p(["a"] * 500 + ["b"] * 500, ["a"] * 600 + ["b"] * 400) < 1e-4
    assert chi2_p(["a"] * 500 + ["b"] * 500, ["a"] * 505 + ["b"] * 495) > 0.5
