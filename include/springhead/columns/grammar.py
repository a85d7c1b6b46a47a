"""Steps of the text kernel's programs: what a text field draws, as values.

An `Alternative` is one way in which a row may be made: a sequence of steps, constants, words of a list, digits, … They are small enough to be written by hand,
by a field kind, or by the tracer of a Faker method; springhead.columns.text_program lays them out for the kernel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from springhead.columns.column import State


@dataclass(frozen=True, slots=True)
class Words:
    """A word drawn from a list.

    Attributes:
        words: the words; a word that stands twice is twice as likely.
        weights: a positive weight each; None: all alike.
    """

    words: tuple[str | bytes, ...]
    weights: tuple[float | Fraction, ...] | None = None


@dataclass(frozen=True, slots=True)
class Digits:
    """So many decimal digits, 1 … 18."""

    count: int


@dataclass(frozen=True, slots=True)
class Hex:
    """So many hexadecimal digits, 1 … 16."""

    count: int


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from low … high (both included, low ≥ 0), with leading zeros up to a width, in base 10 or 16."""

    low: int
    high: int
    width: int = 0
    base: int = 10

    def text(self, value: int) -> str:
        """A value as it is printed."""
        return f"{value:0{self.width}{'x' if self.base == 16 else 'd'}}"


@dataclass(frozen=True, slots=True)
class Uuid4:
    """A random UUID, version 4 (RFC 9562)."""


@dataclass(frozen=True, slots=True)
class Gap:
    """So many characters that a `Check` behind it fills in."""

    count: int


@dataclass(frozen=True, slots=True)
class Check:
    """Check characters (springhead.kernels.checks): behind the digits that they check, or in a `Gap` between them.

    Attributes:
        law: "luhn", "gs1", "aba", "isbn10", "cpf", "cnpj", "rg", "mod11_10", "nif", "cif" and "upc_e" append one character; "iban", "vin", "ccc", "tva", "nir" and
            "nuss" fill in the gap.
        count: at least 1. Of a law that appends: how many digits before it are summed, other characters ignored. Of a law that fills a gap: the length of the whole number in bytes, the gap included.
    """

    law: str
    count: int

    @property
    def fills(self) -> bool:
        """Whether it fills in a gap."""
        return self.law in ("iban", "vin", "ccc", "tva", "nir", "nuss")


@dataclass(frozen=True, slots=True)
class Sub:
    """A row of another program, made in place.

    Attributes:
        alternatives: none of them null or missing.
    """

    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """A step that shares its draw with other steps of the alternative: all of them print the same drawn value, each in its own form.

    Attributes:
        draw: the draw's number.
        step: how this one prints the value; all steps of a draw have the same number of values and the same weights.
    """

    draw: int
    step: Step


Step: TypeAlias = "str | Words | Digits | Hex | Whole | Uuid4 | Gap | Check | Sub | Shared"


_STEPS: dict[str, Any] = {each.__name__: each for each in (Digits, Hex, Whole, Uuid4, Gap, Check)}


def step_type(name: str) -> Any:
    """The class of a step by its name, for a grammar that is read from disk."""
    return _STEPS[name]


MOST_DIGITS = 38
"""Of a whole number in an expression, which has 128 bits."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in which a row may be made."""

    steps: tuple[Step, ...]
    weight: float | Fraction = 1
    state: State = State.VALUE


def longest_whole(alternatives: Sequence[Alternative]) -> float:
    """Of numbers that are made so, the most characters; infinite: not all of them are whole."""
    return max((sum(map(_digits, each.steps)) for each in alternatives if each.state is State.VALUE), default=math.inf)


def _digits(step: Step | bytes) -> float:
    match step:
        case str() | bytes():
            return len(step) if all(each in "-0123456789" for each in (step if isinstance(step, str) else step.decode())) else math.inf
        case Words(words):
            return max(map(_digits, words))
        case Digits(count):
            return count
        case Whole(base=10):
            return len(step.text(step.high))
        case Sub(alternatives):
            return longest_whole(alternatives)
        case Shared(step=inner):
            return _digits(inner)
    return math.inf
