"""Whole streams of any kinds in other formats, with parameters, below a base, and as files: made and read back, or refused with their places."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from springhead.spec import load_stream, spec_digest
from tests.unit.build import HOUR
from tests.unit.spec.anything import streams, text_of
from tests.unit.spec.test_any_stream import run

pytestmark = pytest.mark.slow

PHASES = (Phase.explicit, Phase.generate)
WORDS = ("--interval", str(HOUR))
_PLACED = re.compile(r"(common/)?\w+\.yaml:[1-9]\d*:[1-9]\d* \S.*")
_FORMATS = st.sampled_from(["csv", {"csv": {"delimiter": ";"}}, {"string": "{_number} {_time}"}, {"string": "{a}"}])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("any")
    (folder / "common").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield folder


def good(folder: Path, text: str) -> bool:
    """Whether the file `it` is a stream; else each of its errors has its place."""
    (folder / "it.yaml").write_text(text, encoding="utf-8")
    code, _, err = run("validate", "it.yaml")
    if code:
        problems = [line for line in err.splitlines() if not line.startswith("    ")][:-1]
        assert problems
        assert all(_PLACED.fullmatch(problem) for problem in problems), err
    return not code


@settings(phases=PHASES, max_examples=60)
@given(streams(), _FORMATS)
def test_any_stream_in_another_format_reads_back_or_is_refused(folder: Path, stream: dict[str, Any], form: Any) -> None:
    if not good(folder, text_of({**stream, "format": form})):
        return
    code, _, err = run("generate", "it.yaml", *WORDS, "-o", "values.txt")
    if code:
        assert "the profile leaves no moment of the interval" in err
        return
    assert run("truth", "it.yaml", *WORDS, "--all", "-o", "truth")[0] == 0
    told = [json.loads(line) for line in (folder / "truth").read_bytes().splitlines()]
    sound = [line for line in told if not line["fault"] and not line["tombstone"]]
    code, shown, _ = run("preview", "it.yaml", *WORDS, "-n", "1000", "--json")
    records = [json.loads(line) for line in shown.splitlines()]
    values = [each["value"] for each in records if each["value"] is not None and "springhead-fault" not in each["headers"]]
    if isinstance(form, dict) and "string" in form:
        return
    visible = [name for name, field in load_stream(folder / "it.yaml").fields.items() if not field.hidden]
    if stream.get("fault_header", True):
        assert len(values) == len(sound) or len(records) < len(told)
        for value in values:
            (row,) = (
                csv.reader(io.StringIO(value, newline=""), delimiter=";" if isinstance(form, dict) else ",", strict=True) if value else [[]]
            )
            assert len(row) == len(visible)


@settings(phases=PHASES, max_examples=40)
@given(streams())
def test_the_parquet_file_of_any_stream_has_its_records(folder: Path, stream: dict[str, Any]) -> None:
    if not good(folder, text_of({**stream, "faults": {}, "tombstones": 0})):
        return
    code, _, err = run("generate", "it.yaml", *WORDS, "-o", "x.parquet")
    if code:
        assert "the profile leaves no moment of the interval" in err
        return
    assert run("generate", "it.yaml", *WORDS, "-o", "x.ndjson")[0] == 0
    lines = (folder / "x.ndjson").read_bytes().splitlines()
    visible = [name for name, field in load_stream(folder / "it.yaml").fields.items() if not field.hidden]
    frame = pl.read_parquet(folder / "x.parquet")
    if visible:
        assert (frame.columns, frame.height) == (visible, len(lines))


@settings(phases=PHASES, max_examples=30)
@given(streams(), st.data())
def test_a_stream_in_two_files_or_with_values_by_name_is_the_stream_in_one(
    folder: Path, stream: dict[str, Any], data: st.DataObject
) -> None:
    if not good(folder, text_of(stream)):
        return
    whole = spec_digest(load_stream(folder / "it.yaml"))
    above = data.draw(st.sets(st.sampled_from(sorted(set(stream) - {"fields"}))))
    (folder / "common/base.yaml").write_text(text_of({key: value for key, value in stream.items() if key not in above}), encoding="utf-8")
    assert good(folder, text_of({"extends": "base.yaml", **{key: value for key, value in stream.items() if key in above}}))
    assert spec_digest(load_stream(folder / "it.yaml")) == whole
    named = {"topic": "${topic_name}", "parameters": {"topic_name": "other"}}
    if "${" not in text_of(stream):
        assert good(folder, text_of({**stream, **named}))
        assert spec_digest(load_stream(folder / "it.yaml").with_parameters({"topic_name": stream["topic"]})) == whole
