"""The text of an expression: SQL over the fields of a record, as far as it is read without polars, which reads the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator

from springhead.fields.template_text import Reference, parse_reference
from springhead.wording import listed, meant

FUNCTIONS = frozenset(
    "abs ceil ceiling char_length character_length coalesce concat concat_ws date_part div ends_with floor greatest if ifnull initcap least "  # noqa: SIM905 (a list takes a line per word)
    "left length lower lpad ltrim mod nullif octet_length replace reverse right round rpad rtrim sign sqrt starts_with strftime substr substring trim upper".split()
)
"""What may be called. All of them give the same bits on every machine; powers, logarithms, sines do not, and sums and means are of several records. polars' strpos counts bytes."""

_WORDS = frozenset("and or not in between like ilike is null true false case when then else end as interval".split())  # noqa: SIM905
_UNITS = frozenset("year quarter month week day dow isodow doy hour minute second millisecond microsecond".split())  # noqa: SIM905
TYPES = frozenset("int integer bigint double float real text varchar string boolean date timestamp".split())  # noqa: SIM905
_LACKING = frozenset("case null nullif mod div sqrt cast strftime substr substring date_part".split())  # noqa: SIM905
_LONGEST = 10_000  # characters
_WIDEST = 10_000  # characters

_TOKEN = re.compile(
    r"""(?P<blank>\s+)|(?P<text>'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")*")|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"""
    r"""|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)|(?P<comment>--|/\*)|(?P<sign><=|>=|<>|!=|\|\||[=<>+\-*/%(),])"""
)
# polars reads a moment without its offset: 12:00+02:00 would be 12:00 in UTC.
_OFFSET = re.compile(r":\d\d(?:\.\d+)?\s*[+-](?!00:?(?:00)?')\d")


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression whose words are known.

    Attributes:
        text: as it was written.
        pieces: the same in pieces: SQL as it stands, and references.
        may_lack: whether it may be null although nothing that it refers to is.
        bare: the references that make it null where they are: those that no coalesce(…, a value) stands around.
    """

    text: str
    pieces: tuple[str | Reference, ...]
    may_lack: bool
    bare: tuple[Reference, ...]

    @property
    def references(self) -> tuple[Reference, ...]:
        """The fields that it is made of; the event time is none."""
        return tuple(dict.fromkeys(each for each in self.pieces if isinstance(each, Reference) and each.names != ("_time",)))

    @property
    def words(self) -> tuple[str, ...]:
        """What is read as SQL's own, although a field may have the same name."""
        return tuple(piece for piece in self.pieces if isinstance(piece, str) and piece.lower() in _WORDS)

    def sql(self, name: Callable[[Reference], str]) -> str:
        """The text with other names for the fields."""
        return " ".join(piece if isinstance(piece, str) else '"{}"'.format(name(piece).replace('"', '""')) for piece in self.pieces)


@lru_cache(4096)
def parse_expression(text: str) -> Expression:
    """The expression that a text means.

    Raises:
        ValueError: something in it is not understood; says at which character.
    """
    if not text.strip():
        raise ValueError("an empty expression: write SQL over the record's fields, such as round(amount * 0.015, 2)")
    if len(text) > _LONGEST:
        raise ValueError(f"an expression has at most {_LONGEST:,} characters; this one has {len(text):,}")
    tokens = _tokens(text)
    _check_brackets(tokens)
    _check_widths(tokens)
    pieces = [_piece(tokens, number) for number in range(len(tokens))]
    safe = _safe(tokens)
    open_ = [number for number in range(len(tokens)) if number not in safe]
    bare = [piece for number in open_ if isinstance(piece := pieces[number], Reference)]
    return Expression(text, tuple(pieces), any(_lacks(tokens, number) for number in open_), tuple(bare))


@dataclass(frozen=True, slots=True)
class _Token:
    """A word of an expression.

    Attributes:
        kind: text, quoted (a name in double quotes), number, name, sign.
        text: as it stands.
        at: its first character, from 0 on.
    """

    kind: str
    text: str
    at: int

    @property
    def word(self) -> str:
        """As SQL reads it, which does not tell small letters from large ones; empty: no word."""
        return self.text.lower() if self.kind == "name" else ""


