"""Passwords: random characters, and at least one of each kind that is asked for."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from itertools import permutations
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

from springhead.columns.grammar import Alternative, Words
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import handmade

_KINDS = {"special_chars": "!@#$%^&*()_+", "digits": digits, "upper_case": ascii_uppercase, "lower_case": ascii_lowercase}
_MOST_ORDERS = 50_000


@handmade("faker.providers.misc:Provider.password")
def password(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    """Faker draws places of the required characters into a set, and fills them in the order in which Python goes through the set: all orders of drawing are
    tried. Passwords so long that there are more than 50,000 are left to the pool."""
    length = arguments.get("length", 10)
    kinds = [letters for name, letters in _KINDS.items() if arguments.get(name, True)]
    if (
        isinstance(length, bool)
        or not isinstance(length, int)
        or not 0 < len(kinds) <= length
        or math.perm(length, len(kinds)) > _MOST_ORDERS
    ):
        return None
    any_letter = Words(tuple("".join(kinds)))
    required = [Words(tuple(letters)) for letters in kinds]
    orders = Counter(tuple(_as_a_set(drawn)) for drawn in permutations(range(length), len(kinds)))
    alternatives = []
    for places, times in orders.items():
        steps = [any_letter] * length
        for place, letters in zip(places, required, strict=True):
            steps[place] = letters
        alternatives.append(Alternative(tuple(steps), Fraction(times, orders.total())))
    return Grammar(Form.TEXT, tuple(alternatives), how="vectorised")


def _as_a_set(places: tuple[int, ...]) -> set[int]:
    made: set[int] = set()
    for place in places:
        made.add(place)
    return made
