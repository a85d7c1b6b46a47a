"""Faker, without doing over at each value what is the same for all of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import accumulate
from random import Random
from typing import Any


@contextmanager
def quick_faker() -> Iterator[None]:
    """Faker adds up the weights of a word list whenever it draws a word, and looks for the tokens of a pattern whenever it fills it; here once each.

    The values stay: the same functions of `random` are called, in the same order, with the same lists; `random.choices` adds the weights up in the same way.
    """
    from faker.generator import Generator
    from faker.providers import BaseProvider

    def parse(self: Any, text: str) -> Any:
        parts, arguments = _parts(text)
        if arguments:
            return usual_parse(self, text)
        filled = list(parts)
        filled[1::2] = [str(getattr(self, name)()) for name in parts[1::2]]
        return "".join(filled)

    usual, usual_parse = BaseProvider.random_elements, Generator.parse

    def random_elements(
        self: Any, elements: Any = ("a", "b", "c"), length: int | None = None, unique: bool = False, use_weighting: bool | None = None
    ) -> Any:
        random = self.generator.random
        if length == 1 and not unique and isinstance(elements, (tuple, list, str)):
            return [random.choice(elements)]
        weighted = self.__use_weighting__ if use_weighting is None else use_weighting
        if length is None or unique or not weighted or not isinstance(elements, OrderedDict):
            return usual(self, elements, length, unique, use_weighting)
        known: Any = elements  # the sums are kept on the list itself, as Faker keeps its words
        if not hasattr(known, "_sums"):
            known._sums = tuple(known), tuple(known.values()), list(accumulate(known.values()))
        words, weights, sums = known._sums
        if isinstance(random, Random):
            return random.choices(words, cum_weights=sums, k=length)
        return random.choices(words, weights, k=length)

    Generator.parse, BaseProvider.random_elements = parse, random_elements  # type: ignore[method-assign]
    try:
        yield
    finally:
        Generator.parse, BaseProvider.random_elements = usual_parse, usual  # type: ignore[method-assign]


@cache
def _parts(pattern: str) -> tuple[Sequence[str], bool]:
    """A pattern as text, token's name, text, …; and whether a token has arguments."""
    from faker.generator import _re_token

    parts: list[str] = []
    end = 0
    for found in _re_token.finditer(pattern):
        parts += [pattern[end : found.start()], found[1]]
        end = found.end()
    return [*parts, pattern[end:]], any(found[2] for found in _re_token.finditer(pattern))
