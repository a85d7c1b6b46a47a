"""Names of Faker's that there are not: errors with their place when a stream is read, without Faker."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from springhead import faker_names
from springhead.spec import Stream
from tests.unit.spec.conftest import Load, Problems


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ("{faker: emial}", "3:13 fields.x.faker: Faker has no provider method 'emial' in locale en_US. Did you mean 'email'?"),
        ("{faker: nothing_like_it}", "3:13 fields.x.faker: Faker has no provider method 'nothing_like_it' in locale en_US"),
        (
            "{faker: zipcode, locale: [en_US, de_DE]}",
            "3:13 fields.x.faker: Faker has no provider method 'zipcode' in locale de_DE. Did you mean 'postcode'?",
        ),
        ("{faker: name, locale: fr_FRR}", "3:27 fields.x.locale: Faker has no locale 'fr_FRR'. Did you mean 'fr_FR'?"),
        (
            "{faker: name, locale: fr}",
            "3:27 fields.x.locale: Faker has no locale 'fr'; there are 'fr_BE', 'fr_CA', 'fr_CH', 'fr_DZ', 'fr_FR', 'fr_QC'",
        ),
        ("{faker: name, locale: ka}", "3:27 fields.x.locale: Faker has no locale 'ka'; there is 'ka_GE'"),
        ("{faker: name, locale: de_DD}", "3:27 fields.x.locale: Faker has no locale 'de_DD'. Did you mean 'de_DE'?"),
        ("{faker: name, locale: [en_US, xx_XX]}", "3:27 fields.x.locale: Faker has no locale 'xx_XX'"),
        (
            "{faker: name, locale: {en_US: 1, fr_JR: 2}}",
            "3:38 fields.x.locale.fr_JR: Faker has no locale 'fr_JR'. Did you mean 'fr_FR'?",
        ),
        ("{faker: name, locale: fr-jr}", "3:27 fields.x.locale: 'fr-jr' is not a locale such as en_US or vi_VN. Did you mean 'fr_FR'?"),
        (
            "{faker: random_int, with: {mn: 1, max: 9}}",
            "3:32 fields.x.with.mn: Faker's 'random_int' has no argument 'mn'. Did you mean 'min'? (its arguments: min, max, step)",
        ),
        ("{faker: name, with: {max: 9}}", "3:26 fields.x.with.max: Faker's 'name' has no argument 'max' (its arguments: none)"),
        ("{faker: binary}", "3:13 fields.x.faker: Faker's 'binary' cannot be used: it gives bytes; a record is text"),
    ],
)
def test_a_name_that_there_is_not_is_told_with_its_place(field_problems: Problems, field: str, problem: str) -> None:
    assert field_problems(field) == [problem]


def test_a_hint_names_only_what_would_work(field_problems: Problems) -> None:
    """`zip` is a method of Faker's, and no stream can use it."""
    (problem,) = field_problems("{faker: zipp, locale: de_DE}")
    assert "'zip'" not in problem
    assert "zipcode" not in problem


@pytest.mark.parametrize(
    "field",
    [
        "{faker: zipcode}",
        "{faker: postcode, locale: [en_US, de_DE, ja_JP]}",
        "{faker: dsv, with: {delimiter: ';'}}",
        "{faker: numerify, with: {text: '##'}}",
    ],
)
def test_a_name_that_there_is_is_taken(load: Load, field: str) -> None:
    assert isinstance(load(f"topic: t\nfields:\n x: {field}\n"), Stream)


def test_all_wrong_names_of_a_file_are_told_at_once(problems: Problems) -> None:
    found = problems("topic: t\nkey: {faker: nam}\nfields:\n x: {object: {y: {faker: emial}}}\n z: {faker: cty}\n")
    assert [each.partition(" Faker")[0] for each in found] == ["2:14 key.faker:", "4:26 fields.x.object.y.faker:", "5:13 fields.z.faker:"]


OWN = """
from faker.providers import BaseProvider

class Shop(BaseProvider):
    def sku(self, width=4, *, upper=True):
        return "#" * width

    alias = sku

    @property
    def shelf(self):
        return 1
"""

