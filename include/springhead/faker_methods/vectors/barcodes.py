"""Article numbers: random digits and their check digit (GS1 General Specifications §7.9)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from springhead.columns.grammar import Alternative, Check, Digits, Step, Whole, Words
from springhead.faker_methods.merge import merge
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import handmade

_BARCODE = "faker.providers.barcode:Provider"


def _ean(length: Any, prefixes: Any = ()) -> Grammar | None:
    """Random digits behind one of the prefixes, each as likely; None for what is none of Faker's."""
    listed = [_text(prefix) for prefix in prefixes] if isinstance(prefixes, list | tuple) else [None]
    if length not in (8, 13) or any(prefix is None or len(prefix) >= length for prefix in listed):
        return None
    made = [
        Alternative((prefix, Digits(length - 1 - len(prefix)), Check("gs1", length - 1)), Fraction(1, len(listed)))
        for prefix in listed
        if prefix is not None
    ]
    plain = Alternative((Digits(length - 1), Check("gs1", length - 1)))
    return Grammar(Form.TEXT, merge(made or [plain]), how="vectorised")


def _text(prefix: Any) -> str | None:
    """A prefix, a text or a sequence of digits, as text."""
    try:
        text = "".join(str(int(digit)) for digit in prefix)
    except (TypeError, ValueError):
        return None
    return text if len(text) == len(prefix) else None


@handmade(f"{_BARCODE}.ean")
def ean(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return _ean(arguments.get("length", 13), arguments.get("prefixes") or ())


@handmade(f"{_BARCODE}.ean8")
def ean8(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return _ean(8, arguments.get("prefixes") or ())


@handmade(f"{_BARCODE}.ean13", "faker.providers.barcode.en_US:Provider.ean13")
def ean13(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return None if arguments.keys() - {"prefixes"} else _ean(13, arguments.get("prefixes") or ())


@handmade(f"{_BARCODE}.localized_ean")
def localized_ean(provider: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return _ean(arguments.get("length", 13), provider.local_prefixes)


@handmade(f"{_BARCODE}.localized_ean8")
def localized_ean8(provider: Any, _: Mapping[str, Any]) -> Grammar | None:
    return _ean(8, provider.local_prefixes)


@handmade(f"{_BARCODE}.localized_ean13")
def localized_ean13(provider: Any, _: Mapping[str, Any]) -> Grammar | None:
    return _ean(13, provider.local_prefixes)


@handmade("faker.providers.barcode.en_US:Provider.upc_a")
def upc_a(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    """An EAN-13 that begins with 0, without it."""
    return None if arguments else Grammar(Form.TEXT, (Alternative((Digits(11), Check("gs1", 11))),), how="vectorised")


_ANY, _ZERO, _NOT_ZERO, _LOW, _HIGH = range(10), range(1), range(1, 10), range(5), range(5, 10)
# What Faker's bases become where it reads the UPC-A back: the last digit, how many bases become one of these, and the digits in the places before it.
_UPC_E: tuple[tuple[range, int, tuple[range, ...]], ...] = (
    (range(3), 1, (_ANY, _ANY, _NOT_ZERO, _ANY, _ANY)),
    (range(3), 2, (_ANY, _ANY, _ZERO, _NOT_ZERO, _ANY)),
    (range(3), 3, (_ANY, _ANY, _ZERO, _ZERO, _LOW)),
    (range(3), 4, (_ANY, _ANY, _ZERO, _ZERO, _HIGH)),
    (range(3, 4), 1, (_ANY, _ANY, range(3, 10), _NOT_ZERO, _ANY)),
    (range(3, 4), 2, (_ANY, _ANY, range(3, 10), _ZERO, _LOW)),
    (range(3, 4), 3, (_ANY, _ANY, range(3, 10), _ZERO, _HIGH)),
    (range(4, 5), 1, (_ANY, _ANY, _ANY, _NOT_ZERO, _LOW)),
    (range(4, 5), 2, (_ANY, _ANY, _ANY, _NOT_ZERO, _HIGH)),
    (range(5, 10), 1, (_ANY, _ANY, _ANY, _ANY, _NOT_ZERO)),
)


@handmade("faker.providers.barcode.en_US:Provider.upc_e")
def upc_e(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    """Six random digits, in the one form of each number: Faker converts them to UPC-A and back. A test compares the table with that."""
    if arguments:
        return None
    ways = []
    for last, times, places in _UPC_E:
        steps: list[Step] = [Words(("0", "1")), *(Whole(place[0], place[-1]) for place in (*places, last)), Check("upc_e", 7)]
        ways.append(Alternative(tuple(steps), Fraction(times * math.prod(map(len, (*places, last))), 10**6)))
    return Grammar(Form.TEXT, tuple(ways), how="vectorised")
