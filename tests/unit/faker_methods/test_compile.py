"""A traced method becomes a grammar of exactly its own law, or none at all."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from faker.providers import BaseProvider

from springhead.columns.column import State
from springhead.columns.grammar import Words
from springhead.faker_methods.events import UntraceableError
from springhead.faker_methods.values import Form
from tests.unit.faker_methods.build import compiler
from tests.unit.faker_methods.law import Law, law

HALF = Fraction(1, 2)
BLANKS = (*(f"w{n}" for n in range(700)), "a b")  # too many to fork
WORDS = tuple(f"w{n}" for n in range(2000))  # too many to fork
COLOURS = ("red", "green", "blue")
CODES = OrderedDict([("EUR", "€"), ("USD", "$"), ("JPY", "¥")])


class Provider(BaseProvider):
    """Methods that do what Faker's do."""

    def colour(self) -> str:
        return self.random_element(COLOURS)

    def weighed(self) -> str:
        return self.random_element(OrderedDict([("a", 0.75), ("b", 0.25), ("never", 0.0)]))

    def pattern(self) -> str:
        parsed: str = self.generator.parse(self.random_element(("{{colour}}", "{{colour}}-{{weighed}}", "plain")))
        return parsed

    def numbered(self) -> str:
        return self.numerify(self.random_element(("#", "x%")))

    def lettered(self) -> str:
        return self.random_element(("C#", "Go", "Zig")).lower()

    def lower(self) -> str:
        return f"{self.colour().title()}@{self.weighed().upper()}"

    def initial(self) -> str:
        return self.colour()[0] + "."

    def looked_up(self) -> str:
        return CODES[self.random_element(tuple(CODES))]

    def looked_up_softly(self) -> str:
        return CODES.get(self.random_element(tuple(CODES)), "?")

    def padded(self) -> str:
        return "%03d" % self.generator.random.randint(8, 11)  # noqa: UP031  Faker prints so, unseen by the number

    def padded_wide(self) -> str:
        return f"{self.random_int(0, 99):02d}/{self.random_int(5, 7):x}"

    def number(self) -> int:
        return self.random_int(3, 5)

    def compared(self) -> str:
        return "low" if self.random_int(1, 10) <= 3 else "high"

    def narrowed(self) -> str:
        area = self.random_int(1, 5)
        if area == 3:
            area += 1
        return f"{area}"

    def calculated(self) -> str:
        return str(self.random_int(1, 3) * 2)

    def of_a_float(self) -> str:
        return "rare" if self.generator.random.random() < 0.125 else self.weighed()

    def twice(self) -> str:
        word = self.colour()
        return f"{word} {word} {word.upper()}"

    def listed(self) -> list[Any]:
        return [self.weighed(), self.random_int(1, 2), 'q"']

    def mapped(self) -> dict[str, Any]:
        return {"colour": self.random_element(('a"b', "c")), "n": None, "flag": self.boolean()}

    def boolean(self) -> bool:
        return self.random_int(1, 4) == 1

    def perhaps(self) -> str | None:
        return None if self.boolean() else "here"

    def paired(self) -> str:
        code, sign = self.random_element((("EUR", "€"), ("USD", "$")))
        return f"{code}{sign}"

    def sampled(self) -> str:
        return "".join(self.random_sample(("x", "y", "z"), length=2))

    def repeated(self) -> str:
        return ",".join(self.weighed() for _ in range(self.random_int(1, 2)))

    def money(self) -> Decimal:
        return Decimal("1.50") if self.boolean() else Decimal("2")

    def of_what_was_drawn(self) -> str:
        return self.random_element((f"<{self.colour()}>", f"({self.weighed()} {self.random_int(1, 2)})", "plain"))

    def of_a_list_that_depends(self) -> str:
        return self.random_element({"x": ("a", "b"), "y": ("c", "d", "e")}.get(self.random_element(("x", "y")), ("default", "other")))

    def of_a_range_that_depends(self) -> str:
        return str(self.random_int(1, {"x": 2, "y": 4}.get(self.random_element(("x", "y")), 9)))

    def without_blanks(self) -> str:
        return self.random_element(BLANKS).replace(" ", "") + self.random_element(("1", "2"))

    def replaced(self) -> str:
        return self.random_element([self.weighed(), "x", "y"])

    # What cannot be followed

    def hashed(self) -> str:
        return hashlib.sha256(self.colour().encode()).hexdigest()[:6] + str(self.random_int(0, 10**9) % 97)

    def calculated_widely(self) -> int:
        return self.random_int(0, 10**6) * 2

    def float_text(self) -> str:
        return str(self.generator.random.random())

    def turned(self) -> str:
        return f"{self.random_element(WORDS)}-{self.random_element(WORDS)}"[::-1]

    def turned_number(self) -> int:
        return int("".join(self.random_element(WORDS) for _ in range(2))[::-1])

    def mixed(self) -> Any:
        return self.random_element(("", 1))

    def endless(self) -> str:
        text = ""
        while len(text) < 10**6:
            text += self.colour()
        return text

    def counts_up_to_a_number(self) -> str:
        year = 2026
        for _ in range(self.random_int(1, 10**6)):
            year ^= 5
        return str(year)

    def reads_its_length(self) -> str:
        word = self.random_element(WORDS)
        return word if len(word) < 5 else word[:4]


def uniform(*texts: str) -> Law:
    return dict.fromkeys(texts, Fraction(1, len(texts)))


WEIGHED = {"a": Fraction(3, 4), "b": Fraction(1, 4)}


