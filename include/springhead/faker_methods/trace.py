"""Faker's source of chance while one of its methods is traced: it hands out tokens instead of values, and forks where a value decides the way.

Everything that a provider draws goes through its generator's `random`. `Trace` stands there. A draw whose value only ends up in the text (a word
of a list, a digit) is a *hole*: the method gets a token for it, and the token's place in the text is where the value goes. A draw that decides what
is drawn next (a choice of patterns, a comparison) is a *fork*: the method is run once for each way, and the ways' weights multiply.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from types import CodeType, FrameType
from typing import Any, NoReturn

from springhead.faker_methods.budget import Budget
from springhead.faker_methods.events import (
    MOST_FORKS,
    CallSite,
    Draw,
    EndlessError,
    FloatRange,
    Fork,
    Hole,
    Slot,
    Source,
    Taken,
    UntraceableError,
)
from springhead.faker_methods.options import Options, options_of
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.traced_numbers import TracedFloat, TracedInt

# A token of a slot; or a number that was printed unseen, behind the zeros of its format (springhead.faker_methods.traced_numbers).
TOKEN = re.compile(r"([qQ])[zZ](\d{5})([zZ])([qQ])|-0*918000(\d{3})")
MOST_DRAWS = 999  # of one run


@dataclass(slots=True, eq=False)
class Trace:
    """The chance of one run.

    Args:
        ways: which way to take at each of the first forks; later forks take their first way.
        split: sites of draws that must fork by value.
        values: gives a hole's value; None: a token.
        replayed: what an earlier run drew; this one must draw the same, and forks nowhere else.
        budget: of the discovery that the run is part of; None: the run is not counted.

    Attributes:
        forks: in the order of the run.
        draws: forks of draws, holes and spans, in the order of the run.
        slots: a token's number is its place here.
    """

    ways: Sequence[int] = ()
    split: frozenset[CallSite] = frozenset()
    values: Callable[[int, Hole | FloatRange], Any] | None = None
    replayed: Sequence[Draw] | None = None
    budget: Budget | None = None
    forks: list[Fork] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    _numbers: dict[Slot, int] = field(default_factory=dict)
    _asked: int = 0

    # What the run does

    def _spend(self) -> None:
        """Counts a draw against the budget of the discovery."""
        if self.budget is not None:
            self.budget.spend()
        if len(self.draws) >= MOST_DRAWS:
            raise EndlessError(f"draws more than {MOST_DRAWS} values")

    def _ask(self) -> None:
        """Counts a draw that has one outcome, and is none."""
        self._asked += 1
        if self._asked > 10 * MOST_DRAWS:
            raise EndlessError(f"asks for more than {10 * MOST_DRAWS} values")

    def fork(self, weights: Sequence[Fraction]) -> int:
        """The way to take at a fork that no draw of its own has made."""
        number = len(self.forks)
        way = self.ways[number] if number < len(self.ways) else 0
        self.forks.append(Fork(weights, way))
        return way

    def _told(self) -> Draw:
        """What the replayed run drew here."""
        assert self.replayed is not None
        if len(self.draws) == len(self.replayed):
            raise UntraceableError("draws more with real values than with tokens")
        return self.replayed[len(self.draws)]

    def _taken(self, count: int, weights: Sequence[Fraction], options: Callable[[int], tuple[int, ...]]) -> Taken:
        """The way taken at a fork of a draw.

        Args:
            count: of the options.
            weights: one for each way.
            options: the numbers of the options that a way stands for.
        """
        self._spend()
        if self.replayed is None:
            taken = Taken(options(self.fork(weights)), count)
        else:
            told = self._told()
            if not isinstance(told, Taken) or told.count != count:
                raise UntraceableError("forks with real values where it did not with tokens")
            taken = told
        self.draws.append(taken)
        return taken

    def _hole(self, site: CallSite, domain: Source, weights: tuple[Fraction, ...] | None = None) -> Any:
        number = len(self.draws)
        self._spend()
        if self.replayed is None:
            hole = Hole(site, domain, weights)
        else:
            told = self._told()
            if not isinstance(told, Hole) or not told.is_of(domain, weights):
                raise UntraceableError("draws something else with real values than with tokens")
            hole = told  # comparisons may have narrowed it
        self.draws.append(hole)
        value = self.values(number, hole) if self.values else None
        if value is not None:
            return value
        return TracedInt(self, number) if isinstance(hole.domain, range) else self.token(number)

    def token(self, hole: int, spec: str = "") -> str:
        """A text that stands for a hole's value. Its letters' cases tell whether the method changed them."""
        slot = Slot(hole, spec)
        number = self._numbers.setdefault(slot, len(self.slots))
        if number == len(self.slots):
            self.slots.append(slot)
        return f"qZ{number:05d}Zq"

    def one_of(self, options: Sequence[Any], weights: Sequence[Any] | None) -> Any:
        """One of the options."""
        known = options_of(options, weights)
        if len(known.options) == 1:
            self._ask()
            return known.options[0]
        site = self._site()
        taken = self._fork_of(known, site)
        if taken and len(taken.options) == 1:
            return known.options[taken.options[0]]
        if taken is None or taken.options == known.plain:
            return self._hole(site, known.domain, known.domain_weights)
        # Real words that were tokens in the run before: which of them are patterns was decided there.
        weights = known.weights and tuple(known.weights[number] for number in taken.options)
        return self._hole(site, tuple(known.options[number] for number in taken.options), weights)

    def _fork_of(self, known: Options, site: CallSite) -> Taken | None:
        """The way taken where options fork; None: all of them are one hole."""
        if self.replayed is not None:  # real values have no tokens: what forked is known from the run before
            return self._taken(len(known.options), (), lambda way: (way,)) if isinstance(self._told(), Taken) else None
        if site in self.split or len(known.patterns) == len(known.options) or not known.texts:
            if len(known.options) > MOST_FORKS:
                raise UntraceableError(f"decides by one of {len(known.options):,} values")
            return self._taken(len(known.options), known.heavy, lambda way: (way,))
        if not known.patterns:
            return None
        return self._taken(len(known.options), known.ways, lambda way: (known.patterns[way],) if way < len(known.patterns) else known.plain)

    def _number(self, numbers: range) -> int:
        if not numbers:
            raise ValueError("empty range")
        if len(numbers) == 1:
            self._ask()
            return numbers[0]
        site = self._site()
        if isinstance(self._told(), Taken) if self.replayed is not None else site in self.split:
            return numbers[self._taken(len(numbers), _even(len(numbers)), lambda way: (way,)).options[0]]
        number: int = self._hole(site, numbers)
        return number

    def text_of(self, grammar: Callable[[], Grammar | None], call: Callable[[], Any]) -> Any:
        """What another method of the provider gives: a token where it has a grammar of texts, else its own draws."""
        if self.replayed is not None:
            told = self.replayed[len(self.draws)] if len(self.draws) < len(self.replayed) else None
            known = told.domain if isinstance(told, Hole) and isinstance(told.domain, Grammar) else None
            return call() if known is None or grammar() is not known else self._hole((), known)
        site = self._site()
        if site in self.split:
            return call()
        known = grammar()
        return call() if known is None else self._hole(site, known)

    def _site(self) -> CallSite:
        """Where the draw stands; a replayed run need not know."""
        return _site() if self.replayed is None else ()

    # What a provider calls

    def choice(self, seq: Any) -> Any:
        if isinstance(seq, range):
            return self._number(seq)
        if not len(seq):
            raise IndexError("Cannot choose from an empty sequence")
        return self.one_of(seq, None)

    def choices(self, population: Any, weights: Any = None, *, cum_weights: Any = None, k: int = 1) -> list[Any]:
        if cum_weights is not None:
            raise UntraceableError("cumulative weights")
        return [self.one_of(population, weights) for _ in range(int(k))]

    def sample(self, population: Any, k: int, *, counts: Any = None) -> list[Any]:
        rest = list(population)
        if counts is not None or k > len(rest):
            raise UntraceableError("a sample with counts")
        if k == 1:
            return [self.one_of(rest, None)]
        return [rest.pop(self._taken(len(rest), _even(len(rest)), lambda way: (way,)).options[0]) for _ in range(int(k))]

    def shuffle(self, x: Any) -> None:
        x[:] = self.sample(x, len(x))

    def randint(self, a: int, b: int) -> int:
        return self._number(range(int(a), int(b) + 1))

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        return self._number(range(start) if stop is None else range(start, stop, step))

    def getrandbits(self, k: int) -> int:
        return self._number(range(2**k))

    def random(self) -> float:
        return self.uniform(0.0, 1.0)

    def uniform(self, a: float, b: float) -> float:
        span = FloatRange(min(a, b), max(a, b))
        if self.replayed is not None:
            told = self._told()
            if not isinstance(told, FloatRange):
                raise UntraceableError("draws something else with real values than with tokens")
            span = told
        number = len(self.draws)
        self.draws.append(span)
        value = self.values(number, span) if self.values else None
        return TracedFloat(self, span) if value is None else float(value)

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise UntraceableError("a distribution that is not traced")

    triangular = betavariate = expovariate = gammavariate = gauss = lognormvariate = normalvariate = _refuse
    vonmisesvariate = paretovariate = weibullvariate = randbytes = seed = getstate = setstate = _refuse


_OWN = {__file__, sys.modules["springhead.faker_methods.traced_numbers"].__file__}  # frames that are no calls of the method


def _even(ways: int) -> Sequence[Fraction]:
    if ways > MOST_FORKS:
        raise UntraceableError(f"decides by one of {ways:,} values")
    return [Fraction(1, ways)] * ways


def _site() -> CallSite:
    """The calls that led to a draw, up to the tracer's own."""
    found: list[tuple[CodeType, int]] = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_name != RUN:
        if frame.f_code.co_filename not in _OWN:
            found.append((frame.f_code, frame.f_lineno))  # not f_lasti: it moves when Python specializes its bytecode
        frame = frame.f_back
    return tuple(found)


RUN = "run_traced"  # the function below which a method runs; a site ends there
