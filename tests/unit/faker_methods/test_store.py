"""What is kept on disk of Faker's methods: read where it is, written where it can be, and never in the way."""

from __future__ import annotations

import os
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from springhead.columns.grammar import Alternative, Words
from springhead.faker_methods import pool, store
from springhead.faker_methods.pool import draw_pool
from springhead.faker_methods.store import Grammar, kept
from springhead.faker_methods.values import Form
from springhead.kernels import cache


@pytest.fixture
def made() -> list[Grammar]:
    """Those that were made, in their order."""
    return []


@pytest.fixture
def get(made: list[Grammar], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The method's grammar, from the cache or made."""
    monkeypatch.setenv("SPRINGHEAD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(cache, "_told", set())
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()

    def make() -> Grammar:
        made.append(Grammar(Form.TEXT, (Alternative((Words(("a", "b")),), Fraction(1)),)))
        return made[-1]

    return lambda name="city": kept(name, ["identity"], make)


def test_it_is_made_once(get: Any, made: list[Grammar], tmp_path: Path) -> None:
    assert get().alternatives == get().alternatives
    assert len(made) == 1
    (file,) = (tmp_path / "cache/faker").iterdir()
    assert file.suffix == ".bin"
    assert file.stat().st_mode & 0o777 == 0o644  # others may read what is baked into an image


def test_a_damaged_file_is_made_anew_with_one_line_that_says_so(
    get: Any, made: list[Grammar], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    get()
    (file,) = (tmp_path / "cache/faker").iterdir()
    for kept_bytes in (0, 10, 20):
        file.write_bytes(file.read_bytes()[:kept_bytes])
        get()
    assert len(made) == 4
    assert caplog.messages == [f"the cache's {file} is damaged: it is made anew, and so is what else is damaged there"]
    get()
    assert len(made) == 4


def test_a_full_disk_names_the_caches_file_and_leaves_nothing(
    get: Any, made: list[Grammar], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert get().form is get("name").form is Form.TEXT
    (line,) = caplog.messages
    assert line.startswith(f"the cache's {tmp_path}/cache/faker/city-")
    assert line.endswith(".bin cannot be written (No space left on device): going on without")
    assert list((tmp_path / "cache/faker").iterdir()) == []


def test_what_is_in_a_read_only_cache_is_used_and_the_rest_is_written_beside_it(
    get: Any, made: list[Grammar], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    get()
    usual = tempfile.TemporaryFile

    def read_only(*args: Any, dir: Any = None, **kwargs: Any) -> Any:  # noqa: A002  its own name
        if Path(dir) == tmp_path / "cache":
            raise OSError(30, "Read-only file system")
        return usual(*args, dir=dir, **kwargs)

    monkeypatch.setattr(tempfile, "TemporaryFile", read_only)
    get()
    assert len(made) == 1
    get("name")
    get("name")
    assert len(made) == 2
    assert [path.name.partition("-")[0] for path in tmp_path.glob("tmp/springhead-*/faker/*")] == ["name"]


def test_what_is_very_large_is_not_kept(get: Any, made: list[Grammar], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MOST_KEPT_BYTES", 10)
    get()
    get()
    assert len(made) == 2


def test_a_pool_of_long_values_has_fewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "MOST_POOL_BYTES", 5000)
    made = draw_pool("words", "en_US", {"nb": 200})
    assert 2 <= made.pooled <= 10
    assert made.alternatives[0].weight == 1
