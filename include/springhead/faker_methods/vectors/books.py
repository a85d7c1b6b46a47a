"""Numbers of books: ISBNs and their precursor, the SBN. The list of ranges in Faker's providers says which digits name the publisher."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from springhead.columns.grammar import Alternative, Check, Digits, Step, Whole
from springhead.faker_methods.merge import merge
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import handmade

_LENGTH = 13  # of an ISBN with its EAN prefix
_ISBN = "faker.providers.isbn:Provider"

Ranges = Iterable[tuple[str, str, int]]  # first and last registrant and publication (without its last digit), length of the registrant


def _parts(digits: int, ranges: Ranges, separator: str) -> list[Alternative] | None:
    """Registrant and publication, so many digits together, each as likely; None: a number may be of no range, which Faker takes for an error."""
    made, covered = [], 0
    for first, last, cut in ranges:
        low, high = int(first), int(last)
        rest = 10 ** (digits - 1 - cut)
        if not len(first) == len(last) == digits - 1 or cut >= digits or low != covered or low % rest or (high + 1) % rest:
            return None
        covered = high + 1
        parts = (Whole(low // rest, high // rest, cut), separator, Digits(digits - cut))
        made.append(Alternative(parts, Fraction(high + 1 - low, 10 ** (digits - 1))))
    return made if covered == 10 ** (digits - 1) else None


def _book(provider: Any, arguments: Mapping[str, Any], check: Check, *, with_prefix: bool) -> Grammar | None:
    separator = arguments.get("separator", "-")
    if set(arguments) - {"separator"} or not _plain(separator):
        return None
    made = []
    for prefix, groups in provider.rules.items():
        for group, ranges in groups.items():
            parts = _parts(_LENGTH - 1 - len(prefix) - len(group), ranges, separator)
            if parts is None:
                return None
            head: tuple[Step, ...] = (prefix, separator, group, separator) if with_prefix else (group, separator)
            share = Fraction(1, len(provider.rules) * len(groups))
            made += [Alternative((*head, *part.steps, separator, check), share * Fraction(part.weight)) for part in parts]
    return _grammar(made)


def _grammar(made: list[Alternative]) -> Grammar:
    return Grammar(Form.TEXT, merge(made), how="vectorised")


def _plain(separator: object) -> bool:
    return isinstance(separator, str) and not any(letter.isdigit() for letter in separator)


@handmade(f"{_ISBN}.isbn13")
def isbn13(provider: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return _book(provider, arguments, Check("gs1", 12), with_prefix=True)


@handmade(f"{_ISBN}.isbn10")
def isbn10(provider: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return _book(provider, arguments, Check("isbn10", 9), with_prefix=False)


@handmade("faker.providers.sbn:Provider.sbn9")
def sbn9(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    from faker.providers.sbn.rules import RULES

    separator = arguments.get("separator", "-")
    if set(arguments) - {"separator"} or not _plain(separator):
        return None
    parts = _parts(8, [(rule.min, rule.max, rule.registrant_length) for rule in RULES], separator)
    return _grammar([Alternative((*part.steps, separator, Check("isbn10", 8)), part.weight) for part in parts]) if parts else None
