"""Programs of words that all stand equally deep in calls, laid out as the arrays that springhead.kernels.levels runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from springhead.columns.alias import alias_table
from springhead.columns.draws import Draws
from springhead.columns.grammar import Alternative, Step, Sub, Words
from springhead.kernels import SLACK, levels
from springhead.kernels.levels import AT_ONCE, ROOM

_MOST_WORDS = 16_384  # of all lists; each is laid out once for each pair of constants that stand beside it


def goes_by_levels(alternatives: Sequence[Alternative]) -> bool:
    """Whether a program is nothing but unweighted words and constants, all words equally deep in calls, and not of the same number in each row."""
    depth = _depth(alternatives)
    if depth is None or (depth == 0 and len({_drawing(alternative) for alternative in alternatives}) == 1):
        return False
    lists = {*_lists(alternatives, "", "")}
    return sum(len(words.words) for words, _, _ in lists) <= _MOST_WORDS and _most(alternatives) <= ROOM - AT_ONCE


def _depth(alternatives: Sequence[Alternative]) -> int | None:
    """How many calls deep all words stand; None: not all equally deep, there is something else, or an alternative has none that its constants could be part of."""
    found: set[int | None] = set()
    for alternative in alternatives:
        found |= {_depth_of(step) for step in alternative.steps if not isinstance(step, str)} if _drawing(alternative) else {None}
    return found.pop() if len(found) == 1 else None


def _depth_of(step: Step) -> int | None:
    match step:
        case Words(_, None):
            return 0
        case Sub(alternatives):
            inner = _depth(alternatives)
            return None if inner is None else inner + 1
    return None


def _drawing(alternative: Alternative) -> int:
    """How many of its steps draw."""
    return sum(not isinstance(step, str) for step in alternative.steps)


def _most(alternatives: Sequence[Alternative]) -> int:
    """The most words of a row."""
    return max(
        sum(1 if isinstance(step, Words) else _most(step.alternatives) for _, step, _, _ in _with_constants(alternative.steps, "", ""))
        for alternative in alternatives
    )


def _lists(alternatives: Sequence[Alternative], before: str, behind: str) -> Iterator[tuple[Words, str, str]]:
    """Each step's list, with the constants before and behind each of its words."""
    for alternative in alternatives:
        for _, step, left, right in _with_constants(alternative.steps, before, behind):
            if isinstance(step, Words):
                yield step, left, right
            else:
                yield from _lists(step.alternatives, left, right)


def _with_constants(steps: Sequence[Step], before: str, behind: str) -> Iterator[tuple[int, Words | Sub, str, str]]:
    """(its place, itself, the constant before it, that behind it) of each step that draws: the last one has all that stands behind it."""
    last: tuple[int, Words | Sub, str] | None = None
    for place, step in enumerate(steps):
        if isinstance(step, str):
            before += step
        elif isinstance(step, Words | Sub):
            if last is not None:
                yield (*last, "")
            last, before = (place, step, before), ""
    if last is not None:
        yield (*last, before + behind)


class LevelTables:
    """The kernel's arrays while they are laid out: groups of alternatives, the program's own first, then those of its `Sub`s.

    A constant is part of each word of the list beside it, and there are no other steps than words and calls.
    """

    kernel = levels

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self.blob = bytearray()
        self._places: list[int] = []
        self._lists: dict[tuple[Words, str, str], tuple[int, int]] = {}
        self._keys: list[int] = []
        self._steps: list[int] = []
        self._alternatives: list[list[int]] = []
        self._depth, self._most = 0, 0

    def group(self, alternatives: Sequence[Alternative], path: tuple[int, ...]) -> tuple[int, int]:
        """As that of the tables of springhead.columns.text_program."""
        self._depth, self._most = _depth(alternatives) or 0, _most(alternatives)
        return self._group(alternatives, path, "", "")

    def _group(self, alternatives: Sequence[Alternative], path: tuple[int, ...], before: str, behind: str) -> tuple[int, int]:
        first, widest = len(self._alternatives), 0
        self._alternatives += [[] for _ in alternatives]
        kept, other = alias_table([alternative.weight for alternative in alternatives])
        for number, alternative in enumerate(alternatives):
            keys, steps, width = [], [], 0
            for place, step, left, right in _with_constants(alternative.steps, before, behind):
                own = (*path, number, place)
                if isinstance(step, Words):
                    count, (begin, most) = len(step.words), self._list(step, left, right)
                else:
                    count, (begin, most) = len(step.alternatives), self._group(step.alternatives, own, left, right)
                keys.append(int(self._draws.key("step", *own)))
                steps.append(count << 32 | begin)
                width += most
            begin, end = len(self._keys), len(self._keys) + len(keys)
            self._alternatives[first + number] = [begin, end, kept[number], number, other[number], int(alternative.state)]
            self._keys += keys
            self._steps += steps
            widest = max(widest, width)
        return first, widest

    def _list(self, words: Words, before: str, behind: str) -> tuple[int, int]:
        """(its first word, the most bytes of one)."""
        found = self._lists.get((words, before, behind))
        if found is None:
            texts = [before.encode() + (word.encode() if isinstance(word, str) else word) + behind.encode() for word in words.words]
            self._lists[words, before, behind] = found = len(self._places), max(map(len, texts))
            for text in texts:
                self._places.append(len(self.blob) << 32 | len(text))
                self.blob += text
        return found

    def arrays(self, count: int, widest: int) -> tuple[Any, ...]:
        """The kernel's arguments for a program of so many alternatives, whose rows have at most so many bytes."""
        more = [0] * AT_ONCE
        return (
            np.array(self._keys + more, np.uint64),
            np.array(self._steps + more, np.uint64),
            np.array(self._alternatives, np.uint64).reshape(-1),
            np.uint64(count),
            np.uint64(widest),
            self._draws.key("alternative"),
            np.uint64(self._depth),
            np.uint64(self._most),
            np.array(self._places, np.uint64),
            np.frombuffer(bytes(self.blob) + bytes(SLACK), np.uint8).copy(),
        )
