"""Programs of Debian's packages: found where Debian puts them, or fetched without root."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dev.debs import Programs, programs
from dev.errors import DevError


def program(folder: Path, name: str, script: str = "exit 0") -> Path:
    """Puts a program there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def empty_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of the PATH, with nothing in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def test_a_program_on_the_path_is_taken_from_where_it_really_is(tmp_path: Path, empty_path: Path) -> None:
    there = program(tmp_path / "opt/redis", "redis-server")
    (empty_path / "redis-server").symlink_to(there)
    assert programs("redis-server", "redis-server", roots=(Path("/"),)) == Programs(there.parent)


def test_of_several_versions_of_postgresql_the_newest_is_taken(tmp_path: Path) -> None:
    for version in ("9", "15", "17"):
        program(tmp_path / f"root/usr/lib/postgresql/{version}/bin", "initdb")
    assert programs("postgresql", "initdb", roots=(tmp_path / "root",)).folder == tmp_path / "root/usr/lib/postgresql/17/bin"


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("apt-get") is None, reason="there is no apt-get: not a Debian")
def test_a_program_that_is_not_there_is_fetched_with_its_libraries_and_runs(tmp_path: Path) -> None:
    found = programs("redis-server", "redis-server", roots=(tmp_path / "root",))
    command = [str(found.folder / "redis-server"), "--version"]
    done = subprocess.run(command, env=os.environ | found.environment, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Redis server v=")
    assert found.folder.is_relative_to(tmp_path)


@pytest.mark.usefixtures("empty_path")
def test_where_there_is_no_apt_the_error_names_the_package(tmp_path: Path) -> None:
    with pytest.raises(DevError) as caught:
        programs("postgresql", "initdb", roots=(tmp_path / "root",))
    assert str(caught.value) == (
        "initdb is not on this machine, and apt-get is not there to fetch it. "
        "On Debian and Ubuntu: apt install postgresql; elsewhere put its programs on the PATH"
    )


def test_where_apt_fails_the_error_says_what_apt_said_after_new_lists_were_tried(tmp_path: Path, empty_path: Path) -> None:
    asked = tmp_path / "asked"
    program(empty_path, "apt-get", f'echo "$*" >> {asked}; echo "E: Unable to locate package redis-server" >&2; exit 100')
    program(empty_path, "dpkg")
    with pytest.raises(DevError) as caught:
        programs("redis-server", "redis-server", roots=(tmp_path / "root",))
    assert str(caught.value) == (
        "redis-server is not on this machine, and apt-get does not fetch it. "
        "On Debian and Ubuntu: apt install redis-server; elsewhere put its programs on the PATH\n"
        "E: Unable to locate package redis-server"
    )
    assert [line.split()[-1] for line in asked.read_text().splitlines()] == ["redis-server", "update", "redis-server"]


def test_a_package_without_the_program_is_told(tmp_path: Path, empty_path: Path) -> None:
    program(empty_path, "apt-get")
    program(empty_path, "dpkg")
    with pytest.raises(DevError) as caught:
        programs("redis-server", "redis-server", roots=(tmp_path / "root",))
    assert str(caught.value) == (
        "Debian's package redis-server has no program redis-server. "
        "On Debian and Ubuntu: apt install redis-server; elsewhere put its programs on the PATH"
    )
