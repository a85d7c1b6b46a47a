"""Regular expressions as they describe texts to be made: Python's, without what looks around. Imports nothing heavy, because DAG parsing reads patterns, too."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_letters, digits
from typing import NoReturn, TypeAlias

MOST_REPEATED = 64
LONGEST_PATTERN = 1000
LARGEST_CLASS = 65_536
MOST_STEPS, MOST_NESTED = 50_000, 12  # of the text kernel's program: steps, and calls within calls

PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
_CLASSES = {"d": digits, "w": f"{digits}{ascii_letters}_", "s": " "}
_CONTROLS = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_COUNT = re.compile(r"\{(\d*)(,?)(\d*)\}", re.ASCII)
_CODE = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})")
_OCTAL = re.compile(r"0[0-7]{0,2}|[0-3][0-7]{2}")


@dataclass(frozen=True, slots=True)
class Literal:
    """A text as it stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Class:
    """One of several characters, each as likely. characters: ascending, each once."""

    characters: str


@dataclass(frozen=True, slots=True)
class Run:
    """One after the other."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several, each as likely."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """So many times, each count from `least` to `most` as likely."""

    node: Node
    least: int
    most: int


Node: TypeAlias = Literal | Class | Run | Either | Repeat


@lru_cache(1024)
def parse_pattern(pattern: str) -> Node:
    """What a pattern means.

    Raises:
        ValueError: it is no regular expression of Python's, or has something from which no text can be made; says at which character, from 1.
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"a pattern has at most {LONGEST_PATTERN:,} characters; this one has {len(pattern):,}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what looks like a set in a set, such as [[:alpha:]], means something else in Python
            re.compile(pattern)
        node = _Parser(pattern).whole()
        steps, nested = _cost(node)
    except re.error as error:
        raise ValueError(f"the pattern cannot be read at character {(error.pos or 0) + 1}: {error.msg}") from None
    except Warning as warning:
        found = re.search(r"\d+$", str(warning))
        at = f" at character {int(found[0]) + 1}" if found else ""
        raise ValueError(
            f"the pattern can be read in two ways{at}: write a backslash before '[', '-', '&', '~' or '|' that stands for itself in a class"
        ) from None
    except (RecursionError, OverflowError):
        raise ValueError(
            f"the pattern is nested too deeply, or counts too high: groups stand at most {MOST_NESTED} deep in each other"
        ) from None
    if nested > MOST_NESTED:
        raise ValueError(f"alternatives and repetitions stand {nested} deep in each other; at most {MOST_NESTED}")
    if steps > MOST_STEPS:
        raise ValueError(
            f"the repetitions within repetitions make a program of {steps:,} steps; at most {MOST_STEPS:,}: give the inner or the outer ones fewer counts, such as {{1,8}} in place of +"
        )
    return node


def _cost(node: Node) -> tuple[int, int]:
    """(steps of the kernel's program, calls within calls), at most."""
    match node:
        case Literal(text):
            return 1 + len(text) // 16, 0
        case Class():
            return 1, 0
        case Repeat(inner, least, most):
            steps, nested = _cost(inner)
            return steps * sum(range(least, most + 1)), nested + (least < most)
        case Run(nodes) | Either(nodes):
            costs = [_cost(each) for each in nodes]
            return sum(steps for steps, _ in costs), max((nested for _, nested in costs), default=0) + isinstance(node, Either)


