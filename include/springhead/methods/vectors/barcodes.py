"""Article numbers: random digits and their check digit (GS1 General Specifications §7.9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from springhead.methods.store import Grammar
from springhead.methods.values import Form
from springhead.methods.vector import handmade
from springhead.steps import Alternative, Check, Digits

_BARCODE = "faker.providers.barcode:Provider"


def _ean(length: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    if arguments or length not in (8, 13):
        return None
    return Grammar(Form.TEXT, (Alternative((Digits(length - 1), Check("gs1", length - 1))),), how="vectorised")


@handmade(f"{_BARCODE}.ean")
def ean(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return _ean(arguments.get("length", 13), {name: value for name, value in arguments.items() if name != "length"})


@handmade(f"{_BARCODE}.ean8")
def ean8(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return _ean(8, arguments)


@handmade(f"{_BARCODE}.ean13", "faker.providers.barcode.en_US:Provider.ean13")
def ean13(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return _ean(13, arguments)


@handmade("faker.providers.barcode.en_US:Provider.upc_a")
def upc_a(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    """An EAN-13 that begins with 0, without it."""
    return None if arguments else Grammar(Form.TEXT, (Alternative((Digits(11), Check("gs1", 11))),), how="vectorised")
