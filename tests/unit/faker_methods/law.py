"""The exact law of a small grammar: each text with its probability."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import product

from springhead.columns.grammar import Alternative, Digits, Shared, Step, Sub, Whole, Words

Law = dict[str, Fraction]


def law(alternatives: Sequence[Alternative]) -> Law:
    """Every text of the alternatives, and how likely it is."""
    total = sum(Fraction(each.weight) for each in alternatives)
    found: Law = {}
    for alternative in alternatives:
        for text, weight in _row(alternative.steps):
            found[text] = found.get(text, Fraction(0)) + weight * Fraction(alternative.weight) / total
    return found


def _row(steps: Sequence[Step]) -> Iterable[tuple[str, Fraction]]:
    """The texts of one alternative. Steps that share a draw take their values at one place of their lists."""
    lists = [_values(step.step if isinstance(step, Shared) else step) for step in steps]
    for places in product(*(range(len(values)) for values in lists)):
        shared = {step.draw: place for step, place in zip(steps, places, strict=True) if isinstance(step, Shared)}
        if any(isinstance(step, Shared) and shared[step.draw] != place for step, place in zip(steps, places, strict=True)):
            continue
        text, weight, counted = "", Fraction(1), set()
        for step, values, place in zip(steps, lists, places, strict=True):
            text += values[place][0]
            if not isinstance(step, Shared) or step.draw not in counted:
                weight *= values[place][1]
            if isinstance(step, Shared):
                counted.add(step.draw)
        yield text, weight


def _values(step: Step) -> list[tuple[str, Fraction]]:
    match step:
        case str():
            return [(step, Fraction(1))]
        case Words(words, weights):
            heavy = [Fraction(weight) for weight in weights or [1] * len(words)]
            return [(str(word), weight / sum(heavy)) for word, weight in zip(words, heavy, strict=True)]
        case Digits(count):
            return [(f"{value:0{count}d}", Fraction(1, 10**count)) for value in range(10**count)]
        case Whole(low, high):
            return [(step.text(value), Fraction(1, high - low + 1)) for value in range(low, high + 1)]
        case Sub(alternatives):
            return list(law(alternatives).items())
    raise AssertionError(step)
