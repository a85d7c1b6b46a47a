"""What a form may say, and what the page says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from springhead.errors import (
    OptionError,
)
from springhead.spec import load_stream
from springhead_airflow.factory import stream_dag
from springhead_airflow.form import Form, form_params
from springhead_airflow.given import whole_number
from tests.airflow.tasks import stream_of
from tests.unit.build import stream


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"start": "2026-01-01T00:00:00Z"}, "the interval has no end: give both start and end, or neither"),
        ({"end": "2026-01-01T00:00:00Z"}, "the interval has no start: give both start and end, or neither"),
        ({"start": "2026-01-01T00:00:00", "end": "2026-01-01T01:00:00Z"}, "start: '2026-01-01T00:00:00' has no offset from UTC"),
        ({"start": "2026-01-01T01:00:00Z", "end": "2026-01-01T01:00:00Z"}, "ends before it has begun"),
    ],
)
def test_half_an_interval_or_none_at_all_is_refused(params: dict[str, Any], text: str) -> None:
    with pytest.raises(OptionError, match=text):
        Form.read(stream({"a": {"uuid": 4}}), params)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1000.0, 1000),
        (7, 7),
        ("1000", 1000),
        ("2.0", 2),
        ("1e3", 1000),
        (-1.0, -1),
        (0, 0),
        (None, None),
        ("", None),
        ("None", None),
        (" \n", None),
        (" None ", None),
        (" 7\n", 7),
    ],
)
def test_a_whole_number_is_one_however_it_is_written(value: object, number: int | None) -> None:
    found = whole_number("records", value)
    assert (found, type(found)) == (number, type(number))


@pytest.mark.parametrize(
    "value", [2.5, "2.5", True, False, "true", "many", "1e999999999", float("inf"), float("nan"), [5], {"n": 5}, "1,000"]
)
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(OptionError, match=r"^records: .* is no whole number$"):
        whole_number("records", value)


def test_the_forms_numbers_are_whole_whatever_json_made_of_them() -> None:
    form = Form.read(stream({"a": {"uuid": 4}}), {"records": 1000.0, "partition": 2.0})
    assert (form.records, form.partition) == (1000, 2)
    assert [type(value) for value in (form.records, form.partition)] == [int, int]


@pytest.mark.parametrize("nothing", [None, "", "  ", "\n", "None", " None "])
def test_blanks_and_a_templates_none_are_no_answers(nothing: str | None) -> None:
    answers = dict.fromkeys(("records", "partition", "start", "end", "republish", "rate"), nothing)
    assert Form.read(stream({"a": {"uuid": 4}}), answers) == Form()
    with pytest.raises(OptionError, match="the interval has no end"):
        Form.read(stream({"a": {"uuid": 4}}), {"start": "2026-01-01T00:00Z", "end": nothing})


def test_blanks_around_an_answer_do_not_make_it_another_one() -> None:
    plain = {"start": "2026-01-01T00:00Z", "end": "2026-01-01T01:00Z", "republish": "again", "rate": "2/s"}
    answered = [
        Form.read(stream({"a": {"uuid": 4}}), {name: f"{around}{text}{around}" for name, text in plain.items()})
        for around in ("", " ", "\n")
    ]
    assert answered[0].republish == "again"
    assert answered == [answered[0]] * 3


def test_a_time_that_is_no_text_is_refused() -> None:
    with pytest.raises(OptionError, match="start: '5' is not a time"):
        Form.read(stream({"a": {"uuid": 4}}), {"start": 5, "end": "2026-01-01T01:00:00Z"})


def test_the_form_knows_the_topics_partitions_and_the_page_has_the_file(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text("topic: small\ntopic_config: {partitions: 3}\nfields: {n: {integer: [1, 9]}} # a comment\n")
    stream = load_stream(file)
    assert form_params(stream)["partition"].schema["maximum"] == 2
    assert form_params(stream_of(tmp_path))["partition"].schema["maximum"] == 2**31 - 1
    page = stream_dag(stream).doc_md or ""
    assert f"````yaml\n{file.read_text()}````" in page
    assert "```bash\nspringhead preview small " in page


def test_the_page_shows_faults_and_tombstones(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    text = 'topic: small\nkey: "{n}"\nfields: {n: {integer: [1, 9]}}\n'
    file.write_text(
        f"{text}tombstones: 0.01\nfaults: {{duplicate: 0.005, truncated: {{share: 0.001}}}}\nvariants: {{v: {{faults: {{}}}}}}\n"
    )
    page = stream_dag(load_stream(file)).doc_md or ""
    assert "| tombstones | 0.01 of the records have no value |\n| faults | duplicate 0.005, truncated 0.001 of the records |" in page
    assert "| variant `v` | another key, other headers or other faults |" in page
    file.write_text(f"{text}faults: {{drop: 0.1}}\nfault_header: false\n")
    assert "| faults | drop 0.1 of the records, without the header that labels them |" in (stream_dag(load_stream(file)).doc_md or "")
    file.write_text(text)
    assert "| faults |" not in (stream_dag(load_stream(file)).doc_md or "")
