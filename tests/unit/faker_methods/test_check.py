"""What is compiled gives what the method makes of the same draws, whatever the draws are; all else is refused."""

from __future__ import annotations

import random
from collections import OrderedDict
from fractions import Fraction

import pytest
from faker.providers import BaseProvider

from springhead.faker_methods.catalogue import how_made
from springhead.faker_methods.events import UntraceableError
from springhead.faker_methods.hole_steps import Sampler
from springhead.faker_methods.store import Grammar
from tests.unit.faker_methods.build import compiler
from tests.unit.faker_methods.law import law

FOUR = ("a", "b", "c", "d")
TEAMS = tuple(f"team {number}" for number in range(700))  # too many to fork
GUESTS = (*TEAMS[::-7], *(f"guest {number}" for number in range(650)))
NAMES = OrderedDict((f"Name{number}", 1.0) for number in range(900)) | {"De Dumortier": 0.001, "Ó Briain": 0.001}


class Provider(BaseProvider):
    """Methods that do something with two words together, or with one in a thousand."""

    def in_order(self) -> str:
        return " ".join(sorted([self.random_element(FOUR), self.random_element(FOUR)]))

    def team(self) -> str:
        return self.random_element(TEAMS)

    def the_longer(self) -> str:
        return max(self.team(), self.team(), key=len)

    def the_largest(self) -> str:
        return max(self.team(), self.team(), self.team())

    def pairing(self) -> str:
        home, guest = self.random_element(TEAMS), self.random_element(GUESTS)
        while guest == home:
            guest = self.random_element(GUESTS)
        return f"{home}>{guest}"

    def cut(self) -> str:
        return (self.random_element(TEAMS) + self.random_element(GUESTS))[:14]

    def same(self) -> bool:
        return bool(self.random_element(TEAMS) == self.random_element(GUESTS))

    def last_name(self) -> str:
        return self.random_element(NAMES)

    def company(self) -> str:
        parsed: str = self.generator.parse(
            self.random_element(("{{last_name}} Ltd", "{{last_name}}-{{last_name}}", "{{last_name}}, {{last_name}} and {{last_name}}"))
        )
        return parsed

    def first_of_company(self) -> str:
        return self.company().split(" ")[0].lower()

    def ascii_list(self) -> list[str]:
        return [self.last_name().encode("ascii", "replace").decode()]

    def one_number_in_ten_thousand(self) -> str:
        number = f"{self.random_int(0, 9_999):04d}"
        return "never" if number == "9999" else number

    def one_amidst_ten_thousand(self) -> str:
        number = f"{self.random_int(0, 9_999):04d}"
        return "never" if number == "7777" else number

    def four_digits(self) -> str:
        number: str = self.numerify("####")
        return "demo" if number == "1234" else number

    def area_of_nine_digits(self) -> str:
        number: str = self.numerify("###-##-####")
        return f"9{number[1:]}" if number.startswith("666") else number

    def three_letters(self) -> str:
        word: str = self.lexify("???", letters="ABCDEFGH")
        return "---" if word == "BAD" else word


@pytest.mark.slow
@pytest.mark.parametrize(
    "method",
    [
        "the_longer",
        "the_largest",
        "pairing",
        "cut",
        "same",
        "first_of_company",
        "ascii_list",
        "one_number_in_ten_thousand",
        "one_amidst_ten_thousand",
        "four_digits",
        "area_of_nine_digits",
    ],
)
def test_what_independent_draws_do_not_prove_is_not_compiled(method: str) -> None:
    with pytest.raises(UntraceableError):
        compiler(Provider).grammar(method, {})


def test_few_words_that_are_put_in_order_are_compiled_as_forks() -> None:
    found = law(compiler(Provider).grammar("in_order", {}).alternatives)
    assert {text: 16 * weight for text, weight in found.items()} == {f"{a} {b}": 1 if a == b else 2 for a in FOUR for b in FOUR if a <= b}


@pytest.mark.slow
def test_letters_that_make_one_word_together_are_compiled_as_forks() -> None:
    found = law(compiler(Provider).grammar("three_letters", {}).alternatives)
    assert len(found) == 8**3
    assert "BAD" not in found
    assert {*found.values()} == {Fraction(1, 8**3)}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("locale", "method", "never"),
    [
        ("es_MX", "domain_word", "de-barela"),
        ("fr_BE", "domain_word", "de-dumortier"),
        ("en_IE", "json", "Ó"),
    ],
)
def test_a_rare_word_that_a_shipped_method_treats_apart_comes_as_faker_gives_it(locale: str, method: str, never: str) -> None:
    """A domain has the first word of a company; JSON escapes a letter that is not ASCII."""
    made = how_made(method, locale)
    if isinstance(made, Grammar):
        chance, sampler = random.Random(1), Sampler(made.alternatives)
        assert not any(never in sampler.text(chance) for _ in range(20_000))
    else:  # a pool of Faker's own values, for the check has seen the difference
        assert "where its template gives" in str(made)
