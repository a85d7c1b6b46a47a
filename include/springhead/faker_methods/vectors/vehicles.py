"""Vehicle identification numbers (ISO 3779; the ninth place is 49 CFR 565.15's check digit)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from springhead.columns.grammar import Alternative, Check, Digits, Gap, Words
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import handmade

_LETTER = Words(tuple("1234567890ABCDEFGHJKLMNPRSTUVWXYZ"))


@handmade("faker.providers.automotive:Provider.vin")
def vin(_: Any, __: Mapping[str, Any]) -> Grammar:
    return Grammar(Form.TEXT, (Alternative((*[_LETTER] * 8, Gap(1), *[_LETTER] * 4, Digits(4), Check("vin", 17))),), how="vectorised")
