"""The cache of compiled kernels: damaged, full, read-only or without a home."""

from __future__ import annotations

import logging
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from springhead.errors import OptionError
from springhead.kernels import cache
from springhead.kernels.cache_files import CacheFiles

DATA = {"machine": b"code" * 1000}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CacheFiles:
    """The cache's files of a kernel, with something in them."""
    monkeypatch.setattr(cache, "_told", set())
    made = CacheFiles(str(tmp_path), "kernel", "stamp")
    made.save("key", DATA)
    return made


def test_what_is_read_is_what_was_written(files: CacheFiles, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert files.load("key") == DATA
    assert files.load("another") is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kernel.1.nbc", "kernel.nbi"]
    assert caplog.text == ""


@pytest.mark.parametrize("name", ["kernel.nbi", "kernel.1.nbc"])
@pytest.mark.parametrize("kept", [0, 1, 20, -20, -1])
def test_a_file_that_was_cut_short_is_made_anew_with_one_line_that_says_so(
    files: CacheFiles, tmp_path: Path, caplog: pytest.LogCaptureFixture, name: str, kept: int
) -> None:
    path = tmp_path / name
    path.write_bytes(path.read_bytes()[:kept])
    assert files.load("key") is None
    files.save("key", DATA)
    assert files.load("key") == DATA
    assert caplog.messages == [f"the cache's {path} is damaged: it is made anew, and so is what else is damaged there"]


def test_a_changed_byte_is_found_before_anything_is_unpickled(files: CacheFiles, tmp_path: Path) -> None:
    class Dangerous:
        def __reduce__(self) -> tuple[Any, ...]:
            return os._exit, (1,)

    (tmp_path / "kernel.1.nbc").write_bytes(pickle.dumps(Dangerous()) + bytes(16))
    assert files.load("key") is None


def test_a_disk_that_is_full_is_told_once_and_done_without(
    files: CacheFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    files.save("other", DATA)
    files.save("third", DATA)
    (line,) = caplog.messages
    assert line.startswith(f"the cache's {tmp_path}/kernel.")
    assert line.endswith(" cannot be written (No space left on device): going on without")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kernel.1.nbc", "kernel.nbi"]  # and nothing temporary


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


def test_a_baked_cache_that_cannot_be_copied_is_done_without(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "baked").mkdir()
    (tmp_path / "baked/kernel.nbi").write_bytes(b"x")
    (tmp_path / "own").mkdir()

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copytree", full)
    with caplog.at_level(logging.WARNING):
        cache._copy(tmp_path / "baked", tmp_path / "own/baked")
    assert caplog.messages == [
        f"the cache's {tmp_path}/baked cannot be copied to {tmp_path}/own/baked (No space left on device): going on without"
    ]
    assert list((tmp_path / "own").iterdir()) == []


@pytest.mark.slow
def test_kernels_load_from_a_cache_with_a_damaged_file(tmp_path: Path) -> None:
    """In a process of its own: numba opens its files when a kernel is defined."""
    script = (
        "import springhead.kernels.cache as c; c.prepare_cache()\n"
        "from springhead.kernels.cache_files import check_cache_files; check_cache_files()\n"
        "from numba import njit\n"
        "exec(compile(open(%r).read(), %r, 'exec'))\n"
        "print(one(1), sum(one.stats.cache_hits.values()))"
    )
    kernel = tmp_path / "kernel.py"
    kernel.write_text("@njit('int64(int64)', cache=True)\ndef one(x):\n    return x + 1\n")
    environment = {**os.environ, "SPRINGHEAD_CACHE": str(tmp_path / "cache"), "PYTHONPATH": os.pathsep.join(sys.path)}
    # The package's own kernels are not compiled for it: only its modules are read.
    package = "import sys, types; p = types.ModuleType('springhead.kernels'); p.__path__ = ['include/springhead/kernels']; sys.modules[p.__name__] = p\n"
    command = [sys.executable, "-c", package + script % (str(kernel), str(kernel))]

    def run() -> tuple[str, str]:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout, done.stderr

    assert run() == ("2 0\n", "")
    (index,) = tmp_path.glob("cache/kernels-*/*/*.nbi")
    index.write_bytes(index.read_bytes()[:-5])
    assert run() == ("2 0\n", f"the cache's {index} is damaged: it is made anew, and so is what else is damaged there\n")
    assert run() == ("2 1\n", "")
