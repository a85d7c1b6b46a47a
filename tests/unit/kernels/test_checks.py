"""The kernel's check characters are those of the plain rules, and change nothing else in the row."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from springhead.columns.draws import Draws
from springhead.columns.grammar import Alternative, Check
from springhead.columns.text_program import CHECKS, TextProgram
from springhead.faker_methods.hole_steps import checked
from tests.unit.build import texts

DRAWS = Draws(("oracle",), ("field",))
DIGITS, LETTERS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
VIN = DIGITS + "ABCDEFGHJKLMNPRSTUVWXYZ"


def row(text: str, check: Check) -> str | None:
    return texts(TextProgram([Alternative((text, check))], DRAWS).column(np.zeros(1, np.uint64)))[0]


@given(st.sampled_from(["luhn", "gs1", "aba", "isbn10"]), st.text(DIGITS + "- x", max_size=20), st.data())
def test_one_character_follows_the_digits_before_it_whatever_stands_between_them(law: str, text: str, data: st.DataObject) -> None:
    digits = sum(letter.isdigit() for letter in text)
    assume(digits)
    check = Check(law, data.draw(st.integers(1, digits)))
    assert row(text, check) == checked(text, check)


@given(st.sampled_from(["", "Nr. "]), st.text(LETTERS, min_size=2, max_size=2), st.text(DIGITS + LETTERS, min_size=10, max_size=30))
def test_an_iban_gets_two_digits_in_its_gap(before: str, country: str, account: str) -> None:
    text, check = f"{before}{country}00{account}", Check("iban", 4 + len(account))
    assert row(text, check) == checked(text, check)


@given(st.text(VIN, min_size=17, max_size=17))
def test_a_vin_gets_a_digit_or_x_in_its_ninth_place(text: str) -> None:
    assert row(text, Check("vin", 17)) == checked(text, Check("vin", 17))


@given(st.text(DIGITS, min_size=20, max_size=20))
def test_a_spanish_account_gets_its_two_control_digits(text: str) -> None:
    assert row(text, Check("ccc", 20)) == checked(text, Check("ccc", 20))


@pytest.mark.parametrize("law", CHECKS)
def test_each_law_is_known_to_be_one_that_follows_or_one_that_fills(law: str) -> None:
    assert Check(law, 1).fills == (law in ("iban", "vin", "ccc"))
