"""Grammars: a Faker method as weighted templates over draws, found by tracing it.

A `Discovery` runs a method once for each way through its forks (springhead.faker_methods.trace); the text of a way, with the draws' tokens in it, is a template.
Each template is then checked: the real method is run on drawn values, and must give what filling the template gives. What was not understood is
refused, never approximated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from functools import partial
from typing import Any, TypeAlias

from springhead.columns.column import State
from springhead.columns.grammar import Alternative, Shared, Step, Words
from springhead.faker_methods.budget import Budget
from springhead.faker_methods.check import Fills, Thoroughness, check
from springhead.faker_methods.events import (
    MOST_FORKS,
    CallSite,
    EndlessError,
    FloatRange,
    Hole,
    Slot,
    Source,
    SplitError,
    TooManyWaysError,
    TracedWay,
    UntraceableError,
)
from springhead.faker_methods.hole_steps import MOST_WORDS, step_of
from springhead.faker_methods.merge import merge
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.trace import TOKEN, Trace
from springhead.faker_methods.values import Form, form_of

MOST_RUNS = 3_000
MOST_REWRITES = 400_000
SMALL = 128  # ways of a number, where a method that was not understood is tried again with its numbers as forks

Generator: TypeAlias = Any


class Discovery:
    """The discovery of one method's grammar.

    Args:
        generator: a private Faker generator.
        call: the method, its arguments bound.
        thoroughness: of the check.
        text_only: give up at the first value that is no text.

    Attributes:
        budget: what it may draw.
        compared: how many values of the grammar were compared with the method's own.
    """

    def __init__(self, generator: Generator, call: Callable[[], Any], thoroughness: Thoroughness, *, text_only: bool = False) -> None:
        self._generator, self._call, self._thoroughness, self._text_only = generator, call, thoroughness, text_only
        self.budget, self.compared = Budget(), 0
        self._split: frozenset[CallSite] = frozenset()
        self._rewrite = False
        self._rewrites = 0
        self._rewritten: dict[Any, tuple[str, ...]] = {}

    def grammar(self) -> Grammar:
        """The method's grammar.

        Raises:
            UntraceableError: it was not understood; the text says why.
        """
        try:
            return self._compile()
        except TooManyWaysError:
            raise  # whatever is tried below forks more: it would take seconds, and find as little
        except UntraceableError as error:
            first = error
        self._rewrite = True  # perhaps it changes words in a way that leaves a token as it is, such as taking out blanks
        with suppress(UntraceableError):
            return self._compile()
        self._rewrite = False
        # What decided unseen? Small numbers, words, or what the other methods gave.
        self.budget.try_again()
        for kinds in ((range,), (tuple,), (Grammar,), (tuple, Grammar), (range, tuple, Grammar)):
            self._split = self._small(kinds)
            if self._split:
                with suppress(UntraceableError):
                    return self._compile()
        raise first

    def _compile(self) -> Grammar:
        while True:
            try:
                ways = self._all_ways()
                if len({way.form for way in ways if way.form}) != 1:
                    raise UntraceableError("gives values of several types")
                (form,) = {way.form for way in ways if way.form}
                made = [self._alternative(way) for way in ways]
                self.compared = check(ways, made, partial(self._replay, free=True), self._thoroughness)
                return Grammar(form, merge([alternative for alternative, _ in made]))
            except SplitError as error:
                if error.site in self._split:
                    raise UntraceableError("calculates with a draw of too many values") from None
                self._split |= {error.site}

    def _small(self, kinds: tuple[type, ...]) -> frozenset[CallSite]:
        """Sites of the holes of these kinds that are small enough to fork."""
        found: set[CallSite] = set()
        self._split = frozenset()
        while True:
            self._split = frozenset(found)
            try:
                ways = self._all_ways()
            except SplitError as error:
                if error.site in found:
                    return frozenset()
                found.add(error.site)
                continue
            except UntraceableError:
                return frozenset()
            new = {
                draw.site
                for way in ways
                for draw in way.draws
                if isinstance(draw, Hole) and isinstance(draw.domain, kinds) and _small(draw.domain)
            }
            if new <= found:
                return frozenset(found)
            found |= new

    # Running the method

    def run_traced(self, trace: Trace) -> Any:
        """The method's value under a trace; whatever it raises about a token makes that draw fork."""
        usual = self._generator.random
        self._generator.random = trace
        try:
            return self._call()
        except RecursionError:
            raise UntraceableError("calls itself too often") from None
        except EndlessError:
            for draw in trace.draws:
                if isinstance(draw, Hole) and isinstance(draw.domain, range) and _small(draw.domain) and trace.replayed is None:
                    raise SplitError(draw.site) from None
            raise
        except (UntraceableError, SplitError):
            raise
        except Exception as error:  # noqa: BLE001  the method got a token where it wanted a value
            told = TOKEN.search(" ".join(map(str, error.args)))
            slot = int(told[2]) if told and told[2] else len(trace.slots)
            if slot < len(trace.slots) and isinstance(hole := trace.draws[trace.slots[slot].hole], Hole):
                raise SplitError(hole.site) from None
            # It does not tell which value it wanted. Most of the time it is the last one drawn.
            for draw in reversed(trace.draws):
                if isinstance(draw, Hole) and _small(draw.domain) and trace.replayed is None:
                    raise SplitError(draw.site) from None
            raise UntraceableError(f"raises {type(error).__name__} on tokens: {str(error)[:80]}") from None
        finally:
            self._generator.random = usual

    def _all_ways(self) -> list[TracedWay]:
        ways: dict[Any, TracedWay] = {}
        traces: list[Trace] = []
        taken: list[int] = []
        while True:
            trace = Trace(ways=taken, split=self._split, budget=self.budget)
            form, text = form_of(self.run_traced(trace))
            weight = Fraction(1)
            for fork in trace.forks:
                weight *= fork.weights[fork.way]
            if self._text_only and form is not Form.TEXT:
                raise UntraceableError("gives no text")
            traces.append(trace)  # so that the identities below stay theirs
            alike = ways.setdefault(_identity(form, text, trace), TracedWay(Fraction(0), form, text, trace.draws, trace.slots))
            alike.weight += weight
            if len(traces) > MOST_RUNS:
                raise TooManyWaysError(f"has more than {MOST_RUNS:,} ways")
            taken = [fork.way for fork in trace.forks]
            while taken and taken[-1] + 1 == len(trace.forks[len(taken) - 1].weights):
                taken.pop()
            if not taken:
                return list(ways.values())
            taken[-1] += 1

    def _replay(
        self, way: TracedWay, values: Callable[[int, Hole | FloatRange], Any], *, free: bool = False
    ) -> tuple[Form | None, str, list[Slot]]:
        """What the method gives on a way, with these values of its draws (None: a token); it is not counted against the budget if free."""
        trace = Trace(split=self._split, values=values, replayed=way.draws, budget=None if free else self.budget)
        try:
            form, text = form_of(self.run_traced(trace))
        except SplitError:
            raise UntraceableError("decides by a value that it did not look at before") from None
        if len(trace.draws) != len(way.draws):
            raise UntraceableError("draws less with real values than with tokens")
        return form, text, trace.slots

    # From a way to an alternative

    def _alternative(self, way: TracedWay) -> tuple[Alternative, Fills]:
        """The way as steps, and for each step the slot that it fills (None: a constant)."""
        if way.form is None:
            return Alternative((), way.weight, State.NULL), []
        texts, tokens = _parsed(way)
        steps: list[tuple[Slot, Step] | None] = []
        plain: list[Step] = []
        for place, text in enumerate(texts):
            if text:
                plain.append(text)
                steps.append(None)
            if place < len(tokens):
                slot, case = tokens[place]
                hole = way.draws[slot.hole]
                assert isinstance(hole, Hole)
                if slot.spec is None:
                    slot = Slot(slot.hole, self._format(way, slot, hole, texts, place))
                changed = case != "qZq" or (self._rewrite and isinstance(hole.domain, tuple))
                step = self._rewritten_step(way, slot, hole, texts, place, case) if changed else step_of(hole, slot.spec or "", way.form)
                plain.append(step)
                steps.append((slot, step))
        used = [made[0].hole for made in steps if made]
        plain = [
            Shared(made[0].hole, step) if made and used.count(made[0].hole) > 1 else step for step, made in zip(plain, steps, strict=True)
        ]
        return Alternative(tuple(plain), way.weight), steps

    def _format(self, way: TracedWay, slot: Slot, hole: Hole, texts: list[str], place: int) -> str:
        """The format of a number that was printed unseen: its smallest value shows how many zeros stand before it."""
        assert isinstance(hole.domain, range)
        least = min(hole.domain)
        printed = self._value_in(way, slot.hole, least, texts, place)
        if not printed.isdigit() or int(printed) != least:
            raise UntraceableError("makes something of a number that is no number in its place")
        return f"0{len(printed)}d" if len(printed) > len(str(least)) else ""

    def _value_in(self, way: TracedWay, hole: int, value: Any, texts: list[str], place: int) -> str:
        """What stands in a token's place where its hole has this value."""
        slots = [slot for slot, _ in _parsed(way)[1]]
        ways_on = ["(.*)" if at == place else "(?:.*?)" if slot.hole == hole else f"(?:{_ANY_TOKEN})" for at, slot in enumerate(slots)]
        pattern = "".join(re.escape(text) + way_on for text, way_on in zip(texts, [*ways_on, ""], strict=True))
        form, text, _ = self._replay(way, lambda number, _: value if number == hole else None)
        found = re.fullmatch(pattern, text, re.DOTALL)
        if form != way.form or not found or TOKEN.search(found[1]):
            raise UntraceableError("makes something of a word that is no text in its place")
        return found[1]

    def _rewritten_step(self, way: TracedWay, slot: Slot, hole: Hole, texts: list[str], place: int, case: str) -> Step:
        """A word that the method changes (case, accents, …): what it makes of each word is found by running it with each."""
        if isinstance(hole.domain, Grammar):
            raise SplitError(hole.site)
        memo = (hole.site, hole.domain, case)
        if memo not in self._rewritten:
            self._rewrites += len(hole.domain)
            if len(hole.domain) > MOST_WORDS or self._rewrites > MOST_REWRITES:
                raise UntraceableError("changes too many words")
            self._rewritten[memo] = tuple(self._value_in(way, slot.hole, value, texts, place) for value in hole.domain)
        return Words(self._rewritten[memo], hole.weights)