@pytest.mark.parametrize(
    ("method", "form", "expected"),
    [
        ("colour", Form.TEXT, uniform(*COLOURS)),
        ("weighed", Form.TEXT, WEIGHED),
        (
            "pattern",
            Form.TEXT,
            {c: Fraction(1, 9) for c in COLOURS}
            | {f"{c}-{w}": Fraction(1, 9) * p for c, (w, p) in product(COLOURS, WEIGHED.items())}
            | {"plain": Fraction(1, 3)},
        ),
        ("numbered", Form.TEXT, {str(d): HALF / 10 for d in range(10)} | {f"x{d}": HALF / 9 for d in range(1, 10)}),
        ("lettered", Form.TEXT, uniform("c#", "go", "zig")),
        ("lower", Form.TEXT, {f"{c.title()}@{w.upper()}": p / 3 for c, (w, p) in product(COLOURS, WEIGHED.items())}),
        ("initial", Form.TEXT, uniform("r.", "g.", "b.")),
        ("looked_up", Form.TEXT, uniform("€", "$", "¥")),
        ("looked_up_softly", Form.TEXT, uniform("€", "$", "¥")),
        ("padded", Form.TEXT, uniform("008", "009", "010", "011")),
        ("padded_wide", Form.TEXT, uniform(*(f"{n:02d}/{x}" for n in range(100) for x in (5, 6, 7)))),
        ("number", Form.NUMBER, uniform("3", "4", "5")),
        ("compared", Form.TEXT, {"low": Fraction(3, 10), "high": Fraction(7, 10)}),
        ("narrowed", Form.TEXT, {"1": Fraction(1, 5), "2": Fraction(1, 5), "4": Fraction(2, 5), "5": Fraction(1, 5)}),
        ("calculated", Form.TEXT, uniform("2", "4", "6")),
        ("of_a_float", Form.TEXT, {"rare": Fraction(1, 8)} | {w: p * Fraction(7, 8) for w, p in WEIGHED.items()}),
        ("twice", Form.TEXT, uniform(*(f"{c} {c} {c.upper()}" for c in COLOURS))),
        ("listed", Form.JSON, {f'["{w}",{n},"q\\""]': p / 2 for (w, p), n in product(WEIGHED.items(), (1, 2))}),
        (
            "mapped",
            Form.JSON,
            {
                f'{{"colour":"{c}","n":null,"flag":{flag}}}': p / 2
                for c, (flag, p) in product(('a\\"b', "c"), (("true", Fraction(1, 4)), ("false", Fraction(3, 4))))
            },
        ),
        ("boolean", Form.BOOLEAN, {"true": Fraction(1, 4), "false": Fraction(3, 4)}),
        ("paired", Form.TEXT, uniform("EUR€", "USD$")),
        ("sampled", Form.TEXT, uniform("xy", "xz", "yx", "yz", "zx", "zy")),
        ("repeated", Form.TEXT, {w: p / 2 for w, p in WEIGHED.items()} | {f"{v},{w}": p * q / 2 for (v, p), (w, q) in product(WEIGHED.items(), repeat=2)}),
        (
            "of_what_was_drawn",
            Form.TEXT,
            {f"<{c}>": Fraction(1, 9) for c in COLOURS}
            | {f"({w} {n})": p / 6 for (w, p), n in product(WEIGHED.items(), (1, 2))}
            | {"plain": Fraction(1, 3)},
        ),
        ("of_a_list_that_depends", Form.TEXT, dict.fromkeys("ab", HALF / 2) | dict.fromkeys("cde", HALF / 3)),
        ("of_a_range_that_depends", Form.TEXT, dict.fromkeys("12", HALF / 2 + HALF / 4) | dict.fromkeys("34", HALF / 4)),
        ("without_blanks", Form.TEXT, uniform(*(f"{word.replace(' ', '')}{n}" for word in BLANKS for n in (1, 2)))),
        ("replaced", Form.TEXT, {w: p / 3 for w, p in WEIGHED.items()} | {"x": Fraction(1, 3), "y": Fraction(1, 3)}),
        ("money", Form.NUMBER, {"1.50": Fraction(1, 4), "2": Fraction(3, 4)}),
    ],
)  # fmt: skip
def test_a_grammar_has_exactly_its_methods_law(method: str, form: Form, expected: Law) -> None:
    made = compiler(Provider).grammar(method, {})
    assert made.form is form
    assert law(made.alternatives) == expected


def test_none_is_null_with_its_weight() -> None:
    made = compiler(Provider).grammar("perhaps", {})
    assert {each.state: each.weight for each in made.alternatives} == {State.NULL: Fraction(1, 4), State.VALUE: Fraction(3, 4)}


@pytest.mark.parametrize(
    "method",
    [
        "hashed",
        "calculated_widely",
        "float_text",
        "turned",
        "turned_number",
        "mixed",
        "endless",
        "counts_up_to_a_number",
        "reads_its_length",
    ],
)
def test_what_cannot_be_followed_is_refused(method: str) -> None:
    with pytest.raises(UntraceableError):
        compiler(Provider).grammar(method, {})


def test_what_was_compiled_before_changes_nothing() -> None:
    names = ["pattern", "lower", "twice", "repeated", "listed", "of_a_float"]
    alone = [compiler(Provider).grammar(name, {}).alternatives for name in names]
    one = compiler(Provider)
    assert [one.grammar(name, {}).alternatives for name in reversed(names)] == alone[::-1]


def test_ways_that_differ_in_one_constant_become_a_word_list() -> None:
    (alternative,) = compiler(Provider).grammar("looked_up", {}).alternatives
    assert alternative.steps == (Words(("€", "$", "¥")),)


def test_the_generator_has_its_own_chance_again() -> None:
    made = compiler(Provider)
    made.grammar("pattern", {})
    made.generator.seed_instance(1)
    assert made.generator.colour() in COLOURS
