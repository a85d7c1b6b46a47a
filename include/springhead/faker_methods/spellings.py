"""The ways of a grammar, each as pieces in a row."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from itertools import product as rows_of
from typing import TypeAlias

from springhead.columns.column import State
from springhead.columns.grammar import Alternative, Check, Digits, Gap, Hex, Shared, Step, Sub, Uuid4, Whole, Words
from springhead.faker_methods.decoding import Piece, Pieces, Printed, plain, words_of
from springhead.faker_methods.hole_steps import checked

MOST_SPELLINGS = 100
MOST_NUMBERS = 2**62  # of one draw
_FIRST_OF_PARTS = 1_000_000  # the draws of parts are numbered from here on; the tracer numbers those of a method from 0


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which a text may be made, and how likely it is."""

    pieces: Pieces
    weight: Fraction

    @property
    def draws(self) -> dict[int, int]:
        """Of each draw its radix, how many values it has: a draw is named by its `Shared` number, or below zero by its piece's place."""
        return {name: radix(piece) for name, piece in zip(self.names, self.pieces, strict=True) if name is not None}

    @property
    def names(self) -> list[int | None]:
        """Which draw each piece prints; None: it is a constant, a check character or its gap."""
        return [
            piece.draw if isinstance(piece, Shared) else None if radix(piece) == 1 else -1 - place
            for place, piece in enumerate(self.pieces)
        ]

    @property
    def size(self) -> int:
        """How many texts it has."""
        return math.prod(self.draws.values())

    def texts(self) -> Iterator[bytes]:
        """All of them."""
        draws = self.draws
        places = {name: place for place, name in enumerate(draws)}
        listed = [
            (_texts(plain(piece)), None if name is None else places[name]) for piece, name in zip(self.pieces, self.names, strict=True)
        ]
        for values in rows_of(*map(range, draws.values())):
            text = b""
            for each, place in listed:
                text = each(text) if callable(each) else text + each[0 if place is None else values[place]]
            yield text


def radix(piece: Piece) -> int:
    """How many values a piece has to draw from; 1: it draws nothing."""
    match plain(piece):
        case Words(words):
            return len(words)
        case Whole(low, high):
            return high - low + 1
    return 1


def _texts(piece: Printed) -> Sequence[bytes] | Callable[[bytes], bytes]:
    """A piece's texts, or how it changes the text before it."""
    match piece:
        case Words():
            return words_of(piece)
        case Whole(low, high):
            return [piece.text(value).encode() for value in range(low, high + 1)]
        case Gap(length):
            return (b"0" * length,)
    return lambda text: checked(text.decode(), piece).encode()


# From alternatives to ways


def spellings_of(alternatives: Sequence[Alternative]) -> tuple[list[Spelling], bool]:
    """The ways of these alternatives, the likeliest first, and whether they are all: at most MOST_SPELLINGS are kept. Nulls are none."""
    values = [each for each in alternatives if each.state is State.VALUE and each.weight]
    rows, whole = _group(values, {}, count(_FIRST_OF_PARTS))
    known = [(row, weight) for row, weight in rows if row is not None]
    return [Spelling(_distinct(row) or _NOTHING, weight) for row, weight in known], whole and len(known) == len(rows)


_NOTHING: Pieces = (Words((b"",)),)
_Rows: TypeAlias = list[tuple[Pieces | None, Fraction]]  # ways with their shares; None: one that cannot be taken apart


def _group(alternatives: Sequence[Alternative], known: dict[int, Pieces | None], fresh: Iterator[int]) -> tuple[_Rows, bool]:
    """The likeliest ways of a group, and whether they are all.

    Args:
        known: the pieces of steps that have been seen, by identity, so that steps which share a list go on sharing it.
        fresh: numbers for the draws of parts.
    """
    found: _Rows = []
    whole = True
    total = sum(Fraction(each.weight) for each in alternatives)
    for alternative in alternatives:
        rows: _Rows = [((), Fraction(alternative.weight) / total)]
        for step in alternative.steps:
            if isinstance(step, Sub):
                added, all_of_them = _group(step.alternatives, known, fresh)
                added = [(row and _renumbered(row, fresh), share) for row, share in added]
            else:
                if id(step) not in known:
                    known[id(step)] = _pieces(step)
                added, all_of_them = [(known[id(step)], Fraction(1))], True
            product = [(None if row is None or more is None else row + more, share * part) for row, share in rows for more, part in added]
            rows = _likeliest(product)
            whole &= all_of_them and len(rows) == len(product)
        found += rows
    kept = _likeliest(found)
    return kept, whole and len(kept) == len(found)


def _likeliest(rows: _Rows) -> _Rows:
    return sorted(rows, key=lambda row: -row[1])[:MOST_SPELLINGS]


def _renumbered(row: Pieces, fresh: Iterator[int]) -> Pieces:
    """Draws of one number in two parts, or in a part and its caller, are two draws."""
    names: dict[int, int] = {}
    for piece in row:
        if isinstance(piece, Shared) and piece.draw not in names:
            names[piece.draw] = next(fresh)
    return tuple(Shared(names[piece.draw], piece.step) if isinstance(piece, Shared) else piece for piece in row)


def _pieces(step: Step) -> Pieces | None:
    match step:
        case str():
            return (Words((step.encode(),)),)
        case Words():
            return (Words(tuple(dict.fromkeys(words_of(step)))),)
        case Digits(length):
            return (Whole(0, 10**length - 1, length),)
        case Hex(length):  # below MOST_NUMBERS each
            return tuple(Whole(0, 16**digits - 1, digits, 16) for digits in ((8, length - 8) if length > 8 else (length,)))
        case Uuid4():
            dash = Words((b"-",))
            four, three = Whole(0, 16**4 - 1, 4, 16), Whole(0, 16**3 - 1, 3, 16)
            variant = Words(tuple(digit.encode() for digit in "89ab"))
            return (
                *(Whole(0, 16**8 - 1, 8, 16), dash, four, dash, Words((b"4",)), three, dash),
                *(variant, three, dash, Whole(0, 16**8 - 1, 8, 16), four),
            )
        case Whole(low, high):
            return (step,) if high - low < MOST_NUMBERS else None
        case Gap() | Check():
            return (step,)
        case Shared(draw, Words() as part):
            return (Shared(draw, Words(words_of(part))),)
        case Shared(draw, part):
            inner = _pieces(part)
            return (Shared(draw, plain(inner[0])),) if inner and len(inner) == 1 else None
    return None


def _distinct(pieces: Pieces) -> Pieces:
    """The pieces, where words that share a draw have each combination once: different values of the draw print different texts."""
    printed: dict[int, list[Words]] = {}
    for piece in pieces:
        if isinstance(piece, Shared) and isinstance(piece.step, Words):
            printed.setdefault(piece.draw, []).append(piece.step)
    places: dict[int, list[int]] = {}
    for draw, lists in printed.items():
        first: dict[object, int] = {}
        for place, row in enumerate(zip(*(each.words for each in lists), strict=True)):
            first.setdefault(row, place)
        places[draw] = list(first.values())
    return tuple(
        Shared(piece.draw, Words(tuple(piece.step.words[place] for place in places[piece.draw])))
        if isinstance(piece, Shared) and isinstance(piece.step, Words)
        else piece
        for piece in pieces
    )
