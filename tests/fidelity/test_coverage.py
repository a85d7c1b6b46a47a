"""docs/faker.csv and the table in docs/faker.md are what the compiler makes today."""

from __future__ import annotations

import pytest

from dev.faker_coverage import LOCALES, PAGE, gives_a_value, read, row, shares, table
from springhead.faker_methods.generator import functions

ROWS = read()
SAMPLE = ROWS[::37]  # of all locales and of every part of the alphabet


@pytest.mark.parametrize("known", SAMPLE, ids=lambda known: f"{known[0]}-{known[1]}")
def test_a_row_is_made_the_same_again(known: tuple[str, str, str, str]) -> None:
    locale, name, how, why = known
    assert row(name, locale) == (how, why)


def test_the_table_is_that_of_the_rows() -> None:
    assert table(ROWS) in PAGE.read_text(encoding="utf-8"), "run `make faker-coverage`"


@pytest.mark.parametrize("locale", ["en_US", "ja_JP"])
def test_the_denominator_is_every_method_that_gives_a_value(locale: str) -> None:
    assert [name for name in functions(locale) if gives_a_value(name, locale)] == [name for of, name, _, _ in ROWS if of == locale]


def test_at_least_96_in_a_hundred_are_not_pooled_in_each_locale() -> None:
    counts = shares(ROWS)
    assert tuple(counts) == LOCALES
    assert {locale: 1 - each["pooled"] / each.total() >= 0.96 for locale, each in counts.items()} == dict.fromkeys(LOCALES, True)
