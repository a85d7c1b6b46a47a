"""User names and e-mail addresses that are made of a name beside them, in the patterns of Faker's own provider.

Faker draws a name of its own for each. Here the first and the last word of the text take the places of `first_name` and `last_name` in the provider's
`user_name_formats`, and the first letter that of `?`, which is any letter there. The rest is Faker's: which pattern, digits, domains, and how a word becomes ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from springhead.columns.column import Bytes, Chunk, Column, Ints, Maker
from springhead.columns.draws import Draws
from springhead.columns.gathered import gathered, laid
from springhead.columns.grammar import Alternative, Digits
from springhead.columns.layout import RowBuffer
from springhead.columns.mixture import mixture_maker
from springhead.columns.text_program import text_maker
from springhead.columns.type import TEXT, Type
from springhead.faker_methods.catalogue import identity_of, maker_of, methods
from springhead.faker_methods.store import file_of
from springhead.faker_methods.words_of_names import WordsOfNames
from springhead.kernels import integers
from springhead.kernels.cache import read, write

_PIECE = re.compile(r"\{\{(\w+)\}\}|(\?)|(#+)|([^{}?#]+)")
_NO_PART = re.compile(r"[^\w-]")  # Faker's slug has neither dots nor spaces
_FIRST, _LAST, _INITIAL = "first", "last", "initial"


def from_name(method: str, locale: str, arguments: Mapping[str, Any], name: tuple[str, ...], type_: Type, draws: Draws) -> Maker:
    """The maker of user names, or of e-mail addresses, that belong to the names of another field.

    Args:
        method: one of Faker's that make them.
        locale: whose patterns and domains.
        arguments: the method's.
        name: the path of the field of names.
        type_: of its column.
        draws: of the field.
    """
    provider = _provider(locale)
    words = WordsOfNames(lambda word: _form(locale, word))
    patterns = [_pieces(pattern, locale, draws) for pattern in provider.user_names]
    domain = None if method == "user_name" else _domain(method, provider, locale, arguments, draws)
    own = replace(TEXT, nullable=type_.nullable, optional=type_.optional, plain=domain is None or domain.type.plain)
    key, buffer, slots = draws.key("pattern"), RowBuffer(), _slots(patterns)

    def column(chunk: Chunk) -> Column:
        names = chunk.columns[name]
        first, last = words.of(names.data, names.ends)
        which, each = np.empty(chunk.rows, np.int64), np.arange(chunk.rows)
        integers(key, chunk.ids, 0, np.uint64(len(patterns)), which)
        texts: list[tuple[Bytes, Ints]] = []
        rows: list[Ints] = []
        for piece, has in slots:
            if isinstance(piece, _Drawn):
                made = piece.maker(chunk)
                texts.append((made.data, made.ends))
                row = each
            else:
                texts.append(words.initials if piece == _INITIAL else words.forms)
                row = last if piece == _LAST else first
            rows.append(np.where(has[which], row, -1))
        if domain is not None:
            made = domain(chunk)
            texts += [_AT, (made.data, made.ends)]
            rows += [np.zeros(chunk.rows, np.int64), each]
        data, ends = gathered(texts, np.stack(rows), buffer)
        return Column(own, chunk.rows, data=data, ends=ends, state=names.state)

    return Maker(own, column)


@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """A piece of a user name that is drawn.

    Attributes:
        maker: of its text.
    """

    maker: Maker


_Piece = str | _Drawn
_AT = laid([b"@"])


@dataclass(frozen=True, slots=True)
class _Provider:
    """What user names and addresses are made by, of a locale's provider of internet names.

    Attributes:
        user_names, emails: its patterns.
        keeps_ascii: whether it leaves ASCII as it is.
    """

    user_names: tuple[str, ...]
    emails: tuple[str, ...]
    keeps_ascii: bool


def _pieces(pattern: str, locale: str, draws: Draws) -> Sequence[_Piece]:
    """What a user name of this pattern is put together of."""
    found: list[_Piece] = []
    for number, (method, letter, digits, literal) in enumerate(_PIECE.findall(pattern)):
        own = draws.part("piece", pattern, number)
        if letter:
            found.append(_INITIAL)
        elif method.startswith(("first_", "last_")):
            found.append(_FIRST if method.startswith("first_") else _LAST)
        elif method:
            found.append(_Drawn(maker_of(methods(method, [locale]), {locale: 1.0}, own)))
        elif digits:
            found.append(_Drawn(text_maker([Alternative((Digits(len(digits)),))], own)))
        elif kept := _NO_PART.sub("", literal):
            found.append(_Drawn(text_maker([Alternative((kept,))], own)))
    return found


def _slots(patterns: Sequence[Sequence[_Piece]]) -> list[tuple[_Piece, NDArray[np.bool_]]]:
    """What may stand in a user name, in order, and which patterns have it there: bool, shape (patterns,)."""
    found: list[tuple[_Piece, NDArray[np.bool_]]] = []
    for slot in range(max(map(len, patterns))):
        here = [pattern[slot] if slot < len(pattern) else None for pattern in patterns]
        found += [(piece, np.array([other == piece for other in here])) for piece in dict.fromkeys(here) if piece is not None]
    return found


def _domain(method: str, provider: _Provider, locale: str, arguments: Mapping[str, Any], draws: Draws) -> Maker:
    """The maker of what stands behind the @."""
    own = draws.part("domain")
    if arguments.get("domain"):
        return text_maker([Alternative((str(arguments["domain"]).lower(),))], own)
    kind = method.removeprefix("ascii_")
    if method == "email" and arguments.get("safe", True):
        kind = "safe_email"
    fixed = {"safe_email": ["safe_domain_name"], "free_email": ["free_email_domain"], "company_email": ["domain_name"]}
    names = fixed.get(kind) or [re.findall(r"\w+", pattern)[-1] for pattern in provider.emails]
    makers = [maker_of(methods(name, [locale]), {locale: 1.0}, own.part(number)) for number, name in enumerate(names)]
    return makers[0] if len(makers) == 1 else mixture_maker(makers, [1.0] * len(makers), own)


@cache
def _provider(locale: str) -> _Provider:
    """Of a locale, kept on disk: Faker is not loaded for it again, which takes as long as numpy."""
    file = file_of("internet", identity_of("internet", locale, b""))
    if (content := read(file)) is not None:
        return msgspec.msgpack.decode(content, type=_Provider)
    from faker.providers.internet import Provider

    of = _class(locale)
    keeps_ascii = of._to_ascii is Provider._to_ascii and not any(replaced.isascii() for replaced, _ in of.replacements)
    made = _Provider(tuple(of.user_name_formats), tuple(of.email_formats), keeps_ascii)
    write(file, msgspec.msgpack.encode(made))
    return made


def _class(locale: str) -> Any:
    """The class of the locale's provider of internet names; Faker takes en_US's where a locale has none."""
    from faker.factory import Factory

    return Factory._find_provider_class("faker.providers.internet", locale)[0]


def _form(locale: str, word: str) -> str:
    """A word as it stands in Faker's user names: ASCII by the provider's own replacements, in small letters, without signs."""
    if word.isascii() and _provider(locale).keeps_ascii:
        return re.sub(r"-+", "-", _NO_PART.sub("", word.lower()))  # as `slugify` does it
    from faker.utils.text import slugify

    provider = _class(locale)
    return slugify(provider._to_ascii(provider, word.lower()), allow_unicode=True)
