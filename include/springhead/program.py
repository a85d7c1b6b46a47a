"""Programs of the text kernel: what a text field draws, as arrays.

A `Program` is a weighted choice of `Alternative`s, each a sequence of steps: constants, words of a list, digits, … It compiles to the arrays that
springhead.kernels.text runs, and is small enough to be written by hand, by a field kind, or by the tracer of a Faker provider.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from springhead.column import NEEDS_ESCAPE, Bytes, Column, Ids, Ints, Kind, Maker, State
from springhead.draws import Draws
from springhead.kernels import SLACK
from springhead.kernels import text as run
from springhead.kernels.text import CONSTANT, DIGITS, HEX, INTEGER, UNIFORM, UUID4, WEIGHTED

_FULL = 2**64


@dataclass(frozen=True, slots=True)
class Words:
    """A word drawn from a list.

    Attributes:
        words: the words; a word that stands twice is twice as likely.
        weights: a positive weight each; None: all alike.
    """

    words: Sequence[str | bytes]
    weights: Sequence[float | Fraction] | None = None


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
    """A whole number from low … high (both included, low ≥ 0), without leading zeros."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Uuid4:
    """A random UUID, version 4 (RFC 9562)."""


Step: TypeAlias = str | Words | Digits | Hex | Whole | Uuid4


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in which a row may be made."""

    steps: Sequence[Step]
    weight: float | Fraction = 1
    state: State = State.VALUE


def alias_table(weights: Sequence[float | Fraction]) -> tuple[list[int], list[int]]:
    """Walker's alias table by Vose's method (1991), in whole numbers, so that it is the same on every machine.

    Returns:
        (keep, alias): row j is kept where a uniform 64-bit word is below keep[j], else alias[j] is taken.
    """
    exact = [Fraction(w) for w in weights]
    total = sum(exact)
    n = len(exact)
    scaled = [w * n / total for w in exact]  # mean 1
    keep, alias = [_FULL - 1] * n, list(range(n))
    small = [j for j in range(n) if scaled[j] < 1]
    large = [j for j in range(n) if scaled[j] >= 1]
    while small and large:
        s, g = small.pop(), large[-1]
        keep[s], alias[s] = int(scaled[s] * _FULL), g
        scaled[g] -= 1 - scaled[s]
        if scaled[g] < 1:
            small.append(large.pop())
    return keep, alias


class Program:
    """A compiled program and its buffers; call `column` once for each chunk.

    Args:
        alternatives: at least one.
        draws: the field's; each step gets a key of its own.
        kind: TEXT, or LITERAL where the rows are JSON already.
        literal_type: as in `Column`.
    """

    def __init__(self, alternatives: Sequence[Alternative], draws: Draws, *, kind: Kind = Kind.TEXT, literal_type: str = "number") -> None:
        self._kind, self._literal_type = kind, literal_type
        blob = bytearray()
        op: list[int] = []
        a: list[int] = []
        b: list[int] = []
        keys: list[np.uint64] = []
        starts = [0]
        most: list[int] = []
        word: list[int] = []
        keep: list[int] = []
        alias: list[int] = []
        for number, alternative in enumerate(alternatives):
            widest = 0
            for place, step in enumerate(alternative.steps):
                if isinstance(step, str):
                    text = step.encode()
                    code, x, y, width = CONSTANT, len(blob), len(blob) + len(text), len(text)
                    blob += text
                elif isinstance(step, Words):
                    encoded = [w.encode() if isinstance(w, str) else w for w in step.words]
                    code, x, y, width = UNIFORM, len(word), len(encoded), max(map(len, encoded))
                    if step.weights is not None:
                        code = WEIGHTED
                        kept, other = alias_table(step.weights)
                    else:
                        kept, other = [_FULL - 1] * y, list(range(y))
                    for w in encoded:
                        word.append(len(blob))
                        blob += w
                    word.append(len(blob))
                    keep += [*kept, 0]
                    alias += [*other, 0]
                elif isinstance(step, Digits):
                    code, x, y, width = DIGITS, step.count, 10**step.count, step.count
                elif isinstance(step, Hex):
                    code, x, y, width = HEX, step.count, 0, step.count
                elif isinstance(step, Whole):
                    code, x, y, width = INTEGER, step.low, step.high - step.low + 1, len(str(step.high))
                else:
                    code, x, y, width = UUID4, 0, 0, 36
                op.append(code)
                a.append(x)
                b.append(y)
                keys.append(draws.key("step", number, place))
                widest += width
            starts.append(len(op))
            most.append(widest)
        kept, other = alias_table([alternative.weight for alternative in alternatives])
        self._tables = (
            *(_ints(op), _ints(a), _ints(b), np.array(keys, np.uint64)),
            *(_ints(starts), np.array(kept, np.uint64), _ints(other), _ints(most)),
            *(np.array([x.state for x in alternatives], np.uint8), draws.key("alternative")),
            *(_ints(word or [0]), np.array(keep or [0], np.uint64), _ints(alias or [0])),
            np.frombuffer(bytes(blob) + bytes(SLACK), np.uint8).copy(),
        )
        self._widest = max(most)
        self._escape = kind is Kind.TEXT and NEEDS_ESCAPE.search(blob) is not None
        self._out: Bytes = np.zeros(SLACK, np.uint8)
        self._ends: Ints = np.zeros(0, np.int64)
        self._stateful = any(x.state is not State.VALUE for x in alternatives)
        self._state: Bytes = np.zeros(0, np.uint8)

    @property
    def widest(self) -> int:
        """The most bytes that a row can have."""
        return self._widest

    def column(self, ids: Ids) -> Column:
        """The rows of these records."""
        n = ids.shape[0]
        if self._ends.shape[0] < n:
            self._ends = np.zeros(n, np.int64)
            if self._stateful:
                self._state = np.zeros(n, np.uint8)
        ends, state = self._ends[:n], self._state[:n]
        done, used = 0, 0
        while True:
            done, used = run(*self._tables, ids, done, used, self._out, ends, state)
            if done == n:
                break
            # Room for the rest at the mean width so far, for one row of the widest at least, and half as much again.
            mean = used // done + 1 if done else min(self._widest, 64)
            grown = np.zeros(used + (n - done) * mean * 3 // 2 + self._widest + SLACK, np.uint8)
            grown[:used] = self._out[:used]
            self._out = grown
        return Column(
            self._kind,
            n,
            data=self._out,
            ends=ends,
            state=state if self._stateful else None,
            escape=self._escape,
            literal_type=self._literal_type,
        )


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, np.int64)


def text_maker(alternatives: Sequence[Alternative], draws: Draws, *, kind: Kind = Kind.TEXT, literal_type: str = "number") -> Maker:
    """The maker of a field that is one program."""
    program = Program(alternatives, draws, kind=kind, literal_type=literal_type)
    return lambda chunk: program.column(chunk.ids)
