"""Programs of the text kernel: a weighted choice of alternatives (springhead.columns.grammar), laid out as the arrays that springhead.kernels.text runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from springhead.columns.alias import FULL, alias_table
from springhead.columns.alignment import aligned
from springhead.columns.column import Column, Ids, Maker, State
from springhead.columns.draws import Draws
from springhead.columns.grammar import (
    MOST_DIGITS,
    Alternative,
    Check,
    Digits,
    Gap,
    Hex,
    Shared,
    Step,
    Sub,
    Uuid4,
    Whole,
    Words,
    longest_whole,
)
from springhead.columns.levels import LevelTables, goes_by_levels
from springhead.columns.type import NOT_PLAIN, PRINTED_NUMBER, PRINTED_WHOLE, TEXT, Kind, Type
from springhead.kernels import SLACK, checks, text, word, words
from springhead.kernels.text import (
    CALL,
    CELL,
    CHECK,
    DEEPEST,
    DIGITS,
    GS1,
    HEX,
    HEX_INTEGER,
    INTEGER,
    LONG,
    LUHN,
    SHORT,
    STEP,
    UUID4,
    WORD,
)

_NO_STATE = np.zeros(0, np.uint8)
_SECOND = np.uint64(0x5EC0_2D57_0A11_F3A7)  # a UUID takes two words of chance: the second from a key of the step's key

FEW_NUMBERS = 1000  # a range of fewer is a list of words: a table knows how many digits a number has, the CPU does not
CHECKS = {  # law → its code in the kernel
    "luhn": checks.LUHN,
    "gs1": checks.GS1,
    "aba": checks.ABA,
    "isbn10": checks.ISBN10,
    "cpf": checks.CPF,
    "cnpj": checks.CNPJ,
    "rg": checks.RG,
    "mod11_10": checks.MOD11_10,
    "nif": checks.NIF,
    "cif": checks.CIF,
    "upc_e": checks.UPC_E,
    "iban": checks.IBAN,
    "vin": checks.VIN,
    "ccc": checks.CCC,
    "tva": checks.TVA,
    "nir": checks.NIR,
    "nuss": checks.NUSS,
}


@dataclass(frozen=True, slots=True)
class _Laid:
    """A step as the kernel has it.

    Attributes:
        constant: what is written before it.
        path: names the key of its draw; (): it draws nothing.
        widest: the most bytes that it writes, the constant's included.
    """

    operation: int
    constant: bytes
    path: tuple[int, ...]
    a: int
    b: int
    c: int
    widest: int


def _only_digits(steps: Sequence[Step], count: int) -> bool:
    """Whether the last so many bytes of a row of these steps are digits for certain: then eight of them are checked at a time."""
    for step in reversed(steps):
        if count <= 0:
            break
        match step:
            case str() if step[-count:].isdecimal() and step.isascii():
                count -= len(step)
            case Digits(more):
                count -= more
            case Whole(_, high, width, 10):
                count -= width if width >= len(str(high)) else 1
            case _:
                return False
    return count <= 0


class _Tables:
    """The kernel's arrays while they are laid out: groups of alternatives, the program's own first, then those of its `Sub`s."""

    def __init__(self, draws: Draws) -> None:
        self._draws = draws
        self.blob = bytearray()
        self._places: dict[bytes, int] = {}
        self._steps: list[int] = []
        self._alternatives: list[list[int]] = []
        self._cells: list[int] = []
        self._lists: dict[Step, tuple[int, int]] = {}  # list → its first cell, its widest word: steps share lists
        self._seen: dict[int, tuple[Step, tuple[int, int]]] = {}  # the same by the step's identity

    def group(self, alternatives: Sequence[Alternative], path: tuple[int, ...]) -> tuple[int, int]:
        """Lays out a group, and below it those of its steps.

        Args:
            path: of the step that calls it; its draws' keys are named by it.

        Returns:
            (its first alternative, the most bytes that a row of it can have).
        """
        first = len(self._alternatives)
        self._alternatives += [[] for _ in alternatives]
        weights = [alternative.weight for alternative in alternatives]
        kept, other = alias_table(weights)
        laid = [self._laid(alternative.steps, (*path, number)) for number, alternative in enumerate(alternatives)]
        widest = [sum(step.widest for step in steps) for steps in laid]
        ways = aligned([tuple(step.operation for step in steps) for steps in laid], [float(weight) for weight in weights])
        for number, (steps, way) in enumerate(zip(laid, ways, strict=True)):
            begin, own = len(self._steps), iter(steps)
            for filled in way:
                self._append(next(own) if filled else self._written(b""))
            state = int(alternatives[number].state)
            self._alternatives[first + number] = [begin, len(self._steps), kept[number], number, other[number], state]
        return first, max(widest)

    def _laid(self, steps: Sequence[Step], path: tuple[int, ...]) -> list[_Laid]:
        """The steps of an alternative, each with the constant before it."""
        laid = []
        constant = b""
        for place, step in enumerate(steps):
            own = (*path, place)
            if isinstance(step, Shared):
                own, step = (*path, -1 - step.draw), step.step  # below zero: no place of a step
            if isinstance(step, str):
                constant += step.encode()
            elif isinstance(step, Gap):
                constant += b"0" * step.count
            else:
                operation, a, b, c, width = self._step(step, own)
                if isinstance(step, Check) and step.law in ("luhn", "gs1") and _only_digits(steps[:place], step.count):
                    operation = LUHN if step.law == "luhn" else GS1
                if operation != LONG and len(constant) > SHORT:
                    laid.append(self._written(constant))
                    constant = b""
                laid.append(_Laid(operation, constant, own, a, b, c, len(constant) + width))
                constant = b""
        return [*laid, self._written(constant)] if constant else laid

    def _written(self, constant: bytes) -> _Laid:
        """A step that writes a constant, and then the one word of a list, which is empty."""
        cell, _ = self._list(Words(("",)))
        return _Laid(LONG if len(constant) > SHORT else WORD, constant, (), 1, cell, 0, len(constant))

    def _append(self, step: _Laid) -> None:
        key = int(self._draws.key("step", *step.path)) if step.path else 0
        self._steps += [step.operation, self._place(step.constant), key, step.a, step.b, step.c]

    def _place(self, text: bytes) -> int:
        """Where a text stands in the blob: its start × 2^32 + its length."""
        if text not in self._places:
            self._places[text] = len(self.blob) << 32 | len(text)
            self.blob += text
        return self._places[text]

    def _step(self, step: Step, path: tuple[int, ...]) -> tuple[int, int, int, int, int]:
        """(operation, a, b, c, the most bytes) of a step."""
        match step:
            case Words(choices):
                cell, width = self._list(step)
                return LONG if width > SHORT else WORD, len(choices), cell, 0, width
            case Whole(low, high) if high - low < FEW_NUMBERS:
                cell, width = self._list(step)
                return LONG if width > SHORT else WORD, high - low + 1, cell, 0, width
            case Whole(low, high, width, base):
                return INTEGER if base == 10 else HEX_INTEGER, high - low + 1, low, width, max(width, len(str(high)))
            case Digits(count):
                return DIGITS, 10**count, 10 ** (18 - count), count, count
            case Hex(count):
                return HEX, 1, 0, count, count
            case Uuid4():
                return UUID4, int(word(self._draws.key("step", *path), _SECOND)), 0, 0, 36
            case Check(law, count):
                return CHECK, 1, CHECKS[law], count, 0 if step.fills else 1
            case Sub(alternatives):
                if len(path) > 2 * DEEPEST:
                    raise ValueError(f"programs nest at most {DEEPEST} deep")
                first, width = self.group(alternatives, path)
                return CALL, len(alternatives), first, 0, width
        raise AssertionError(f"{step} has been unwrapped by the caller")

    def _list(self, step: Words | Whole) -> tuple[int, int]:
        """(first cell, widest word) of a list, or of the numbers of a small range."""
        if id(step) in self._seen:
            return self._seen[id(step)][1]
        found = self._lists.get(step)  # once: hashing a thousand words and weights takes as long as laying out ten
        if found is None:
            if isinstance(step, Whole):
                texts, weights = [step.text(value).encode() for value in range(step.low, step.high + 1)], None
            else:
                texts, weights = [each.encode() if isinstance(each, str) else each for each in step.words], step.weights
            self._lists[step] = found = len(self._cells) // CELL, max(map(len, texts))
            places = [*map(self._place, texts)]
            cells = [FULL - 1] * (CELL * len(texts))
            cells[1::CELL] = cells[2::CELL] = places
            if weights is not None:
                kept, other = alias_table(weights)
                cells[::CELL], cells[2::CELL] = kept, [places[alias] for alias in other]
            self._cells += cells
        self._seen[id(step)] = step, found
        return found

    @property
    def kernel(self) -> Any:
        """The kernel that runs the program: a faster one where it is nothing but constants and words."""
        return words if {*self._steps[::STEP]} <= {WORD, LONG} else text

    def arrays(self, count: int, widest: int) -> tuple[Any, ...]:
        """The kernel's arguments for a program of so many alternatives, whose rows have at most so many bytes."""
        alternatives = [number for alternative in self._alternatives for number in alternative]
        return (
            *(
                _words(self._steps),
                _words(alternatives),
                np.uint64(count),
                np.uint64(widest),
                self._draws.key("alternative"),
                _words(self._cells),
            ),
            np.frombuffer(bytes(self.blob) + bytes(SLACK), np.uint8).copy(),
        )


