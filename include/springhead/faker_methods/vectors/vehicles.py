"""Vehicle identification numbers (ISO 3779; the ninth place is 49 CFR 565.15's check digit), and the plates of two countries."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from springhead.columns.grammar import Alternative, Check, Digits, Gap, Step, Words
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import handmade

_LETTER = Words(tuple("1234567890ABCDEFGHJKLMNPRSTUVWXYZ"))


@handmade("faker.providers.automotive:Provider.vin")
def vin(_: Any, __: Mapping[str, Any]) -> Grammar:
    return Grammar(Form.TEXT, (Alternative((*[_LETTER] * 8, Gap(1), *[_LETTER] * 4, Digits(4), Check("vin", 17))),), how="vectorised")


@handmade("faker.providers.automotive.ja_JP:Provider.serial_number")
def serial_number(provider: Any, _: Mapping[str, Any]) -> Grammar | None:
    """One to four digits, each count as its pattern stands in the list; dots in the places of those that are not there."""
    ways: list[Alternative] = []
    for pattern in provider.serial_number_formats:
        if not 1 <= (count := len(pattern)) <= 4 or set(pattern) != {"#"}:
            return None
        whole: tuple[Step, ...] = (Digits(2), provider.DELIMITER, Digits(2))
        steps = whole if count == 4 else (provider.MIDDLE_DOT * (4 - count), Digits(count))
        ways.append(Alternative(steps, Fraction(1, len(provider.serial_number_formats))))
    return Grammar(Form.TEXT, tuple(ways), how="vectorised")


@handmade("faker.providers.automotive.ar_SA:Provider.license_plate", "faker.providers.automotive.ar_SA:Provider.license_plate_ar")
def arabic_plate(provider: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    """Four digits and three letters in Arabic, in the places that its form has for them."""
    form = provider.LICENSE_FORMAT_AR
    if arguments or provider.LICENSE_FORMAT_EN != "#### ???" or (form.count("#"), form.count("?")) != (4, 3):
        return None
    digits = Words(tuple(provider.PLATE_MAP[digit] for digit in "0123456789"))
    letters = Words(tuple(provider.PLATE_MAP[letter] for letter in provider.PLATE_CHARS_EN))
    steps = tuple({"#": digits, "?": letters}.get(sign, sign) for sign in form)
    return Grammar(Form.TEXT, (Alternative(steps),), how="vectorised")
