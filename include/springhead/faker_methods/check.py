"""The check of a method's ways: the templates that tracing found, against the real method on the same draws."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from springhead.columns.grammar import Alternative, Step
from springhead.faker_methods.events import FloatRange, Hole, Slot, TracedWay, UntraceableError
from springhead.faker_methods.hole_steps import filled
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.tries import Row, Values, rows, runs, sweep, together, values_of
from springhead.faker_methods.values import Form

LEAST_ROWS = 8  # of a way

Fills: TypeAlias = list[tuple[Slot, Step] | None]
Replay: TypeAlias = Callable[[TracedWay, Callable[[int, Hole | FloatRange], Any]], tuple[Form | None, str, list[Slot]]]


@dataclass(frozen=True, slots=True)
class Thoroughness:
    """How much is tried of a method.

    Attributes:
        draws: of all ways together, beside those that try every word of every list; each way has its share.
        rows: of one way, at most.
        sweeps: draws that try every word of a list in each way where it stands, likely ways first; what is more is tried in one way only.
        together: draws that try all values of neighbouring draws together ("666" of three digits), likely ways first.
        seed: of what is tried at random.
    """

    draws: int = 30_000
    rows: int = 1_500
    sweeps: int = 20_000
    together: int = 40_000
    seed: int = 0


def check(ways: Sequence[TracedWay], made: Sequence[tuple[Alternative, Fills]], replay: Replay, thoroughness: Thoroughness) -> int:
    """Checks that the real method gives what filling the template gives, on draws that are independent of one another, in each way.

    Args:
        ways: of the method.
        made: of each way its alternative, and for each step the slot that it fills (None: a constant).
        replay: runs the method once more on a way, with the given values of its draws.
        thoroughness: how much is tried.

    Returns:
        How many values were compared.

    Raises:
        UntraceableError: the method gives something else; the text tells a value.
    """
    chance = random.Random(thoroughness.seed)
    share = thoroughness.draws // len(ways)
    left, left_together = thoroughness.sweeps, thoroughness.together
    swept: set[Any] = set()
    compared = 0
    for way, (alternative, fills) in sorted(zip(ways, made, strict=True), key=lambda each: -each[0].weight):
        values = {number: values_of(draw.domain) for number, draw in enumerate(way.draws) if isinstance(draw, Hole)}
        lists: dict[Any, list[int]] = {}  # draws by their lists and their places in the code
        for number, each in values.items():
            if not isinstance(each.all, range):
                lists.setdefault(_place(way, number), []).append(number)
        cost = len(way.draws) * max((len(values[draws[0]].all) // len(draws) for draws in lists.values()), default=0)
        new = lists if cost <= left else {place: draws for place, draws in lists.items() if place not in swept}
        left -= cost
        swept |= set(new)
        most = min(thoroughness.rows, max(LEAST_ROWS, share // (1 + len(way.draws)))) if len(values) + _floats(way) else 1
        tried = [*rows(values, most, chance), *sweep(values, new.values(), chance)]
        for apart in runs(values):
            more = together(values, apart, chance)
            cost = len(way.draws) * len(more)
            if cost > left_together:
                break
            left_together -= cost
            tried += more
        for row in tried:
            _compare(way, alternative, fills, values, row, replay, chance)
            compared += 1
    return compared


def _place(way: TracedWay, number: int) -> Any:
    """A list's place in the code."""
    draw = way.draws[number]
    assert isinstance(draw, Hole)
    return draw.site, id(draw.domain)


def _floats(way: TracedWay) -> int:
    return sum(isinstance(draw, FloatRange) for draw in way.draws)


def _compare(
    way: TracedWay, alternative: Alternative, fills: Fills, values: dict[int, Values], row: Row, replay: Replay, chance: random.Random
) -> None:
    reals: dict[int, Any] = {number: values[number].all[chosen] for number, chosen in row.items()}
    reals |= {number: chance.uniform(draw.low, draw.high) for number, draw in enumerate(way.draws) if isinstance(draw, FloatRange)}
    texts = {
        number: way.form.inner(reals[number]) if way.form else "" for number, each in values.items() if isinstance(each.source, Grammar)
    }
    form, text, _ = replay(way, lambda number, _: reals[number])
    expected = "".join(
        step if isinstance(step, str) else filled(fill, row, texts) for step, fill in zip(alternative.steps, fills, strict=True)
    )
    if form != way.form or text != expected:
        raise UntraceableError(f"gives {text[:60]!r} where its template gives {expected[:60]!r}")
