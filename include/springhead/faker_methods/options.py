"""What there is to know of a sequence that Faker chooses from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

_TOKEN = re.compile(r"[qQ][zZ]\d{5}[zZ][qQ]|-0*918000\d{3}")  # springhead.faker_methods.trace.TOKEN
_PATTERN = re.compile(
    rf"[#%!@$?^]|\{{|{_TOKEN.pattern}"
)  # what numerify, lexify, hexify, parse and format replace; what has been drawn before


class Options:
    """What there is to know of a sequence of options; learnt once."""

    def __init__(self, options: Sequence[Any], weights: Sequence[Any] | None) -> None:
        self.source = options, weights  # keeps both alive, so that their identities stay theirs
        exact = None if weights is None else [Fraction(weight) for weight in weights]
        kept = [number for number in range(len(options)) if exact is None or exact[number] > 0]
        self.options = [options[number] for number in kept]
        self.weights = None if exact is None else tuple(exact[number] for number in kept)
        total = sum(self.weights) if self.weights else Fraction(len(kept))
        self.heavy = [weight / total for weight in self.weights or [Fraction(1)] * len(kept)]
        self.texts = all(type(option) is str for option in self.options)
        # An option that is a pattern is a way of its own; all others together are one hole.
        self.patterns = [number for number, option in enumerate(self.options) if _PATTERN.search(option)] if self.texts else []
        self.plain = plain = tuple(sorted(set(range(len(kept))) - set(self.patterns)))
        self.ways = [*(self.heavy[number] for number in self.patterns), sum((self.heavy[number] for number in plain), Fraction(0))]
        self.domain = tuple(self.options[number] for number in plain)
        self.domain_weights = self.weights and tuple(self.weights[number] for number in plain)


_known: dict[Any, list[Options]] = {}


def options_of(options: Sequence[Any], weights: Sequence[Any] | None) -> Options:
    """What is known of these options; the same ones come thousands of times, often as a new list."""
    if not len(options) or not isinstance(options, (tuple, list, str)):
        return Options(options, weights)
    if len(options) < 10 and any(isinstance(option, str) and _TOKEN.search(option) for option in options):
        return Options(options, weights)  # never the same again
    identity = len(options), id(options[0]), id(options[-1]), type(options)
    alike = _known.setdefault(identity, [])
    for known in alike:
        (mine, my_weights) = known.source
        if (mine is options or mine == options) and (my_weights is weights or my_weights == weights):
            return known
    alike.append(Options(options[:], weights))
    return alike[-1]
