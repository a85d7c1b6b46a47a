"""A Python file in include/providers is found, compiled or pooled like Faker's own, and is a part of what decides a batch."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from springhead import providers
from springhead.errors import FieldError
from springhead.faker_methods.catalogue import Grammar, _compiler, _kept, method
from springhead.faker_methods.generator import functions, generator_of
from springhead.faker_names import own_sources
from springhead.spec.digest import spec_digest
from tests.unit.build import chunk, column, field, stream, texts

pytestmark = pytest.mark.slow  # an own method is compared with itself in three other processes

SHOP = """
from faker.providers import BaseProvider


class Shop(BaseProvider):
    def sku(self):
        return self.bothify("??-####", letters="ABCDEFGH")

    def shelf(self):
        return f"{self.random_element(('A', 'B', 'C'))}{self.random_int(1, 40):02d} ({self.generator.city()})"

    def city(self):
        return "Springfield"

    def checked(self):
        number = self.random_int(0, 10**6)
        return f"{number}-{number % 97}"

    def _hidden(self):
        return "no"
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Writes a provider's file, as if nothing had been drawn before."""

    def forget() -> None:
        for cached in (_compiler, _kept, generator_of, functions, providers.own_providers):
            cached.cache_clear()

    def file(text: str = SHOP, name: str = "shop.py") -> Path:
        path = tmp_path / "providers" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        forget()
        return path

    monkeypatch.setenv("SPRINGHEAD_PROVIDERS", str(tmp_path / "providers"))
    monkeypatch.setenv("SPRINGHEAD_CACHE", str(tmp_path / "cache"))
    forget()
    yield file
    forget()


def values(name: str) -> list[str | None]:
    return texts(column(field(faker=name), chunk(list(range(300)))))


def test_its_methods_are_compiled_like_fakers_own(write: Write) -> None:
    write()
    made = method("sku")
    assert isinstance(made, Grammar)
    assert made.how == "compiled"
    assert all(re.fullmatch(r"[A-H]{2}-\d{4}", str(text)) for text in values("sku"))
    assert len(set(values("sku"))) > 290


def test_it_may_call_fakers_methods_and_take_their_place(write: Write) -> None:
    write()
    assert set(values("city")) == {"Springfield"}
    assert all(re.fullmatch(r"[ABC]\d\d \(Springfield\)", str(text)) for text in values("shelf"))


def test_what_cannot_be_compiled_is_pooled(write: Write) -> None:
    write()
    made = method("checked")
    assert isinstance(made, Grammar)
    assert (made.how, made.pooled) == ("pooled", 10_000)
    assert all(int(number) % 97 == int(rest) for number, rest in (str(text).split("-") for text in values("checked")))


def test_the_file_decides_the_digest_of_the_streams_that_use_it_and_of_no_other(write: Write) -> None:
    shop = SHOP.replace("city(self)", "town(self)")  # a city would stand in the place of Faker's
    file = write(shop)
    uses, does_not = stream({"sku": {"faker": "sku"}}), stream({"name": {"faker": "name"}})
    file.unlink()
    before = spec_digest(uses), spec_digest(does_not)
    write(shop)
    with_it = spec_digest(uses), spec_digest(does_not)
    assert with_it[0] != before[0]
    assert with_it[1] == before[1]
    write(shop.replace("????", "###"))
    assert spec_digest(uses) == with_it[0]
    write(shop.replace("##-", "#-") + "\n# edited\n")
    assert spec_digest(uses) != with_it[0]


# A town is a method of Faker's in ja_JP, and not in en_US.
@pytest.mark.parametrize(("own", "decides"), [("first_name", True), ("random_element", True), ("town", False), ("sku", False)])
def test_a_method_in_the_place_of_one_of_fakers_decides_the_digest_of_all_streams_with_fakers_values(
    write: Write, own: str, decides: bool
) -> None:
    uses, without = stream({"name": {"faker": "name"}}), stream({"id": {"uuid": 4}})
    before = spec_digest(uses), spec_digest(without)
    write(f"from faker.providers import BaseProvider\nclass Shop(BaseProvider):\n    def {own}(self, *args):\n        return 'Xenia'\n")
    assert (spec_digest(uses) != before[0], spec_digest(without) != before[1]) == (decides, False)


