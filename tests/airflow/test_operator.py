"""The operator on its own: which batch a run means, what fails for good, what a task is told."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import DAG, Asset, CronDataIntervalTimetable, DeltaDataIntervalTimetable
from airflow.sdk.exceptions import AirflowFailException
from airflow.sdk.execution_time.context import InletEventsAccessor

from springhead.errors import (
    BrokerUnavailableError,
    ConnectionSettingsError,
    OptionError,
    PublishedError,
    RefusedError,
    Remedy,
    RemedyKind,
    SpecError,
    UnverifiableError,
)
from springhead.kafka.connection import Connection
from springhead.ledger.entry import Attempt, PartitionShare
from springhead.publish import publish as pipeline
from springhead.publish.receipt import Receipt
from springhead.quantities import Interval
from springhead.records.request import Request
from springhead.spec import Stream, load_stream
from springhead.verify import verify as engine_verify
from springhead.verify.verification import Verification
from springhead_airflow import operator as module
from springhead_airflow import verify as verify_module
from springhead_airflow.assets import topic_asset
from springhead_airflow.connection import airflow_connection
from springhead_airflow.factory import stream_dag
from springhead_airflow.failing import failing_for_good, readable
from springhead_airflow.form import Form, form_params
from springhead_airflow.numbers import whole_number
from springhead_airflow.operator import PublishBatchOperator
from springhead_airflow.progress import span
from springhead_airflow.remedies import told
from springhead_airflow.run import request_of_run
from springhead_airflow.verify import VerifyBatchOperator
from tests.unit.build import stream
from tests.unit.verify.build import BAD, GOOD

UTC = dt.UTC
AFTER = dt.datetime(2026, 3, 1, 10, 7, 30, tzinfo=UTC)
START, END = dt.datetime(2026, 3, 1, 10, tzinfo=UTC), dt.datetime(2026, 3, 1, 10, 5, tzinfo=UTC)
OWN = Interval(START, END)
ASKED = Interval.parse("2026-01-01T00:00Z/PT1H")


def stream_of(tmp_path: Path, schedule: str | None = '"*/5 * * * *"') -> Stream:
    file = tmp_path / "things.yaml"
    file.write_text(
        f"topic: things\nschedule: {schedule or 'null'}\nfields:\n  n: {{integer: [1, 9]}}\nvariants:\n  pinned: {{partition: 0}}\n"
    )
    return load_stream(file)


def run(kind: str, start: dt.datetime | None = START, end: dt.datetime | None = END, **more: Any) -> dict[str, Any]:
    found = {
        "run_type": kind,
        "run_id": f"{kind}__1",
        "run_after": AFTER,
        "data_interval_start": start,
        "data_interval_end": end,
        "logical_date": None,
        "conf": {},
    }
    dag = more.pop("dag", None)
    return {"dag_run": SimpleNamespace(**{**found, **more}), "params": {}, "dag": dag}


@pytest.mark.parametrize(
    ("context", "form", "interval", "run_id"),
    [
        (run("scheduled"), Form(), OWN, None),
        (run("backfill"), Form(), OWN, None),
        (run("manual", None, None), Form(), OWN, "manual__1"),
        (run("manual", None, None), Form(replay=True), OWN, None),
        (run("manual", None, None), Form(interval=ASKED), ASKED, "manual__1"),
        (run("manual", None, None), Form(interval=ASKED, replay=True), ASKED, None),
        (run("manual"), Form(), OWN, "manual__1"),
        (run("manual", START, START, logical_date=START), Form(), Interval(START - dt.timedelta(minutes=5), START), "manual__1"),
        (run("asset_triggered", None, None), Form(), OWN, "asset_triggered__1"),
    ],
)
def test_each_kind_of_run_means_its_batch(
    tmp_path: Path, context: dict[str, Any], form: Form, interval: Interval, run_id: str | None
) -> None:
    found = request_of_run(stream_of(tmp_path), form, context)
    assert (found.interval, found.run_id) == (interval, run_id)


def test_without_a_schedule_a_manual_run_takes_the_hour_before_it_cut_to_the_second(tmp_path: Path) -> None:
    after = AFTER.replace(microsecond=123456)
    found = request_of_run(stream_of(tmp_path, None), Form(), run("manual", None, None, run_after=after))
    assert found.interval == Interval(AFTER - dt.timedelta(hours=1), AFTER)


LATE = dt.datetime(2024, 3, 10, 7, 30, tzinfo=UTC)  # New York's clocks skipped from 2:00 to 3:00 half an hour before


def test_an_interval_may_be_one_already_and_what_is_none_is_refused(tmp_path: Path) -> None:
    assert request_of_run(stream_of(tmp_path), Form(), {}, interval=ASKED).interval == ASKED
    assert request_of_run(stream_of(tmp_path), Form(), run("scheduled"), interval="None").interval == OWN
    with pytest.raises(OptionError, match="interval: 5 is no text: write START/END"):
        request_of_run(stream_of(tmp_path), Form(), {}, interval=5)


SKIPPED = dt.datetime(2024, 3, 10, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "dag_schedule", "interval"),
    [
        (None, CronDataIntervalTimetable("0 2 * * *", timezone="America/New_York"), "2024-03-09T07:00Z/2024-03-10T07:00Z"),
        ('"*/5 * * * *"', CronDataIntervalTimetable("0 2 * * *", timezone="America/New_York"), "2024-03-09T07:00Z/2024-03-10T07:00Z"),
        (None, DeltaDataIntervalTimetable(dt.timedelta(hours=2)), "2024-03-10T05:30Z/2024-03-10T07:30Z"),
        ('"*/20 * * * *"', None, "2024-03-10T07:00Z/2024-03-10T07:20Z"),
        (None, None, "2024-03-10T06:30Z/2024-03-10T07:30Z"),
    ],
)
def test_a_dated_manual_run_that_has_no_length_means_the_interval_before_its_date_and_never_the_clocks(
    tmp_path: Path, schedule: str | None, dag_schedule: Any, interval: str
) -> None:
    context = run("manual", SKIPPED, SKIPPED, logical_date=LATE, dag=DAG("d", schedule=dag_schedule))
    found = request_of_run(stream_of(tmp_path, schedule), Form(), context)
    assert (found.interval, found.run_id) == (Interval.parse(interval), "manual__1")


def test_a_manual_run_without_a_date_takes_the_last_complete_interval_of_its_dags_schedule(tmp_path: Path) -> None:
    dag = DAG("d", schedule=CronDataIntervalTimetable("0 2 * * *", timezone="America/New_York"))
    found = request_of_run(stream_of(tmp_path), Form(), run("manual", None, None, dag=dag))
    assert found.interval == Interval.parse("2026-02-28T07:00Z/2026-03-01T07:00Z")


@pytest.mark.parametrize("schedule", ["0 2 * * *", dt.timedelta(hours=1)])
@pytest.mark.parametrize("kind", ["manual", "scheduled"])
def test_a_bare_schedule_gives_moments_and_is_refused_unless_the_operator_has_an_interval(tmp_path: Path, kind: str, schedule: Any) -> None:
    context = run(kind, START, START, logical_date=START, dag=DAG("d", schedule=schedule))
    with pytest.raises(OptionError, match="Airflow gives a DAG with a bare cron expression or timedelta none: write"):
        request_of_run(stream_of(tmp_path), Form(), context)
    found = request_of_run(stream_of(tmp_path), Form(), context, interval="2026-02-01T00:00Z/PT1H")
    assert found.interval == Interval.parse("2026-02-01T00:00Z/PT1H")
    assert found.run_id == {"manual": "manual__1", "scheduled": None}[kind]


def test_the_operators_own_interval_comes_before_the_runs_and_after_the_forms(tmp_path: Path) -> None:
    stream = stream_of(tmp_path)
    own = "2026-02-01T00:00Z/PT1H"
    assert request_of_run(stream, Form(), run("scheduled"), interval=own).interval == Interval.parse(own)
    assert request_of_run(stream, Form(interval=ASKED), run("manual"), interval=own).interval == ASKED
    assert request_of_run(stream, Form(), {}, interval=own).interval == Interval.parse(own)


@pytest.mark.parametrize(
    ("context", "form", "text"),
    [
        (run("scheduled", START, START), Form(), "the run's data interval is empty"),
        (run("scheduled"), Form(interval=ASKED), "start and end are for manual runs"),
        (
            run("manual"),
            Form(interval=ASKED, republish="again"),
            "republish: a token publishes an interval's own batch once more, and this run publishes new",
        ),
        ({}, Form(), "outside a run of Airflow the operator needs its interval"),
    ],
)
def test_a_run_that_names_no_batch_is_refused_with_the_way_out(tmp_path: Path, context: dict[str, Any], form: Form, text: str) -> None:
    with pytest.raises(OptionError, match=text):
        request_of_run(stream_of(tmp_path), form, context)


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


def test_a_time_that_is_no_text_is_refused() -> None:
    with pytest.raises(OptionError, match="start: '5' is not a time"):
        Form.read(stream({"a": {"uuid": 4}}), {"start": 5, "end": "2026-01-01T01:00:00Z"})


RECEIPT = Receipt(
    stream="things",
    variant=None,
    topic="things",
    connection="kafka_default",
    interval=str(OWN),
    run_id=None,
    guarantee="at_least_once",
    records=5,
    sent=5,
    acked=5,
    bytes=50,
    digest="d",
    spec_digest="s",
    partition=None,
    topic_partitions=1,
    topic_id="AAAAAAAAAAAAAAAAAAAAAQ",
    partitions={0: PartitionShare(5, 0, 5)},
    duration_s=0.1,
)


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the operator asks of the engine; "raises" makes the engine fail."""
    asked: dict[str, Any] = {}

    def publish(request: Request, connection: Connection, **options: Any) -> Receipt:
        asked.update(options, request=request, connection=connection)
        if "raises" in asked:
            raise asked["raises"]
        return RECEIPT

    monkeypatch.setattr(pipeline, "publish", publish)
    monkeypatch.setattr(module, "airflow_connection", lambda name: Connection(name, {"bootstrap.servers": "localhost:9092"}))
    return asked


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines of errors in the tasks' logs."""
    lines: list[str] = []
    log = SimpleNamespace(error=lambda text, line: lines.append(text % line), info=lambda *_: None, warning=lambda *_: None)
    for operator_class in (PublishBatchOperator, VerifyBatchOperator):
        monkeypatch.setattr(operator_class, "log", log)
    return lines


