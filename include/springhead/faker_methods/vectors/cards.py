"""Payment cards: a prefix of the network, random digits and the Luhn digit."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from springhead.columns.grammar import Alternative, Check, Digits, Step, Whole
from springhead.faker_methods.merge import merge
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import handmade


@handmade("faker.providers.credit_card:Provider.credit_card_number")
def credit_card_number(provider: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    """All networks alike, and all prefixes of a network alike, as Faker does."""
    types = provider.credit_card_types
    wanted = arguments.get("card_type")
    if set(arguments) - {"card_type"} or not (
        wanted is None or hasattr(wanted, "prefixes") or (isinstance(wanted, str) and wanted in types)
    ):
        return None  # Faker's own error then
    cards = [types[wanted] if isinstance(wanted, str) else wanted] if wanted is not None else list(types.values())
    alternatives = []
    for card in cards:
        for prefix in card.prefixes:
            drawn = _drawn(prefix + "#" * (card.length - len(prefix) - 1))
            if drawn is None:
                return None
            alternatives.append(Alternative((*drawn, Check("luhn", card.length - 1)), Fraction(1, len(cards) * len(card.prefixes))))
    return Grammar(Form.TEXT, merge(alternatives), how="vectorised")


def _drawn(pattern: str) -> tuple[Step, ...] | None:
    """Faker's numerify as steps: # is a digit, % one that is not zero; None for what else it knows."""
    if not re.fullmatch(r"[0-9#%]*", pattern):
        return None
    return tuple(
        Digits(len(run)) if run[0] == "#" else Whole(1, 9) if run == "%" else run for run in re.findall(r"#{1,18}|%|[0-9]+", pattern)
    )
