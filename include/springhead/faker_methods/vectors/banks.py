"""Accounts: IBANs (ISO 13616-1) and the account numbers in them, and the routing numbers of American banks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import ascii_uppercase
from typing import Any

from springhead.columns.grammar import Alternative, Check, Digits, Gap, Step, Whole, Words
from springhead.faker_methods.merge import merge
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import handmade, module_of

_BANK = "faker.providers.bank:Provider"


def _text(*steps: Step) -> Grammar:
    return Grammar(Form.TEXT, merge([Alternative(steps)]), how="vectorised")


def _bban(provider: Any) -> tuple[Step, ...] | None:
    """What a provider's `bban` prints; None: it is none of those that are known."""
    module = module_of(provider, "bban")
    if module == "faker.providers.bank.es_ES":
        return (Digits(8), Gap(2), Digits(10), Check("ccc", 20))
    if module != "faker.providers.bank" or not re.fullmatch(r"[?#%A-Z0-9]+", provider.bban_format):
        return None
    steps: dict[str, Step] = {"?": Words(tuple(ascii_uppercase)), "#": Digits(1), "%": Whole(1, 9)}
    return tuple(steps.get(letter, letter) for letter in provider.bban_format)


@handmade("faker.providers.bank.es_ES:Provider.bban")
def bban(provider: Any, _: Mapping[str, Any]) -> Grammar | None:
    steps = _bban(provider)
    return _text(*steps) if steps else None


@handmade(f"{_BANK}.iban")
def iban(provider: Any, _: Mapping[str, Any]) -> Grammar | None:
    steps = _bban(provider)
    return _text(provider.country_code, Gap(2), *steps, Check("iban", 4 + len(provider.bban_format))) if steps else None


@handmade(f"{_BANK}.aba")
def aba(_: Any, __: Mapping[str, Any]) -> Grammar:
    return _text(Whole(1, 12, 2), Digits(6), Check("aba", 8))
