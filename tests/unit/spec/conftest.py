"""Streams and entities from texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from springhead.errors import SpecError
from springhead.spec import Stream, load_entity, load_stream

CUSTOMERS = """\
count: 1000
key: id
distribution: {zipf: 1.05}
fields:
  id: {uuid: 4}
  n: {integer: [1, 9]}
  tier: {choice: [gold, null]}
  home: {object: {city: {faker: city}, country: {ref: countries.code}}}
  label: {template: "{id} {home.city}"}
  other: {integer: [1, 2]}
"""
COUNTRIES = "count: 20\nfields: {code: {choice: [DE, VN]}, name: {faker: country}}\n"

Load = Callable[[str], Stream]
Problems = Callable[[str], list[str]]
Write = Callable[..., None]
Told = Callable[[str], list[str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one: paths in errors are relative to it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def load(folder: Path) -> Load:
    """The stream of a text, as the file orders.yaml."""

    def load(text: str) -> Stream:
        (folder / "orders.yaml").write_text(text, encoding="utf-8")
        return load_stream(folder / "orders.yaml")

    return load


@pytest.fixture
def problems(load: Load) -> Problems:
    """What is wrong with a text: "line:column path: message", without the file's name and its own line."""

    def problems(text: str) -> list[str]:
        with pytest.raises(SpecError) as caught:
            load(text)
        return [
            f"{one.line}:{one.column} {one.path}{': ' if one.path else ''}{one.message}" if one.line else one.message
            for one in caught.value.problems
        ]

    return problems


@pytest.fixture
def field_problems(problems: Problems) -> Problems:
    """What is wrong with the field x, which stands on line 3 from column 4 on."""
    return lambda field: problems(f"topic: t\nfields:\n x: {field}\n")


@pytest.fixture
def stream_problems(problems: Problems) -> Problems:
    """What is wrong with more keys of a stream, which stand on line 3."""
    return lambda more: problems(
        f"topic: t\nfields: {{id: {{uuid: 4}}, maybe: {{choice: [a, null]}}, who: {{object: {{id: {{uuid: 4}}}}}}}}\n{more}\n"
    )


@pytest.fixture
def write(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes files of the folder `entities`, by name."""
    monkeypatch.setenv("SPRINGHEAD_ENTITIES", "entities")
    (folder / "entities").mkdir()

    def write(**files: str) -> None:
        for name, text in files.items():
            (folder / "entities" / f"{name}.yaml").write_text(text)

    write(customers=CUSTOMERS, countries=COUNTRIES)
    return write


@pytest.fixture
def wrong(write: Write, folder: Path) -> Told:
    """What is wrong with a text as the entity `things`."""

    def told(text: str) -> list[str]:
        write(things=text)
        with pytest.raises(SpecError) as caught:
            load_entity(folder / "entities/things.yaml")
        return [f"{one.line}:{one.column} {one.path}{': ' if one.path else ''}{one.message}" for one in caught.value.problems]

    return told


@pytest.fixture
def wrong_stream(write: Write, folder: Path) -> Told:
    """What is wrong with the field x, from column 4 of line 3 on."""

    def told(field: str) -> list[str]:
        (folder / "orders.yaml").write_text(f"topic: t\nfields:\n x: {field}\n")
        with pytest.raises(SpecError) as caught:
            load_stream(folder / "orders.yaml")
        return [f"{one.line}:{one.column} {one.path}: {one.message}" for one in caught.value.problems]

    return told


def orders(folder: Path, text: str) -> Stream:
    (folder / "orders.yaml").write_text(f"topic: t\n{text}")
    return load_stream(folder / "orders.yaml")
