"""A stream's parameters in the form, in `conf` and in a hand-written task."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import DAG

from springhead.errors import OptionError, SpecError
from springhead.spec import Stream, load_stream, spec_digest
from springhead_airflow.factory import stream_dag
from springhead_airflow.form import Form, form_params
from springhead_airflow.operator import PublishBatchOperator
from springhead_airflow.run import request_of_run
from springhead_airflow.verify import VerifyBatchOperator
from tests.airflow.tasks import ASKED, instance, published, run, verified

__all__ = ["published", "verified"]

TEXT = """\
topic: ${env}_things
parameters:
  env: {default: test, choices: [test, live], description: Where to}
  most: {default: 50, min: 2, max: 100}
  level: {default: 1, choices: [1, 2.5]}
  word: x
  sure: true
records: ${most}
fields:
  n: {integer: [1, "${most}"]}
  w: {constant: "${word} ${sure} ${level}"}
variants: {few: {records: 5}}
"""


@pytest.fixture
def stream(tmp_path: Path) -> Stream:
    file = tmp_path / "things.yaml"
    file.write_text(TEXT)
    return load_stream(file)


def test_the_form_has_a_list_for_choices_and_a_field_of_its_kind_with_its_bounds_for_the_others(stream: Stream) -> None:
    params = form_params(stream)
    assert list(params)[:5] == ["env", "most", "level", "word", "sure"]
    assert [params[name].value for name in list(params)[:5]] == ["test", 50, 1, "x", True]
    assert params["env"].schema["enum"] == ["test", "live"]
    assert params["level"].schema["enum"] == [1, 2.5]
    assert (
        params["env"].schema["description_md"] == "Where to. It stands for `${env}` in the stream's file. Unless told: test."
    )  # a list cannot be empty
    assert str(params["most"].schema["description_md"]).endswith("Empty: 50.")
    assert {key: params["most"].schema[key] for key in ("type", "minimum", "maximum")} == {
        "type": ["null", "number"],
        "minimum": 2,
        "maximum": 100,
    }
    assert (params["word"].schema["type"], params["sure"].schema["type"]) == (["null", "string"], "boolean")
    assert {params[name].schema["section"] for name in ("env", "sure")} == {"Parameters"}


@pytest.mark.parametrize(
    ("name", "value"), [("most", 1), ("most", "many"), ("most", 101), ("env", "prod"), ("level", 2), ("sure", "yes"), ("word", 5)]
)
def test_airflow_itself_refuses_what_the_form_could_not_say(stream: Stream, name: str, value: Any) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    param = form_params(stream)[name]
    param.resolve()
    with pytest.raises(ParamValidationError):
        param.resolve(value=value)


def test_answers_take_the_defaults_place_and_the_defaults_themselves_move_nothing(stream: Stream) -> None:
    plain = {name: param.value for name, param in form_params(stream).items()}
    for params in ({}, plain, {**plain, "most": None, "word": None}):
        request = request_of_run(stream, Form.read(stream, params), run("manual"))
        assert spec_digest(request.chosen) == spec_digest(stream.with_variant(None))
    other = request_of_run(stream, Form.read(stream, {**plain, "most": 7.0, "word": "y"}), run("manual"))
    assert (other.chosen.records, other.stream.given, other.run_id) == (7, {"most": 7, "word": "y"}, "manual__1")
    assert request_of_run(stream, Form.read(stream, {"most": 7, "records": 3}), run("manual"), variant="few").chosen.records == 3


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({"most": 1}, "parameter 'most': must be at least 2; found the number 1"),
        ({"level": 2}, "parameter 'level': expected one of '1', '2.5'; found the number 2"),
        ({"sure": "perhaps"}, "parameter 'sure': expected true or false; found the text \"perhaps\""),
        (
            {"env": "live"},
            "the parameters make 'live_things' of the topic 'test_things', which the DAG's asset names and DAGs that wait for it rely on: "
            "change the default in the stream's file, or use `springhead publish --set`",
        ),
    ],
)
def test_a_run_with_a_value_that_cannot_be_says_so(stream: Stream, params: dict[str, Any], text: str) -> None:
    with pytest.raises(OptionError) as caught:
        request_of_run(stream, Form.read(stream, params), run("manual"))
    assert str(caught.value) == text


def test_a_run_with_a_value_that_makes_the_stream_wrong_names_the_place(tmp_path: Path) -> None:
    (tmp_path / "things.yaml").write_text('topic: t\nparameters: {n: 5}\nfields:\n  a: {integer: [3, "${n}"]}\n')
    stream = load_stream(tmp_path / "things.yaml")
    with pytest.raises(SpecError) as caught:
        request_of_run(stream, Form.read(stream, {"n": 2}), run("manual"))
    assert str(caught.value).splitlines()[0].endswith("things.yaml:4:16 fields.a.integer: min 3 is above max 2")


def test_conf_that_names_another_one_says_which_there_are(stream: Stream) -> None:
    with pytest.raises(OptionError, match=r"^the run's form has no 'mots'; it has 'env', 'most', .*Did you mean 'most'\?$"):
        Form.read(stream, {}, {"mots": 5})


def test_a_task_by_hand_has_values_of_its_own_and_those_of_a_template(
    stream: Stream, published: dict[str, Any], verified: dict[str, Any]
) -> None:
    with DAG("d", schedule=None):
        publish = PublishBatchOperator(task_id="publish", stream=stream, parameters={"most": "7", "word": "None"}, interval=str(ASKED))
        check = VerifyBatchOperator(task_id="verify", stream=stream, parameters={"most": 7}, interval=str(ASKED))
        publish >> check
    publish.execute({"ti": instance("d", "publish")})
    check.execute({"ti": instance("d", "verify")})
    assert published["request"].stream.given == verified["request"].stream.given == {"most": 7}
    assert "parameters" in publish.template_fields
    assert "parameters" in check.template_fields


def test_the_page_lists_them(stream: Stream) -> None:
    page = stream_dag(stream).doc_md or ""
    assert "| parameter `env` | `test`, one of `test`, `live`. Where to |\n| parameter `most` | `50`, at least 2, at most 100 |" in page
