"""The text of a template: literals and references to fields, braces doubled as in Python."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from springhead.columns.text_format import FormatError, TextFormat, parse_format

_PIECE = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+")


@dataclass(frozen=True, slots=True)
class Reference:
    """A field as a template names it: `{name}`, or `{customer.name}` for one inside an object."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a field in a template, with the format that stands behind a colon: `{price:>10.2f}`."""

    reference: Reference
    form: TextFormat | None = None

    def __str__(self) -> str:
        return f"{self.reference}:{self.form.text}" if self.form else str(self.reference)


Part: TypeAlias = str | Slot


@lru_cache(4096)
def parse_template(text: str) -> tuple[Part, ...]:
    """The parts of a template, no two literals side by side.

    Raises:
        ValueError: a brace has no partner, or a reference is not understood.
    """
    parts: list[Part] = []
    for found in _PIECE.finditer(text):
        piece = found[0]
        if piece in ("{", "}"):
            raise ValueError(f"a single '{piece}' in the template: a reference is written {{name}}, a brace itself '{piece}{piece}'")
        if piece[0] == "{" and piece != "{{":
            parts.append(_slot(piece, found.start()))
        else:
            literal = piece[0] if piece in ("{{", "}}") else piece
            before = parts.pop() if parts and isinstance(parts[-1], str) else ""
            parts.append(f"{before}{literal}")
    return tuple(parts)


def parse_reference(text: str) -> Reference:
    """The field that a name means where nothing but a name may stand: `customer`, or `customer.id` for one inside an object.

    Raises:
        ValueError: it is none.
    """
    names = tuple(text.split("."))
    if not all(names):
        raise ValueError(f"'{text}' names no field: write its name, or object.name for a field inside an object")
    return Reference(names)


def _slot(piece: str, at: int) -> Slot:
    """The field in braces; at: where they begin in the template."""
    name, colon, form = piece[1:-1].partition(":")
    names = tuple(name.split("."))
    if not all(names):
        raise ValueError(f"{piece} names no field: write {{name}}, or {{object.name}} for a field inside an object")
    try:
        return Slot(Reference(names), parse_format(form) if form else None)
    except FormatError as error:
        place = at + 1 + len(name) + len(colon) + error.at + 1
        raise ValueError(f"the format in {piece} cannot be used at character {place} of the template: {error}") from None
