"""The check of a method's ways: the templates that tracing found, against the real method."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from springhead.columns.grammar import Alternative, Step
from springhead.faker_methods.events import FloatRange, Hole, Slot, Taken, TracedWay, UntraceableError
from springhead.faker_methods.hole_steps import filled, sample
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form

MOST_CHECKS = 6_000  # runs of one method

Fills: TypeAlias = list[tuple[Slot, Step] | None]
Replay: TypeAlias = Callable[[TracedWay, Callable[[int, Hole | FloatRange], Any]], tuple[Form | None, str, list[Slot]]]


def check(ways: Sequence[TracedWay], made: Sequence[tuple[Alternative, Fills]], replay: Replay) -> None:
    """Checks that the real method, run on real values, gives what filling the template gives: with every word of every list once, and with a sample
    of what is too many to try.

    Args:
        ways: of the method.
        made: of each way its alternative, and for each step the slot that it fills (None: a constant).
        replay: runs the method once more on a way, with the given values of its draws.

    Raises:
        UntraceableError: it does not.
    """
    chance = random.Random(0)
    (inner,) = {way.form.inner for way in ways if way.form}
    tries = max(2, min(40, MOST_CHECKS // len(ways)))
    tried: set[Any] = set()
    for way, (alternative, fills) in zip(ways, made, strict=True):
        holes = {number: draw for number, draw in enumerate(way.draws) if isinstance(draw, Hole)}
        lists = {number: hole.domain for number, hole in holes.items() if isinstance(hole.domain, tuple)}
        new = {number for number, words in lists.items() if (holes[number].site, id(words)) not in tried}
        tried |= {(holes[number].site, id(lists[number])) for number in new}
        runs = max([tries if any(not isinstance(draw, Taken) for draw in way.draws) else 1, *(len(lists[number]) for number in new)])
        for run in range(runs):
            reals: dict[int, Any] = {}
            chosen: dict[int, int] = {}
            texts: dict[int, str] = {}
            for number, draw in enumerate(way.draws):
                if isinstance(draw, FloatRange):
                    reals[number] = chance.uniform(draw.low, draw.high)
                elif isinstance(draw, Hole) and isinstance(draw.domain, Grammar):
                    reals[number] = sample(draw.domain.alternatives, chance)
                    texts[number] = inner(str(reals[number]))
                elif isinstance(draw, Hole):
                    assert not isinstance(draw.domain, Grammar)
                    n = len(draw.domain)
                    chosen[number] = run % n if number in new else chance.randrange(n)
                    reals[number] = draw.domain[chosen[number]]
            form, text, _ = replay(way, lambda number, _, reals=reals: reals[number])  # type: ignore[misc]
            expected = "".join(
                step if isinstance(step, str) else filled(fill, chosen, texts) for step, fill in zip(alternative.steps, fills, strict=True)
            )
            if form != way.form or text != expected:
                raise UntraceableError(f"gives {text[:60]!r} where its template gives {expected[:60]!r}")
