"""What happens while a Faker method is traced: draws that fork, draws that leave a hole, and what cannot be followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import CodeType
from typing import TypeAlias

from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form

MOST_FORKS = 600  # of one fork

CallSite: TypeAlias = tuple[tuple[CodeType, int], ...]
Source: TypeAlias = tuple[str, ...] | range | Grammar


class UntraceableError(Exception):
    """The method does what a tracer cannot follow."""


class TooManyWaysError(UntraceableError):
    """It has more ways than are tried. Draws that fork only add to them."""


class EndlessError(UntraceableError):
    """One run draws without end: perhaps it counts up to a drawn number."""


class SplitError(Exception):
    """The draw at `site` decides something: it must fork."""

    def __init__(self, site: CallSite) -> None:
        super().__init__("a draw decides something")
        self.site = site


@dataclass(frozen=True, slots=True)
class Hole:
    """A draw whose value ends up in the text and decides nothing.

    Attributes:
        site: the calls that led to the draw.
        domain: words, or whole numbers, or the texts of another method's grammar.
        weights: one for each word; None: all alike.
        whole: the numbers before comparisons narrowed them; None: they did not.
    """

    site: CallSite
    domain: Source
    weights: tuple[Fraction, ...] | None = None
    whole: range | None = None

    def narrowed(self, kept: range) -> Hole:
        """The hole of a number of which more is known."""
        assert isinstance(self.domain, range)
        return Hole(self.site, kept, whole=self.whole or self.domain)

    def is_of(self, domain: Source, weights: tuple[Fraction, ...] | None) -> bool:
        """Whether a draw of these values made it, before any comparison."""
        mine = self.whole or self.domain
        return (mine is domain or mine == domain) and (self.weights is weights or self.weights == weights)


@dataclass(slots=True)
class FloatRange:
    """An interval [low, high) out of which a float is drawn; comparisons narrow it."""

    low: float
    high: float


@dataclass(slots=True)
class Fork:
    """A place where the way divides.

    Attributes:
        weights: one for each way, their sum 1.
        way: the one taken.
    """

    weights: Sequence[Fraction]
    way: int


@dataclass(frozen=True, slots=True)
class Slot:
    """What a token stands for: the value of a hole, printed in some format; None: one that is not known."""

    hole: int
    spec: str | None = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """The way that a draw took at its fork.

    Attributes:
        options: the numbers of the options that it stands for; more than one: a hole follows, whose words they are.
        count: of all options.
    """

    options: tuple[int, ...]
    count: int


Draw: TypeAlias = Taken | Hole | FloatRange


@dataclass(slots=True)
class TracedWay:
    """One way through a method.

    Attributes:
        weight: its probability.
        form, text: what came out, with tokens.
        draws: in their order.
        slots: what the tokens stand for.
    """

    weight: Fraction
    form: Form | None
    text: str
    draws: list[Draw]
    slots: list[Slot]
