"""`--set`: other values of a stream's parameters, for one command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from springhead.cli.remedies import command
from springhead.errors import RemedyKind
from springhead.records.request import Request
from springhead.spec import load_stream
from springhead_airflow.remedies import _text
from tests.unit.build import HOUR
from tests.unit.cli.conftest import INTERVAL, Run

TEXT = 'topic: t\nparameters: {n: 5, who: {default: a, choices: [a, b c]}}\nrecords: ${n}\nfields: {w: {constant: "${who}"}}\nfaults: {duplicate: 1}\n'


@pytest.fixture
def things(tmp_path: Path) -> str:
    (tmp_path / "things.yaml").write_text(TEXT)
    return str(tmp_path / "things.yaml")


def test_each_command_that_makes_records_takes_it(run: Run, things: str) -> None:
    more = ("--set", "n=2", "--set", "who=b c", *INTERVAL)
    assert [json.loads(line) for line in run("generate", things, *more)[1].splitlines()] == [{"w": "b c"}] * 4
    assert run("preview", things, *more)[1].count('{"w":"b c"}') == 4
    assert "a batch: 2 records, " in run("explain", things, *more)[1]
    assert len(run("truth", things, *more)[1].splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--set", "n"), "set: 'n' sets nothing: write NAME=VALUE, such as --set rate_per_s=20"),
        (("--set", "n=1", "--set", "n=2"), "set: 'n' is set twice"),
        (("--set", "m=1"), "the stream 'things' has no parameter 'm'; it has 'n', 'who'"),
        (("--set", "n=many"), "parameter 'n': expected a number; found the text \"many\""),
        (("--set", "who=c"), "parameter 'who': expected one of 'a', 'b c'; found the text \"c\""),
    ],
)
def test_what_sets_nothing_is_one_line(run: Run, things: str, words: tuple[str, ...], text: str) -> None:
    assert run("preview", things, *words) == (1, "", f"springhead: {text}\n")


def test_a_value_that_makes_the_stream_wrong_is_told_where_it_stands(run: Run, things: str) -> None:
    code, _, err = run("preview", things, "--set", "n=0")
    assert (code, err.splitlines()[0]) == (1, f"{things}:3:10 records: must be at least 1; found the number 0")


def test_an_entity_has_none(run: Run) -> None:
    code, _, err = run("preview", "--entity", "products", "--set", "n=1")
    assert code == 2
    assert "an entity's members are the same in every batch: leave out 'set'" in err


def test_the_way_out_of_an_error_names_them(things: str) -> None:
    request = Request(load_stream(Path(things)).with_parameters({"who": "b c"}), HOUR)
    again = request.remedy(RemedyKind.REPUBLISH, "kafka")
    assert command(again).endswith("--set 'who=b c' --connection kafka")
    assert ", who b c, Replay the interval's own batch on" in _text(again)
    beside = Request(load_stream(Path(things)).with_parameters({"who": "b c"}), HOUR, run_id="r")
    assert " --run-id r --set 'who=b c' --republish TOKEN" in _text(beside.remedy(RemedyKind.REPUBLISH, "kafka"))