@pytest.mark.parametrize(
    "shop",
    [
        "class Shop(BaseProvider):\n    sku = lambda self: 'A'\n",
        "if True:\n    class Shop(BaseProvider):\n        def sku(self): return 'A'\n",
        "class Shop(BaseProvider):\n    if True:\n        def sku(self): return 'A'\n",
        "class Shop(BaseProvider):\n    @staticmethod\n    def sku(): return 'A'\n",
        "class Shop(BaseProvider):\n    @classmethod\n    def sku(cls): return 'A'\n",
        "class Shop(BaseProvider): pass\nsetattr(Shop, 'sku', lambda self: 'A')\n",
        "from faker.providers.person.en_US import Provider\nclass Shop(Provider):\n    def sku(self): return 'A'\n",
    ],
)
def test_however_a_method_is_written_its_file_decides_the_digest(write: Write, shop: str) -> None:
    write("from faker.providers import BaseProvider\n" + shop)
    uses = stream({"sku": {"faker": "sku"}})
    before = spec_digest(uses)
    write("from faker.providers import BaseProvider\n" + shop.replace("'A'", "'B'"))
    assert spec_digest(uses) != before


def test_methods_of_the_class_and_static_ones_are_methods(write: Write) -> None:
    write(
        "from faker.providers import BaseProvider\nclass Shop(BaseProvider):\n    @staticmethod\n    def sku(): return 'A'\n"
        "    @classmethod\n    def shelf(cls): return cls.__name__\n"
    )
    assert (set(values("sku")), set(values("shelf"))) == ({"A"}, {"Shop"})


def test_a_method_may_call_another_files_which_decides_the_digest_too(write: Write) -> None:
    write(
        "from faker.providers import BaseProvider\nclass Shop(BaseProvider):\n    def sku(self): return 'sku ' + self.generator.shelf()\n"
    )
    uses, digests = stream({"sku": {"faker": "sku"}}), set()
    for shelf in ("A1", "B2"):
        write(
            f"from faker.providers import BaseProvider\nclass Shelf(BaseProvider):\n    def shelf(self): return '{shelf}'\n", "shelves.py"
        )
        digests.add(spec_digest(uses))
    assert set(values("sku")) == {"sku B2"}
    assert len(digests) == 2


READER = """
from pathlib import Path
from faker.providers import BaseProvider
WORDS = (Path(__file__).parent / "data" / "words.txt").read_text().split()


class Words(BaseProvider):
    def sku(self):
        return self.random_element(WORDS)
"""


def test_a_file_that_a_provider_reads_decides_its_values_and_the_digest_of_its_streams(write: Write) -> None:
    data = write(READER).parent / "data"
    data.mkdir()
    uses, does_not = stream({"sku": {"faker": "sku"}}), stream({"name": {"faker": "name"}})
    digests = []
    for words in ("red green", "blue grey"):
        (data / "words.txt").write_text(words)
        write(READER)
        assert set(values("sku")) == {*words.split()}
        digests.append((spec_digest(uses), spec_digest(does_not)))
    assert digests[0][0] != digests[1][0]
    assert digests[0][1] == digests[1][1]


def test_an_edited_method_is_made_anew(write: Write) -> None:
    write()
    assert all(re.match("[A-H]", str(text)) for text in values("sku"))
    write(SHOP.replace("ABCDEFGH", "XYZ"))
    assert all(re.match("[XYZ]", str(text)) for text in values("sku"))


def test_a_file_that_cannot_be_imported_is_named_with_the_reason_where_its_methods_are_wanted(write: Write) -> None:
    write(f"import nothing_of_this_name\n{SHOP.replace('def city', 'def town')}", "broken.py")
    with pytest.raises(
        FieldError, match=r"providers/broken\.py cannot be imported: ModuleNotFoundError: No module named 'nothing_of_this_name'"
    ):
        method("sku")
    assert method("name")  # which it has no part in


def test_what_an_own_method_raises_is_told_with_its_line(write: Write) -> None:
    write("from faker.providers import BaseProvider\nclass Shop(BaseProvider):\n    def sku(self):\n        return 1 / 0\n")
    with pytest.raises(FieldError) as caught:
        method("sku")
    assert str(caught.value) == "Faker's 'sku' in locale en_US failed: division by zero (providers/shop.py, line 4)"


