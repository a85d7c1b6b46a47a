"""`--json`: shapes that other programs rely on; docs/streams.md lists the keys."""

from __future__ import annotations

import base64
import json
import os
import re
from pathlib import Path

import pytest

from springhead.errors import SpecError
from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.records.request import Request
from springhead.spec import find_stream, load_streams, spec_digest
from springhead.topic_facts import TopicFacts
from tests.unit.build import HOUR, rows
from tests.unit.cli.conftest import INTERVAL, Run

DOCS = (Path(__file__).parents[3] / "docs/streams.md").read_text()


def documented(command: str) -> set[str]:
    """The keys that the docs list for a command."""
    (row,) = re.findall(rf"^\| `{command} --json` \|(.*)\|$", DOCS, re.MULTILINE)
    return set(re.findall(r"`(\w+)`", row))


def keys_of(value: object) -> set[str]:
    """All keys in it, but for names that a user gave."""
    if isinstance(value, dict):
        return set(value) | {key for name, each in value.items() if name != "headers" for key in keys_of(each)}
    return {key for each in value for key in keys_of(each)} if isinstance(value, list) else set()


def test_preview_gives_a_record_a_line(run: Run) -> None:
    code, out, err = run("preview", "card_payments", "-n", "40", "--json", *INTERVAL)
    assert (code, err) == (0, "")
    found = [json.loads(line) for line in out.splitlines()]
    batch = Batch.of(Request(find_stream("card_payments"), HOUR), TopicFacts(partitions=6))
    made = next(records_of(batch, 40))
    assert len(found) == made.rows
    for line, (value, key, partition, time_ms, headers) in zip(found, rows(made), strict=True):
        assert (line["partition"], line["timestamp_ms"], line["key"]) == (partition, time_ms, None if key is None else key.decode())
        assert line["headers"] == {name: text.decode() for name, text in headers}
        assert (line["value"] is None) == (value is None)
        assert line["value"] is None or line["value"].encode() == value
    assert documented("preview") == keys_of(found)


def test_a_value_that_is_no_text_is_there_in_base64(run: Run, tmp_path: Path) -> None:
    (tmp_path / "things.yaml").write_text("topic: t\nfields: {a: {constant: x}}\nfaults: {bad_encoding: 1}\n")
    out = run("preview", str(tmp_path / "things.yaml"), "-n", "1", "--json", *INTERVAL)[1]
    sound, faulty = [json.loads(line) for line in out.splitlines()]
    assert (sound["value"], sound["value_base64"], faulty["value"]) == ('{"a":"x"}', None, None)
    assert b"\xe9" in base64.b64decode(faulty["value_base64"])


def test_explain_gives_fields_and_sizes(run: Run) -> None:
    code, out, err = run("explain", "card_payments", "--json", *INTERVAL)
    assert (code, err) == (0, "")
    found = json.loads(out)
    stream = find_stream("card_payments")
    assert [each["place"] for each in found["fields"] if each["place"] in stream.fields] == list(stream.fields)
    assert (found["stream"], found["format"], found["entities"]) == ("card_payments", "json", stream.entity_names)
    assert found["spec_digest"] == spec_digest(Request(stream, HOUR).chosen)
    batch = found["batch"]
    assert batch["bytes"] == pytest.approx(batch["record_bytes"] * batch["records"])
    assert batch["seconds"] == pytest.approx(batch["preparing_seconds"] + batch["record_seconds"] * batch["records"])
    assert keys_of(found) <= documented("explain")


def test_and_of_an_entity_its_population(run: Run) -> None:
    found = json.loads(run("explain", "--entity", "products", "--json")[1])
    assert found["population"]["members"] == 5000
    assert found["population"]["bytes"] == pytest.approx(found["population"]["member_bytes"] * 5000)
    members = [json.loads(line) for line in run("preview", "--entity", "products", "-n", "2", "--json")[1].splitlines()]
    assert [each["member"] for each in members] == [0, 1]
    assert json.loads(members[0]["value"])["sku"] == "P000001"


def test_an_empty_interval_has_a_batch_of_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "things.yaml").write_text("topic: t\nrate: 1/1d\nfields: {a: {uuid: 4}}\n")
    found = json.loads(run("explain", str(tmp_path / "things.yaml"), "--json", "--interval", "2026-03-01T10:00Z/PT1S")[1])
    assert found["batch"] == {"records": 0}


def test_validate_gives_each_file_with_its_problems(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yaml").write_text("topic: t\nfields: {a: {uuid: 4}}\n")
    (tmp_path / "wrong.yaml").write_text("topic: t\nrecords: 0\nfields: {a: {uid: 4}}\n")
    (tmp_path / "none.yaml").write_text("topic: t\npartition: 3\nfields: {a: {faker: numerify, with: {text: '#'}, unique: true}}\n")
    code, out, err = run("validate", "--json", ".")
    assert (code, err) == (1, "")
    found = json.loads(out)
    assert found["good"] is False
    files = {each["name"]: each for each in found["files"]}
    assert files["good"] == {
        "file": "good.yaml",
        "kind": "stream",
        "name": "good",
        "good": True,
        "problems": [],
        "fields": 1,
        "topic": "t",
    }
    problems = files["wrong"]["problems"]
    assert [(each["file"], each["line"], each["column"], each["path"]) for each in problems] == [
        ("wrong.yaml", 2, 10, "records"),
        ("wrong.yaml", 3, 14, "fields.a.uid"),
    ]
    assert problems[0]["message"] == "must be at least 1; found the number 0"
    assert files["none"]["problems"][0]["path"] == "fields.a.faker"
    assert keys_of(found) <= documented("validate")
    assert run("validate", "--json", "good.yaml")[0] == 0


def test_a_problem_without_a_place_has_nulls(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Bad.yaml").write_text("topic: t\n")
    (problem,) = json.loads(run("validate", "--json", "Bad.yaml")[1])["files"][0]["problems"]
    assert {key: problem[key] for key in ("line", "column", "path")} == {"line": None, "column": None, "path": None}


def test_a_files_name_that_is_no_utf8_is_told_with_escapes(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / os.fsdecode(b"caf\xe9.yaml")).write_text("topic: t\n")
    (file,) = json.loads(run("validate", "--json", ".")[1])["files"]
    assert (file["file"], file["name"]) == ("caf\\udce9.yaml", "caf\\udce9")
    assert file["problems"][0]["message"].startswith("'caf\\udce9' cannot be a stream's name: ")
    with pytest.raises(SpecError) as caught:  # Airflow keeps it in its database
        raise load_streams(tmp_path)[1][0]
    assert str(caught.value).encode() == (
        b"caf\\udce9.yaml 'caf\\udce9' cannot be a stream's name: it begins with a-z and goes on with a-z, 0-9, _ and -, 64 characters at most"
    )
