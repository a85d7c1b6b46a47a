"""What can be proven of ways: that a way's texts differ, and that two ways have no text in common."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import Any

from springhead.columns.grammar import Whole, Words
from springhead.faker_methods.decoding import Piece, Pieces, Reader, plain, words_of
from springhead.faker_methods.spellings import Spelling


class Relation(Enum):
    """What is known of two ways."""

    APART = "no text is both's"
    ALIGNED = "a text of both has the same text in each place"
    UNKNOWN = "nothing"


class Prover:
    """Proofs about ways; it remembers what it has learnt of their pieces."""

    def __init__(self) -> None:
        self._readers = Reader(backwards=False), Reader(backwards=True)
        self._counts: dict[int, tuple[Spelling, Any, Any]] = {}

    def decodable(self, way: Spelling) -> Spelling | None:
        """The way, if different drawn values always make different texts; else the largest part of it for which that holds, found by leaving words out; or None."""
        parts = []
        for reader in self._readers:
            part = self._reduced(way, reader)
            if part is not None and part.size == way.size:
                return way
            parts.append(part)
        return max((part for part in parts if part), key=lambda part: part.size, default=None)

    def _reduced(self, way: Spelling, reader: Reader) -> Spelling | None:
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

    def apart(self, way: Spelling, other: Spelling) -> Spelling | None:
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

    def _counts_differ(self, way: Spelling, other: Spelling) -> bool:
        """Whether some byte, or any, occurs more often in each text of the one than in any of the other."""
        (_, least, most), (_, others_least, others_most) = self._counts_of(way), self._counts_of(other)
        return bool(((most < others_least) | (others_most < least)).any())

    def _counts_of(self, way: Spelling) -> tuple[Spelling, Any, Any]:
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
    """The piece without the words that leave open where a word ends and one of these bytes follows; None: it cannot be reduced."""
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


def _less(way: Spelling, other: Spelling, place: int) -> Spelling | None:
    """The way without those of its words in a place that the other one has there."""
    mine, theirs = way.pieces[place], plain(other.pieces[place])
    if not isinstance(mine, Words) or not isinstance(theirs, Words):
        return None
    taken = set(theirs.words)
    rest = tuple(word for word in mine.words if word not in taken)
    return replace(way, pieces=(*way.pieces[:place], Words(rest), *way.pieces[place + 1 :])) if rest else None
