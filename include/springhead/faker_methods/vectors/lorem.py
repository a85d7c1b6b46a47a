"""Texts of a length that is not to be exceeded: words, sentences or paragraphs, as many as fit; and slugs, which are such texts.

As Faker does it: units are drawn until the limit is reached, the last one is dropped, and where none is left all begins anew. Lengths are counted in
characters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from springhead.columns.column import Chunk, Column, Ints, Maker
from springhead.columns.draws import Draws
from springhead.columns.grammar import Alternative, Step, Sub, Words
from springhead.columns.type import NOT_PLAIN, TEXT
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import Vector, handmade, module_of, provider_of

_LOREM = "faker.providers.lorem:Provider"
_PARTS = ("get_words_list", "words", "word", "sentence", "sentences", "paragraph", "text")
_LONGEST = 10_000
_SHORT, _MIDDLE = 25, 100  # below it a text is made of words; of sentences; else of paragraphs


@dataclass(frozen=True, slots=True)
class Units:
    """What a text is made of.

    Attributes:
        first, later: the first unit, and those behind it with what connects them.
        end: behind the last one; its length does not count.
        limit: a text is shorter, in characters.
    """

    first: tuple[Alternative, ...]
    later: tuple[Alternative, ...]
    end: str
    limit: int


@handmade(f"{_LOREM}.text")
def text(provider: Any, arguments: Mapping[str, Any]) -> Vector | None:
    limit, words = arguments.get("max_nb_chars", 200), arguments.get("ext_word_list")
    words = provider.word_list if words is None else words
    if isinstance(limit, bool) or not isinstance(limit, int) or not 5 <= limit <= _LONGEST or not _usual(provider, words):
        return None
    connector, point = provider.word_connector, provider.sentence_punctuation
    if limit < _SHORT:
        capitals = [word[0].upper() + word[1:] for word in words]
        if [*map(len, capitals)] != [*map(len, words)] or min(map(len, words)) >= limit:
            return None
        return _vector(_of_words(capitals, words, connector, point, limit))
    sentence = _sentence(words, connector, point)
    if limit < _MIDDLE:
        return _vector(Units(sentence, (Alternative((connector, Sub(sentence))),), "", limit))
    paragraph = tuple(Alternative(_joined([Sub(sentence)] * count, connector), weight) for count, weight in _numbers_near(3).items())
    return _vector(Units(paragraph, (Alternative(("\n", Sub(paragraph))),), "", limit))


@handmade("faker.providers.internet:Provider.slug")
def slug(provider: Any, arguments: Mapping[str, Any]) -> Vector | None:
    """A text below 20 characters of English words, in lower case, with hyphens for blanks; where a language has none, words run together."""
    from faker.providers.lorem.en_US import Provider as English

    lorem = provider_of(provider, "text")
    words = [word.lower() for word in English.word_list]
    if (
        arguments
        or not _usual(lorem, words)
        or lorem.word_connector not in ("", " ")
        or not all(w.isascii() and w.isalpha() for w in words)
    ):
        return None
    return _vector(_of_words(words, words, "-" if lorem.word_connector else "", "", 20))


def _usual(provider: Any, words: object) -> bool:
    """Whether a provider has Faker's own parts, and the words are words."""
    return (
        all(module_of(provider, part) == "faker.providers.lorem" for part in _PARTS)
        and isinstance(words, list | tuple)
        and len(words) > 0
        and all(isinstance(word, str) and word for word in words)
    )


def _of_words(first: Sequence[str], later: Sequence[str], connector: str, end: str, limit: int) -> Units:
    return Units((Alternative((Words(tuple(first)),)),), (Alternative((connector, Words(tuple(later)))),), end, limit)


def _sentence(words: Sequence[str], connector: str, point: str) -> tuple[Alternative, ...]:
    begin, word = Words(tuple(each.title() for each in words)), Words(tuple(words))
    return tuple(
        Alternative((*_joined([begin, *[word] * (count - 1)], connector), point), weight) for count, weight in _numbers_near(6).items()
    )


def _joined(steps: Sequence[Step], connector: str) -> tuple[Step, ...]:
    return tuple(each for step in steps for each in (connector, step))[1:]


def _numbers_near(number: int) -> Counter[int]:
    """The law of Faker's `randomize_nb_elements(number, min=1)`: 60 to 140 percent of it."""
    return Counter(max(1, int(number * percent / 100)) for percent in range(60, 141))


def _vector(units: Units) -> Vector:
    return Vector(Form.TEXT, ("lorem", units), lambda draws: _maker(units, draws))


def _maker(units: Units, draws: Draws) -> Maker:
    import numpy as np

    from springhead.columns.gathered import gathered
    from springhead.columns.layout import RowBuffer
    from springhead.columns.text_program import TextProgram
    from springhead.kernels import SLACK, characters

    def size_of(made: Column) -> Ints:
        """How many characters each row has."""
        if ascii_:
            return np.diff(made.ends, prepend=0)
        size = np.empty(made.rows, np.int64)
        characters(made.data, made.ends, size)
        return size

    def program(attempt: int, place: int) -> TextProgram:
        """That of the units of one place, in one attempt at a text."""
        if (attempt, place) not in programs:
            programs[attempt, place] = TextProgram(units.later if place else units.first, draws.part(attempt, place))
        return programs[attempt, place]

    buffer, programs, end = RowBuffer(), dict[tuple[int, int], TextProgram](), units.end.encode()
    ascii_ = program(0, 0).is_ascii and program(0, 1).is_ascii
    type_ = replace(TEXT, plain=program(0, 0).type.plain and program(0, 1).type.plain and NOT_PLAIN.search(end) is None)

    def column(chunk: Chunk) -> Column:
        columns: list[Column] = []
        rows: list[Ints] = []

        def fitting(made: Column, of: Ints, before: Ints | int) -> tuple[Ints, Ints, Ints]:
            """Takes the units that fit: (which of the texts go on, how long they are, which rows of the units did not fit)."""
            size = before + size_of(made)
            fits = size < units.limit
            kept = np.flatnonzero(fits)  # indices: a mask in random order takes several times as long
            of_kept = of[kept]
            columns.append(made)
            rows.append(np.full(chunk.rows, -1, np.int64))
            rows[-1][of_kept] = kept
            return of_kept, size[kept], np.flatnonzero(~fits)

        waiting, attempt = np.arange(chunk.rows), 0
        while waiting.size:
            going_on, size, others = fitting(program(attempt, 0).column(chunk.ids[waiting]), waiting, 0)
            waiting, place = waiting[others], 1
            while going_on.size:
                going_on, size, _ = fitting(program(attempt, place).column(chunk.ids[going_on]), going_on, size)
                place += 1
            attempt += 1
        texts = [(made.data, made.ends) for made in columns]
        most = sum(made.size for made in columns) + len(end) * chunk.rows
        if end:
            texts.append((np.frombuffer(end + bytes(SLACK), np.uint8), np.array([len(end)])))
            rows.append(np.zeros(chunk.rows, np.int64))
        data, ends = gathered(texts, np.array(rows, np.int64).reshape(len(rows), chunk.rows), buffer, most)
        return Column(type_, chunk.rows, data=data, ends=ends)

    return Maker(type_, column)
