"""Streams from texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from springhead.errors import SpecError
from springhead.spec import Stream, load_stream

Load = Callable[[str], Stream]
Problems = Callable[[str], list[str]]


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
