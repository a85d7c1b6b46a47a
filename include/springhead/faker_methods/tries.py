"""What is tried of a draw's values, and together with which values of the others."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, combinations, product, takewhile
from math import prod
from operator import mul
from typing import Any

from springhead.columns.grammar import Alternative, Step, Sub, Words
from springhead.faker_methods.hole_steps import Sampler
from springhead.faker_methods.store import Grammar

MOST_TEXTS = 2_000  # of a grammar: with each word of each list where they are enough
_LEAST_TEXTS = 50  # of an alternative
MOST_PAIRS = 12  # of draws, that are given equal values
MOST_TOGETHER = 1_000  # values of neighbouring draws, that are all tried; more, where they are all that a way draws
MOST_OF_ONE_WAY = 10_000
MOST_LETTERS = 100  # of a draw that is tried together with its neighbours
_AT_RANDOM = 300  # texts of a grammar, beside those that have each word

Row = dict[int, int]  # a draw's number → the number of its value


class Values:
    """The values of a draw, by number.

    Args:
        domain: words, numbers, or a grammar, of which there are texts with each word of each of its lists.
    """

    def __init__(self, domain: Sequence[Any] | Grammar) -> None:
        self.source = domain
        self.all: Sequence[Any] = _texts(domain.alternatives) if isinstance(domain, Grammar) else domain

    @cached_property
    def kinds(self) -> Sequence[int]:
        """One of each kind of word (of the same letters, signs and blanks), and a second one; of numbers the least and the largest of each length."""
        if isinstance(self.all, range):
            return _edges(self.all)
        first: dict[Any, list[int]] = {}
        for number, word in enumerate(self.all):
            alike = first.setdefault(_kind(word), [])
            if len(alike) < 2:
                alike.append(number)
        return [number for alike in first.values() for number in alike]

    @cached_property
    def ends(self) -> tuple[int, int]:
        """The shortest word and the longest, or the least number and the largest."""
        if isinstance(self.all, range):
            return 0, len(self.all) - 1
        by_length = sorted(range(len(self.all)), key=lambda number: len(self.all[number]))
        return by_length[0], by_length[-1]

    @cached_property
    def places(self) -> Mapping[Any, int]:
        """Each value's number; of numbers, of which there may be billions, some."""
        some: Iterable[int] = self.kinds if isinstance(self.all, range) else range(len(self.all))
        return {self.all[number]: number for number in some}


values_of = lru_cache(maxsize=256)(Values)  # the same lists serve many methods

_CHARACTERS: dict[str, str] = {}


def _kind(word: str) -> Any:
    """What a method may treat apart: which signs a word has, with which it begins and ends, whether it has capitals, small letters, digits, other letters."""
    kinds = [_CHARACTERS.get(letter) or _CHARACTERS.setdefault(letter, _character(letter)) for letter in word]
    return "".join(kinds[:1]), "".join(kinds[-1:]), frozenset(kinds)


def _character(letter: str) -> str:
    if letter.isascii():
        return letter if not letter.isalnum() else "0" if letter.isdigit() else "A" if letter.isupper() else "a"
    return unicodedata.category(letter) + str(len(unicodedata.normalize("NFKD", letter).encode("ascii", "ignore")))


