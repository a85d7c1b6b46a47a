"""Numbers by which registers know people and companies, with what makes them valid."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from springhead.columns.grammar import Alternative, Check, Digits, Gap, Step, Whole, Words
from springhead.faker_methods.merge import merge
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import handmade

_BRAZIL, _SPAIN = "faker.providers.ssn.pt_BR:Provider", "faker.providers.ssn.es_ES:Provider"
_FRENCH, _CNPJ = "faker.providers.company.fr_FR:Provider", "faker.providers.company.pt_BR:Provider"
_SIREN: tuple[Step, ...] = (Digits(3), " ", Digits(3), " ", Digits(2), Check("luhn", 8))
_CPF = (Check("cpf", 9), Check("cpf", 10))
_CNPJ_CHECKS = (Check("cnpj", 12), Check("cnpj", 13))
_FIRST_OF_CIF = {"ABCDEGH": "luhn", "FJNPQRSUVW": "cif"}  # those of companies have a digit, the others a letter


def _one_way(*steps: Step) -> Grammar:
    return Grammar(Form.TEXT, merge([Alternative(steps)]), how="vectorised")


def _plain(function: str, *steps: Step) -> None:
    """Registers a method that has one way, where it is given no arguments."""
    handmade(function)(lambda _, arguments: None if arguments else _one_way(*steps))


_plain(f"{_BRAZIL}.ssn", Digits(9), *_CPF)
for _name in ("cpf", "cin"):
    _plain(f"{_BRAZIL}.{_name}", Digits(3), ".", Digits(3), ".", Digits(3), "-", *_CPF)
_plain(f"{_BRAZIL}.rg", Digits(8), Check("rg", 8))
_plain(f"{_CNPJ}.company_id", Digits(8), "0001", *_CNPJ_CHECKS)
_plain(f"{_CNPJ}.cnpj", Digits(2), ".", Digits(3), ".", Digits(3), "/0001-", *_CNPJ_CHECKS)

_plain(f"{_FRENCH}.siren", *_SIREN)
_plain(f"{_FRENCH}.siret", *_SIREN, " 00", Digits(2), Check("luhn", 13))
_plain(f"{_FRENCH}.company_vat", "FR ", Gap(2), " ", *_SIREN, Check("tva", 14))

_plain("faker.providers.ssn.de_DE:Provider.vat_id", "DE", Whole(1, 9), Digits(7), Check("mod11_10", 8))

_plain(f"{_SPAIN}.nie", Words(("X", "Y", "Z")), Digits(7), Check("nif", 8))
_plain(f"{_SPAIN}.nif", Digits(8), Check("nif", 8))
_plain(f"{_SPAIN}.nuss", Words(tuple(f"{each:02d}" for each in (*range(1, 54), 66))), Digits(8), Gap(2), Check("nuss", 12))
_plain("faker.providers.address.es_ES:Provider.postcode", Whole(1000, 52100, 5))


@handmade(f"{_SPAIN}.cif")
def cif(_: Any, __: Mapping[str, Any]) -> Grammar:
    ways = [Alternative((Words(tuple(first)), Digits(7), Check(law, 7)), Fraction(len(first), 17)) for first, law in _FIRST_OF_CIF.items()]
    return Grammar(Form.TEXT, tuple(ways), how="vectorised")


@handmade("faker.providers.ssn.fr_FR:Provider.ssn")
def numero_de_securite_sociale(provider: Any, _: Mapping[str, Any]) -> Grammar:
    """Sex, year, month, department and municipality, a number and its key."""
    places = tuple(department + municipality for department, municipality, *_ in provider.departments_and_municipalities)
    return _one_way(Words(("1", "2")), Digits(2), Whole(1, 12, 2), Words(places), Whole(1, 999, 3), Gap(2), Check("nir", 15))


@handmade("faker.providers.ssn.en_US:Provider.invalid_ssn")
def invalid_ssn(_: Any, __: Mapping[str, Any]) -> Grammar:
    """An area that is given to nobody; or one that is, with a group or a serial number of zeros."""
    given = Words(tuple(f"{area:03d}" for area in range(1, 900) if area != 666))
    itin = {*range(70, 89), *range(90, 93), *range(94, 100)}
    groups = Words(tuple(f"{group:02d}" for group in range(100) if group not in itin))
    ways = [
        Alternative((given, "-00-", Digits(4)), Fraction(898, 2000)),
        Alternative((given, "-", Digits(2), "-0000"), Fraction(898, 2000)),
        Alternative((Words(("000", "666")), "-", Digits(2), "-", Digits(4)), Fraction(2, 1000)),
        Alternative((Whole(900, 999), "-", groups, "-", Digits(4)), Fraction(100, 1000)),
    ]
    return Grammar(Form.TEXT, tuple(ways), how="vectorised")
