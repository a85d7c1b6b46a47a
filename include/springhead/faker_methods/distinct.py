"""Columns without repetition: the record's position in the batch, permuted, is unranked to a text of a domain."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate
from typing import Any

import numpy as np

from springhead.columns.column import Bytes, Chunk, Column, Ints, Maker
from springhead.columns.draws import Draws
from springhead.columns.grammar import MOST_DIGITS, Check, Gap, Whole, Words
from springhead.columns.text_program import CHECKS
from springhead.columns.type import NOT_PLAIN, PRINTED_NUMBER, PRINTED_WHOLE, TEXT, Kind, Type
from springhead.faker_methods.decoding import Printed, plain, words_of
from springhead.faker_methods.domain import Domain
from springhead.faker_methods.spellings import MOST_NUMBERS, Spelling
from springhead.kernels import SLACK
from springhead.kernels import distinct as run
from springhead.kernels.distinct import CHECK, NUMBER, WORD

_MOST_RANKS = MOST_NUMBERS  # of a way: the radices that carry a number multiply to at most so many
_MOST_TAKEN = 2**53  # ranks of a way that are used, so that those of all ways fit an int64; a batch has fewer than 2^27 records


def distinct_maker(domain: Domain, draws: Draws, type_: Type = TEXT) -> Maker:
    """The maker of a column in which each record below the domain's size has a text of its own.

    Ways are as likely as in Faker, until one is used up; then its share goes to the others. All words of a list are equally likely.

    Args:
        domain: not empty.
        draws: the field's.
        type_: of the texts.
    """
    tables = _Tables(domain.ways)
    arrays = (draws.key("unique"), *_phases(domain.ways), *tables.arrays())
    if type_ == PRINTED_NUMBER and tables.widest <= MOST_DIGITS and not re.search(rb"[^-0-9]", tables.blob):
        type_ = PRINTED_WHOLE
    type_ = replace(type_, plain=type_.kind is Kind.TEXT and NOT_PLAIN.search(tables.blob) is None)
    out: Bytes = np.zeros(SLACK, np.uint8)

    def column(chunk: Chunk) -> Column:
        nonlocal out
        ends: Ints = np.empty(chunk.rows, np.int64)
        done, used = 0, 0
        while True:
            done, used = run(*arrays, chunk.positions, done, used, out, ends)
            if done == chunk.rows:
                return Column(type_, chunk.rows, data=out, ends=ends)
            mean = used // done + 1 if done else min(tables.widest, 64)
            grown = np.zeros(used + (chunk.rows - done) * mean * 3 // 2 + tables.widest + SLACK, np.uint8)
            grown[:used] = out[:used]
            out = grown

    return Maker(type_, column)


def _phases(ways: Sequence[Spelling]) -> tuple[Any, Any, Any]:
    """How numbers are dealt out to the ways: in each phase by the weights of those that have ranks left; a phase ends when one has none.

    Returns:
        (phase_end, share_end, used) of springhead.kernels.distinct.
    """
    left = [min(_ranks(way), _MOST_TAKEN) for way in ways]
    used, ends, shares_end, used_before = [0] * len(ways), list[int](), list[list[int]](), list[list[int]]()
    while any(left):
        weights = [way.weight if rest else Fraction(0) for way, rest in zip(ways, left, strict=True)]
        # As many numbers for each unit of weight as the way lasts that is used up first.
        lasts = min(rest / weight for rest, weight in zip(left, weights, strict=True) if weight)
        shares = [math.floor(lasts * weight) for weight in weights]
        used_before.append(list(used))
        shares_end.append(list(accumulate(shares)))
        ends.append((ends[-1] if ends else 0) + sum(shares))
        used = [taken + share for taken, share in zip(used, shares, strict=True)]
        left = [rest - share for rest, share in zip(left, shares, strict=True)]
    return np.array(ends, np.uint64), np.array(shares_end, np.uint64), np.array(used_before, np.uint64)


class _Tables:
    """The kernel's arrays of ways, pieces, draws and words."""

    def __init__(self, ways: Sequence[Spelling]) -> None:
        self.blob = bytearray()
        self._word: list[int] = []
        self._lists: dict[int, tuple[int, int]] = {}  # list → its first word, its widest
        self._keep: list[Words] = []  # what these are the identities of
        self._rows: list[tuple[int, int, int, int, int, int]] = []  # of ways
        self._pieces: list[tuple[int, int, int, int, int]] = []
        self._draws: list[tuple[int, bool]] = []
        for way in ways:
            self._way(way)
        self.widest = max(row[5] for row in self._rows)

    def _way(self, way: Spelling) -> None:
        first_piece, first_draw = len(self._pieces), len(self._draws)
        places = {name: place for place, name in enumerate(way.draws)}
        carrying = _carrying(way)
        self._draws += [(radix, name in carrying) for name, radix in way.draws.items()]
        width = 0
        for piece, name in zip(way.pieces, way.names, strict=True):
            *row, widest = self._piece(plain(piece))
            self._pieces.append((*row, -1 if name is None else places[name]))  # type: ignore[arg-type]
            width += widest
        self._rows.append((first_piece, len(self._pieces), first_draw, len(self._draws), _ranks(way), width))

    def _piece(self, piece: Printed) -> tuple[int, int, int, int, int]:
        match piece:
            case Words():
                first, widest = self._list(piece)
                return WORD, first, 0, 0, widest
            case Whole(low, high, width, base):
                return NUMBER, low, base, width, len(piece.text(high))
            case Check(law, count):
                return CHECK, count, CHECKS[law], 0, 0 if piece.fills else 1
            case Gap(count):
                return self._piece(Words((b"0" * count,)))

    def _list(self, of: Words) -> tuple[int, int]:
        if id(of) not in self._lists:
            self._keep.append(of)
            words = words_of(of)
            self._lists[id(of)] = len(self._word), max(map(len, words))
            for word in words:
                self._word.append(len(self.blob))
                self.blob += word
            self._word.append(len(self.blob))
        return self._lists[id(of)]

    def arrays(self) -> tuple[Any, ...]:
        """The kernel's arguments from `piece` to `values`."""
        piece, piece_end, draw, draw_end, size, width = zip(*self._rows, strict=True)
        op, a, b, c, of_draw = zip(*self._pieces, strict=True)
        radix, carries = zip(*self._draws, strict=True) if self._draws else ((), ())
        return (
            *(np.array(each, np.int64) for each in (piece, piece_end, draw, draw_end)),
            *(np.array(size, np.uint64), np.array(width, np.int64), np.array(radix, np.uint64), np.array(carries, np.uint8)),
            *(np.array(each, np.int64) for each in (op, a, b, c, of_draw, self._word or [0])),
            np.frombuffer(bytes(self.blob) + bytes(SLACK), np.uint8).copy(),
            np.empty(len(radix), np.uint64),
        )


def _carrying(way: Spelling) -> set[int]:
    """Which draws carry a rank: all, or the largest that _MOST_RANKS allows (together then more than its square root)."""
    product, chosen = 1, set[int]()
    for name, radix in sorted(way.draws.items(), key=lambda draw: -draw[1]):
        if product * radix <= _MOST_RANKS:
            product *= radix
            chosen.add(name)
    return chosen


def _ranks(way: Spelling) -> int:
    """How many ranks a way has."""
    carrying = _carrying(way)
    return math.prod(radix for name, radix in way.draws.items() if name in carrying)
