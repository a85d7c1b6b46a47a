"""IP addresses, MAC addresses and domain names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from ipaddress import IPv4Network
from string import ascii_lowercase
from typing import Any

from springhead.columns.grammar import Alternative, Digits, Hex, Step, Whole, Words
from springhead.faker_methods.merge import merge
from springhead.faker_methods.store import Grammar
from springhead.faker_methods.values import Form
from springhead.faker_methods.vector import handmade

_INTERNET = "faker.providers.internet:Provider"
_NETWORKS = {
    "ipv4": "_get_all_networks_and_weights",
    "ipv4_private": "_get_private_networks_and_weights",
    "ipv4_public": "_get_public_networks_and_weights",
}


def _grammar(alternatives: Iterable[Alternative]) -> Grammar:
    return Grammar(Form.TEXT, merge(list(alternatives)), how="vectorised")


def _address(network: IPv4Network) -> tuple[Step, ...]:
    """An address of a network, each as likely: byte by byte, for a network is a range of one byte with all values of those behind it."""
    steps: list[Step] = []
    pairs = zip(network.network_address.packed, network.broadcast_address.packed, strict=True)
    for place, (low, high) in enumerate(pairs):
        steps += ["."] if place else []
        steps.append(str(low) if low == high else Whole(low, high))
    return tuple(steps)


def _ipv4(method: str, provider: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    private = arguments.get("private")
    if private is not None:
        method = "ipv4_private" if private is True else "ipv4_public" if private is False else ""
    if method not in _NETWORKS or arguments.get("network") or set(arguments) - {"network", "address_class", "private"}:
        return None
    given = arguments.get("address_class")
    if not isinstance(given, str | None):
        return None
    # Without a class, Faker draws one of the three for private and public addresses, but none for an address of any kind.
    classes = [given] if given in ("a", "b", "c") else [None] if method == "ipv4" else ["a", "b", "c"]
    alternatives: list[Alternative] = []
    for each in classes:
        networks, weights = getattr(provider, _NETWORKS[method])(address_class=each)
        share = Fraction(1, len(classes) * sum(weights))
        alternatives += [Alternative(_address(network), weight * share) for network, weight in zip(networks, weights, strict=True)]
    return _grammar(alternatives)


@handmade(f"{_INTERNET}.ipv4")
def ipv4(provider: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return _ipv4("ipv4", provider, arguments)


@handmade(f"{_INTERNET}.ipv4_private")
def ipv4_private(provider: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return _ipv4("ipv4_private", provider, arguments)


@handmade(f"{_INTERNET}.ipv4_public")
def ipv4_public(provider: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    return _ipv4("ipv4_public", provider, arguments)


@handmade(f"{_INTERNET}.ipv6")
def ipv6(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    """Eight groups of 16 bits without leading zeros (RFC 5952 §4.1).

    Faker shortens two and more groups of zeros to "::" and leaves out the first 2^32 addresses: one value in 600 million differs.
    """
    if arguments:
        return None
    group = Whole(0, 0xFFFF, base=16)
    return _grammar([Alternative(tuple(step for place in range(8) for step in ((":", group) if place else (group,))))])


@handmade(f"{_INTERNET}.mac_address")
def mac_address(_: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    """The first byte's lowest bit tells multicast; Faker never draws 0xfe as a unicast, nor 0xff as a multicast first byte."""
    if set(arguments) - {"multicast"}:
        return None
    first = range(1, 255, 2) if arguments.get("multicast") is True else range(0, 254, 2)
    rest: list[Step] = [step for _ in range(5) for step in (":", Hex(2))]
    return _grammar([Alternative((Words(tuple(f"{byte:02x}" for byte in first)), *rest))])


@handmade("faker.providers.internet.zh_CN:Provider.domain_name")
def domain_name(provider: Any, arguments: Mapping[str, Any]) -> Grammar | None:
    """A word and a top-level domain; Faker draws the word again while it is a second-level domain. The tracer cannot see that, because a token never is one."""
    from faker.providers.person.zh_CN import Provider as Person
    from faker.utils.text import slugify

    if arguments.get("levels", 1) != 1 or set(arguments) - {"levels"}:
        return None
    names = {kind: [slugify(name) for name in getattr(Person, f"{kind}_romanized_names")] for kind in ("first", "last")}
    letters = [a + b for a in ascii_lowercase for b in ascii_lowercase]
    made = []
    for pattern in provider.domain_formats:
        drawn = [letters] if pattern == "??" else [names[kind] for kind in re.findall(r"\{\{(first|last)_romanized_name\}\}", pattern)]
        steps: tuple[Step, ...] = (Digits(2),) if pattern == "##" else tuple(Words(tuple(words)) for words in drawn)
        if not steps:
            return None  # a pattern that this Faker does not have yet
        share = Fraction(1)
        if len(drawn) == 1:
            free = [word for word in drawn[0] if word not in provider.second_level_domains]
            steps, share = (Words(tuple(free)),), Fraction(len(free), len(drawn[0]))
        tlds = Words(tuple(provider.tlds), tuple(map(Fraction, provider.tlds.values())))
        made.append(Alternative((*steps, ".", tlds), share))
    return _grammar(made)