class TextProgram:
    """A compiled program and its buffers; call `column` once for each chunk.

    Args:
        alternatives: at least one.
        draws: the field's; each step gets a key of its own.
        type_: of the rows; whether they can be null, missing or not plain follows from the alternatives.

    Attributes:
        type: of the rows, with those three set.
        is_ascii: whether the rows are ASCII, for certain.
    """

    def __init__(self, alternatives: Sequence[Alternative], draws: Draws, type_: Type = TEXT) -> None:
        tables = LevelTables(draws) if goes_by_levels(alternatives) else _Tables(draws)
        _, self._widest = tables.group(alternatives, ())
        self._run, self._tables = tables.kernel, tables.arrays(len(alternatives), self._widest)
        self.is_ascii = tables.blob.isascii()
        states = {alternative.state for alternative in alternatives}
        self.type = replace(
            type_,
            nullable=State.NULL in states,
            optional=State.MISSING in states,
            plain=type_.kind is Kind.TEXT and NOT_PLAIN.search(tables.blob) is None,
        )
        state = np.zeros(0, np.uint8) if self.type.stateful else None
        self._column = Column(self.type, 0, data=np.zeros(SLACK, np.uint8), state=state)

    @property
    def widest(self) -> int:
        """The most bytes that a row can have."""
        return self._widest

    def column(self, ids: Ids) -> Column:
        """The rows of these records; the same object for each chunk of this size, as long as its buffer is large enough."""
        n = ids.shape[0]
        if self._column.rows != n:
            state = None if self._column.state is None else np.zeros(n, np.uint8)
            self._column = replace(self._column, rows=n, ends=np.zeros(n, np.int64), state=state)
        done, used = 0, 0
        while True:
            out, ends, state = self._column.data, self._column.ends, self._column.state
            done, used = self._run(*self._tables, ids, done, used, out, ends, _NO_STATE if state is None else state)
            if done == n:
                return self._column
            # Room for the rest at the mean width so far, for one row of the widest at least, and half as much again.
            mean = used // done + 1 if done else min(self._widest, 64)
            grown = np.zeros(used + (n - done) * mean * 3 // 2 + self._widest + SLACK, np.uint8)
            grown[:used] = out[:used]
            self._column = replace(self._column, data=grown)


def _words(values: Sequence[int]) -> Ids:
    return np.array(values or [0], np.uint64)


def text_maker(alternatives: Sequence[Alternative], draws: Draws, type_: Type = TEXT) -> Maker:
    """The maker of a field that is one program. Printed numbers that are all whole are known to be."""
    whole = type_ == PRINTED_NUMBER and longest_whole(alternatives) <= MOST_DIGITS
    program = TextProgram(alternatives, draws, PRINTED_WHOLE if whole else type_)
    return Maker(program.type, lambda chunk: program.column(chunk.ids))
