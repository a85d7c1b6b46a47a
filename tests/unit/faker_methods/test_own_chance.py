"""A provider of the user's own draws from its generator alone: what draws from elsewhere is refused, and the error names the file and the line."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faker.generator import mod_random

from springhead import providers
from springhead.columns.grammar import Words
from springhead.errors import FieldError
from springhead.faker_methods.catalogue import _compiler, _kept, method
from springhead.faker_methods.generator import functions, generator_of
from springhead.faker_methods.store import Grammar

pytestmark = pytest.mark.slow  # an own method is compared with itself in three other processes

HEAD = """
import functools, getpass, locale, os, platform, random, secrets, socket, subprocess, threading, uuid, zoneinfo
from pathlib import Path
from random import choice
import datetime as dt
import numpy as np
from faker import Faker
from faker.providers import BaseProvider

PLANS = ["free", "pro", "team"]
TODAY = dt.date.today()
FAKE = Faker()
SEEDED = random.Random(7)
COUNT = [0]


class Own(BaseProvider):
    def __init__(self, generator):
        super().__init__(generator)
        self.brand, self.chance = self.random_element(PLANS), generator.random

    def value(self):
        return {}

    @functools.cached_property
    def words(self):
        return [self.numerify("word ###") for _ in range(3)]

    @functools.cached_property
    def later(self):
        return self.generator.random
"""
LINE = HEAD.split("\n").index("        return {}") + 1


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Writes a provider's file with this expression, as if nothing had been drawn before."""

    def forget() -> None:
        for cached in (_compiler, _kept, generator_of, functions, providers.own_providers):
            cached.cache_clear()

    def file(expression: str) -> None:
        path = tmp_path / "providers" / "airports.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD.replace("{}", expression))
        forget()

    monkeypatch.setenv("SPRINGHEAD_PROVIDERS", str(tmp_path / "providers"))
    monkeypatch.setenv("SPRINGHEAD_CACHE", str(tmp_path / "cache"))
    forget()
    yield file
    forget()


@pytest.mark.parametrize(
    ("expression", "source"),
    [
        ("random.choice(PLANS)", "Python's module random"),
        ("choice(PLANS)", "Python's module random"),
        ("random.random() < 0.5", "Python's module random"),
        ("self.random_element(('a', 'b')) if self.random_int(0, 999) else choice(PLANS)", "Python's module random"),
        ("str(uuid.uuid4())", "the system's chance (os.urandom, secrets, uuid4)"),
        ("secrets.token_hex(4)", "the system's chance (os.urandom, secrets, uuid4)"),
        ("secrets.choice(PLANS)", "the system's chance (os.urandom, secrets, uuid4)"),
        ("os.urandom(4).hex()", "the system's chance (os.urandom, secrets, uuid4)"),
        ("random.SystemRandom().random()", "the system's chance (os.urandom, secrets, uuid4)"),
        ("random.Random().choice(PLANS)", "a random.Random of its own"),
        ("SEEDED.choice(PLANS)", "a random.Random of its own"),
        ("str(uuid.uuid1())", "the host's address and clock (uuid)"),
        ("FAKE.city()", "a Faker of its own"),
    ],
)
def test_another_source_of_chance_is_refused_with_its_line(write: Callable[[str], None], expression: str, source: str) -> None:
    write(expression)
    before = random.getstate()
    with pytest.raises(FieldError) as refused:
        method("value")
    assert str(refused.value) == (
        f"Faker's 'value' cannot be used: providers/airports.py:{LINE}: it draws from {source}: use self.random_element, self.random_int, "
        "self.generator.random or self.generator.uuid4(), and files beside it: they are the same in every process"
    )
    assert random.getstate() == before


@pytest.mark.parametrize(
    ("expression", "read"),
    [
        ("os.environ.get('REGION', 'eu')", "the environment variable REGION"),
        ("'a' if self.random_int(0, 9) else os.getenv('REGION')", "the environment variable REGION"),
        ("os.path.expanduser('~')", "the environment variable HOME"),
        ("getpass.getuser()", "the environment variable LOGNAME"),
        ("Path('/proc/uptime').read_text()", "/proc/uptime"),
        ("len(os.listdir('/tmp'))", "a folder"),
        ("os.getcwd()", "what is the machine's own (os.getcwd)"),
        ("socket.gethostname()", "the machine's name"),
        ("platform.node()", "what the machine is (platform)"),
        ("str(locale.getlocale())", "the machine's language (locale)"),
    ],
)
def test_what_is_read_of_the_machine_is_refused_with_its_line(write: Callable[[str], None], expression: str, read: str) -> None:
    write(expression)
    with pytest.raises(FieldError) as refused:
        method("value")
    assert str(refused.value) == (
        f"Faker's 'value' cannot be used: providers/airports.py:{LINE}: it reads {read}: use self.random_element, self.random_int, self.generator.random or "
        "self.generator.uuid4(), and files beside it: they are the same in every process"
    )


def test_a_program_that_is_run_is_refused_with_the_line(write: Callable[[str], None]) -> None:
    write("subprocess.run(['date'], capture_output=True).stdout.decode()")
    with pytest.raises(FieldError, match=rf"providers/airports\.py:{LINE}: it runs a program: "):
        method("value")


def test_chance_in_a_thread_of_its_own_is_refused_with_its_line(write: Callable[[str], None]) -> None:
    write(
        "[drawn := [], thread := threading.Thread(target=lambda: drawn.append(choice(PLANS))), thread.start(), thread.join()] and drawn[0]"
    )
    with pytest.raises(FieldError, match=rf"providers/airports\.py:{LINE}: it draws from Python's module random: "):
        method("value")


