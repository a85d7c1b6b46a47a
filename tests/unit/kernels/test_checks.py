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


@given(st.sampled_from(["luhn", "gs1", "aba", "isbn10", "cpf", "cnpj", "rg", "cif"]), st.text(DIGITS + "- x", max_size=20), st.data())
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


@given(st.sampled_from(["mod11_10", "nif"]), st.text(DIGITS, min_size=1, max_size=16))
def test_a_digit_or_a_letter_follows_the_digits_right_before_it(law: str, text: str) -> None:
    assert row(f"A1 {text}", Check(law, len(text))) == checked(f"A1 {text}", Check(law, len(text)))


@given(st.sampled_from("XYZ"), st.text(DIGITS, min_size=7, max_size=7))
def test_the_letter_before_a_nie_counts_as_a_digit(letter: str, text: str) -> None:
    assert row(letter + text, Check("nif", 8)) == checked(letter + text, Check("nif", 8))


@given(st.text(DIGITS, min_size=7, max_size=7))
def test_the_digit_of_a_upc_e_is_that_of_the_upc_a_it_stands_for(text: str) -> None:
    assert row(text, Check("upc_e", 7)) == checked(text, Check("upc_e", 7))


@given(st.text(DIGITS, min_size=3, max_size=3), st.text(DIGITS, min_size=6, max_size=6))
def test_a_french_vat_number_gets_its_key_before_the_siren(first: str, rest: str) -> None:
    text = f"FR 00 {first} {rest[:3]} {rest[3:]}"
    assert row(text, Check("tva", 14)) == checked(text, Check("tva", 14))


@given(st.text(DIGITS, min_size=5, max_size=5), st.sampled_from(["2A", "2B", "75", "00"]), st.text(DIGITS, min_size=6, max_size=6))
def test_a_french_register_number_gets_its_key_with_the_departments_of_corsica(born: str, department: str, rest: str) -> None:
    text = f"{born}{department}{rest}00"
    assert row(text, Check("nir", 15)) == checked(text, Check("nir", 15))


@given(st.text(DIGITS, min_size=10, max_size=10))
def test_a_spanish_social_security_number_gets_its_two_control_digits(text: str) -> None:
    assert row(f"{text}00", Check("nuss", 12)) == checked(f"{text}00", Check("nuss", 12))


@pytest.mark.parametrize("law", CHECKS)
def test_each_law_is_known_to_be_one_that_follows_or_one_that_fills(law: str) -> None:
    assert Check(law, 1).fills == (law in ("iban", "vin", "ccc", "tva", "nir", "nuss"))
