"""`springhead truth`, and the truth beside what `springhead generate` writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from springhead.records.batch import Batch
from springhead.records.press import records_of
from springhead.records.request import Request
from springhead.spec import load_stream
from springhead.topic_facts import TopicFacts
from tests.unit.build import HOUR
from tests.unit.cli.conftest import INTERVAL, Run

STREAM = """\
topic: t
topic_config: {partitions: 4}
records: 40000
key: "{id}"
fields: {id: {uuid: 4}, n: {integer: [1, 9]}}
faults: {duplicate: {share: 0.05, by: 9}, wrong_type: 0.05, drop: 0.05}
tombstones: 0.01
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "payments.yaml"
    path.write_text(STREAM)
    return path


def test_a_preview_shows_what_is_no_text(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("topic: t\nrecords: 2\nfields: {a: {constant: Zoë}}\nfaults: {bad_encoding: 1, corrupt_bytes: 1, truncated: 1}\n")
    code, out, err = run("preview", str(path), *INTERVAL, "-n", "8")
    assert (code, err) == (0, "")
    assert "\\xe9" in out
    assert all(line.isprintable() for line in out.splitlines())


def test_it_is_the_same_beside_generate_and_alone_and_the_values_are_the_same_with_and_without(run: Run, file: Path) -> None:
    values, truth = file.with_name("values"), file.with_name("truth")
    code, out, err = run("generate", str(file), *INTERVAL, "-o", str(values), "--truth", str(truth))
    assert (code, out) == (0, "")
    batch = Batch.of(Request(load_stream(file), HOUR), TopicFacts(partitions=4))
    made = [(value or b"null") + b"\n" for chunk in records_of(batch) for value in chunk.values.optional()]
    assert values.read_bytes() == b"".join(made)
    lines = [json.loads(line) for line in truth.read_text().splitlines()]
    assert err.startswith(f"{len(made):,} records, digest ")
    assert {line["fault"] for line in lines} == {None, "duplicate", "wrong_type", "drop"}
    assert run("generate", str(file), *INTERVAL)[1:] == (values.read_text(), err)
    assert run("truth", str(file), *INTERVAL) == (0, truth.read_text(), "")
    dropped = sum(line["fault"] == "drop" for line in lines)
    code, out, _ = run("truth", str(file), *INTERVAL, "--all")
    assert len(out.splitlines()) == len(values.read_text().splitlines()) + dropped


def test_a_truth_for_another_partition_count_differs_in_the_partitions_alone(run: Run, file: Path) -> None:
    def told(*more: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in run("truth", str(file), *INTERVAL, "--records", "500", *more)[1].splitlines()]

    four, seven = told(), told("--partitions", "7")
    assert {line["partition"] for line in seven} == set(range(7))
    assert [line | {"partition": 0} for line in four] == [line | {"partition": 0} for line in seven]


def test_values_and_truth_do_not_both_go_to_stdout_nor_to_one_file(run: Run, file: Path) -> None:
    assert run("generate", str(file), *INTERVAL, "--truth", "-") == (
        1,
        "",
        "springhead: truth: the values go to stdout already: name a file, or write the values to one by -o\n",
    )
    one = file.with_name("values")
    assert run("generate", str(file), *INTERVAL, "--truth", str(one), "-o", str(one.parent / "." / one.name)) == (
        1,
        "",
        "springhead: truth: it is the file of the values, too: name another one\n",
    )
    assert not one.exists()
    code, out, _ = run("generate", str(file), *INTERVAL, "--records", "500", "--truth", "-", "-o", str(file.with_name("values")))
    assert (code, out) == (0, run("truth", str(file), *INTERVAL, "--records", "500")[1])
