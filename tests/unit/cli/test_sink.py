"""A file is replaced when the new one is whole, and only where it could have been written."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from springhead.cli.sink import sink
from springhead.errors import OptionError


def write(path: Path, text: bytes = b"new") -> None:
    with sink(path) as file:
        file(memoryview(text))


def test_a_new_file_has_the_mode_of_the_umask_and_one_that_is_replaced_its_own(tmp_path: Path) -> None:
    path = tmp_path / "values"
    before = os.umask(0o027)
    try:
        write(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    write(path, b"newer")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"newer", 0o604)
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_one_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)
    write(link)
    assert (link.is_symlink(), file.read_bytes()) == (True, b"new")


def test_what_fails_leaves_the_file_that_was_there(tmp_path: Path) -> None:
    path = tmp_path / "values"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), sink(path) as file:
        file(memoryview(b"x" * (1 // 0)))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path, why in (
        (tmp_path, "Is a directory"),
        (tmp_path / "none" / "values", "No such file or directory"),
        (tmp_path / "file" / "values", "Not a directory"),
        (tmp_path / ("x" * 300), "File name too long"),
        (Path("/dev/full"), "No space left on device"),
    ):
        with pytest.raises(OptionError) as caught:
            write(path)
        assert str(caught.value) == f"cannot write {path}: {why}"
