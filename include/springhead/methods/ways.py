"""The ways of a grammar, each as pieces in a row, and what can be proven of them: that a way's texts differ, and that two ways have none in common."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from itertools import product as rows_of
from typing import Any, TypeAlias

from springhead.column import State
from springhead.methods.decoding import Piece, Pieces, Printed, Reader, plain, words_of
from springhead.methods.steps import checked
from springhead.steps import Alternative, Check, Digits, Gap, Hex, Shared, Step, Sub, Uuid4, Whole, Words

MOST_WAYS = 100


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a text may be made, and how likely it is."""

    pieces: Pieces
    weight: Fraction

    @property
    def draws(self) -> dict[int, int]:
        """Of each draw its radix, how many values it has: a draw is named by its `Shared` number, or below zero by its piece's place."""
        return {name: radix(piece) for name, piece in zip(self.names, self.pieces, strict=True) if name is not None}

    @property
    def names(self) -> list[int | None]:
        """Which draw each piece prints; None: it is a constant or a check digit."""
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
        row = [
            (plain(piece), places.get(name, -1) if name is not None else -1) for piece, name in zip(self.pieces, self.names, strict=True)
        ]
        listed = [(_texts(piece), place) for piece, place in row]
        for values in rows_of(*map(range, draws.values())):
            text = b""
            for each, place in listed:
                text = each(text) if callable(each) else text + each[values[place] if place >= 0 else 0]
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
        case Gap(count):
            return (b"0" * count,)
    return lambda text: checked(text.decode(), piece).encode()


# From alternatives to ways


def ways_of(alternatives: Sequence[Alternative]) -> tuple[list[Way], bool]:
    """The ways of these alternatives, the likeliest first, and whether they are all: at most MOST_WAYS are kept. Nulls are none."""
    values = [each for each in alternatives if each.state is State.VALUE and each.weight]
    rows, whole = _group(values, {})
    return [Way(_distinct(row) or _NOTHING, weight) for row, weight in rows if row is not None], whole and all(
        row is not None for row, _ in rows
    )


_NOTHING: Pieces = (Words((b"",)),)
_Rows: TypeAlias = list[tuple[Pieces | None, Fraction]]  # ways with their shares; None: one that cannot be taken apart


def _group(alternatives: Sequence[Alternative], known: dict[int, Pieces | None]) -> tuple[_Rows, bool]:
    """The likeliest ways of a group, and whether they are all.

    Args:
        known: the pieces of steps that have been seen, by identity, so that steps which share a list go on sharing it.
    """
    found: _Rows = []
    whole = True
    total = sum(Fraction(each.weight) for each in alternatives)
    for alternative in alternatives:
        rows: _Rows = [((), Fraction(alternative.weight) / total)]
        for place, step in enumerate(alternative.steps):
            if isinstance(step, Sub):
                added, all_of_them = _group(step.alternatives, known)
                added = [(row and _renumbered(row, place), share) for row, share in added]
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
    return sorted(rows, key=lambda row: -row[1])[:MOST_WAYS]


def _renumbered(row: Pieces, place: int) -> Pieces:
    """Draws of one number in two parts are two draws."""
    return tuple(Shared(piece.draw * 1000 + place + 1, piece.step) if isinstance(piece, Shared) else piece for piece in row)


def _pieces(step: Step) -> Pieces | None:
    match step:
        case str():
            return (Words((step.encode(),)),)
        case Words():
            return (Words(tuple(dict.fromkeys(words_of(step)))),)
        case Digits(count):
            return (Whole(0, 10**count - 1, count),)
        case Hex(count):  # a radix fits an int64
            return tuple(Whole(0, 16**digits - 1, digits, 16) for digits in ((8, count - 8) if count > 8 else (count,)))
        case Uuid4():
            dash = Words((b"-",))
            four, three = Whole(0, 16**4 - 1, 4, 16), Whole(0, 16**3 - 1, 3, 16)
            variant = Words(tuple(digit.encode() for digit in "89ab"))
            return (
                *(Whole(0, 16**8 - 1, 8, 16), dash, four, dash, Words((b"4",)), three, dash),
                *(variant, three, dash, Whole(0, 16**8 - 1, 8, 16), four),
            )
        case Whole() | Gap() | Check():
            return (step,)
        case Shared(draw, Words() as part):
            return (Shared(draw, Words(words_of(part))),)
        case Shared(draw, part):
            inner = _pieces(part)
            return (Shared(draw, plain(inner[0])),) if inner and len(inner) == 1 else None
    return None


def _distinct(pieces: Pieces) -> Pieces:
    """The pieces, and of the words that share a draw each row of them once: a draw's values can be told by what is printed of them."""
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


# What can be proven


