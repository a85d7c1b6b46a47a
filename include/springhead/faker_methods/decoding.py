"""Proofs that a text made of pieces can be split into them again in only one way.

They look one byte ahead, as an LL(1) parser does: where one text of a piece is a prefix of another, the byte with which the longer one goes on must not begin
anything that may follow. What cannot be proven may still be true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from springhead.columns.grammar import Check, Gap, Shared, Whole, Words

# What a way is made of: distinct words without weights (a constant is one word), numbers, check characters and their gaps; or one of these as a
# shared draw's.
Printed: TypeAlias = "Words | Whole | Gap | Check"
Piece: TypeAlias = "Printed | Shared"
Pieces: TypeAlias = tuple[Piece, ...]

_DIGITS = b"0123456789abcdef"
_LENGTH, _FIGURES = 256, 257  # the count of all bytes, and of decimal digits; below them those of each byte


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What there is to know of the texts of a piece, read from the left or from the right.

    Attributes:
        words: the texts, as they are read; None: too many to list.
        first: the bytes that they begin with.
        going_on: the bytes by which a longer one goes on where a shorter one ends.
        later: the bytes behind the first.
        shortest, longest: in bytes.
        least, most: int64, shape (258,), how often each byte occurs in one of them; then how many bytes there are, and how many decimal digits.
    """

    words: frozenset[bytes] | None
    first: frozenset[int]
    going_on: frozenset[int]
    later: frozenset[int]
    shortest: int
    longest: int
    least: NDArray[np.int64]
    most: NDArray[np.int64]


def plain(piece: Piece) -> Printed:
    """What a piece prints, whose draw it may be."""
    made = piece.step if isinstance(piece, Shared) else piece
    assert isinstance(made, Words | Whole | Gap | Check)
    return made


class Reader:
    """Profiles of pieces, each made once.

    Args:
        backwards: texts are read from the right.
    """

    def __init__(self, *, backwards: bool) -> None:
        self.backwards = backwards
        self._known: dict[int, tuple[object, Profile]] = {}  # by identity: hashing a long list takes as long as its profile
        self._unions: dict[tuple[int, int], frozenset[int]] = {}

    def order(self, pieces: Pieces) -> Pieces:
        """The pieces in the order in which they are read."""
        return pieces[::-1] if self.backwards else pieces

    def profile(self, piece: Piece) -> Profile:
        """The profile of a piece's texts."""
        of = plain(piece)
        known = self._known.get(id(of))
        if known is None:
            known = self._known[id(of)] = of, self._made(of)
        return known[1]

    def _made(self, of: Printed) -> Profile:
        match of:
            case Words():
                return _words_profile(of, self.backwards)
            case Whole():
                return _digits_profile(of)
            case Check() if of.fills:
                return _words_profile(Words((b"",)), self.backwards)
        return _checks_profile(of.count if isinstance(of, Gap) else 1)

    def starts(self, pieces: Sequence[Piece]) -> list[frozenset[int]]:
        """Behind each piece, the bytes by which what follows it may begin."""
        after: list[frozenset[int]] = []
        following: frozenset[int] = frozenset()
        for piece in reversed(pieces):
            after.append(following)
            profile = self.profile(piece)
            following = profile.first if profile.shortest else profile.first | following
        return after[::-1]

    def going_on(self, one: Piece, other: Piece) -> frozenset[int]:
        """`Profile.going_on` of the texts of both; at least."""
        a, b = self.profile(one), self.profile(other)
        if a is b:
            return a.going_on
        if a.shortest == a.longest == b.shortest == b.longest:
            return frozenset()
        if a.words is None or b.words is None:
            return a.going_on | b.going_on | a.later | b.later | (a.first | b.first if not min(a.shortest, b.shortest) else frozenset())
        pair = id(a), id(b)
        if pair not in self._unions:
            self._unions[pair] = _going_on(a.words | b.words)
        return self._unions[pair]

    def share_none(self, one: Piece, other: Piece) -> bool:
        """Whether no text is one of both pieces; False: perhaps one is."""
        a, b = self.profile(one), self.profile(other)
        if a.words is not None and b.words is not None:
            return a is not b and a.words.isdisjoint(b.words)
        if a.longest < b.shortest or b.longest < a.shortest or (min(a.shortest, b.shortest) and a.first.isdisjoint(b.first)):
            return True
        if a.words is None and b.words is None:
            x, y = plain(one), plain(other)
            alike = isinstance(x, Whole) and isinstance(y, Whole) and (x.base, x.width) == (y.base, y.width)
            return alike and isinstance(x, Whole) and isinstance(y, Whole) and (x.high < y.low or y.high < x.low)
        words, numbers = (a.words, plain(other)) if a.words is not None else (b.words, plain(one))
        return isinstance(numbers, Whole) and words is not None and not any(is_text_of(numbers, self._read(word)) for word in words)

    def _read(self, word: bytes) -> bytes:
        return word[::-1] if self.backwards else word


def words_of(piece: Words) -> tuple[bytes, ...]:
    """The words in UTF-8."""
    return tuple(word if isinstance(word, bytes) else word.encode() for word in piece.words)


def is_text_of(numbers: Whole, text: bytes) -> bool:
    """Whether a text is one of the numbers as they are printed."""
    if not text or any(byte not in _DIGITS[: numbers.base] for byte in text):
        return False
    value = int(text, numbers.base)
    return numbers.low <= value <= numbers.high and numbers.text(value).encode() == text


def _words_profile(of: Words, backwards: bool) -> Profile:
    words = frozenset(word[::-1] if backwards else word for word in words_of(of))
    counts = np.array([np.bincount(np.frombuffer(word, np.uint8), minlength=_LENGTH) for word in words], np.int64)
    lengths = counts.sum(1, keepdims=True)
    counts = np.hstack([counts, lengths, counts[:, 48:58].sum(1, keepdims=True)])
    return Profile(
        words=words,
        first=frozenset(word[0] for word in words if word),
        going_on=_going_on(words),
        later=frozenset(byte for word in words for byte in word[1:]),
        shortest=int(lengths.min()),
        longest=int(lengths.max()),
        least=counts.min(0),
        most=counts.max(0),
    )


def _digits_profile(numbers: Whole) -> Profile:
    digits = frozenset(_DIGITS[: numbers.base])
    shortest, longest = len(numbers.text(numbers.low)), len(numbers.text(numbers.high))
    least, most = np.zeros(_FIGURES + 1, np.int64), np.zeros(_FIGURES + 1, np.int64)
    most[list(digits)] = longest
    least[_LENGTH], most[_LENGTH] = shortest, longest
    least[_FIGURES], most[_FIGURES] = shortest if numbers.base == 10 else 0, longest
    return Profile(None, digits, frozenset() if shortest == longest else digits, digits, shortest, longest, least, most)


def _checks_profile(count: int) -> Profile:
    """Of so many check characters."""
    letters = frozenset(b"0123456789X")
    least, most = np.zeros(_FIGURES + 1, np.int64), np.zeros(_FIGURES + 1, np.int64)
    most[list(letters)] = most[_LENGTH] = least[_LENGTH] = most[_FIGURES] = count
    return Profile(None, letters, frozenset(), letters, count, count, least, most)


def _going_on(words: frozenset[bytes]) -> frozenset[int]:
    return frozenset(word[cut] for word in words for cut in range(len(word)) if word[:cut] in words)