class _Parser:
    """Reads a pattern that Python has read without an error: what is wrong can only be what no text can be made of."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0

    def whole(self) -> Node:
        return self._either(outermost=True)

    def _either(self, *, outermost: bool = False) -> Node:
        nodes = [self._run(outermost)]
        while self._taken("|"):
            nodes.append(self._run(outermost))
        return nodes[0] if len(nodes) == 1 else Either(tuple(nodes))

    def _run(self, outermost: bool) -> Node:
        nodes: list[Node] = []
        first = True
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            begin = self._at
            if not self._is_end_of_text(outermost, first):
                nodes.append(self._repeated(self._one(begin), begin))
            first = False
        return nodes[0] if len(nodes) == 1 else Run(tuple(nodes))

    def _is_end_of_text(self, outermost: bool, first: bool) -> bool:
        """Takes an anchor where it says what is so without it: before or behind all else."""
        for anchor in ("^", "\\A", "$", "\\Z"):
            if self._text.startswith(anchor, self._at):
                begin, self._at = self._at, self._at + len(anchor)
                at_end = self._at == len(self._text) or self._text[self._at] == "|"
                if outermost and (first if anchor in ("^", "\\A") else at_end):
                    return True
                self._refused(begin, f"'{anchor}' stands in the middle: an anchor may begin or end the pattern, where it changes nothing")
        return False

    def _one(self, begin: int) -> Node:
        """A character, a class or a group."""
        letter = self._next()
        if letter == ".":
            return Class(PRINTABLE)
        if letter == "[":
            return self._class(begin)
        if letter == "(":
            return self._group(begin)
        if letter == "\\":
            found = self._escape(begin, in_class=False)
            return Literal(found) if isinstance(found, str) else found
        return Literal(letter)

    def _group(self, begin: int) -> Node:
        if self._taken("?"):
            if self._taken("P<"):
                self._at = self._text.index(">", self._at) + 1
            elif not self._taken(":"):
                what = self._text[begin : self._at + 1]
                self._refused(
                    begin,
                    f"'{what}…' makes no text: groups are (…), (?:…) and (?P<name>…); look-around, back-references, flags and comments are not understood",
                )
        node = self._either()
        self._at += 1  # the closing bracket
        return node

    def _repeated(self, node: Node, begin: int) -> Node:
        least, most, at = 1, 1, self._at
        if self._taken("*"):
            least, most = 0, MOST_REPEATED
        elif self._taken("+"):
            most = MOST_REPEATED
        elif self._taken("?"):
            least = 0
        elif (found := _COUNT.match(self._text, at)) and found[0] != "{}":
            self._at = found.end()
            least = int(found[1] or 0)
            most = least if not found[2] else int(found[3]) if found[3] else max(least, MOST_REPEATED)
        else:
            return node
        if most > MOST_REPEATED:
            self._refused(at, f"'{self._text[at : self._at]}' repeats more than {MOST_REPEATED} times, the most that there is")
        if self._taken("+"):
            self._refused(at, f"'{self._text[at : self._at]}' is possessive: write it without the second '+'")
        self._taken("?")  # as few as possible: the same texts
        return Repeat(node, least, most)

    def _class(self, begin: int) -> Node:
        others = self._taken("^")
        members: set[int] = set()
        first = True
        while first or self._text[self._at] != "]":
            first = False
            low = self._member()
            if isinstance(low, str) and self._text.startswith("-", self._at) and self._text[self._at + 1] != "]":
                self._at += 1
                high = self._member()
                assert isinstance(high, str)  # or Python had refused it
                members.update(range(ord(low), ord(high) + 1))
            else:
                members.update(map(ord, low if isinstance(low, str) else low.characters))
        self._at += 1
        return self._of(begin, set(map(ord, PRINTABLE)) - members if others else members)

    def _member(self) -> str | Class:
        begin, letter = self._at, self._next()
        return self._escape(begin, in_class=True) if letter == "\\" else letter

    def _escape(self, begin: int, *, in_class: bool) -> str | Class:
        """What a backslash and what follows it mean; the backslash is taken."""
        for form in (_CODE, _OCTAL):
            if found := form.match(self._text, self._at):
                self._at = found.end()
                code = int(found[0], 8) if form is _OCTAL else int(found[found.lastindex or 0], 16)
                if 0xD800 <= code < 0xE000:
                    self._refused(begin, f"'{self._text[begin : self._at]}' is half of a character")
                return chr(code)
        letter = self._next()
        if letter.lower() in _CLASSES:
            own = set(map(ord, _CLASSES[letter.lower()]))
            return self._of(begin, own if letter.islower() else set(map(ord, PRINTABLE)) - own)
        if letter in _CONTROLS or (in_class and letter == "b"):
            return _CONTROLS.get(letter, "\b")
        if letter.isdecimal():
            self._refused(begin, f"'\\{letter}' is a back-reference: nothing is remembered; use a template over two fields")
        if letter.isalpha():
            self._refused(begin, f"'\\{letter}' makes no text: there are \\d \\w \\s \\D \\W \\S, \\n and the like, \\xhh, \\uhhhh")
        return letter

    def _of(self, begin: int, characters: Iterable[int]) -> Class:
        found = sorted(code for code in characters if not 0xD800 <= code < 0xE000)  # halves of characters are none
        what = self._text[begin : self._at]
        if not found:
            self._refused(begin, f"'{what}' leaves no character: what is not in a class is looked for in printable ASCII")
        if len(found) > LARGEST_CLASS:
            self._refused(begin, f"'{what}' has {len(found):,} characters; a class has at most {LARGEST_CLASS:,}")
        return Class("".join(map(chr, found)))

    def _next(self) -> str:
        self._at += 1
        return self._text[self._at - 1]

    def _taken(self, text: str) -> bool:
        if not self._text.startswith(text, self._at):
            return False
        self._at += len(text)
        return True

    def _refused(self, at: int, what: str) -> NoReturn:
        raise ValueError(f"the pattern cannot be used at character {at + 1}: {what}")