def test_hidden_files_and_methods_are_left_out(write: Write) -> None:
    write()
    write("raise RuntimeError", "_draft.py")
    assert own_sources("_hidden", ["en_US"]) is not None  # defined, but a stream cannot name it
    with pytest.raises(ValueError, match="belongs to Faker itself"):
        field(faker="_hidden")
    assert values("sku")


def test_reading_a_stream_imports_no_provider(write: Write) -> None:
    path = write("raise RuntimeError('imported')\nclass P:\n    def sku(self): ...\n")
    script = (
        "from springhead.spec import Stream; from springhead.spec.digest import spec_digest; from pathlib import Path; import sys\n"
        "s = Stream.model_validate({'topic': 't', 'fields': {'sku': {'faker': 'sku'}}}, context=Path('s.yaml'))\n"
        "spec_digest(s); assert 'faker' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env={"PYTHONPATH": "include", "SPRINGHEAD_PROVIDERS": str(path.parent)})


def test_what_a_provider_prints_is_no_record(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        "from faker.providers import BaseProvider\nprint('imported')\nclass Shop(BaseProvider):\n    def sku(self):\n        print('called')\n        return 'A'\n"
    )
    assert set(values("sku")) == {"A"}
    out, err = capsys.readouterr()
    assert out == ""
    assert {"imported", "called"} <= {*err.split()}


def test_a_method_that_ends_the_process_is_told(write: Write) -> None:
    write("import sys\nfrom faker.providers import BaseProvider\nclass Shop(BaseProvider):\n    def sku(self):\n        sys.exit('no')\n")
    with pytest.raises(FieldError) as caught:
        method("sku")
    assert str(caught.value) == "Faker's 'sku' in locale en_US failed: no (providers/shop.py, line 5)"


def test_a_long_value_is_refused_before_it_takes_long(write: Write) -> None:
    write(
        "from faker.providers import BaseProvider\nclass Shop(BaseProvider):\n    def sku(self):\n        return self.random_letter() * 3_000_000 + str(sum(range(9)))\n"
    )
    with pytest.raises(FieldError) as caught:
        method("sku")
    assert str(caught.value) == "Faker's 'sku' gives a value of 3,000,002 bytes; at most 1,048,576"


ODD = """
from functools import cache, cached_property, lru_cache
from faker.providers import BaseProvider


class Shop(BaseProvider):
    kinds = ("a", "b")

    @property
    def sku(self):
        return self.numerify("###")

    @cached_property
    def door(self):
        return self.numerify("###")

    @lru_cache
    def till(self):
        return self.numerify("###")

    @cache
    def desk(self):
        return self.numerify("###")
"""


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("sku", "'sku' of Shop is a property: write a method, without that decorator"),
        ("door", "'door' of Shop is a property: write a method, without that decorator"),
        ("till", "'till' of Shop is kept by @lru_cache, so that all records would have the first one's value: leave that decorator out"),
        ("desk", "'desk' of Shop is kept by @cache, so that all records would have the first one's value: leave that decorator out"),
        ("kinds", "'kinds' of Shop is no method: its type is tuple"),
    ],
)
def test_what_is_there_and_no_method_is_told_with_the_reason(write: Write, name: str, why: str) -> None:
    write(ODD)
    with pytest.raises(FieldError) as error:
        method(name)
    assert str(error.value) == why


MIXED = """
from faker.providers import BaseProvider


class Codes:
    def code(self):
        return self.numerify("c###")

    def city(self):
        return "Springfield"


class Shop(Codes, BaseProvider):
    def mixed(self):
        return self.random_element(("a", 1, 2.5))
"""


def test_methods_of_a_mixin_are_the_providers(write: Write) -> None:
    """Faker takes them, and one with the name of one of Faker's in its place."""
    write(MIXED)
    assert all(re.fullmatch(r"c\d{3}", str(text)) for text in values("code"))
    assert set(values("city")) == {"Springfield"}


def test_values_of_several_types_are_told_with_the_kind_that_has_them(write: Write) -> None:
    write(MIXED)
    with pytest.raises(FieldError) as error:
        method("mixed")
    assert (
        str(error.value)
        == "Faker's 'mixed' gives values of several types, number and text, and a field has one: a mix has a field for each"
    )
