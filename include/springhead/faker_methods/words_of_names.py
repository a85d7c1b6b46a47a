"""The first and the last word of names, in the form in which they stand in a user name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from springhead.columns.column import Bytes, Ids, Ints
from springhead.columns.gathered import laid
from springhead.kernels import outer_words, text_ids
from springhead.kernels.hashed import NO_NAME, UNKNOWN

_KEY = np.uint64(0x6E61_6D65)
_MOST = 2**17  # words that are remembered
_NOBODY = "user"  # of a text without a word
# Titles and degrees, which are no part of a name; and so are words that end in a full stop.
_TITLES = frozenset(
    [
        "MD",
        "PhD",
        "DDS",
        "DVM",
        "II",
        "III",
        "IV",
        "V",
        "Jr",
        "Sr",
        "Mr",
        "Mrs",
        "Ms",
        "Miss",
        "Dr",
        "Sir",
        "Hon",
        "Rev",
        "Prof",
        "Herr",
        "Frau",
        "Fru",
        "Fr",
        "Hr",
        "Mme",
        "Don",
        "Doña",
        "Bay",
        "Bayan",
        "Ông",
        "ông",
        "Bà",
        "bà",
        "Cô",
        "cô",
        "Bác",
        "Chị",
        "Quý",
        "pan",
        "pani",
        "paní",
        "slečna",
        "г-н",
        "г-жа",
        "пан",
        "пані",
    ]
)


class WordsOfNames:
    """Finds the outer words of names in a kernel; each word is turned into its form once, in Python.

    Args:
        form: from a word to its form; empty: it has none.

    Attributes:
        forms: (uint8 with SLACK, int64 ends) of the forms that `of` tells the places of.
        initials: the first letters of them, likewise.
    """

    def __init__(self, form: Callable[[str], str]) -> None:
        self._form = form
        self._begin()

    def _begin(self) -> None:
        self._known: list[str] = [_NOBODY]
        self._numbers: Ids = np.zeros(64, np.uint64)
        self._places: Ints = np.zeros(64, np.int64)
        self._words = 0
        self._lay_out()

    def of(self, data: Bytes, ends: Ints) -> tuple[Ints, Ints]:
        """The places of the first and of the last word of each text: int64, shape (n,). A text of one word has it twice.

        Args:
            data: uint8, with SLACK.
            ends: int64, shape (n,).
        """
        if self._words > _MOST:
            self._begin()
        first, last = np.empty(ends.shape, np.int64), np.empty(ends.shape, np.int64)
        if outer_words(_KEY, data, ends, self._numbers, self._places, first, last):
            starts = np.concatenate([[0], ends])
            lacking = np.flatnonzero(first == UNKNOWN).tolist()
            self._learn({word for row in lacking for word in _split(data[starts[row] : ends[row]].tobytes())})
            outer_words(_KEY, data, ends, self._numbers, self._places, first, last)
        return np.maximum(first, 0), np.maximum(last, 0)

    def _learn(self, words: Iterable[bytes]) -> None:
        """Adds words to the table, which stays at most half full."""
        new = sorted(words)
        numbers = np.empty(len(new), np.uint64)
        text_ids(_KEY, *laid(new), numbers)
        found = dict(zip(self._numbers.tolist(), self._places.tolist(), strict=True))
        for number, word in zip(numbers.tolist(), new, strict=True):
            if number in found:
                continue
            text = word.decode()
            form = "" if text.endswith(".") or text in _TITLES else self._form(text)
            found[number] = len(self._known) if form else NO_NAME
            self._known += [form] if form else []
        found.pop(0, None)
        self._words = len(found)
        size = 1 << (2 * len(found) + 1).bit_length()
        self._numbers, self._places = np.zeros(size, np.uint64), np.zeros(size, np.int64)
        for number, place in found.items():
            cell = number & (size - 1)
            while self._numbers[cell]:
                cell = (cell + 1) & (size - 1)
            self._numbers[cell], self._places[cell] = number, place
        self._lay_out()

    def _lay_out(self) -> None:
        self.forms = laid([form.encode() for form in self._known])
        self.initials = laid([form[0].encode() for form in self._known])


def _split(text: bytes) -> list[bytes]:
    """As the kernel does: at bytes up to 32."""
    return bytes(byte if byte > 32 else 32 for byte in text).split()
