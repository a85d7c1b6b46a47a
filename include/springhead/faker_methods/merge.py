"""The same grammar in fewer alternatives and steps."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from springhead.columns.grammar import Alternative, Digits, Shared, Step, Sub, Words


def merge(alternatives: Sequence[Alternative]) -> tuple[Alternative, ...]:
    """The same grammar in fewer alternatives: equal ones become one; those that differ in one constant draw it from a list; digits side by side
    become one step."""
    weights: dict[tuple[Any, Any], Fraction] = {}
    for alternative in alternatives:
        identity = (_joined(alternative.steps), alternative.state)
        weights[identity] = weights.get(identity, Fraction(0)) + Fraction(alternative.weight)
    rows = list(weights.items())
    number_of = _Numbers()
    for place in range(max(len(steps) for (steps, _), _ in rows)):
        groups: dict[Any, list[tuple[tuple[Any, Any], Fraction]]] = {}
        for number, row in enumerate(rows):
            (steps, state), _ = row
            constant = place < len(steps) and isinstance(steps[place], str)
            others = (*map(number_of, steps[:place]), -1, *map(number_of, steps[place + 1 :]), state) if constant else number
            groups.setdefault(others, []).append(row)
        rows = [_one(group, place) for group in groups.values()]
    return tuple(Alternative(steps, weight, state) for (steps, state), weight in rows)


class _Numbers:
    """Numbers of steps, equal ones the same: a part of thousands of weighted words is hashed once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Step, int]] = {}  # by identity; with the step, so that its identity stays its own
        self._equal: dict[Step, int] = {}

    def __call__(self, step: Step) -> int:
        if id(step) not in self._known:
            self._known[id(step)] = step, self._equal.setdefault(step, len(self._equal))
        return self._known[id(step)][1]


def _one(group: list[tuple[tuple[Any, Any], Fraction]], place: int) -> tuple[tuple[Any, Any], Fraction]:
    if len(group) == 1:
        return group[0]
    (steps, state), _ = group[0]
    each = [weight for _, weight in group]
    words = Words(tuple(steps[place] for (steps, _), _ in group), None if len(set(each)) == 1 else tuple(each))
    return ((*steps[:place], words, *steps[place + 1 :]), state), sum(each, Fraction(0))


def _plain_steps(step: Step) -> tuple[Step, ...]:
    """A part's steps, where it is one alternative and its draws' numbers cannot be taken for those of its caller; else the step itself."""
    if isinstance(step, Sub) and len(step.alternatives) == 1:
        (alternative,) = step.alternatives
        if not any(isinstance(each, Shared) for each in alternative.steps):
            return alternative.steps
    return (step,)


def _joined(steps: Sequence[Step]) -> tuple[Step, ...]:
    """A part that is one alternative in its place; constants side by side as one, digits side by side as one."""
    made: list[Step] = []
    flat = [each for step in steps for each in (_plain_steps(step))]
    for step in flat:
        last = made[-1] if made else None
        if isinstance(step, str) and isinstance(last, str):
            made[-1] = last + step
        elif isinstance(step, Digits) and isinstance(last, Digits) and step.count + last.count <= 18:
            made[-1] = Digits(step.count + last.count)
        else:
            made.append(step)
    return tuple(made)
