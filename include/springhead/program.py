"""Programs of the text kernel: a weighted choice of alternatives (springhead.steps), laid out as the arrays that springhead.kernels.text runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from springhead.column import NEEDS_ESCAPE, Bytes, Column, Ids, Ints, Kind, Maker, State
from springhead.draws import Draws
from springhead.kernels import SLACK
from springhead.kernels import text as run
from springhead.kernels.checks import ABA, CCC, GS1, IBAN, ISBN10, LUHN, VIN
from springhead.kernels.text import CALL, CONSTANT, DEEPEST, DIGITS, HEX, HEX_INTEGER, INTEGER, UNIFORM, UUID4, WEIGHTED
from springhead.steps import Alternative, Check, Digits, Gap, Hex, Shared, Step, Sub, Uuid4, Whole, Words

_FULL = 2**64
CHECKS = {"luhn": LUHN, "gs1": GS1, "aba": ABA, "isbn10": ISBN10, "iban": IBAN, "vin": VIN, "ccc": CCC}  # law → operation


def alias_table(weights: Sequence[float | Fraction]) -> tuple[list[int], list[int]]:
    """Walker's alias table by Vose's method (1991), in whole numbers, so that it is the same on every machine. Do not change what it returns.

    Returns:
        (keep, alias): row j is kept where a uniform 64-bit word is below keep[j], else alias[j] is taken.
    """
    return _alias_table(tuple(weights))


@lru_cache(maxsize=256)  # the fields of a stream share lists
def _alias_table(weights: tuple[float | Fraction, ...]) -> tuple[list[int], list[int]]:
    exact = [Fraction(w) for w in weights]
    common = math.lcm(*(w.denominator for w in exact))
    whole = [w.numerator * (common // w.denominator) for w in exact]  # fractions would take twenty times as long
    total = sum(whole)
    n = len(whole)
    scaled = [w * n for w in whole]  # mean: total
    keep, alias = [_FULL - 1] * n, list(range(n))
    small = [j for j in range(n) if scaled[j] < total]
    large = [j for j in range(n) if scaled[j] >= total]
    while small and large:
        s, g = small.pop(), large[-1]
        keep[s], alias[s] = scaled[s] * _FULL // total, g
        scaled[g] -= total - scaled[s]
        if scaled[g] < total:
            small.append(large.pop())
    return keep, alias


class _Tables:
    """The kernel's arrays while they are laid out: groups of alternatives, the program's own first, then those of its `Sub`s."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self.blob = bytearray()
        self.widest: list[int] = []  # of each alternative
        self._op: list[int] = []
        self._a: list[int] = []
        self._b: list[int] = []
        self._c: list[int] = []
        self._keys: list[np.uint64] = []
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._kept: list[int] = []
        self._other: list[int] = []
        self._states: list[int] = []
        self._word: list[int] = []
        self._keep: list[int] = []
        self._alias: list[int] = []
        self._lists: dict[Words, tuple[int, int]] = {}  # list → its first word, its widest: steps share lists

    def group(self, alternatives: Sequence[Alternative], path: tuple[int, ...]) -> tuple[int, int]:
        """Lays out a group, and below it those of its steps.

        Args:
            path: of the step that calls it; its draws' keys are named by it.

        Returns:
            (its first alternative, the most bytes that a row of it can have).
        """
        first = len(self._starts)
        kept, other = alias_table([alternative.weight for alternative in alternatives])
        self._kept += kept
        self._other += other
        self._states += [alternative.state for alternative in alternatives]
        self._starts += [0] * len(alternatives)
        self._ends += [0] * len(alternatives)
        self.widest += [0] * len(alternatives)
        for number, alternative in enumerate(alternatives):
            rows = []
            for place, step in enumerate(alternative.steps):
                own = (*path, number, place)
                if isinstance(step, Shared):
                    own, step = (*path, number, -1 - step.draw), step.step  # below zero: no place of a step
                rows.append((own, *self._step(step, own), step.width if isinstance(step, Whole) else 0))
            self._starts[first + number] = len(self._op)
            for own, code, a, b, width, c in rows:
                self._op.append(code)
                self._a.append(a)
                self._b.append(b)
                self._c.append(c)
                self._keys.append(self._draws.key("step", *own))
                self.widest[first + number] += width
            self._ends[first + number] = len(self._op)
        return first, max(self.widest[first : first + len(alternatives)])

    def _step(self, step: Step, path: tuple[int, ...]) -> tuple[int, int, int, int]:
        """(operation, a, b, the most bytes) of a step."""
        match step:
            case str():
                return self._constant(step.encode())
            case Words():
                return self._words(step)
            case Digits(count):
                return DIGITS, count, 10**count, count
            case Hex(count):
                return HEX, count, 0, count
            case Whole(low, high, width, base):
                return INTEGER if base == 10 else HEX_INTEGER, low, high - low + 1, max(width, len(str(high)))
            case Uuid4():
                return UUID4, 0, 0, 36
            case Check(law, count):
                return CHECKS[law], count, 0, 0 if step.fills else 1
            case Gap(count):
                return self._constant(b"0" * count)
            case Sub(alternatives):
                if len(path) > 2 * DEEPEST:
                    raise ValueError(f"programs nest at most {DEEPEST} deep")
                first, width = self.group(alternatives, path)
                return CALL, first, len(alternatives), width
        raise AssertionError(f"{step} has been unwrapped by the caller")

    def _constant(self, text: bytes) -> tuple[int, int, int, int]:
        start = len(self.blob)
        self.blob += text
        return CONSTANT, start, len(self.blob), len(text)

    def _words(self, step: Words) -> tuple[int, int, int, int]:
        n = len(step.words)
        if step not in self._lists:
            encoded = [w.encode() if isinstance(w, str) else w for w in step.words]
            kept, other = ([_FULL - 1] * n, list(range(n))) if step.weights is None else alias_table(step.weights)
            self._lists[step] = len(self._word), max(map(len, encoded))
            for w in encoded:
                self._word.append(len(self.blob))
                self.blob += w
            self._word.append(len(self.blob))
            self._keep += [*kept, 0]
            self._alias += [*other, 0]
        first, width = self._lists[step]
        return UNIFORM if step.weights is None else WEIGHTED, first, n, width

    def arrays(self, count: int) -> tuple[Any, ...]:
        """The kernel's arguments for a program of so many alternatives."""
        return (
            *(_ints(self._op), _ints(self._a), _ints(self._b), _ints(self._c), np.array(self._keys, np.uint64)),
            *(count, _ints(self._starts), _ints(self._ends), np.array(self._kept, np.uint64), _ints(self._other), _ints(self.widest)),
            *(np.array(self._states, np.uint8), self._draws.key("alternative")),
            *(_ints(self._word or [0]), np.array(self._keep or [0], np.uint64), _ints(self._alias or [0])),
            np.frombuffer(bytes(self.blob) + bytes(SLACK), np.uint8).copy(),
        )


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
        tables = _Tables(draws)
        tables.group(alternatives, ())
        self._tables = tables.arrays(len(alternatives))
        self._widest = max(tables.widest[: len(alternatives)])
        self._escape = kind is Kind.TEXT and NEEDS_ESCAPE.search(tables.blob) is not None
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
