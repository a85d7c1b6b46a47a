"""Patterns as programs of the text kernel."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import lru_cache
from string import digits
from typing import TypeAlias

from springhead.columns.grammar import Alternative, Digits, Hex, Step, Sub, Words
from springhead.columns.pattern import Class, Either, Literal, Node, Repeat, Run

FEW_WORDS = 1000  # what has no more of them is one word of a list: a step of the kernel costs as much whatever it writes
_LONGEST_WORDS = 65_536  # characters of such a list

_HEX = "".join(sorted("0123456789abcdef"))
_COMBINED = {digits: (Digits, 18), _HEX: (Hex, 16)}  # classes of which the kernel writes so many characters in one step

_Flat: TypeAlias = list[tuple[str, Fraction]]


def pattern_alternatives(node: Node) -> list[Alternative]:
    """The program that makes texts of a pattern: each alternative, and each count of a repetition, as likely as another."""
    if (flat := _flat(node)) is not None:
        return [Alternative(_words(flat))]
    match node:
        case Either(nodes):
            return [Alternative(_steps(each)) for each in nodes]
        case Repeat(inner, least, most):
            return [Alternative(_times(inner, count)) for count in range(least, most + 1)]
        case Run(nodes):
            return [Alternative(tuple(step for each in nodes for step in _steps(each)))]
        case Class() | Literal():
            return [Alternative(_words([(each, Fraction(1)) for each in node.characters]) if isinstance(node, Class) else (node.text,))]


def _steps(node: Node) -> tuple[Step, ...]:
    alternatives = pattern_alternatives(node)
    return alternatives[0].steps if len(alternatives) == 1 else (Sub(tuple(alternatives)),)


def _times(node: Node, count: int) -> tuple[Step, ...]:
    """The same so many times, as many of them in a step as there can be."""
    if isinstance(node, Class) and node.characters in _COMBINED:
        step, most = _COMBINED[node.characters]
        whole, rest = divmod(count, most)
        return (*[step(most)] * whole, *([step(rest)] if rest else ()))
    together = 1
    while together < count and _flat(Repeat(node, together + 1, together + 1)) is not None:
        together += 1
    whole, rest = divmod(count, together)
    return _steps(Repeat(node, together, together) if together > 1 else node) * whole + (_steps(Repeat(node, rest, rest)) if rest else ())


def _words(flat: _Flat) -> tuple[Step, ...]:
    texts, weights = zip(*flat, strict=True)
    if len(texts) == 1:
        return (texts[0],) if texts[0] else ()
    return (Words(texts, None if len(set(weights)) == 1 else weights),)


@lru_cache(256)  # the counts of a repetition share it
def _flat(node: Node) -> _Flat | None:
    """All texts of a node with how likely each is; None: there are more than a list is worth."""
    flat = _spelled(node)
    return None if flat is None or len(flat) > FEW_WORDS or sum(len(text) for text, _ in flat) > _LONGEST_WORDS else flat


def _spelled(node: Node) -> _Flat | None:
    match node:
        case Literal(text):
            return [(text, Fraction(1))]
        case Class(characters):
            return [(each, Fraction(1, len(characters))) for each in characters] if len(characters) <= FEW_WORDS else None
        case Either(nodes):
            options = [_flat(each) for each in nodes]
            if any(each is None for each in options) or sum(len(each or ()) for each in options) > FEW_WORDS:
                return None
            return [(text, share / len(nodes)) for each in options for text, share in each or ()]
        case Run(nodes):
            return _product([_flat(each) for each in nodes])
        case Repeat(inner, least, most):
            if (
                (once := _flat(inner)) is None
                or len(once) ** most > FEW_WORDS
                or sum(len(text) for text, _ in once) * most > _LONGEST_WORDS
            ):
                return None
            counts = [_product([once] * count) for count in range(least, most + 1)]
            if any(each is None for each in counts):
                return None
            return [(text, share / len(counts)) for each in counts for text, share in each or ()]


def _product(parts: list[_Flat | None]) -> _Flat | None:
    there = [each for each in parts if each is not None]
    if len(there) < len(parts) or math.prod(map(len, there)) > FEW_WORDS:
        return None
    flat: _Flat = [("", Fraction(1))]
    for each in there:
        flat = [(before + text, share * more) for before, share in flat for text, more in each]
        if sum(len(text) for text, _ in flat) > _LONGEST_WORDS:
            return None
    return flat
