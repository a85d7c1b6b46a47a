"""What is made by hand is what Faker makes: valid, of the same form, and of the same law."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

import numpy as np
import pytest
from faker import Factory

from dev.fidelity import chi2_p
from springhead.columns.draws import Draws
from springhead.columns.grammar import Alternative, Check
from springhead.columns.text_program import TextProgram
from springhead.faker_methods.catalogue import Grammar, method
from springhead.faker_methods.generator import generator_of
from springhead.faker_methods.hole_steps import checked
from tests.unit.build import chunk, column, field, strings, texts

IDS = list(range(20_000))
_OF_MANY_SHAPES = ("ipv6", "iban", "vin", "password", "firefox")
LEAST_P = 1e-6  # of each comparison: one false alarm in a million


def ours(name: str, locale: str = "en_US", **arguments: Any) -> list[str]:
    made = method(name, locale, arguments)
    assert isinstance(made, Grammar)
    assert made.how == "vectorised"
    return strings(column(field(faker=name, locale=locale, **({"with": arguments} if arguments else {})), chunk(IDS)))


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
        case "isbn10" | "isbn13" | "sbn9":
            return tuple(map(len, text.split("-")))
        case "firefox":  # its engine, its kind of platform, and the century and the month of the moment
            moment = re.search(r"Gecko/(..)..-(..)", text)
            return (*re.findall(r"Firefox/3|Firefox|FxiOS", text), text[13:16], *(moment.groups() if moment else ()))
        case "password":
            kinds = (digits, ascii_uppercase, ascii_lowercase)
            return (*(sum(letter in kind for letter in text) for kind in kinds), *(text[0] in kind for kind in kinds))
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
        ("ean13", {"prefixes": ["45", "490"]}),
        ("localized_ean", {}),
        ("localized_ean8", {}),
        ("localized_ean13", {}),
        ("iban", {}),
        ("aba", {}),
        ("isbn10", {}),
        ("isbn13", {}),
        ("isbn13", {"separator": ""}),
        ("sbn9", {}),
        ("vin", {}),
        ("password", {}),
        ("password", {"length": 12, "special_chars": False}),
        ("safe_hex_color", {}),
        ("firefox", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else ",".join(value),
)
def test_values_have_fakers_law(name: str, arguments: dict[str, Any]) -> None:
    made, real = ours(name, **arguments), theirs(name, **arguments)
    assert chi2_p([features(name, text) for text in made], [features(name, text) for text in real]) > LEAST_P
    assert {shape(text) for text in made} <= {shape(text) for text in real} or name in _OF_MANY_SHAPES
    assert len(set(made)) > 0.95 * len(set(real))


@pytest.mark.parametrize(
    ("name", "locale", "law", "count"),
    [
        ("ean8", "en_US", "gs1", 7),
        ("ean13", "en_US", "gs1", 12),
        ("localized_ean13", "ja_JP", "gs1", 12),
        ("upc_a", "en_US", "gs1", 11),
        ("isbn13", "en_US", "gs1", 12),
        ("isbn10", "en_US", "isbn10", 9),
        ("sbn9", "en_US", "isbn10", 8),
        ("aba", "en_US", "aba", 8),
    ],
)
def test_every_check_character_holds(name: str, locale: str, law: str, count: int) -> None:
    """Faker's too."""
    for texts_ in (ours(name, locale), theirs(name, locale)):
        assert all(text == checked(text[:-1], Check(law, count)) for text in texts_)


@pytest.mark.parametrize(
    ("name", "locale", "law"),
    [("vin", "en_US", "vin"), ("bban", "es_ES", "ccc"), *(("iban", locale, "iban") for locale in ("en_US", "de_DE", "es_ES"))],
)
def test_every_check_character_in_a_gap_holds(name: str, locale: str, law: str) -> None:
    """Faker's too."""
    for texts_ in (ours(name, locale), theirs(name, locale)):
        assert all(text == checked(text, Check(law, len(text))) for text in texts_)


@pytest.mark.parametrize("locale", ["en_US", "es_ES", "it_IT", "no_NO"])
def test_an_iban_is_one_modulo_97(locale: str) -> None:
    for text in texts(column(field(faker="iban", locale=locale), chunk(IDS[:1000]))):
        assert text is not None
        assert int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("79927398713", Check("luhn", 10)),
        ("4111111111111111", Check("luhn", 15)),
        ("4006381333931", Check("gs1", 12)),
        ("73513537", Check("gs1", 7)),
        ("978-0-306-40615-7", Check("gs1", 12)),
        ("0-306-40615-2", Check("isbn10", 9)),
        ("0-8044-2957-X", Check("isbn10", 9)),
        ("011000015", Check("aba", 8)),
        ("1M8GDM9AXKP042788", Check("vin", 17)),
        ("GB82WEST12345698765432", Check("iban", 22)),
        ("ES9121000418450200051332", Check("iban", 24)),
        ("21000418450200051332", Check("ccc", 20)),
    ],
)
def test_check_characters_are_those_of_the_standards(text: str, check: Check) -> None:
    """Published examples, by the plain rule and by the kernel."""
    before = text if check.fills else text[:-1]
    assert checked(before, check) == text
    assert texts(TextProgram([Alternative((before, check))], Draws(("seed",))).column(np.zeros(1, np.uint64))) == [text]


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
        made = strings(column(field(faker="credit_card_number", locale=locale), chunk(IDS[:3000])))
        return {text[:2] for text in made}

    assert prefixes("en_US") != prefixes("ru_RU")
    assert prefixes("ru_RU") <= {text[:2] for text in theirs("credit_card_number", "ru_RU")}


def test_the_generator_of_pools_is_left_alone() -> None:
    before = generator_of("en_US").random
    method("name")
    assert generator_of("en_US").random is before