def _edges(numbers: range) -> Sequence[int]:
    """The places of the least and the largest number of each length."""
    edges = {0, len(numbers) - 1, len(numbers) // 2}
    for length in range(1, 19):
        edges |= {numbers.index(number) for number in (10**length - 1, 10**length) if number in numbers}
    return sorted(edges)


def rows(values: Mapping[int, Values], most: int, chance: random.Random) -> list[Row]:
    """At most so many rows of values of a way's draws, those first that methods are likeliest to treat apart: the longest and the shortest together,
    equal values, each kind of word; the others at random. Each draw's value is independent of the others' but where they are made equal."""
    if not values:
        return [{}]
    telling = [{number: each.ends[end] for number, each in values.items()} for end in (1, 0)]
    equal = [_equal(values, pair, chance) for pair in _pairs(values, chance)]
    others = [row for row in equal if row]
    for turned in list(values)[:MOST_PAIRS]:
        ends = (0, 1) if len(values) > 1 else ()
        others += [{number: each.ends[end if number == turned else 1 - end] for number, each in values.items()} for end in ends]
    for _ in range(2):
        others += _all_of({number: each.kinds for number, each in values.items()}, values, chance)
    chance.shuffle(others)
    others = others[: max(0, most - len(telling))]
    return [*telling[:most], *others, *(_at_random(values, chance) for _ in range(most - len(telling) - len(others)))]


def sweep(values: Mapping[int, Values], alike: Iterable[Sequence[int]], chance: random.Random) -> list[Row]:
    """Rows with every value of these draws; those that are alike share the values among them."""
    chosen: dict[int, Sequence[int]] = {}
    for draws in alike:
        for place, draw in enumerate(draws):
            chosen[draw] = range(place, len(values[draw].all), len(draws))
    return _all_of(chosen, values, chance)


def runs(values: Mapping[int, Values]) -> list[list[list[int]]]:
    """Neighbouring draws of digits and letters that have so few values together that all can be tried, and numbers alone; those that are given at once have no draw
    in common."""
    numbers = sorted(values)
    sizes = {number: len(values[number].all) for number in numbers}
    most = MOST_OF_ONE_WAY if prod(sizes.values()) <= MOST_OF_ONE_WAY else MOST_TOGETHER
    found: list[list[list[int]]] = []
    end = 0
    for start, first in enumerate(numbers):
        known = zip(numbers[start:], accumulate((sizes[number] for number in numbers[start:]), mul), strict=True)
        run = [number for number, size in takewhile(lambda each: sizes[each[0]] <= MOST_LETTERS and each[1] <= most, known)]
        if not run and isinstance(values[first].all, range) and sizes[first] <= MOST_OF_ONE_WAY:
            run = [first]
        if not run or start + len(run) <= end:
            continue  # it cannot be tried, or another run has it
        end = start + len(run)
        for apart in found:
            if apart[-1][-1] < first:
                apart.append(run)
                break
        else:
            found.append([run])
    return found


def together(values: Mapping[int, Values], apart: Iterable[Sequence[int]], chance: random.Random) -> list[Row]:
    """Rows with all values that the draws of each of these runs have together."""
    wanted = [(run, list(product(*(range(len(values[number].all)) for number in run)))) for run in apart]
    found = [_at_random(values, chance) for _ in range(max((len(each) for _, each in wanted), default=0))]
    for run, each in wanted:
        for row, chosen in zip(chance.sample(found, len(each)), each, strict=True):
            row.update(zip(run, chosen, strict=True))
    return found


def _at_random(values: Mapping[int, Values], chance: random.Random) -> Row:
    return {number: chance.randrange(len(each.all)) for number, each in values.items()}


def _all_of(chosen: Mapping[int, Sequence[int]], values: Mapping[int, Values], chance: random.Random) -> list[Row]:
    """Rows in which each draw has each of its chosen values, in an order of its own."""
    found = [_at_random(values, chance) for _ in range(max(map(len, chosen.values()), default=0))]
    for draw, numbers in chosen.items():
        for row, number in zip(chance.sample(found, len(numbers)), numbers, strict=True):
            row[draw] = number
    return found


def _pairs(values: Mapping[int, Values], chance: random.Random) -> list[tuple[int, ...]]:
    """Draws that may be equal: all of one list, and any two."""
    alike: dict[Values, list[int]] = {}
    for number, each in values.items():
        alike.setdefault(each, []).append(number)
    pairs = list(combinations(values, 2)) if len(values) <= 30 else []
    groups = [tuple(group) for group in alike.values() if len(group) > 2]
    return groups + chance.sample(pairs, min(len(pairs), MOST_PAIRS))


def _equal(values: Mapping[int, Values], draws: Sequence[int], chance: random.Random) -> Row | None:
    """A row in which these draws have the same value; None: they have none in common."""
    first, *others = (values[draw].places for draw in draws)
    common = [value for value in first if all(value in other for other in others)]
    if not common:
        return None
    value = chance.choice(common)
    return _at_random(values, chance) | {draw: values[draw].places[value] for draw in draws}


def _texts(alternatives: Sequence[Alternative]) -> Sequence[str]:
    """Texts of a grammar: with words of each kind of each list, with each word where MOST_TEXTS are enough; and others at random."""
    chance = random.Random(0)
    found = _covering(alternatives, chance, MOST_TEXTS, {})
    sampler = Sampler(alternatives)
    return list(dict.fromkeys([*found, *(sampler.text(chance) for _ in range(_AT_RANDOM))]))


def _covering(alternatives: Sequence[Alternative], chance: random.Random, most: int, known: dict[int, list[str]]) -> list[str]:
    """At most about so many texts, that have words of each kind of each list of each alternative."""
    found: list[str] = []
    share = max(_LEAST_TEXTS, most // len(alternatives))
    for alternative in alternatives:
        sampler = Sampler([alternative])
        parts = {place: listed for place, step in enumerate(alternative.steps) if (listed := _words(step, chance, share, known))}
        numbers = range(max(map(len, parts.values()), default=1))
        found += [sampler.text(chance, {place: part[number % len(part)] for place, part in parts.items()}) for number in numbers]
    return found if len(found) <= most else chance.sample(found, most)


def _words(step: Step, chance: random.Random, most: int, known: dict[int, list[str]]) -> list[str]:
    """At most so many texts of a step, some of each kind, in an order of their own; none, where there is nothing to list."""
    match step:
        case Words(words):
            if len(words) <= most:
                return chance.sample([_text(word) for word in words], len(words))
            of = values_of(tuple(map(_text, words)))
            chosen = dict.fromkeys((*of.ends, *of.kinds, *chance.sample(range(len(words)), most)))
            return [of.all[number] for number in chance.sample(list(chosen)[:most], most)]
        case Sub(alternatives):
            if id(alternatives) not in known:
                known[id(alternatives)] = _covering(alternatives, chance, most, known)
            return chance.sample(known[id(alternatives)], min(most, len(known[id(alternatives)])))
    return []


def _text(word: str | bytes) -> str:
    return word if isinstance(word, str) else word.decode()
