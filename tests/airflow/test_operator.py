"""The operator on its own: which batch a run means, what fails for good, what a task is told."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG
from airflow.sdk.exceptions import AirflowFailException

from springhead.errors import (
    BrokerUnavailableError,
    ConnectionSettingsError,
    NoConnectionError,
    OptionError,
    PublishedError,
    RefusedError,
    Remedy,
    RemedyKind,
    SpecError,
    UnverifiableError,
)
from springhead.kafka.connection import EXAMPLE
from springhead.ledger.entry import Attempt
from springhead.records.request import Request
from springhead_airflow.connection import airflow_connection
from springhead_airflow.failing import failing_for_good, readable
from springhead_airflow.operator import PublishBatchOperator
from springhead_airflow.progress import span
from springhead_airflow.remedies import told
from springhead_airflow.workers import publish_with_workers
from tests.airflow.tasks import OWN, RECEIPT, instance, operator, run, stream_of, verifier


def test_the_engine_gets_what_the_task_was_given(tmp_path: Path, published: dict[str, Any]) -> None:
    task = operator(tmp_path, variant="pinned", records="7", partition="2", kafka_config_id="other")
    assert task.execute({**run("scheduled"), "ti": instance("things", "publish", 2)}) == RECEIPT.as_dict()
    assert published["request"] == Request(task.stream, OWN, variant="pinned", run_id=None, records=7, partition=2)
    assert published["attempt"] == Attempt("things", "run", 2)
    assert published["connection"].id == "other"


@pytest.mark.parametrize(
    ("dag_id", "map_index", "given", "name"),
    [
        ("things", -1, None, None),  # the stream's own DAG
        ("by_hand", -1, None, "by_hand/publish"),
        ("by_hand", 2, None, "by_hand/publish/2"),
        ("by_hand", 2, "None", "by_hand/publish/2"),  # a template's
        ("by_hand", 2, "night", "night"),
        ("by_hand", -1, "", None),
    ],
)
def test_what_a_dag_by_hand_publishes_is_a_batch_of_its_own_unless_it_says_otherwise(
    tmp_path: Path, published: dict[str, Any], dag_id: str, map_index: int, given: str | None, name: str | None
) -> None:
    operator(tmp_path, batch=given).execute({**run("scheduled"), "ti": instance(dag_id, "publish", map_index=map_index)})
    assert published["request"].batch == name


def test_two_tasks_of_one_batch_are_told_at_parsing_for_the_second_would_send_nothing(tmp_path: Path) -> None:
    stream = stream_of(tmp_path)
    with DAG("things", schedule=None):
        PublishBatchOperator(task_id="morning", stream=stream)
        with pytest.raises(OptionError) as caught:
            PublishBatchOperator(task_id="evening", stream=stream)
    assert str(caught.value) == (
        "the tasks 'morning' and 'evening' publish the same batch, that of the stream 'things', whose name the DAG has, so one of them would send nothing: "
        "give one a batch of its own, such as batch='evening'"
    )


def test_tasks_of_several_batches_are_as_many_as_a_dag_likes(tmp_path: Path) -> None:
    stream = stream_of(tmp_path)
    several: list[tuple[str, dict[str, Any]]] = [
        ("things", {"batch": "evening"}),
        ("things", {"variant": "pinned"}),
        ("things", {"interval": str(OWN)}),
        ("by_hand", {}),
    ]
    for dag_id, more in several:
        with DAG(dag_id, schedule=None):
            PublishBatchOperator(task_id="morning", stream=stream)
            PublishBatchOperator(task_id="evening", stream=stream, **more)
            mapped = PublishBatchOperator.partial(task_id="all", stream=stream).expand(records=[None])
        mapped.unmap({"records": None})
        with DAG("things", schedule=None):
            publish_with_workers(stream=stream, workers=2)


def test_the_log_begins_with_what_was_understood(tmp_path: Path, published: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    log = SimpleNamespace(info=lambda text, *values: lines.append(text % values), warning=lambda *_: None)
    monkeypatch.setattr(PublishBatchOperator, "log", log)
    operator(tmp_path, records=7.0, partition="2").execute({**run("scheduled"), "ti": instance("by_hand", "publish")})
    assert lines[0] == f"publishing things, batch by_hand/publish, {OWN}: 7 records, all to partition 2"


def test_a_batch_whose_name_is_none_fails_for_good(tmp_path: Path, published: dict[str, Any]) -> None:
    with pytest.raises(AirflowFailException, match="batch: 'a:b' names none: write letters"):
        operator(tmp_path, batch="a:b").execute(run("scheduled"))


@pytest.mark.parametrize("nothing", ["", " ", "None"])
def test_a_connection_that_a_template_does_not_give_is_the_streams(
    tmp_path: Path, published: dict[str, Any], verified: dict[str, Any], nothing: str
) -> None:
    operator(tmp_path, kafka_config_id=nothing).execute(run("scheduled"))
    verifier(tmp_path, kafka_config_id=nothing).execute(run("scheduled"))
    assert published["connection"].id == verified["connection"].id == "kafka_default"


def test_params_are_a_form_only_where_the_task_says_so(tmp_path: Path, published: dict[str, Any]) -> None:
    context = run("scheduled") | {"params": {"records": 3}}
    operator(tmp_path).execute(context)
    assert published["request"].records is None
    operator(tmp_path, form=True).execute(context)
    assert published["request"].records == 3


def test_an_error_that_no_retry_mends_fails_the_task_for_good_in_its_own_words(tmp_path: Path, published: dict[str, Any]) -> None:
    published["raises"] = RefusedError("there is no topic 'things'")
    with pytest.raises(AirflowFailException, match="there is no topic 'things'"):
        operator(tmp_path).execute(run("scheduled"))


WAYS = [
    Remedy(RemedyKind.INIT_LEDGER, "kafka_default"),
    Remedy(RemedyKind.LIST_LEDGER, "kafka_default", "things"),
    Remedy(RemedyKind.FORGET, "kafka_default", "things", str(OWN), "pinned", "manual__1"),
    Remedy(RemedyKind.REPUBLISH, "kafka_default", "things", str(OWN)),
    Remedy(RemedyKind.FORGET),
]
TOLD = [
    "To start an empty ledger: trigger the DAG springhead_init with connection kafka_default, or run `springhead init --connection kafka_default`",
    "To see what was published: `springhead ledger things --connection kafka_default`",
    f"To make it count as unpublished: `springhead ledger things --forget {OWN} --variant pinned --run-id manual__1 --connection kafka_default`",
    "To publish it once more: trigger the DAG with Interval: start 2026-03-01T10:00:00Z, Interval: end 2026-03-01T10:05:00Z, "
    "Replay the interval's own batch on, and any text as Publish once more: token (start, end, replay and republish in conf)",
    "To make it count as unpublished: `springhead ledger STREAM --forget INTERVAL`",
]


def test_a_way_out_of_an_error_is_told_where_airflow_has_it(
    tmp_path: Path, published: dict[str, Any], verified: dict[str, Any], logged: list[str]
) -> None:
    error = PublishedError("it was published already", WAYS)
    assert told(error) == "\n".join(["it was published already", *TOLD])
    published["raises"], verified["raises"] = error, UnverifiableError("no entry", WAYS[1:2])
    with pytest.raises(AirflowFailException) as caught:
        operator(tmp_path).execute(run("scheduled"))
    assert str(caught.value) == "it was published already"
    assert logged == readable(told(error))
    logged.clear()
    with pytest.raises(AirflowFailException) as caught:
        verifier(tmp_path).execute(run("scheduled"))
    assert str(caught.value) == "no entry"
    assert logged == readable(f"no entry\n{TOLD[1]}")


def test_a_long_reason_is_logged_in_lines_that_can_be_read_once_and_a_command_in_one() -> None:
    lines: list[str] = []
    log = SimpleNamespace(error=lambda text, line: lines.append(text % line))
    error = PublishedError("the interval was published already, " * 5 + "and that is that", WAYS[2:3])
    with pytest.raises(AirflowFailException) as caught, failing_for_good(log):
        raise error
    assert caught.value.__context__ is error
    assert caught.value.__suppress_context__
    assert lines == [
        "the interval was published already, the interval was published already, the interval was",
        "published already, the interval was published already, the interval was published already,",
        "and that is that",
        "To make it count as unpublished:",
        f"`springhead ledger things --forget {OWN} --variant pinned --run-id manual__1 --connection kafka_default`",
    ]
    assert len(str(caught.value)) <= 140


def test_an_error_that_a_retry_may_mend_stays_what_it_is(tmp_path: Path, published: dict[str, Any]) -> None:
    published["raises"] = BrokerUnavailableError("no broker answers")
    with pytest.raises(BrokerUnavailableError):
        operator(tmp_path).execute(run("scheduled"))


@pytest.mark.parametrize(
    ("extra", "text"),
    [
        ({"bootstrap.server": "a:1"}, "connection 'mine': bootstrap.server is no setting of librdkafka. Did you mean 'bootstrap.servers'?"),
        ({"acks": "all"}, "connection 'mine': bootstrap.servers is missing: write the brokers' addresses, such as \"localhost:9092\""),
    ],
)
def test_a_connection_without_brokers_is_told_with_what_was_likely_meant(
    monkeypatch: pytest.MonkeyPatch, extra: dict[str, str], text: str
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_MINE", json.dumps({"conn_type": "kafka", "extra": extra}))
    with pytest.raises(ConnectionSettingsError) as caught:
        airflow_connection("mine")
    assert str(caught.value) == text


def test_a_connection_that_is_not_there_may_be_made_before_the_next_attempt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task = operator(tmp_path, kafka_config_id="mine")
    with pytest.raises(NoConnectionError) as caught:
        task.execute(run("scheduled"))
    assert str(caught.value) == (
        "there is no connection 'mine' in Airflow: write it into airflow_settings.yaml and import that, or make it in the UI (Admin → Connections, type Apache Kafka)"
    )


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("http://example.com", "connection 'mine' in Airflow is of type http: give one of type kafka"),
        (
            "kafka://broker-1:9092",
            'connection \'mine\': nothing reads its host: write that into the extra, {"bootstrap.servers": "broker-1:9092"}',
        ),
        ('{"conn_type": "kafka"}', f"connection 'mine' has no extra, where its settings belong: write one such as {EXAMPLE}"),
    ],
)
def test_a_connection_whose_settings_stand_where_nothing_reads_them_is_told_where_they_belong(
    monkeypatch: pytest.MonkeyPatch, variable: str, text: str
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_MINE", variable)
    with pytest.raises(ConnectionSettingsError) as caught:
        airflow_connection("mine")
    assert str(caught.value) == text


@pytest.mark.parametrize(("seconds", "text"), [(40.2, "40 s"), (200, "3 min"), (7500, "2 h 5 min")])
def test_the_time_that_is_left_is_said_as_a_person_says_it(seconds: float, text: str) -> None:
    assert span(seconds) == text


def test_being_killed_tells_the_engine_to_stop(tmp_path: Path, published: dict[str, Any]) -> None:
    task = operator(tmp_path)
    task.execute(run("scheduled"))
    assert not published["stop"].is_set()
    task.on_kill()
    assert published["stop"].is_set()


@pytest.mark.parametrize("options", [{"stream": "registrations", "variant": "partition_O"}, {"stream": "registration"}])
def test_a_stream_or_variant_that_is_not_there_is_told_at_parsing(options: dict[str, str]) -> None:
    with DAG("d", schedule=None), pytest.raises(OptionError, match="Did you mean"):
        PublishBatchOperator(task_id="publish", **options)  # type: ignore[arg-type]


def test_a_stream_with_errors_is_told_at_parsing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "wrong.yaml").write_text("topic: t\n")
    monkeypatch.setenv("SPRINGHEAD_STREAMS", str(tmp_path))
    with DAG("d", schedule=None), pytest.raises(SpecError, match=r"wrong.yaml:1:1"):
        PublishBatchOperator(task_id="publish", stream="wrong")


def test_a_number_that_is_none_is_refused(tmp_path: Path, published: dict[str, Any]) -> None:
    with pytest.raises(AirflowFailException, match="records: 'many' is no whole number"):
        operator(tmp_path, records="many").execute(run("scheduled"))


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"batch": 5}, "batch: 5 is no text: put it into quotes"),
        ({"rate": 5}, "rate: 5 is no text: put it into quotes"),
        (
            {"parameters": "{'most': 5}"},
            "parameters: \"{'most': 5}\" is no mapping of names to values: write one, such as {'largest': 100}. A template stands in a value of it, "
            "{'largest': '{{ … }}'}, for one of the whole mapping gives a text",
        ),
        (
            {"parameters": [1]},
            "parameters: [1] is no mapping of names to values: write one, such as {'largest': 100}. A template stands in a value of it, "
            "{'largest': '{{ … }}'}, for one of the whole mapping gives a text",
        ),
    ],
)
def test_an_argument_of_another_type_is_told_in_full(
    tmp_path: Path, published: dict[str, Any], logged: list[str], given: dict[str, Any], text: str
) -> None:
    with pytest.raises(AirflowFailException):
        operator(tmp_path, **given).execute(run("scheduled"))
    assert logged == readable(text)
