"""The steps of a grammar that make an array or an object of JSON, cut into those of what stands in it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import msgspec

from springhead.columns.grammar import Alternative, Check, Digits, Gap, Shared, Step, Sub, Whole, Words
from springhead.faker_methods.values import Form

Steps: TypeAlias = tuple[Step, ...]
_OWN = 2_000_000  # the draws of cut steps are numbered from here on: a step's place among those of its part is another one than among all
_ESCAPED = re.compile(r'\\["\\/bfnrt]|\\u[0-9a-fA-F]{4}')


def unescaped(text: str) -> str:
    """What stands between the quotes of a JSON string."""
    return msgspec.json.decode(f'"{text}"'.encode(), type=str) if "\\" in text else text


@dataclass(slots=True)
class _Cursor:
    """How far an array or object has been read.

    Attributes:
        depth: of nesting.
        quoted: whether a string is open.
        piece: the steps of what is being read.
        pieces: what has been read at the first level: keys and values.
    """

    depth: int = 0
    quoted: bool = False
    piece: list[Step] = field(default_factory=list)
    pieces: list[Steps] = field(default_factory=list)

    def text(self, text: str) -> bool:
        """Reads a constant; False: it ends within an escape."""
        at = 0
        while at < len(text):
            letter = text[at]
            if self.quoted and letter == "\\":
                found = _ESCAPED.match(text, at)
                if found is None:
                    return False
                self._add(found[0])
                at = found.end()
                continue
            at += 1
            if letter == '"':
                self.quoted = not self.quoted
            elif not self.quoted and letter in "[{":
                self.depth += 1
                if self.depth == 1:
                    continue
            elif not self.quoted and letter in "]}":
                self.depth -= 1
                if self.depth == 0:
                    self._end()
                    continue
            elif not self.quoted and self.depth == 1 and letter in ",:":
                self._end()
                continue
            self._add(letter)
        return True

    def _add(self, text: str) -> None:
        if self.piece and isinstance(self.piece[-1], str):
            self.piece[-1] += text
        else:
            self.piece.append(text)

    def _end(self) -> None:
        if self.piece:
            self.pieces.append(tuple(self.piece))
        self.piece = []


def cut(steps: Steps) -> dict[int | str, tuple[Form, Steps]] | None:
    """The parts of what these steps make: number or key → its form, and the steps that make it from the same draws. None: it cannot be told where a part ends."""
    cursor = _Cursor()
    for place, step in enumerate(steps):
        if isinstance(step, str):
            if not cursor.text(step):
                return None
        elif not (_within_a_string(step) if cursor.quoted else isinstance(step, Digits | Whole)):
            return None
        else:
            cursor.piece.append(step if isinstance(step, Shared | Check | Gap) else Shared(_OWN + place, step))
    pieces = cursor.pieces
    first = steps[0] if steps else ""
    if cursor.depth or not isinstance(first, str):
        return None
    if first.startswith("["):
        return {number: _value(piece) for number, piece in enumerate(pieces)}
    keys, values = pieces[::2], pieces[1::2]
    if len(keys) != len(values) or not all(len(key) == 1 and isinstance(key[0], str) for key in keys):
        return None
    return {unescaped(str(key[0])[1:-1]): _value(value) for key, value in zip(keys, values, strict=True)}


def _within_a_string(step: Step) -> bool:
    """Whether what a step makes is a part of a JSON string that neither ends it nor leaves an escape open."""
    match step:
        case Words(words):
            return not any(re.search(r'["\\]', re.sub(_ESCAPED, "", word if isinstance(word, str) else word.decode())) for word in words)
        case Sub(alternatives):
            return all(
                (isinstance(each, str) and _within_a_string(Words((each,)))) or (not isinstance(each, str) and _within_a_string(each))
                for way in alternatives
                for each in way.steps
            )
        case Shared(_, inner):
            return _within_a_string(inner)
    return True


def _value(piece: Steps) -> tuple[Form, Steps]:
    """A part's form, and its steps: those of a text without its quotes and escapes."""
    first = piece[0]
    if isinstance(first, str) and first[0] == '"':
        bare = [*piece]
        bare[0] = first[1:]
        bare[-1] = str(bare[-1])[:-1]
        return Form.TEXT, tuple(each for each in map(_unescaped, bare) if each != "")
    letter = first[0] if isinstance(first, str) else "0"
    return (Form.JSON if letter in "[{" else Form.BOOLEAN if letter in "tf" else Form.NUMBER), piece


def _unescaped(step: Step) -> Step:
    match step:
        case str():
            return unescaped(step)
        case Words(words):
            return replace(step, words=tuple(unescaped(word if isinstance(word, str) else word.decode()) for word in words))
        case Sub(alternatives):
            return Sub(tuple(Alternative(tuple(map(_unescaped, way.steps)), way.weight, way.state) for way in alternatives))
        case Shared(draw, inner):
            return Shared(draw, _unescaped(inner))
    return step
