"""Methods that put several values together which belong to one another: what is made by hand of them, part by part."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from springhead.columns.column import Chunk, Column, Maker
from springhead.columns.draws import Draws
from springhead.columns.grammar import Alternative
from springhead.columns.layout import Layout, RowBuffer
from springhead.columns.type import JSON, TEXT
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form


@dataclass(frozen=True, slots=True)
class Part:
    """One of the values.

    Attributes:
        form: what its values are.
        maker: makes its column; all parts of one value are given the same draws.
        alternatives: its grammar; (): it has none.
    """

    form: Form
    maker: Callable[[Draws], Maker]
    alternatives: tuple[Alternative, ...] = ()


Parts: TypeAlias = Mapping[str, Callable[[], Part]]
"""Name → the part, made when it is asked for: a profile has many, and a stream names few of them."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A method by its parts.

    Attributes:
        parts: by name.
        text: how the method's own value is put together of them, "{name}" for a part; None: it is made in another way.
    """

    parts: Parts
    text: str | None = None


# (the provider, the method's arguments by name, another method of the locale by its name as a part) → the method, by its parts or as a whole; None: not made by hand for these arguments.
Compose: TypeAlias = Callable[[Any, Mapping[str, Any], Callable[[str], Part]], Composed | Grammar | None]
COMPOSED: dict[tuple[str, str], Compose] = {}


def composed(*functions: str) -> Callable[[Compose], Compose]:
    """Registers what is composed for provider functions, each named "module:Class.function"."""

    def register(make: Compose) -> Compose:
        for name in functions:
            module, _, function = name.partition(":")
            COMPOSED[module, function] = make
        return make

    return register


def of_its_own(part: Part, name: str) -> Part:
    """A part with draws of its own, of which no other part has one."""
    return Part(part.form, lambda draws: part.maker(draws.part(name)))


def put_together(template: str, parts: Parts, draws: Draws, form: Form = Form.TEXT) -> Maker:
    """The maker of a text in which parts stand: "{name}" is one of them."""
    layout, buffer = Layout(), RowBuffer()
    makers: list[Maker] = []
    for place, piece in enumerate(re.split(r"\{(\w+)\}", template)):
        if place % 2:
            makers.append(parts[piece]().maker(draws))
            layout.text(layout.column(makers[-1].type))
        else:
            layout.constant(piece.encode())
    type_ = JSON if form is Form.JSON else TEXT

    def column(chunk: Chunk) -> Column:
        data, ends = layout.rows(chunk.rows, buffer, [maker(chunk) for maker in makers])
        return Column(type_, chunk.rows, data=data, ends=ends)

    return Maker(type_, column)
