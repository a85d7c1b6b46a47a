"""Numbers of registers, addresses and cards that are made by hand in other locales: of Faker's law, and valid by Faker's own rules."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from faker.providers.barcode.en_US import Provider as Barcodes
from faker.providers.company.pt_BR import company_id_checksum
from faker.providers.ssn.de_DE import Provider as German
from faker.providers.ssn.es_ES import Provider as Spanish
from faker.providers.ssn.fr_FR import calculate_checksum
from faker.providers.ssn.pt_BR import checksum
from faker.utils.checksums import calculate_luhn

from dev.fidelity import compare, ours
from dev.samples import draw
from springhead.faker_methods.catalogue import Grammar, how_made
from springhead.faker_methods.generator import generator_of

VALUES = 10_000
LEAST_P = 1e-7  # of each comparison
METHODS = {
    "pt_BR": "ssn cpf cin rg cnpj company_id credit_card_full",
    "fr_FR": "siren siret company_vat rcs_number ssn credit_card_full",
    "de_DE": "vat_id",
    "es_ES": "nie nif cif nuss postcode address",
    "ja_JP": "user_name email safe_email ascii_safe_email free_email ascii_free_email company_email ascii_company_email ascii_email license_plate serial_number",
    "zh_CN": "company_email ascii_company_email ascii_email hostname credit_card_full",
    "hi_IN": "domain_word domain_name hostname url uri ascii_email company_email ascii_company_email",
    "ar_SA": "domain_word domain_name hostname url uri ascii_email company_email ascii_company_email license_plate license_plate_ar",
    "en_US": "uuid7 upc_e invalid_ssn passport_dob credit_card_full location_on_land",
}


@pytest.mark.parametrize(("locale", "name"), [(locale, name) for locale, names in METHODS.items() for name in names.split()])
def test_values_have_fakers_law(locale: str, name: str) -> None:
    assert not isinstance(how_made(name, locale), str)
    found = compare(ours(name, locale, VALUES), Counter(draw(name, locale, VALUES, f"{locale} {name}")))
    assert min(found.values()) > LEAST_P, found


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", text)


def _cpf(text: str) -> bool:
    digits = [*map(int, _digits(text))]
    return digits[9:] == [checksum(digits[:9]), checksum(digits[:10])]


def _luhn(text: str) -> bool:
    return calculate_luhn(float(text[:-1])) == int(text[-1])


def _upc_e(text: str) -> bool:
    barcodes: Any = Barcodes(generator_of("en_US"))
    return bool(barcodes.upc_e(base=text[1:7], number_system_digit=int(text[0])) == text)


def _german(text: str) -> bool:
    provider: Any = German(generator_of("de_DE"))
    check = provider._Provider__get_vat_checkdigit
    return text[:2] == "DE" and check(text[2:10]) == text[10]


VALID: dict[tuple[str, str], Callable[[str], bool]] = {
    ("pt_BR", "ssn"): _cpf,
    ("pt_BR", "cpf"): _cpf,
    ("pt_BR", "cin"): _cpf,
    ("pt_BR", "rg"): lambda text: (
        -sum(weight * int(digit) for weight, digit in enumerate(text[:8], 2)) % 11 == (10 if text[8] == "X" else int(text[8]))
    ),
    ("pt_BR", "company_id"): lambda text: company_id_checksum([*map(int, text[:12])]) == [*map(int, text[12:])],
    ("pt_BR", "cnpj"): lambda text: company_id_checksum([*map(int, _digits(text)[:12])]) == [*map(int, _digits(text)[12:])],
    ("fr_FR", "siren"): lambda text: _luhn(_digits(text)),
    ("fr_FR", "siret"): lambda text: _luhn(_digits(text)) and _luhn(_digits(text)[:9]),
    ("fr_FR", "company_vat"): lambda text: int(text[3:5]) == (12 + 3 * (int(_digits(text[5:])) % 97)) % 97 and _luhn(_digits(text[5:])),
    ("fr_FR", "ssn"): lambda text: calculate_checksum(text[:-2]) == int(text[-2:]),
    ("de_DE", "vat_id"): _german,
    ("es_ES", "nie"): lambda text: Spanish._calculate_control_doi(str("XYZ".index(text[0])) + text[1:8]) == text[8],
    ("es_ES", "nif"): lambda text: Spanish._calculate_control_doi(text[:8]) == text[8],
    ("es_ES", "cif"): lambda text: Spanish._calculate_control_cif(text[:8]) == text[8],
    ("es_ES", "nuss"): lambda text: int(text[:10]) % 97 == int(text[10:]),
    ("en_US", "upc_e"): _upc_e,
}


@pytest.mark.parametrize(("locale", "name"), VALID)
def test_values_are_valid_by_fakers_own_rules(locale: str, name: str) -> None:
    for text in ours(name, locale, 3_000):
        assert VALID[locale, name](text), text


def test_a_french_number_of_corsica_is_among_those_that_are_checked() -> None:
    assert any("A" in text or "B" in text for text in ours("ssn", "fr_FR", 3_000))


@pytest.mark.parametrize("name", ["user_name", "company_email"])
def test_what_is_composed_is_a_grammar_so_that_it_can_be_unique(name: str) -> None:
    assert isinstance(how_made(name, "ja_JP"), Grammar)