_NO_TOKEN = _Token("", "", 0)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None or token.lastgroup is None or token.lastgroup == "comment":
            what = {"'": "a text without its end", '"': "a name without its end"}.get(text[at], f"'{text[at]}' is not understood")
            if token is not None:
                what = f"'{token[0]}' begins a comment, which has no place here"
            raise ValueError(
                f"{what}, at character {at + 1}: an expression is SQL over the record's fields, such as round(amount * 0.015, 2)"
            )
        if token.lastgroup != "blank":
            found.append(_Token(token.lastgroup, token[0], at))
        at = token.end()
    return found


def _check_brackets(tokens: list[_Token]) -> None:
    open_: list[_Token] = []
    for token in tokens:
        if token.text == "(":
            open_.append(token)
        elif token.text == ")":
            if not open_:
                raise ValueError(f"the ')' at character {token.at + 1} has no '(' before it")
            open_.pop()
    if open_:
        raise ValueError(f"the '(' at character {open_[-1].at + 1} has no ')' behind it")


def _check_widths(tokens: list[_Token]) -> None:
    """No number within lpad(…) or rpad(…) is a width that needs more memory than there is."""
    padding: list[bool] = []
    for number, token in enumerate(tokens):
        if token.text == "(":
            padding.append(_near(tokens, number - 1).word in ("lpad", "rpad"))
        elif token.text == ")":
            padding.pop()
        elif padding and padding[-1] and token.kind == "number" and float(token.text) > _WIDEST:
            raise ValueError(f"'{token.text}' at character {token.at + 1} is too wide: lpad and rpad give at most {_WIDEST:,} characters")


def _near(tokens: list[_Token], number: int) -> _Token:
    """The token of a number, if there is one."""
    return tokens[number] if 0 <= number < len(tokens) else _NO_TOKEN


def _piece(tokens: list[_Token], number: int) -> str | Reference:
    """What a token means: a field, or itself."""
    token, before, behind = tokens[number], _near(tokens, number - 1), _near(tokens, number + 1)
    if token.kind == "quoted":
        return Reference(tuple(token.text[1:-1].replace('""', '"').split(".")))
    moment = before.word == "timestamp" or (behind.word == "as" and _near(tokens, number + 2).word == "timestamp")
    if moment and _OFFSET.search(token.text):
        raise ValueError(
            f"{token.text} at character {token.at + 1} has an offset, and times in an expression are in UTC: write the moment in UTC, without one"
        )
    if token.kind != "name" or token.word in _WORDS or (token.word in ("timestamp", "date") and behind.kind == "text"):
        return token.text
    if behind.text == "(":
        return _known(token, {*FUNCTIONS, "cast", "extract"}, "the function '{}' at character {} is not known here")
    if before.text == "(" and _near(tokens, number - 2).word == "extract":
        return _known(token, _UNITS, "'{}' at character {} is no part of a time")
    if token.word == "from" and _near(tokens, number - 3).word == "extract":
        return token.text
    if before.word == "as":
        return _known(token, TYPES, "'{}' at character {} is no type")
    return parse_reference(token.text)


def _known(token: _Token, known: Set[str], wrong: str) -> str:
    if token.word not in known:
        raise ValueError(f"{wrong.format(token.text, token.at + 1)}; there are {listed(sorted(known))}{meant(token.word, known)}")
    return token.text


def _lacks(tokens: list[_Token], number: int) -> bool:
    """Whether a token may make null of what is not: a division, but by a number that is not 0, and some words."""
    token, behind = tokens[number], _near(tokens, number + 1)
    if token.text in ("/", "%"):
        return behind.kind != "number" or not float(behind.text)
    return token.word in _LACKING


def _safe(tokens: list[_Token]) -> set[int]:
    """The tokens inside of coalesce(…, a value): whatever is null there, it is the value."""
    found: set[int] = set()
    for first, token in enumerate(tokens):
        if token.word not in ("coalesce", "ifnull") or _near(tokens, first + 1).text != "(":
            continue
        depth, last = 0, first
        while depth or last == first:
            last += 1
            depth += {"(": 1, ")": -1}.get(tokens[last].text, 0)
        if tokens[last - 1].kind in ("number", "text") and tokens[last - 2].text == ",":
            found |= set(range(first, last))
    return found


def _parsed(text: str) -> str:
    parse_expression(text)
    return text


ExpressionText = Annotated[str, AfterValidator(_parsed)]
"""SQL over the fields of the record, `_time` and `_number`."""