_ANY_TOKEN = TOKEN.pattern.replace("(", "(?:")


def _small(domain: Source) -> bool:
    return isinstance(domain, Grammar) or len(domain) <= (SMALL if isinstance(domain, range) else MOST_FORKS)


def _identity(form: Form | None, text: str, trace: Trace) -> Any:
    """Ways that end in the same text, with the same holes printed in the same way, are one."""
    holes = {number: draw for number, draw in enumerate(trace.draws) if isinstance(draw, Hole)}
    order = {number: place for place, number in enumerate(holes)}
    drawn = tuple(
        (hole.site, hole.domain if isinstance(hole.domain, range) else id(hole.domain), id(hole.weights)) for hole in holes.values()
    )
    return form, text, drawn, tuple((order[slot.hole], slot.spec) for slot in trace.slots)


def _parsed(way: TracedWay) -> tuple[list[str], list[tuple[Slot, str]]]:
    """The text around the tokens, and the tokens' slots with the cases of their letters ("qZq": as they were)."""
    texts, tokens, end = [], [], 0
    for found in TOKEN.finditer(way.text):
        if found[5]:
            number = int(found[5])
            if number >= len(way.draws) or not isinstance(hole := way.draws[number], Hole) or not isinstance(hole.domain, range):
                continue  # a number of the method's own
            tokens.append((Slot(number, None), "qZq"))
        else:
            if int(found[2]) >= len(way.slots):
                raise UntraceableError("turns a word around")
            tokens.append((way.slots[int(found[2])], found[1] + found[3] + found[4]))
        texts.append(way.text[end : found.start()])
        end = found.end()
    texts.append(way.text[end:])
    return texts, tokens