def operator(tmp_path: Path, **options: Any) -> PublishBatchOperator:
    with DAG("d", schedule=None):
        return PublishBatchOperator(task_id="publish", stream=stream_of(tmp_path), **options)


def test_the_engine_gets_what_the_task_was_given(tmp_path: Path, published: dict[str, Any]) -> None:
    task = operator(tmp_path, variant="pinned", records="7", partition="2", kafka_config_id="other")
    assert task.execute({**run("scheduled"), "ti": instance("things", "publish", 2)}) == RECEIPT.as_dict()
    assert published["request"] == Request(task.stream, OWN, variant="pinned", run_id=None, records=7, partition=2)
    assert published["attempt"] == Attempt("things", "run", 2)
    assert published["connection"].id == "other"


def instance(dag_id: str, task_id: str, try_number: int = 1, map_index: int = -1) -> SimpleNamespace:
    return SimpleNamespace(dag_id=dag_id, task_id=task_id, run_id="run", try_number=try_number, map_index=map_index)


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


def test_the_log_begins_with_what_was_understood(tmp_path: Path, published: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    log = SimpleNamespace(info=lambda text, *values: lines.append(text % values), warning=lambda *_: None)
    monkeypatch.setattr(PublishBatchOperator, "log", log)
    operator(tmp_path, records=7.0, partition="2").execute({**run("scheduled"), "ti": instance("by_hand", "publish")})
    assert lines[0] == f"publishing things, batch by_hand/publish, {OWN}: 7 records, all to partition 2"


def test_a_batch_whose_name_is_none_fails_for_good(tmp_path: Path, published: dict[str, Any]) -> None:
    with pytest.raises(AirflowFailException, match="batch: 'a:b' names none: write letters"):
        operator(tmp_path, batch="a:b").execute(run("scheduled"))


def test_a_verifying_task_means_the_batch_of_the_task_before_it(tmp_path: Path, verified: dict[str, Any]) -> None:
    stream = stream_of(tmp_path)
    context = {**run("scheduled"), "ti": instance("by_hand", "verify", map_index=1)}
    with DAG("by_hand", schedule=None):
        plain = VerifyBatchOperator(task_id="plain", stream=stream)
        PublishBatchOperator(task_id="first", stream=stream, batch="night-{{ 1 + 1 }}") >> plain
        PublishBatchOperator(task_id="other", stream=stream, variant="pinned") >> plain
        mapped = VerifyBatchOperator(task_id="mapped", stream=stream)
        PublishBatchOperator.partial(task_id="second", stream=stream).expand(records=[1, 2]) >> mapped
        lonely = VerifyBatchOperator(task_id="lonely", stream=stream)
        told = VerifyBatchOperator(task_id="told", stream=stream, batch="by_hand/publish")
    for task, name in ((plain, "night-2"), (mapped, "by_hand/second/1"), (told, "by_hand/publish")):
        task.execute(context)
        assert verified["request"].batch == name
    with pytest.raises(AirflowFailException, match="no tasks directly before 'lonely' publish the stream 'things'"):
        lonely.execute(context)


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


# The task that verifies


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the operator asks of the engine; "found" is what that finds, "raises" what it raises."""
    asked: dict[str, Any] = {"found": GOOD}

    def verify(request: Request, connection: Connection, **options: Any) -> Verification:
        asked.update(options, request=request, connection=connection)
        if "raises" in asked:
            raise asked["raises"]
        found: Verification = asked["found"]
        return found

    monkeypatch.setattr(engine_verify, "verify", verify)
    monkeypatch.setattr(verify_module, "airflow_connection", lambda name: Connection(name, {"bootstrap.servers": "localhost:9092"}))
    return asked


def verifier(tmp_path: Path, **options: Any) -> VerifyBatchOperator:
    with DAG("d", schedule=None):
        return VerifyBatchOperator(task_id="verify", stream=stream_of(tmp_path), **options)


def test_the_verifying_task_asks_for_the_batch_that_was_published(tmp_path: Path, verified: dict[str, Any]) -> None:
    options: dict[str, Any] = {"variant": "pinned", "records": "7", "partition": "2", "kafka_config_id": "other"}
    task = verifier(tmp_path, **options)
    assert task.execute(run("scheduled")) == GOOD.as_dict()
    assert verified["request"] == Request(task.stream, OWN, variant="pinned", run_id=None, records=7, partition=2)
    assert verified["connection"].id == "other"
    verifier(tmp_path, form=True).execute(run("manual") | {"params": {"records": 3}})
    assert verified["request"] == Request(task.stream, OWN, variant=None, run_id="manual__1", records=3, partition=None)
    assert verified["connection"].id == "kafka_default"


def test_a_difference_fails_the_task_for_good_with_the_report(tmp_path: Path, verified: dict[str, Any], logged: list[str]) -> None:
    verified["found"] = BAD
    with pytest.raises(AirflowFailException) as caught:
        verifier(tmp_path).execute(run("scheduled"))
    assert str(caught.value) == BAD.text().splitlines()[0]
    assert "  missing      record 17 (partition 0, 2026-03-01T10:00:01.000Z): is not there" in logged


def test_what_cannot_be_verified_fails_for_good_and_a_broker_that_is_away_is_tried_again(tmp_path: Path, verified: dict[str, Any]) -> None:
    verified["raises"] = UnverifiableError("no entry")
    with pytest.raises(AirflowFailException, match="no entry"):
        verifier(tmp_path).execute(run("scheduled"))
    verified["raises"] = BrokerUnavailableError("no broker answers")
    with pytest.raises(BrokerUnavailableError):
        verifier(tmp_path).execute(run("scheduled"))


def test_being_killed_tells_the_verification_to_stop(tmp_path: Path, verified: dict[str, Any]) -> None:
    task = verifier(tmp_path)
    task.execute(run("scheduled"))
    assert not verified["stop"].is_set()
    task.on_kill()
    assert verified["stop"].is_set()


def test_a_stream_that_says_so_has_a_task_that_verifies_behind_each_that_publishes(tmp_path: Path) -> None:
    stream = stream_of(tmp_path)
    assert sorted(stream_dag(stream).task_ids) == ["publish", "publish_pinned"]
    dag = stream_dag(stream.model_copy(update={"verify": True}))
    assert {task.task_id: task.upstream_task_ids for task in dag.tasks} == {
        "publish": set(),
        "verify": {"publish"},
        "publish_pinned": set(),
        "verify_pinned": {"publish_pinned"},
    }
    assert "Tasks: `publish`, `verify`, `publish_pinned`, `verify_pinned`." in (dag.doc_md or "")
    (pinned,) = (task for task in dag.tasks if task.task_id == "verify_pinned")
    assert isinstance(pinned, VerifyBatchOperator)
    assert (pinned.variant, pinned.form, pinned.outlets) == ("pinned", True, [])


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


@pytest.mark.parametrize(("seconds", "text"), [(40.2, "40 s"), (200, "3 min"), (7500, "2 h 5 min")])
def test_the_time_that_is_left_is_said_as_a_person_says_it(seconds: float, text: str) -> None:
    assert span(seconds) == text


# Assets


def test_a_mapped_task_updates_the_asset_of_its_topic(tmp_path: Path) -> None:
    stream = stream_of(tmp_path)
    with DAG("d", schedule=None):
        mapped = PublishBatchOperator.partial(task_id="publish", stream=stream, kafka_config_id="other").expand(records=[5, 10, 15])
        by_kwargs = PublishBatchOperator.partial(task_id="again", stream=stream).expand_kwargs([{"records": 5}, {"partition": 0}])
        given = PublishBatchOperator.partial(task_id="given", stream=stream, outlets=[]).expand(records=[5])
    assert mapped.outlets == [topic_asset("things", "other")]
    assert by_kwargs.outlets == [topic_asset("things")]
    assert given.outlets == []


@pytest.mark.parametrize("mapped", [{"kafka_config_id": ["a", "b"]}, {"stream": ["registrations", "addresses"]}, {"variant": ["pinned"]}])
def test_a_task_that_is_mapped_over_its_topics_is_told_at_parsing_that_it_needs_outlets(
    tmp_path: Path, mapped: dict[str, list[str]]
) -> None:
    (name,) = mapped
    fixed = {} if name == "stream" else {"stream": stream_of(tmp_path)}
    with DAG("d", schedule=None):
        for expanded in ("expand", "expand_kwargs"):
            partial = PublishBatchOperator.partial(task_id=expanded, **fixed)
            with pytest.raises(OptionError, match=f"a task that is mapped over {name} needs its outlets"):
                partial.expand(**mapped) if expanded == "expand" else partial.expand_kwargs([{name: mapped[name][0]}])
        PublishBatchOperator.partial(task_id="good", outlets=[topic_asset("things")], **fixed).expand(**mapped)


def test_a_batch_whose_event_was_sent_before_makes_no_second_one_and_one_whose_event_was_not_does(
    tmp_path: Path, published: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    again = replace(RECEIPT, already_published=True, sent=0)
    monkeypatch.setattr(pipeline, "publish", lambda *_, **__: again)
    for extra, events_sent in (({**again.as_dict(), "digest": "other"}, 1), (None, 1), (again.as_dict(), 0)):
        latest = [SimpleNamespace(extra=extra)]
        monkeypatch.setattr(InletEventsAccessor, "_asset_events", latest)
        task = operator(tmp_path)
        (asset,) = task.outlets
        events = {asset: SimpleNamespace(extra=None)}
        task.execute({**run("scheduled"), "outlet_events": events})
        assert len(task.outlets) == events_sent
        assert (events[asset].extra is not None) == bool(events_sent)


def test_an_asset_by_its_uri_is_that_of_the_topic(tmp_path: Path) -> None:
    assert topic_asset("second_topic") == Asset("x-kafka://kafka_default/second_topic")
    (outlet,) = operator(tmp_path, kafka_config_id="mine").outlets
    assert (outlet.name, outlet.uri) == ("x-kafka://mine/things", "x-kafka://mine/things")


def test_being_killed_tells_the_engine_to_stop(tmp_path: Path, published: dict[str, Any]) -> None:
    task = operator(tmp_path)
    task.execute(run("scheduled"))
    assert not published["stop"].is_set()
    task.on_kill()
    assert published["stop"].is_set()


def test_the_receipt_is_the_extra_of_the_topics_asset(tmp_path: Path, published: dict[str, Any]) -> None:
    task = operator(tmp_path)
    (asset,) = task.outlets
    events = {asset: SimpleNamespace(extra=None)}
    task.execute({**run("scheduled"), "outlet_events": events})
    assert events[asset].extra == RECEIPT.as_dict()
    assert published["request"].stream.name == "things"


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
