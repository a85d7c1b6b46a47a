"""Texts of a length that is not to be exceeded have Faker's law."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pytest
from faker import Factory

from dev.fidelity import chi2_p, ks
from springhead.faker_methods.catalogue import Vector, method
from tests.unit.build import chunk, column, field, texts

IDS = list(range(10_000))
LEAST_P = 1e-6  # of each comparison: one false alarm in a million
CASES = [
    ("text", "en_US", {}),
    ("text", "ja_JP", {}),
    ("text", "vi_VN", {"max_nb_chars": 24}),
    ("text", "en_US", {"max_nb_chars": 5}),
    ("text", "de_DE", {"max_nb_chars": 30}),
    ("text", "hi_IN", {"max_nb_chars": 99}),
    ("text", "zh_CN", {"max_nb_chars": 100}),
    ("text", "en_US", {"max_nb_chars": 60, "ext_word_list": ["a", "b'c", "ßd", "Ärger und Ä"]}),
    ("slug", "en_US", {}),
    ("slug", "ja_JP", {}),
    ("slug", "ar_SA", {}),
]
FEATURES: dict[str, Callable[[str], Hashable]] = {
    "sentences": lambda text: len(re.findall(r"[.。]", text)),
    "paragraphs": lambda text: text.count("\n"),
    "words": lambda text: len(re.split(r"[ -]", text)),
    "first letters": lambda text: text[:2],
    "last letters": lambda text: text[-3:],
}


@pytest.mark.parametrize(("name", "locale", "arguments"), CASES)
def test_they_have_fakers_law(name: str, locale: str, arguments: dict[str, object]) -> None:
    assert isinstance(method(name, locale, arguments), Vector)
    made = [str(text) for text in texts(column(field(faker=name, locale=locale, with_=arguments), chunk(IDS)))]
    generator = Factory.create(locale)
    generator.seed_instance(1)
    real = [str(getattr(generator, name)(**arguments)) for _ in IDS]
    lengths = [np.bincount([len(text) for text in side], minlength=2**13) for side in (made, real)]
    assert ks(np.stack(lengths, 1)) > LEAST_P
    for what, feature in FEATURES.items():
        assert chi2_p([feature(text) for text in made], [feature(text) for text in real]) > LEAST_P, what
    assert len(set(made)) > 0.97 * len(set(real))


@pytest.mark.parametrize("arguments", [{"max_nb_chars": 4}, {"max_nb_chars": 10, "ext_word_list": ["ßa"]}])
def test_what_is_not_made_by_hand_is_left_to_the_pool(arguments: dict[str, object]) -> None:
    from springhead.faker_methods.vector import by_hand

    english: Any = Factory.create("en_US")
    assert by_hand(english.text, arguments) is None
