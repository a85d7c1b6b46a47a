"""The cache of compiled kernels and of what was made of Faker's methods: damaged, full, read-only or without a home."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from springhead.errors import OptionError
from springhead.kernels import cache

NAME, CONTENT = Path("folder/file.bin"), b"machine code" * 1000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a cache's file that is there."""
    monkeypatch.setattr(cache, "_told", set())
    monkeypatch.setenv("SPRINGHEAD_CACHE", str(tmp_path))
    cache.write(NAME, CONTENT)
    return tmp_path / "folder"


def test_what_is_read_is_what_was_written(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert cache.read(NAME) == CONTENT
    assert cache.read(Path("folder/another.bin")) is None
    assert [path.name for path in folder.iterdir()] == ["file.bin"]
    assert caplog.text == ""


@pytest.mark.parametrize("kept", [0, 1, 20, -20, -1])
def test_a_file_that_was_cut_short_is_made_anew_with_one_line_that_says_so(
    folder: Path, caplog: pytest.LogCaptureFixture, kept: int
) -> None:
    path = folder / "file.bin"
    path.write_bytes(path.read_bytes()[:kept])
    assert cache.read(NAME) is None
    cache.write(NAME, CONTENT)
    assert cache.read(NAME) == CONTENT
    assert caplog.messages == [f"the cache's {path} is damaged: it is made anew, and so is what else is damaged there"]


def test_a_changed_byte_is_found(folder: Path) -> None:
    content = bytearray((folder / "file.bin").read_bytes())
    content[5000] ^= 1
    (folder / "file.bin").write_bytes(content)
    assert cache.read(NAME) is None


def test_a_disk_that_is_full_is_told_once_and_done_without(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    cache.write(NAME, CONTENT)
    cache.write(Path("folder/third.bin"), CONTENT)
    assert caplog.messages == [f"the cache's {folder}/file.bin cannot be written (No space left on device): going on without"]
    assert [path.name for path in folder.iterdir()] == ["file.bin"]  # and nothing temporary


def test_what_a_cache_holds_that_is_read_only_is_read(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setattr(cache, "writable_cache_root", lambda: elsewhere)
    assert cache.read(NAME) == CONTENT
    cache.write(Path("own.bin"), b"own")
    assert (cache.read(Path("own.bin")), os.listdir(elsewhere)) == (b"own", ["own.bin"])


def test_without_a_home_the_cache_is_temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("SPRINGHEAD_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert cache.cache_root() == cache.writable_cache_root() == tmp_path / f"springhead-{os.getuid()}"
    assert cache.cache_root().stat().st_mode & 0o777 == 0o700


def test_a_cache_that_nobody_can_write_names_the_variable_to_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SPRINGHEAD_CACHE", str(tmp_path / "file/cache"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "file"))
    with pytest.raises(OptionError) as caught:
        cache.writable_cache_root()
    assert str(caught.value) == (
        f"the cache cannot be written, neither in {tmp_path}/file/cache nor in {tmp_path}/file/springhead-{os.getuid()} (Not a directory): "
        "set SPRINGHEAD_CACHE to a folder that you can write"
    )