class Relation(Enum):
    """What is known of two ways."""

    APART = "no text is both's"
    ALIGNED = "a text of both has the same text in each place"
    UNKNOWN = "nothing"


class Prover:
    """Proofs about ways; it remembers what it has learnt of their pieces."""

    def __init__(self) -> None:
        self._readers = Reader(backwards=False), Reader(backwards=True)
        self._counts: dict[int, tuple[Way, Any, Any]] = {}

    def decodable(self, way: Way) -> Way | None:
        """The way, if each of its texts is made by one row of values; else the largest part of it, made by leaving words out, of which that holds; or None."""
        parts = []
        for reader in self._readers:
            part = self._reduced(way, reader)
            if part is not None and part.size == way.size:
                return way
            parts.append(part)
        return max((part for part in parts if part), key=lambda part: part.size, default=None)

    def _reduced(self, way: Way, reader: Reader) -> Way | None:
        pieces = list(reader.order(way.pieces))
        start: frozenset[int] = frozenset()  # by which what follows may begin
        for place in range(len(pieces) - 1, -1, -1):
            profile = reader.profile(pieces[place])
            if profile.going_on & start:
                reduced = _without(pieces[place], start, backwards=reader.backwards)
                if reduced is None:
                    return None
                pieces[place] = reduced
                profile = reader.profile(reduced)
            start = profile.first if profile.shortest else profile.first | start
        return replace(way, pieces=reader.order(tuple(pieces)))

    def apart(self, way: Way, other: Way) -> Way | None:
        """The way, or the largest part of it, that has no text in common with another one; None: none is known."""
        if self._counts_differ(way, other):
            return way
        relations = [self._relation(reader, way.pieces, other.pieces) for reader in self._readers]
        if Relation.APART in relations:
            return way
        if Relation.ALIGNED not in relations:
            return None
        parts = [part for place in range(len(way.pieces)) if (part := _less(way, other, place))]
        return max(parts, key=lambda part: part.size, default=None)

    def _counts_differ(self, way: Way, other: Way) -> bool:
        """Whether some byte, or any, occurs more often in each text of the one than in any of the other."""
        (_, least, most), (_, others_least, others_most) = self._counts_of(way), self._counts_of(other)
        return bool(((most < others_least) | (others_most < least)).any())

    def _counts_of(self, way: Way) -> tuple[Way, Any, Any]:
        if id(way) not in self._counts:  # with the way itself, so that its identity stays its own
            profiles = [self._readers[0].profile(piece) for piece in way.pieces]
            self._counts[id(way)] = way, sum(each.least for each in profiles), sum(each.most for each in profiles)
        return self._counts[id(way)]

    @staticmethod
    def _relation(reader: Reader, one: Pieces, other: Pieces) -> Relation:
        one, other = reader.order(one), reader.order(other)
        starts = zip(reader.starts(one), reader.starts(other), strict=False)
        for mine, theirs, (after_mine, after_theirs) in zip(one, other, starts, strict=False):
            if reader.going_on(mine, theirs) & (after_mine | after_theirs):
                return Relation.UNKNOWN
            if reader.share_none(mine, theirs):
                return Relation.APART
        rest = one[len(other) :] or other[len(one) :]
        if not rest:
            return Relation.ALIGNED
        return Relation.APART if any(reader.profile(piece).shortest for piece in rest) else Relation.UNKNOWN


def _without(piece: Piece, start: frozenset[int], *, backwards: bool) -> Piece | None:
    """The piece without the words that leave open whether they go on or end before one of these bytes; None: it is not made of words."""
    if isinstance(piece, Whole) and piece.width < len(piece.text(piece.high)):
        least = int("1" + "0" * (len(piece.text(piece.high)) - 1), piece.base)
        return replace(piece, low=max(piece.low, least))
    if not isinstance(piece, Words):
        return None
    read = {(word[::-1] if backwards else word): word for word in words_of(piece)}
    shorter = {word[:cut] for word in read for cut in range(len(word)) if word[:cut] in read and word[cut] in start}
    longer = {word for word in read if any(word[:cut] in read and word[cut] in start for cut in range(len(word)))}
    left_out = min((shorter, longer), key=len)
    return Words(tuple(word for text, word in read.items() if text not in left_out))


def _less(way: Way, other: Way, place: int) -> Way | None:
    """The way without those of its words in a place that the other one has there."""
    mine, theirs = way.pieces[place], plain(other.pieces[place])
    if not isinstance(mine, Words) or not isinstance(theirs, Words):
        return None
    taken = set(theirs.words)
    rest = tuple(word for word in mine.words if word not in taken)
    return replace(way, pieces=(*way.pieces[:place], Words(rest), *way.pieces[place + 1 :])) if rest else None
