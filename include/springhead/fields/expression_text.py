"""The text of an expression: SQL over the fields of a record, as far as it is read without polars, which reads the rest."""

from __future__ import annotations

import re
from collections.abc import Callable
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

_TOKEN = re.compile(
    r"""(?P<blank>\s+)|(?P<text>'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")*")|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"""
    r"""|(?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)|(?P<comment>--|/\*)|(?P<sign><=|>=|<>|!=|\|\||[=<>+\-*/%(),])"""
)


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression whose words are known.

    Attributes:
        text: as it was written.
        pieces: the same in pieces: SQL as it stands, and references.
        may_lack: whether it may be null although nothing that it refers to is.
    """

    text: str
    pieces: tuple[str | Reference, ...]
    may_lack: bool

    @property
    def references(self) -> tuple[Reference, ...]:
        """The fields that it is made of; the event time is none."""
        return tuple(dict.fromkeys(each for each in self.pieces if isinstance(each, Reference) and each.names != ("_time",)))

    def sql(self, name: Callable[[Reference], str]) -> str:
        """The text with other names for the fields."""
        return "".join(piece if isinstance(piece, str) else '"{}"'.format(name(piece).replace('"', '""')) for piece in self.pieces)


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
    pieces: list[str | Reference] = []
    said = [token for kind, token, _ in tokens if kind != "blank"]
    may_lack, number = False, -1
    for kind, token, at in tokens:
        if kind == "blank":
            pieces.append(" ")
            continue
        number += 1
        before, behind = said[number - 1].lower() if number else "", said[number + 1].lower() if number + 1 < len(said) else ""
        low = token.lower()
        may_lack = may_lack or token in ("/", "%") or (kind == "name" and low in _LACKING)
        if kind == "quoted":
            pieces.append(Reference(tuple(token[1:-1].replace('""', '"').split("."))))
        elif kind != "name" or low in _WORDS:
            pieces.append(token)
        elif behind == "(":
            pieces.append(_function(token, at))
        elif (before == "(" and number > 1 and said[number - 2].lower() == "extract") or (
            low == "from" and number > 2 and said[number - 3].lower() == "extract"
        ):
            if low != "from" and low not in _UNITS:
                raise ValueError(
                    f"'{token}' at character {at + 1} is no part of a time; there are {listed(sorted(_UNITS))}{meant(low, _UNITS)}"
                )
            pieces.append(token)
        elif before == "as":
            if low not in TYPES:
                raise ValueError(f"'{token}' at character {at + 1} is no type; there are {listed(sorted(TYPES))}{meant(low, TYPES)}")
            pieces.append(token)
        else:
            pieces.append(parse_reference(token))
    return Expression(text, tuple(pieces), may_lack)


def _function(name: str, at: int) -> str:
    low = name.lower()
    if low not in FUNCTIONS and low not in ("cast", "extract"):
        known = sorted({*FUNCTIONS, "cast", "extract"})
        raise ValueError(f"the function '{name}' at character {at + 1} is not known here; there are {listed(known)}{meant(low, known)}")
    return name


def _tokens(text: str) -> list[tuple[str, str, int]]:
    """(what it is, the token, where it begins), one after the other."""
    found: list[tuple[str, str, int]] = []
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
        found.append((token.lastgroup, token[0], at))
        at = token.end()
    return found


def _check_brackets(tokens: list[tuple[str, str, int]]) -> None:
    open_: list[int] = []
    for _, token, at in tokens:
        if token == "(":  # noqa: S105 (no password)
            open_.append(at)
        elif token == ")":  # noqa: S105
            if not open_:
                raise ValueError(f"the ')' at character {at + 1} has no '(' before it")
            open_.pop()
    if open_:
        raise ValueError(f"the '(' at character {open_[-1] + 1} has no ')' behind it")


def _parsed(text: str) -> str:
    parse_expression(text)
    return text


ExpressionText = Annotated[str, AfterValidator(_parsed)]
"""SQL over the fields of the record, `_time` and `_number`."""