def test_a_file_elsewhere_that_is_read_when_a_provider_is_imported_is_refused(write: Callable[[str], None], tmp_path: Path) -> None:
    write("self.random_element(WORDS)")
    (tmp_path / "words.txt").write_text("a b")
    path = tmp_path / "providers" / "airports.py"
    path.write_text(path.read_text() + f"\nWORDS = Path({str(tmp_path / 'words.txt')!r}).read_text().split()\n")
    with pytest.raises(FieldError) as refused:
        method("value")
    line = len(path.read_text().splitlines())
    assert str(refused.value) == (
        f"providers/airports.py:{line}: it reads {tmp_path / 'words.txt'} when it is imported; its values would be others in another process. "
        "A file that lies beside the providers is a part of what decides a batch"
    )


@pytest.mark.parametrize("expression", ["COUNT.append(0) or len(COUNT)", "float(np.random.rand())", "int(np.random.randint(5))"])
def test_what_differs_from_call_to_call_is_refused_with_the_methods_line(write: Callable[[str], None], expression: str) -> None:
    write(expression)
    with pytest.raises(FieldError, match=rf"providers/airports\.py:{LINE - 1}: called again with the same draws it gives something else"):
        method("value")


@pytest.mark.parametrize(
    "expression",
    [
        "self.random_element(list({'free', 'pro', 'team', 'trial', 'none'}))",
        "hash(self.generator.first_name()) % 10",
        "f'{os.getpid()}-{self.random_int(0, 9)}'",
        "id(self)",
    ],
)
def test_what_is_another_in_each_process_is_refused_with_the_methods_line(write: Callable[[str], None], expression: str) -> None:
    write(expression)
    with pytest.raises(FieldError) as refused:
        method("value")
    assert str(refused.value) == (
        f"Faker's 'value' cannot be used: providers/airports.py:{LINE - 1}: in another process the same draws give something else; perhaps it goes by the order of a "
        "set (sort it), by hash() or id(), or reads the process's number or clock: use self.random_element, self.random_int, self.generator.random or "
        "self.generator.uuid4(), and files beside it: they are the same in every process"
    )


def test_numpys_chance_is_found_where_it_is_drawn_from_once_in_a_million_calls(write: Callable[[str], None]) -> None:
    write("'a' if self.random_int(0, 10**6) != 7 else str(np.random.rand())")
    with pytest.raises(FieldError, match="providers/: a method that it calls draws from numpy's global generator"):
        method("value")


@pytest.mark.parametrize(
    "expression",
    [
        "self.random_element(PLANS)",
        "self.generator.random.choice(PLANS) + str(self.generator.random.random())",
        "random.Random(self.random_int(0, 10**6)).choice(PLANS)",
        "int(np.random.default_rng(self.random_int(0, 10**6)).integers(10**6))",
        "self.generator.uuid4() + self.generator.city()",
        "TODAY.isoformat() + dt.datetime.now().isoformat()",
        "' '.join(str(self.random_int(0, 99)) for _ in PLANS)",
        "self.brand + self.random_element(PLANS)",
        "self.random_element(self.words)",
        "self.random_element(sorted({'free', 'pro', 'team', 'trial', 'none'}))",
        "self.generator.color(hue='red')",
        "dt.datetime.strptime('2026-01-01', '%Y-%m-%d').strftime('%A') + str(zoneinfo.ZoneInfo('Asia/Tokyo'))",
        "self.random_element((Path(__file__).parent / 'airports.py').read_text().split()[:3])",
    ],
)
def test_what_is_a_function_of_its_generators_draws_is_made(
    write: Callable[[str], None], expression: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(expression)
    first = method("value")
    mod_random.seed()  # Faker's own, as if it were another process
    monkeypatch.setenv("SPRINGHEAD_CACHE", str(tmp_path / "another cache"))
    write(expression)
    again = method("value")
    assert (first.alternatives, first.how) == (again.alternatives, again.how)  # type: ignore[union-attr]


@pytest.mark.parametrize("kept", ["chance", "later"])
def test_a_generators_chance_that_a_provider_keeps_is_drawn_from_and_not_compiled(write: Callable[[str], None], kept: str) -> None:
    write(f"'rare' if self.{kept}.random() < 0.001 else self.{kept}.choice(PLANS)")
    made = method("value")
    assert isinstance(made, Grammar)
    (alternative,) = made.alternatives
    (words,) = alternative.steps
    assert isinstance(words, Words)
    assert made.how == "pooled"
    assert {*words.words} == {"free", "pro", "team", "rare"}


def test_a_day_read_when_the_file_is_imported_is_no_machines_day(write: Callable[[str], None]) -> None:
    write("TODAY.isoformat()")
    (alternative,) = method("value").alternatives  # type: ignore[union-attr]
    assert alternative.steps == ("2026-01-01",)


def test_a_word_list_drawn_at_import_is_refused(write: Callable[[str], None], tmp_path: Path) -> None:
    write("1")
    path = tmp_path / "providers" / "airports.py"
    path.write_text(path.read_text() + "\nTOKEN = uuid.uuid4()\n")
    for _ in range(2):
        with pytest.raises(FieldError, match=re.escape("providers/airports.py:")) as refused:
            method("value")
        assert "when it is imported" in str(refused.value)
