"""Grammars that come with the engine: what this Faker and this code would make, and used by nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dev.faker_coverage import LOCALES
from springhead.faker_methods import catalogue, shipped
from springhead.faker_methods.catalogue import _kept, _made, method, rules
from springhead.faker_methods.store import Grammar, packed

ARCHIVE = shipped.contents()
SAMPLE = [(locale, name) for locale, names in (ARCHIVE.members if ARCHIVE else {}).items() for name in list(names)[:: 7 * len(LOCALES)]]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The methods that are made, on a machine whose cache is empty."""
    made: list[str] = []

    def make(name: str, locale: str, arguments: dict[str, Any]) -> Any:
        made.append(name)
        return _made(name, locale, arguments)

    monkeypatch.setattr(catalogue, "_made", make)
    monkeypatch.setenv("SPRINGHEAD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SPRINGHEAD_PROVIDERS", str(tmp_path / "providers"))
    _kept.cache_clear()
    shipped.contents.cache_clear()
    yield made
    _kept.cache_clear()
    shipped.contents.cache_clear()


def test_they_are_of_this_faker_and_of_this_code() -> None:
    assert ARCHIVE is not None
    assert ARCHIVE.rules == rules(), "write them anew: make faker-grammars"
    assert list(ARCHIVE.members) == list(LOCALES)
    assert all(len(names) > 130 for names in ARCHIVE.members.values())


@pytest.mark.slow  # each is compiled
@pytest.mark.parametrize(("locale", "name"), SAMPLE)
def test_they_are_what_would_be_made(locale: str, name: str) -> None:
    anew = _made(name, locale, {})
    there = shipped.shipped(name, locale, rules())
    assert isinstance(anew, Grammar)
    assert there is not None
    assert packed(there) == packed(anew)


@pytest.mark.slow
def test_a_new_machine_makes_none_of_the_usual_methods(made: list[str], tmp_path: Path) -> None:
    for locale in LOCALES:
        for name in ("name", "user_agent", "company_email", "csv"):
            method(name, locale)
    assert made == []
    assert len(list((tmp_path / "cache/faker").iterdir())) == 4 * len(LOCALES)  # from where they are read the next time


def test_what_has_arguments_is_made(made: list[str]) -> None:
    method("first_name", "en_US")
    method("lexify", "en_US", {"text": "??"})
    assert made == ["lexify"]


OWN = "from faker.providers import BaseProvider\n\nclass Shop(BaseProvider):\n    def {}(self):\n        return self.numerify('###')\n"


def test_beside_own_providers_that_leave_faker_alone_they_are_used(made: list[str], tmp_path: Path) -> None:
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers/shop.py").write_text(OWN.format("sku"))
    (tmp_path / "providers/words.txt").write_text("a b c")
    method("first_name", "en_US")
    assert made == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        OWN.format("city"),  # which Faker's methods may call
        "from faker.providers.person.en_US import Provider\nProvider.first_names_male['Ann'] = 1\n",
        "import faker\n",
        "import sys\nsys.modules.get('faker.providers.person.en_US')\n",
        "from faker.providers import BaseProvider\nfor each in BaseProvider.__subclasses__(): pass\n",
        "globals()['words'] = []\n",
    ],
)
def test_beside_own_providers_that_may_change_faker_they_are_made(made: list[str], tmp_path: Path, text: str) -> None:
    (tmp_path / "providers").mkdir()
    (tmp_path / "providers/shop.py").write_text(text)
    method("first_name", "en_US")
    assert made == ["first_name"]


def test_beside_another_faker_or_other_code_they_are_made(made: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "rules", lambda: ("0.1", rules()[1]))
    method("first_name", "en_US")
    assert made == ["first_name"]


@pytest.mark.parametrize("content", [None, b"", b"PK\x05\x06" + bytes(18)])
def test_without_a_whole_archive_they_are_made(
    made: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    monkeypatch.setattr(shipped, "ARCHIVE", tmp_path / "grammars.zip")
    if content is not None:
        shipped.ARCHIVE.write_bytes(content)
    method("first_name", "en_US")
    assert made == ["first_name"]


def test_an_archive_of_the_same_grammars_has_the_same_bytes(tmp_path: Path) -> None:
    first = {name: made for name in ("first_name", "city") if (made := shipped.shipped(name, "en_US", rules()))}
    for path in (tmp_path / "a.zip", tmp_path / "b.zip"):
        shipped.write({"en_US": first, "en_GB": first}, rules(), path)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
