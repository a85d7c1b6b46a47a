"""Streams are found by their names, and a bad file never hides a good one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from springhead.errors import OptionError, SpecError
from springhead.spec import STREAMS_DIR, find_stream, load_stream, load_streams, streams_dir

GOOD = "topic: t\nfields: {a: {uuid: 4}}\n"


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name.replace('__', '.')}").write_text(text)


class TestLoadStream:
    @pytest.mark.parametrize("name", ["Orders", "1st", "a b", "_a", "x" * 65, "a.b"])
    def test_a_file_s_name_is_a_stream_s(self, folder: Path, name: str) -> None:
        with pytest.raises(SpecError) as caught:
            load_stream(folder / f"{name}.yaml")
        assert str(caught.value) == (
            f"{name}.yaml '{name}' cannot be a stream's name: it begins with a-z and goes on with a-z, 0-9, _ and -, 64 characters at most"
        )

    def test_a_file_that_cannot_be_read_is_an_error(self, folder: Path) -> None:
        with pytest.raises(SpecError) as caught:
            load_stream(folder / "missing.yaml")
        assert str(caught.value) == "missing.yaml cannot be read: No such file or directory"


class TestLoadStreams:
    def test_a_bad_file_never_hides_a_good_one(self, folder: Path) -> None:
        write(folder, b__yaml=GOOD, a__yml=GOOD, bad__yaml="topic: ..", notes__txt="no stream", __hidden__yaml="none")
        streams, errors = load_streams(folder)
        assert list(streams) == ["a", "b"]
        assert [error.problems[0].file for error in errors] == ["bad.yaml"]

    def test_two_files_with_one_name_are_both_refused(self, folder: Path) -> None:
        write(folder, a__yaml=GOOD, a__yml=GOOD, b__yaml=GOOD)
        streams, errors = load_streams(folder)
        assert list(streams) == ["b"]
        assert list(map(str, errors)) == [
            "a.yaml two files with one stream name: 'a.yml' names 'a' too",
            "a.yml two files with one stream name: 'a.yaml' names 'a' too",
        ]

    def test_a_folder_that_is_not_there_is_an_error(self, folder: Path) -> None:
        streams, errors = load_streams(folder / "nowhere")
        assert (streams, list(map(str, errors))) == ({}, ["nowhere there is no such folder of streams"])


class TestFindStream:
    def test_only_its_own_file_is_read(self, folder: Path) -> None:
        write(folder, a__yaml=GOOD, bad__yaml="topic: ..")
        assert find_stream("a", folder).path == folder / "a.yaml"

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("order", "no stream 'order' in .; there are 'orders', 'users'. Did you mean 'orders'?"),
            ("../orders", "no stream '../orders' in .; there are 'orders', 'users'. Did you mean 'orders'?"),
            ("", "no stream '' in .; there are 'orders', 'users'"),
        ],
    )
    def test_an_unknown_name_is_an_error_with_the_known_ones(self, folder: Path, name: str, message: str) -> None:
        write(folder, orders__yaml=GOOD, users__yml=GOOD)
        with pytest.raises(OptionError) as caught:
            find_stream(name, folder)
        assert str(caught.value) == message

    def test_a_file_beside_another_of_its_name_is_an_error_by_its_path_too(self, folder: Path) -> None:
        write(folder, a__yaml=GOOD, a__yml=GOOD)
        with pytest.raises(SpecError, match=r"a\.yml two files with one stream name: 'a\.yaml' names 'a' too"):
            load_stream(folder / "a.yml")

    @pytest.mark.parametrize("make", [os.mkfifo, Path.mkdir], ids=["fifo", "folder"])
    def test_what_is_no_regular_file_is_refused_and_not_waited_for(self, folder: Path, make: Callable[[Path], None]) -> None:
        make(folder / "a.yaml")
        with pytest.raises(SpecError) as caught:
            load_stream(folder / "a.yaml")
        assert str(caught.value) == "a.yaml is no regular file: a stream is a file, not a folder, a FIFO or a device"

    def test_two_files_with_its_name_are_an_error(self, folder: Path) -> None:
        write(folder, a__yaml=GOOD, a__yml=GOOD)
        with pytest.raises(SpecError) as caught:
            find_stream("a", folder)
        assert str(caught.value) == "a.yaml two files with one stream name: 'a.yml' names 'a' too"

    def test_the_folder_is_that_of_the_environment(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SPRINGHEAD_STREAMS", str(folder))
        write(folder, a__yaml=GOOD)
        assert find_stream("a").name == "a"
        monkeypatch.delenv("SPRINGHEAD_STREAMS")
        assert streams_dir() == STREAMS_DIR


class TestImports:
    def test_what_is_heavy_stays_out_of_parsing(self) -> None:
        code = (
            "import sys, springhead.spec; springhead.spec.load_streams();"
            "print([heavy for heavy in ('faker', 'llvmlite', 'numpy', 'numba', 'polars', 'scipy', 'confluent_kafka') if heavy in sys.modules])"
        )
        assert (
            subprocess.run(
                [sys.executable, "-c", code], env={"PYTHONPATH": str(STREAMS_DIR.parent)}, capture_output=True, text=True, check=True
            ).stdout
            == "[]\n"
        )
