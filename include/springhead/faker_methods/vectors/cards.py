"""Payment cards: a prefix of the network, random digits and the Luhn digit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from springhead.columns.grammar import Alternative, Check, Digits, Shared, Step, Whole
from springhead.columns.text_program import text_maker
from springhead.faker_methods.composed import Composed, Part, composed, of_its_own, put_together
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


@composed("faker.providers.credit_card:Provider.credit_card_full", "faker.providers.credit_card.zh_CN:Provider.credit_card_full")
def credit_card_full(provider: Any, arguments: Mapping[str, Any], other: Callable[[str], Part]) -> Composed | None:
    """A card's network decides its number's prefix and length, and how its security code is called and how long it is; the date is Faker's, from the event time on."""
    types, wanted = provider.credit_card_types, arguments.get("card_type")
    if set(arguments) - {"card_type"} or not (wanted is None or (isinstance(wanted, str) and wanted in types)):
        return None
    cards = [types[wanted]] if wanted is not None else list(types.values())
    ways = [(card, prefix, Fraction(1, len(cards) * len(card.prefixes))) for card in cards for prefix in card.prefixes]
    numbers = [_drawn(prefix + "#" * (card.length - len(prefix) - 1)) for card, prefix, _ in ways]
    if any(number is None for number in numbers):
        return None

    def of_network(steps: Callable[[Any, int], tuple[Step, ...]]) -> Callable[[], Part]:
        """A part that the network decides: all of these have the same alternatives, so that they agree on it."""
        alternatives = [Alternative(steps(card, way), weight) for way, (card, _, weight) in enumerate(ways)]
        return lambda: Part(Form.TEXT, lambda draws: text_maker(alternatives, draws), tuple(alternatives))

    chinese = provider.__module__.endswith("zh_CN")
    parts: dict[str, Callable[[], Part]] = {
        "provider": of_network(lambda card, _: (card.name,)),
        "owner": lambda: _owner(other, "" if chinese else " "),
        "number": of_network(lambda card, way: (*(numbers[way] or ()), Check("luhn", card.length - 1))),
        "expire": lambda: of_its_own(other("credit_card_expire"), "expire"),
        "security": of_network(lambda card, _: (card.security_code,)),
        "security_code": of_network(lambda card, _: (Shared(0, Digits(card.security_code_length)),)),  # a draw that is not the number's
    }
    text = "{provider}\n{owner}\n{number} {expire}\n{security}: {security_code}\n"
    return Composed(
        parts | ({"issuer": lambda: of_its_own(other("bank"), "issuer")} if chinese else {}), text + ("{issuer}" if chinese else "")
    )


def _owner(other: Callable[[str], Part], between: str) -> Part:
    names = {name: (lambda name=name: of_its_own(other(name), name)) for name in ("first_name", "last_name")}
    return Part(Form.TEXT, lambda draws: put_together(f"{{first_name}}{between}{{last_name}}", names, draws))
