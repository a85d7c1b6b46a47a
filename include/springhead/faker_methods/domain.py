"""A method's domain: the distinct texts that its grammar can make, in ways of which no two have a text in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from springhead.columns.grammar import Alternative, Words
from springhead.faker_methods.decoding import plain, words_of
from springhead.faker_methods.proofs import Prover
from springhead.faker_methods.spellings import Spelling, spellings_of
from springhead.faker_methods.values import Form

MOST_TEXTS = 2**20  # that are written out, where it cannot be proven that they differ


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """Distinct texts.

    Attributes:
        ways: with their weights in the grammar; different drawn values never make the same text.
    """

    ways: tuple[Spelling, ...]

    @property
    def size(self) -> int:
        """How many texts there are."""
        return sum(way.size for way in self.ways)


def domain_of(form: Form, alternatives: Sequence[Alternative]) -> Domain:
    """The domain of a grammar; empty, where nothing is known of it.

    It has all texts of the grammar where they are proven to differ, or are few enough (MOST_TEXTS) to be listed. Else it has the part for which there is a proof: of
    the MOST_SPELLINGS likeliest ways those that share no text with a likelier one; and where the end of a word cannot be told from what follows it, only words that
    are no prefixes of one another. Numbers with a fraction are listed or left out, because 1.50 and 1.5 are the same number.
    """
    ways, whole = spellings_of(alternatives)
    few = whole and sum(way.size for way in ways) <= MOST_TEXTS
    if form is Form.NUMBER and any(_other_than_digits(way) for way in ways):
        return Domain(tuple(_listed(ways, form)) if few else ())
    proven = _proven(ways)
    return Domain(tuple(_listed(ways, form) if few and proven != ways else proven))


def _proven(ways: Sequence[Spelling]) -> list[Spelling]:
    prover, kept = Prover(), list[Spelling]()
    for way in ways:
        part = prover.decodable(way)
        for other in kept:
            part = part and prover.apart(part, other)
        if part:
            kept.append(part)
    return kept


def _listed(ways: Sequence[Spelling], form: Form) -> list[Spelling]:
    """The same ways, each as a list of its texts without those of a way before it."""
    seen: set[object] = set()
    made = []
    for way in ways:
        words = []
        for text in way.texts():
            value = Decimal(text.decode()) if form is Form.NUMBER else text
            if value not in seen:
                seen.add(value)
                words.append(text)
        if words:
            made.append(replace(way, pieces=(Words(tuple(words)),)))
    return made


def _other_than_digits(way: Spelling) -> bool:
    return any(not word.isdigit() for piece in map(plain, way.pieces) if isinstance(piece, Words) for word in words_of(piece))
