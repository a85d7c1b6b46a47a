"""User names and e-mail addresses that are made of a name belong to it, in Faker's own patterns."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from springhead.columns.column import Bytes, Ints
from springhead.faker_methods.from_name import _class, _form
from springhead.faker_methods.words_of_names import WordsOfNames
from springhead.kernels import SLACK
from tests.unit.build import batch
from tests.unit.chi_square import deviation
from tests.unit.records.build import all_rows

METHODS = [
    "user_name",
    "email",
    "safe_email",
    "free_email",
    "company_email",
    "ascii_email",
    "ascii_safe_email",
    "ascii_free_email",
    "ascii_company_email",
]


def values(fields: dict[str, Any], size: int = 4096, **keys: Any) -> list[Any]:
    return [json.loads(row[0]) for row in all_rows(batch(fields, **keys), size)]


def user(name: str, **more: Any) -> set[str]:
    """All user names, without digits, that a name gets."""
    made = values({"name": {"constant": name}, "user": {"faker": "user_name", "from": "name", **more}}, records=200)
    return {re.sub(r"\d", "", record["user"]) for record in made}


class TestPatterns:
    @pytest.mark.parametrize("method", METHODS)
    def test_every_method_of_the_family_is_made_of_the_name(self, method: str) -> None:
        for record in values({"name": {"faker": "name"}, "made": {"faker": method, "from": "name"}}):
            own, at, domain = record["made"].partition("@")
            words = [re.sub(r"[^a-z-]", "", word.lower()) for word in record["name"].split() if not word.endswith(".")]
            assert any(word in own for word in words)
            assert re.fullmatch(r"[a-z-]+\d*", own)
            assert bool(at) == (method != "user_name")
            assert not at or re.fullmatch(r"[a-z-]+(\.[a-z-]+)+", domain)

    def test_the_patterns_are_those_of_faker_each_as_likely(self) -> None:
        made = values({"name": {"constant": "Anna Meyer"}, "user": {"faker": "user_name", "from": "name"}}, records=4000)
        seen = Counter(re.sub(r"\d", "#", record["user"]) for record in made)
        assert set(seen) == {"meyeranna", "annameyer", "anna##", "ameyer"}
        assert deviation(list(seen.values()), [1] * 4) < 4

    @pytest.mark.parametrize(
        ("name", "users"),
        [
            ("Dr. Anna Maria Meyer-Lux MD", {"meyer-luxanna", "annameyer-lux", "anna", "ameyer-lux"}),
            ("Mrs. Zoë O'Connor", {"oconnorzoe", "zoeoconnor", "zoe", "zoconnor"}),
            ("Bà Trọng Hoàng", {"hoangtrong", "tronghoang", "trong", "thoang"}),
            ("Владимир Иванов", {"ivanovvladimir", "vladimirivanov", "vladimir", "vivanov"}),
            ("Plato", {"platoplato", "plato", "pplato"}),
            ("…", {"useruser", "user", "uuser"}),
        ],
    )
    def test_the_first_and_the_last_word_are_taken_without_titles(self, name: str, users: set[str]) -> None:
        assert user(name) == users

    def test_a_locale_has_its_own_patterns_and_its_own_way_to_ascii(self) -> None:
        assert user("Jörg Groß", locale="de_DE") == {"grossjoerg", "joerggross", "joerg", "jgross"}
        assert {"vladimir_", "vladimir"} <= user("Владимир Иванов", locale="ru_RU")

    def test_the_domain_is_the_method_s(self) -> None:
        fields = {
            "name": {"faker": "name"},
            "safe": {"faker": "email", "from": "name"},
            "free": {"faker": "free_email", "from": "name"},
            "own": {"faker": "email", "from": "name", "with": {"domain": "acme.io"}},
            "any": {"faker": "email", "from": "name", "with": {"safe": False}},
        }
        domains: dict[str, set[str]] = {name: {record[name].partition("@")[2] for record in values(fields)} for name in fields}
        assert domains["safe"] == {"example.org", "example.com", "example.net"}
        assert domains["free"] == {"gmail.com", "yahoo.com", "hotmail.com"}
        assert domains["own"] == {"acme.io"}
        assert len(domains["any"]) > 100 > len(domains["any"] & domains["free"]) == 3


class TestPlace:
    def test_null_is_handed_on(self) -> None:
        made = values({"name": {"choice": ["Anna Meyer", None]}, "email": {"faker": "email", "from": "name"}})
        assert all((record["name"] is None) == (record["email"] is None) for record in made)
        assert {record["name"] for record in made} == {"Anna Meyer", None}

    def test_the_name_may_be_a_reference_or_in_an_object_or_made_of_others(self) -> None:
        fields = {
            "who": {"object": {"name": {"template": "{first} {last}"}, "mail": {"faker": "email", "from": "name"}}},
            "mail": {"faker": "email", "from": "who.name"},
            "first": {"choice": ["Anna", "Ben"]},
            "last": {"choice": ["Meyer", "Ng"]},
        }
        for record in values(fields):
            assert any(part in record["mail"] for part in (record["first"].lower(), record["last"].lower()))
            assert any(part in record["who"]["mail"] for part in (record["first"].lower(), record["last"].lower()))

    @given(st.integers(1, 90))
    def test_the_size_of_chunks_changes_nothing(self, size: int) -> None:
        fields = {
            "name": {"faker": "name", "locale": ["en_US", "vi_VN"]},
            "email": {"faker": "ascii_email", "from": "name", "locale": "ru_RU"},
        }
        assert values(fields, size, records=90) == values(fields, records=90)


def laid(texts: list[str]) -> tuple[Bytes, Ints]:
    encoded = [text.encode() for text in texts]
    return np.frombuffer(b"".join(encoded) + bytes(SLACK), np.uint8).copy(), np.cumsum([len(each) for each in encoded], dtype=np.int64)


@given(st.lists(st.lists(st.sampled_from(["anna", "meyer", "Dr.", "MD", "x" * 40, "…", "é", "b"]), max_size=4), max_size=30))
def test_words_are_found_as_python_finds_them(names: list[list[str]]) -> None:
    words = WordsOfNames(lambda word: word if word.isalpha() else "")
    first, last = words.of(*laid([" ".join(name) for name in names]))
    data, ends = words.forms
    forms = [data[a:b].tobytes().decode() for a, b in zip([0, *ends.tolist()], ends.tolist(), strict=False)]
    expected = [[word for word in name if word.isalpha() and word != "MD"] or ["user"] for name in names]
    assert [(forms[a], forms[b]) for a, b in zip(first.tolist(), last.tolist(), strict=True)] == [(name[0], name[-1]) for name in expected]


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "fr_FR", "pl_PL", "ru_RU", "tr_TR", "vi_VN", "zh_CN"])
def test_ascii_words_have_the_form_that_faker_gives_them(locale: str) -> None:
    from faker.utils.text import slugify

    provider = _class(locale)
    for word in ("Anna", "O'Neil", "Jean--Luc", "-x-", "a_b", "A.B,c!", "'", "1st", "~^`|"):
        assert _form(locale, word) == slugify(provider._to_ascii(provider, word.lower()), allow_unicode=True)


def test_what_a_name_is_made_by_is_kept_and_faker_is_not_loaded_for_it_again() -> None:
    code = (
        "import json, sys; from springhead.faker_methods.from_name import _form, _provider; "
        "kept = _provider('de_DE'); _form('de_DE', 'Meyer'); print(json.dumps([kept.user_names, kept.keeps_ascii, 'faker' in sys.modules]))"
    )
    ran = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)]
    assert json.loads(ran[1].stdout) == [list(_class("de_DE").user_name_formats), True, False]