Write = Callable[[str], None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a provider's file."""
    folder = tmp_path / "providers"
    folder.mkdir()
    monkeypatch.setenv("SPRINGHEAD_PROVIDERS", str(folder))

    def file(text: str) -> None:
        (folder / "shop.py").write_text(text, encoding="utf-8")

    return file


def test_own_methods_are_known_by_their_source(write: Write, load: Load, field_problems: Problems) -> None:
    write(OWN)
    assert load("topic: t\nfields:\n x: {faker: sku, with: {width: 3, upper: false}}\n y: {faker: alias, with: {any: 1}}\n")
    assert field_problems("{faker: sko}") == [
        "3:13 fields.x.faker: Faker has no provider method 'sko' in locale en_US. Did you mean 'sku'?"
    ]
    assert field_problems("{faker: sku, with: {wdth: 3}}") == [
        "3:25 fields.x.with.wdth: Faker's 'sku' has no argument 'wdth'. Did you mean 'width'? (its arguments: width, upper)"
    ]


@pytest.mark.parametrize(
    "source",
    [
        OWN + "\nsetattr(Shop, 'sku' + 's', Shop.sku)\n",
        OWN + "\nShop.skus = Shop.sku\n",
        OWN + "\nfor n in range(3):\n    exec(f'def sku{n}(self): return 1')\n",
        OWN + "\nMore = type('More', (BaseProvider,), {'skus': lambda self: 1})\n",
        "from faker.providers.company import Provider\nclass Shop(Provider):\n    pass\n",
        "from my_company import Providers\nclass Shop(Providers):\n    pass\n",
        "from my_company import *\n",
        OWN.replace("class Shop(BaseProvider)", "@with_more\nclass Shop(BaseProvider)"),
        OWN.replace("(BaseProvider)", "(BaseProvider, metaclass=More)"),
        "def broken(:\n",
    ],
)
def test_where_the_source_does_not_tell_all_methods_nothing_is_claimed(write: Write, load: Load, source: str) -> None:
    write(source)
    assert load("topic: t\nfields:\n x: {faker: skus}\n y: {faker: name, with: {any: 1}}\n")


@pytest.mark.parametrize(
    "source",
    [
        "import enum\nfrom faker.providers import BaseProvider as Base\nclass Size(str, enum.Enum):\n    S = 's'\nclass Shop(Base):\n    def sku(self): return self.random_element(Size)\n",
        "import faker.providers\nclass Shop(faker.providers.BaseProvider):\n    if True:\n        def sku(self): self.last = 1\n",
        "from faker.providers import BaseProvider\nclass A(BaseProvider):\n    def sku(self): ...\nclass B(A):\n    def kind(self): return type(self)\n",
    ],
)
def test_usual_sources_tell_all_their_methods(write: Write, load: Load, field_problems: Problems, source: str) -> None:
    write(source)
    assert load("topic: t\nfields:\n x: {faker: sku}\n")
    assert field_problems("{faker: skus}") == [
        "3:13 fields.x.faker: Faker has no provider method 'skus' in locale en_US. Did you mean 'sku'?"
    ]


def test_beside_another_version_of_faker_nothing_is_claimed(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    faker_names._index.cache_clear()
    faker_names.known_methods.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(faker_names, "installed_version", lambda: "99.0.0")
        assert load("topic: t\nfields:\n x: {faker: emial, locale: [xx_XX], with: {a: 1}}\n")
    faker_names._index.cache_clear()
    faker_names.known_methods.cache_clear()


def test_the_index_is_that_of_the_installed_faker() -> None:
    """The locales that differ most; tests/fidelity compares all."""
    from dev.faker_index import MAIN, difference, methods

    index = json.loads(faker_names.INDEX.read_text())
    assert index["faker"] == faker_names.installed_version(), "write it anew: make faker-index"
    assert index["methods"] == (main := methods(MAIN)), "write it anew: make faker-index"
    for locale in ("de_DE", "en_PH", "ja_JP", "ru_RU"):
        assert index["locales"][locale] == difference(main, methods(locale)), "write it anew: make faker-index"


def test_reading_names_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("topic: t\nfields: {x: {faker: emial}}\n")
    script = (
        "import sys; from pathlib import Path; from springhead.spec import load_streams\n"
        f"_, errors = load_streams(Path({str(tmp_path)!r})); print(errors[0].problems[0].column)\n"
        "assert not {'faker', 'numpy', 'numba', 'importlib.metadata'} & sys.modules.keys() - BEFORE"
    ).replace("import sys;", "import sys; BEFORE = set(sys.modules) | {'importlib.metadata'};", 1)
    assert (
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True, env={"PYTHONPATH": "include"}).stdout
        == "21\n"
    )
