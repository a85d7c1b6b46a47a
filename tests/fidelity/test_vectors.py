"""What is made by hand is what Faker makes: valid, of the same form, and of the same law."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Sequence

import pytest
from faker import Factory

from dev.fidelity import chi2_p
from springhead.methods import Grammar, method
from springhead.methods.generator import generator_of
from springhead.methods.steps import check_digit
from tests.unit.build import chunk, column, field, texts

IDS = list(range(20_000))
LEAST_P = 1e-6  # of each comparison: one false alarm in a million


def ours(name: str, locale: str = "en_US", **arguments: object) -> list[str]:
    made = method(name, locale, arguments)
    assert isinstance(made, Grammar)
    assert made.how == "vectorised"
    return texts(column(field(faker=name, locale=locale, **({"with": arguments} if arguments else {})), chunk(IDS)))


def theirs(name: str, locale: str = "en_US", **arguments: object) -> list[str]:
    generator = Factory.create(locale)
    generator.seed_instance(1)
    return [str(getattr(generator, name)(**arguments)) for _ in IDS]


def shape(text: str) -> str:
    """A text with its digits and letters made alike."""
    return re.sub(r"[0-9a-f]+" if "." in text else r"[0-9a-f]", "x", text)


def features(name: str, text: str) -> tuple[object, ...]:
    """What is counted of a value: few enough kinds that each is met often."""
    match name:
        case "ipv4" | "ipv4_private" | "ipv4_public":
            first, second, *_ = text.split(".")
            return int(first) // 16, int(second) // 128
        case "credit_card_number":
            return len(text), text[:2], text[-1]
        case "mac_address":
            return (text[:2],)
        case "ipv6":
            return tuple(sorted(Counter(map(len, text.split(":"))).items()))[-1:]
    return text[0], text[-1]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("uuid4", {}),
        ("md5", {}),
        ("sha1", {}),
        ("sha256", {}),
        ("ipv4", {}),
        ("ipv4", {"address_class": "b"}),
        ("ipv4_private", {}),
        ("ipv4_public", {}),
        ("ipv6", {}),
        ("mac_address", {}),
        ("mac_address", {"multicast": True}),
        ("credit_card_number", {}),
        ("credit_card_number", {"card_type": "visa19"}),
        ("ean", {}),
        ("ean8", {}),
        ("ean13", {}),
        ("upc_a", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else ",".join(value),
)
def test_values_have_fakers_law(name: str, arguments: dict[str, object]) -> None:
    made, real = ours(name, **arguments), theirs(name, **arguments)
    assert chi2_p([features(name, text) for text in made], [features(name, text) for text in real]) > LEAST_P
    assert {shape(text) for text in made} <= {shape(text) for text in real} or name == "ipv6"
    assert len(set(made)) > 0.95 * len(set(real))


@pytest.mark.parametrize("name", ["ean", "ean8", "ean13", "upc_a", "credit_card_number"])
def test_every_check_digit_holds(name: str) -> None:
    law = "luhn" if name == "credit_card_number" else "gs1"
    assert all(text[-1] == check_digit(text[:-1], law) for text in ours(name))


@pytest.mark.parametrize(
    ("digits", "law", "expected"),
    [("7992739871", "luhn", "3"), ("411111111111111", "luhn", "1"), ("400638133393", "gs1", "1"), ("7351353", "gs1", "7")],
)
def test_check_digits_are_those_of_the_standards(digits: str, law: str, expected: str) -> None:
    assert check_digit(digits, law) == expected


def test_addresses_are_addresses() -> None:
    assert all(ipaddress.IPv6Address(text) for text in ours("ipv6"))
    assert all(ipaddress.IPv4Address(text).is_private for text in ours("ipv4_private"))


@pytest.mark.parametrize(("name", "arguments"), [("ipv4", {"network": True}), ("md5", {"raw_output": False})])
def test_arguments_that_are_not_made_by_hand_are_left_to_the_tracer_and_the_pool(name: str, arguments: dict[str, object]) -> None:
    made = method(name, "en_US", arguments)
    assert isinstance(made, Grammar)
    assert made.how != "vectorised"


def test_what_a_locale_overrides_is_not_taken_for_the_base() -> None:
    """pt_PT, fa_IR and others have cards of their own; en_US has prefixes of its own."""

    def prefixes(locale: str) -> set[str]:
        made: Sequence[str] = texts(column(field(faker="credit_card_number", locale=locale), chunk(IDS[:3000])))
        return {text[:2] for text in made}

    assert prefixes("en_US") != prefixes("ru_RU")
    assert prefixes("ru_RU") <= {text[:2] for text in theirs("credit_card_number", "ru_RU")}


def test_the_generator_of_pools_is_left_alone() -> None:
    before = generator_of("en_US").random
    method("name")
    assert generator_of("en_US").random is before
