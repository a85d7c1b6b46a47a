"""What happens while a Faker method is traced: draws that fork, draws that leave a hole, and what cannot be followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import CodeType
from typing import TypeAlias

from springhead.methods.store import Grammar

MOST_WAYS = 600  # of one fork

Site: TypeAlias = tuple[tuple[CodeType, int], ...]
Domain: TypeAlias = tuple[str, ...] | range | Grammar


class UntraceableError(Exception):
    """The method does what a tracer cannot follow."""


class EndlessError(UntraceableError):
    """One run draws without end: perhaps it counts up to a drawn number."""


class SplitError(Exception):
    """The draw at `site` decides something: it must fork."""

    def __init__(self, site: Site) -> None:
        super().__init__("a draw decides something")
        self.site = site


@dataclass(frozen=True, slots=True)
class Hole:
    """A draw whose value ends up in the text and decides nothing.

    Attributes:
        site: the calls that led to the draw.
        domain: words, or whole numbers, or the texts of another method's grammar.
        weights: one for each word; None: all alike.
    """

    site: Site
    domain: Domain
    weights: tuple[Fraction, ...] | None = None


@dataclass(slots=True)
class Span:
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
    """

    options: tuple[int, ...]


Draw: TypeAlias = Taken | Hole | Span
