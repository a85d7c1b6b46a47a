"""User names, host names and addresses, where tracing does not see through: words that Faker makes ASCII of, letter by letter, in four locales."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from string import ascii_lowercase
from typing import Any

from springhead.columns.grammar import Alternative, Digits, Step, Sub, Words
from springhead.faker_methods.composed import Part, composed
from springhead.faker_methods.merge import merge
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import provider_of

_INTERNET = "faker.providers.internet:Provider"
_PEOPLE = "faker.providers.person."
Other = Callable[[str], Part]
Ways = Sequence[tuple[tuple[Step, ...], Fraction]]


def _of(method: str, *locales: str) -> Callable[[Callable[[Any, Other], Grammar | None]], Callable[[Any, Other], Grammar | None]]:
    """Registers a method of Faker's own, for these locales and without arguments."""

    def register(make: Callable[[Any, Other], Grammar | None]) -> Callable[[Any, Other], Grammar | None]:
        @composed(f"{_INTERNET}.{method}")
        def checked(provider: Any, arguments: Mapping[str, Any], other: Other) -> Grammar | None:
            people = type(provider_of(provider, "last_name")).__module__
            return make(provider, other) if not arguments and people.removeprefix(_PEOPLE) in locales else None

        return make

    return register


def _grammar(ways: Ways) -> Grammar:
    return Grammar(Form.TEXT, merge([Alternative(steps, weight) for steps, weight in ways]), how="vectorised")


def _evenly(ways: Sequence[tuple[Step, ...]]) -> Grammar:
    return _grammar([(steps, Fraction(1, len(ways))) for steps in ways])


def _sub(part: Part) -> Sub:
    return Sub(part.alternatives)


def _words(part: Part) -> tuple[str, ...] | None:
    """The words that a method gives, each as likely; None: it gives others."""
    if len(part.alternatives) != 1 or len(part.alternatives[0].steps) != 1:
        return None
    (step,) = part.alternatives[0].steps
    return tuple(map(str, step.words)) if isinstance(step, Words) and step.weights is None else None


def _clean(provider: Any, word: str) -> str:
    """A word as it stands in Faker's user and domain names."""
    from faker.utils.text import slugify

    return str(slugify(provider._to_ascii(word.lower()), allow_unicode=True)).lower()


def _cleaned(provider: Any, part: Part) -> Sub | None:
    """What a method gives, as it stands in those names; None: it gives more than words."""
    ways = []
    for way in part.alternatives:
        if len(way.steps) != 1 or not isinstance(step := way.steps[0], Words):
            return None
        ways.append(replace(way, steps=(replace(step, words=tuple(_clean(provider, str(word)) for word in step.words)),)))
    return Sub(tuple(ways))


@_of("domain_word", "hi_IN", "ar_SA")
def domain_word(provider: Any, other: Other) -> Grammar | None:
    """The first word of a company's name, which may end within a family's name of several words."""
    names = _words(other("last_name"))
    formats = provider_of(provider, "company").formats
    if names is None or not isinstance(formats, tuple):
        return None
    ways: list[tuple[tuple[Step, ...], Fraction]] = []
    for each in formats:
        pieces = re.findall(r"\{\{last_name\}\}|[^{}]+", each.split(" ")[0])
        if "".join(pieces) != each.split(" ")[0]:
            return None
        ways += [(steps, weight / len(formats)) for steps, weight in _first_word(provider, pieces, names)]
    words = [word for steps, _ in ways for step in steps if isinstance(step, Words) for word in step.words]
    return _grammar(ways) if all(word and str(word).strip("-") == word for word in words) else None


def _first_word(provider: Any, pieces: Sequence[str], names: Sequence[str]) -> Ways:
    if not pieces:
        return [((), Fraction(1))]
    first, *rest = pieces
    later = _first_word(provider, rest, names)
    if first != "{{last_name}}":
        sign = re.sub(r"[^\w-]", "", first)
        return [((sign, *steps) if sign else steps, weight) for steps, weight in later]
    long = [name.split(" ")[0] for name in names if " " in name]
    short = [name for name in names if " " not in name]
    ways: list[tuple[tuple[Step, ...], Fraction]] = []
    if long:
        ways.append(((Words(tuple(_clean(provider, name) for name in long)),), Fraction(len(long), len(names))))
    if short:
        word = Words(tuple(_clean(provider, name) for name in short))
        ways += [((word, *steps), weight * Fraction(len(short), len(names))) for steps, weight in later]
    return ways


@_of("domain_name", "hi_IN", "ar_SA")
def domain_name(_: Any, other: Other) -> Grammar:
    return _evenly([(_sub(other("domain_word")), ".", _sub(other("tld")))])


@_of("hostname", "hi_IN", "ar_SA", "zh_CN")
def hostname(provider: Any, other: Other) -> Grammar:
    return _evenly([(Words(tuple(provider.hostname_prefixes)), "-", Digits(2), ".", _sub(other("domain_name")))])


def _urls(provider: Any, other: Other) -> Sequence[tuple[Step, ...]]:
    domain = _sub(other("domain_name"))
    formats = [each.split("{{domain_name}}") for each in provider.url_formats]
    return [(f"{scheme}://{before}", domain, after) for scheme in ("http", "https") for before, after in formats]


@_of("url", "hi_IN", "ar_SA")
def url(provider: Any, other: Other) -> Grammar:
    return _evenly(_urls(provider, other))


@_of("uri", "hi_IN", "ar_SA")
def uri(provider: Any, other: Other) -> Grammar:
    behind = tuple(_sub(other(name)) for name in ("uri_path", "uri_page", "uri_extension"))
    return _evenly([(*steps, *behind) for steps in _urls(provider, other)])


@_of("user_name", "ja_JP")
def user_name(provider: Any, other: Other) -> Grammar | None:
    """Words of names in its patterns; a dot between them is taken out again."""
    ways: list[tuple[Step, ...]] = []
    for pattern in provider.user_name_formats:
        steps: list[Step] = []
        for method, letter, digits, sign in re.findall(r"\{\{(\w+)\}\}|(\?)|(#+)|([^{}?#]+)", pattern):
            if method:
                names = _cleaned(provider, other(method))
                if names is None:
                    return None
                steps.append(names)
            elif letter or digits:
                steps.append(Words(tuple(ascii_lowercase)) if letter else Digits(len(digits)))
            elif sign != ".":
                return None
        ways.append(tuple(steps))
    return _evenly(ways)


def _mail(method: str, domains: Sequence[str], *locales: str) -> None:
    """Registers a method that gives a user name at one of some domains, each as likely."""
    _of(method, *locales)(lambda _, other: _evenly([(_sub(other("user_name")), "@", _sub(other(each))) for each in domains]))


_SAFE, _FREE, _OWN = "safe_domain_name", "free_email_domain", "domain_name"
_mail("email", [_SAFE], "ja_JP")
_mail("safe_email", [_SAFE], "ja_JP")
_mail("ascii_safe_email", [_SAFE], "ja_JP")
_mail("free_email", [_FREE], "ja_JP")
_mail("ascii_free_email", [_FREE], "ja_JP")
for _method in ("company_email", "ascii_company_email"):
    _mail(_method, [_OWN], "ja_JP", "zh_CN", "hi_IN", "ar_SA")
_mail("ascii_email", [_OWN, _FREE], "ja_JP", "zh_CN", "hi_IN", "ar_SA")
