"""The text of a template: literals and references to fields, braces doubled as in Python."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

_PIECE = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+")


@dataclass(frozen=True, slots=True)
class Reference:
    """A field as a template names it: `{name}`, or `{customer.name}` for one inside an object."""

    names: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.names)


Part: TypeAlias = str | Reference


@lru_cache(4096)
def parse_template(text: str) -> tuple[Part, ...]:
    """The parts of a template, no two literals side by side.

    Raises:
        ValueError: a brace has no partner, or a reference is not understood.
    """
    parts: list[Part] = []
    for piece in _PIECE.findall(text):
        if piece in ("{", "}"):
            raise ValueError(f"a single '{piece}' in the template: a reference is written {{name}}, a brace itself '{piece}{piece}'")
        if piece[0] == "{" and piece != "{{":
            parts.append(_reference(piece))
        else:
            literal = piece[0] if piece in ("{{", "}}") else piece
            parts.append(parts.pop() + literal if parts and isinstance(parts[-1], str) else literal)
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


def _reference(piece: str) -> Reference:
    name, colon, _ = piece[1:-1].partition(":")
    if colon:
        raise ValueError(f"a format such as {piece} is not available yet: write {{{name}}}")
    names = tuple(name.split("."))
    if not all(names):
        raise ValueError(f"{piece} names no field: write {{name}}, or {{object.name}} for a field inside an object")
    return Reference(names)
