"""One session of a real Airflow: runs by schedule, by hand and as a backfill, a wrong file beside good ones, tasks that are killed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from dev.broker import Broker
from dev.console import console_consumer
from dev.errors import DevError
from dev.places import ROOT
from springhead.ledger.topic import ledger_name
from springhead.quantities import Interval
from tests.airflow.conftest import PLANTED, Stack
from tests.airflow.runs import (
    backfilled,
    batch_of,
    failure,
    found,
    green_receipt,
    run_of,
    seen,
    until,
)

FORM = {"records": 7, "partition": 2, "start": "2026-05-01T10:00:00Z", "end": "2026-05-01T11:00:00Z"}


def test_every_good_stream_is_a_dag_that_can_run(stack: Stack) -> None:
    dags = {dag["dag_id"]: dag for dag in stack.api.get("/api/v2/dags")["dags"]}
    assert sorted(dags) == [
        "addresses",
        "card_payments",
        "card_transactions",
        "crawling",
        "crowd",
        "customer_orders",
        "discreet",
        "example_after_publishing",
        "example_consume",
        "example_hand_written",
        "example_inline_stream",
        "example_mapped",
        "example_stock_operator",
        "example_verify_later",
        "in_parts",
        "lineage",
        "live_registrations",
        "mapped",
        "measured",
        "nightly_in_new_york",
        "partitioned",
        "registrations",
        "secured",
        "shared",
        "slow",
        "springhead_init",
        "ticking",
        "timed",
    ]
    assert not [name for name, dag in dags.items() if dag["is_paused"] or dag["is_stale"] or dag["has_import_errors"]]


def test_a_wrong_file_shows_as_an_import_error_with_its_place_and_leaves_the_others_alone(stack: Stack) -> None:
    errors = until(lambda: stack.api.get("/api/v2/importErrors")["import_errors"], "no import error is shown")
    assert [error["filename"].rpartition("/")[2] for error in errors] == ["stream_errors.py"]
    text = errors[0]["stack_trace"]
    assert "wrong.yaml:4:11 fields.price" in text
    assert "Did you mean 'integer'?" in text
    assert green_receipt(stack, "addresses")["acked"] == 100


def test_a_scheduled_run_publishes_its_data_interval(stack: Stack) -> None:
    def scheduled() -> dict[str, Any] | None:
        runs = stack.api.get("/api/v2/dags/registrations/dagRuns", run_type="scheduled")["dag_runs"]
        return next((run for run in runs if run["state"] == "success"), None)

    run = until(scheduled, "no scheduled run has become green")
    receipt = stack.api.xcom("registrations", run["dag_run_id"], "publish")
    interval = Interval.parse(receipt["interval"])
    assert interval == Interval.parse(f"{run['data_interval_start']}/{run['data_interval_end']}")
    assert (interval.end - interval.start).total_seconds() == 300
    assert receipt["run_id"] is None
    there = seen(console_consumer(stack.bootstrap, "second_topic"))
    for task in ("publish", "publish_partition_0"):
        expected = batch_of(stack, stack.api.xcom("registrations", run["dag_run_id"], task))
        assert expected.total() == 100
        assert not expected - there, f"records of {task} are missing"


def test_the_forms_answers_count_and_make_new_records_each_time(stack: Stack) -> None:
    receipts = [green_receipt(stack, "registrations", FORM) for _ in range(2)]
    for receipt in receipts:
        assert (receipt["records"], receipt["interval"]) == (7, "2026-05-01T10:00:00Z/2026-05-01T11:00:00Z")
        assert receipt["partitions"].keys() == {"2"}
        assert receipt["run_id"].startswith("manual__")
    assert receipts[0]["digest"] != receipts[1]["digest"]
    there = seen(console_consumer(stack.bootstrap, "second_topic", partition=2))
    for receipt in receipts:
        assert not batch_of(stack, receipt) - there


def test_a_replay_is_the_intervals_own_batch_and_is_published_once_for_each_token(stack: Stack) -> None:
    first, second = (green_receipt(stack, "registrations", {**FORM, "replay": True}) for _ in range(2))
    assert first["run_id"] is second["run_id"] is None
    assert first["digest"] == second["digest"]
    assert (first["already_published"], second["already_published"], second["sent"]) == (False, True, 0)
    assert found(stack, first) == batch_of(stack, first)
    again = [green_receipt(stack, "registrations", {**FORM, "replay": True, "republish": "twice"}) for _ in range(2)]
    assert [receipt["already_published"] for receipt in again] == [False, True]
    assert found(stack, first) == batch_of(stack, first) + batch_of(stack, first)


def test_a_manual_run_without_answers_takes_the_last_complete_interval(stack: Stack) -> None:
    run_id = stack.api.trigger("registrations")
    assert stack.api.wait_run("registrations", run_id) == "success"
    run = run_of(stack, "registrations", run_id)
    assert run["logical_date"] is None
    interval = Interval.parse(stack.api.xcom("registrations", run_id, "publish")["interval"])
    after = Interval.parse(f"{run['run_after']}/PT1H").start
    assert (interval.end - interval.start).total_seconds() == 300
    assert 0 <= (after - interval.end).total_seconds() < 300


@pytest.mark.parametrize(
    "conf", [{"records": 0}, {"records": 2.5}, {"records": "7"}, {"records": [7]}, {"partition": 6}, {"replay": "yes"}]
)
def test_a_value_that_the_form_does_not_allow_is_refused_at_once(stack: Stack, conf: dict[str, Any]) -> None:
    with pytest.raises(DevError, match="400"):
        stack.api.trigger("registrations", conf)


def test_whole_numbers_are_taken_as_json_writes_them(stack: Stack) -> None:
    receipt = green_receipt(stack, "registrations", {"records": 7.0, "partition": 2.0})
    assert [json.dumps(receipt[name]) for name in ("records", "partition", "acked")] == ["7", "2", "7"]


def test_the_ui_has_a_form_for_each_run_with_its_bounds_and_the_file_on_the_dags_page(stack: Stack) -> None:
    details = stack.api.get("/api/v2/dags/registrations/details")
    form = {name: param["schema"] for name, param in details["params"].items()}
    assert [(name, schema["title"], schema["section"]) for name, schema in form.items()] == [
        ("records", "Records", "Batch"),
        ("partition", "Partition", "Batch"),
        ("start", "Interval: start", "Interval"),
        ("end", "Interval: end", "Interval"),
        ("replay", "Replay the interval's own batch", "Interval"),
        ("republish", "Publish once more: token", "Interval"),
    ]
    assert (form["records"]["minimum"], form["partition"]["maximum"], form["start"]["format"]) == (1, 5, "date-time")
    assert (stack.streams / "registrations.yaml").read_text() in details["doc_md"]


@pytest.mark.parametrize(
    ("conf", "text"),
    [
        (
            {"record": 7},
            "the run's form has no 'record'; it has 'records', 'partition', 'start', 'end', 'replay', 'republish'. Did you mean 'records'?",
        ),
        ({"start": "2026-05-01T10:00:00Z"}, "the interval has no end: give both start and end, or neither"),
        ({"republish": "again"}, "republish: a token publishes an interval's own batch once more, and this run publishes new records."),
    ],
)
def test_a_form_that_means_nothing_fails_at_once_and_says_why(stack: Stack, conf: dict[str, Any], text: str) -> None:
    run_id = stack.api.trigger("addresses", conf)
    until(lambda: run_of(stack, "addresses", run_id)["state"] == "failed", "the run does not fail")
    assert [task["try_number"] for task in stack.api.tasks("addresses", run_id)] == [1], "a retry cannot help"
    assert text in " ".join(failure(stack, "addresses", run_id).split())


def test_a_backfill_of_six_intervals_publishes_each_once_and_reprocessing_changes_nothing(stack: Stack) -> None:
    starts = [f"2026-04-01T00:{minute:02}:00Z" for minute in range(0, 30, 5)]

    def backfill(*more: str) -> dict[str, str]:
        """Makes a backfill; interval start → digest once all its runs are green."""
        runs = backfilled(stack, "registrations", starts[0], starts[-1], *more)
        assert len(runs) == 6
        receipts = [stack.api.xcom("registrations", run["dag_run_id"], "publish") for run in runs]
        for run, receipt in zip(runs, receipts, strict=True):
            assert receipt["interval"] == f"{run['data_interval_start']}/{run['data_interval_end']}"
            assert receipt["run_id"] is None
        return {receipt["interval"].partition("/")[0]: receipt["digest"] for receipt in receipts}

    digests = backfill()
    assert sorted(digests) == starts
    assert len(set(digests.values())) == 6
    for again in (False, True):
        if again:  # every run is cleared and runs once more
            assert backfill("--reprocess-behavior", "completed") == digests
        ours = [r for r in console_consumer(stack.bootstrap, "second_topic") if 0 <= r.timestamp_ms - 1775001600_000 < 1_800_000]
        assert len(ours) == 6 * 200  # of the stream and of its variant
        assert Counter((r.timestamp_ms - 1775001600_000) // 300_000 for r in ours) == dict.fromkeys(range(6), 200)


def test_the_receipt_stands_in_the_log_and_in_the_assets_event(stack: Stack) -> None:
    run_id = stack.api.trigger("card_transactions", {"records": 50})
    assert stack.api.wait_run("card_transactions", run_id) == "success"
    receipt = stack.api.xcom("card_transactions", run_id, "publish")
    log = "\n".join(stack.api.log("card_transactions", run_id, "publish"))
    assert "Springhead receipt" in log
    assert receipt["digest"] in log
    events = stack.api.get("/api/v2/assets/events", source_dag_id="card_transactions", source_run_id=run_id)["asset_events"]
    assert [(event["name"], event["uri"]) for event in events] == [
        ("x-kafka://kafka_default/card_transactions", "x-kafka://kafka_default/card_transactions")
    ]
    assert events[0]["extra"] == receipt


def test_the_hand_written_examples_run(stack: Stack) -> None:
    assert green_receipt(stack, "example_hand_written")["acked"] == 10
    run_id = stack.api.trigger("example_stock_operator")
    assert stack.api.wait_run("example_stock_operator", run_id) == "success", failure(stack, "example_stock_operator", run_id)


def test_a_dag_that_waits_for_a_topic_runs_when_records_were_published_to_it(stack: Stack) -> None:
    receipt = green_receipt(stack, "card_transactions", {"records": 5})

    def reports() -> list[str]:
        runs = stack.api.get("/api/v2/dags/example_after_publishing/dagRuns")["dag_runs"]
        green = [run["dag_run_id"] for run in runs if run["state"] == "success"]
        return [line for run_id in green for line in stack.api.xcom("example_after_publishing", run_id, "report")]

    line = f"5 records of {receipt['interval']} in card_transactions"
    until(lambda: line in reports(), f"no run of the DAG says {line!r}")


def test_tasks_of_one_stream_that_are_mapped_are_batches_of_their_own_with_an_event_each(stack: Stack) -> None:
    run_id = stack.api.trigger("mapped")
    assert stack.api.wait_run("mapped", run_id) == "success", failure(stack, "mapped", run_id)
    events = stack.api.get("/api/v2/assets/events", source_dag_id="mapped", source_run_id=run_id)["asset_events"]
    receipts = sorted((event["extra"] for event in events), key=lambda receipt: receipt["records"])
    assert [(receipt["records"], receipt["batch"], receipt["already_published"]) for receipt in receipts] == [
        (5, "mapped/publish/0", False),
        (10, "mapped/publish/1", False),
        (15, "mapped/publish/2", False),
    ]
    assert {event["uri"] for event in events} == {"x-kafka://kafka_default/second_topic"}
    for receipt in receipts:
        assert found(stack, receipt) == batch_of(stack, receipt)
    # and each can be named on the command line
    named = receipts[1]
    words = ["verify", "registrations", "--interval", named["interval"], "--records", "10", "--batch", named["batch"], "--run-id", run_id]
    done = subprocess.run(
        [sys.executable, "-m", "springhead.cli", *words], env=stack.airflow.environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_dated_run_of_no_length_means_the_interval_before_its_date(stack: Stack) -> None:
    run_id = stack.api.trigger("nightly_in_new_york", logical_date="2024-03-10T07:30:00Z")
    assert stack.api.wait_run("nightly_in_new_york", run_id) == "success", failure(stack, "nightly_in_new_york", run_id)
    assert stack.api.xcom("nightly_in_new_york", run_id, "publish")["interval"] == "2024-03-09T07:00:00Z/2024-03-10T07:00:00Z"


def test_a_connection_made_in_the_ui_serves_the_dag_that_starts_a_ledger_and_the_command_line(stack: Stack) -> None:
    extra = json.dumps({"bootstrap.servers": stack.bootstrap, "acks": "all"})
    stack.api.post("/api/v2/connections", {"connection_id": "made_in_the_ui", "conn_type": "kafka", "extra": extra})
    run_id = stack.api.trigger("springhead_init", {"connection": "made_in_the_ui"})
    assert stack.api.wait_run("springhead_init", run_id) == "success", failure(stack, "springhead_init", run_id)
    assert stack.api.xcom("springhead_init", run_id, "init")["ledger"] == ledger_name()
    command = [sys.executable, "-m", "springhead.cli", "init", "--connection", "made_in_the_ui"]
    done = subprocess.run(command, env=stack.airflow.environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.partition(" is there")[0]) == (0, f"ledger '{ledger_name()}'"), done.stderr


def test_a_connection_that_is_edited_in_the_ui_is_kept_until_it_is_reset(stack: Stack) -> None:
    path = "/api/v2/connections/kafka_acks_1"

    def imported(*words: str) -> tuple[list[str], str]:
        """(lines, the client.id that Airflow has) after the settings were imported once more."""
        command = [sys.executable, "-m", "dev.settings", "--bootstrap", stack.bootstrap, *words]
        done = subprocess.run(command, env=stack.airflow.environment(), cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[:-1], json.loads(stack.api.get(path)["extra"])["client.id"]

    assert imported() == ([], "springhead")
    connection = stack.api.get(path)
    extra = json.loads(connection["extra"]) | {"client.id": "mine"}
    stack.api.patch(
        path, {"connection_id": "kafka_acks_1", "conn_type": "kafka", "extra": json.dumps(extra), "description": connection["description"]}
    )
    line = "connection 'kafka_acks_1' was edited in Airflow and is kept; `make run RESET=1` puts that of airflow_settings.yaml in its place"
    assert imported() == ([line], "mine")
    assert imported("--reset") == ([], "springhead")


def test_no_secret_of_a_connection_is_left_anywhere_by_a_green_and_a_failed_run(stack: Stack, broker: Broker) -> None:
    """In logs, receipts, XCom, rendered fields, asset events (all of AIRFLOW_HOME, its database too), the broker's files, the ledger, the topic."""
    run_id = stack.api.trigger("discreet")
    until(lambda: run_of(stack, "discreet", run_id)["state"] == "failed", "the variant's task does not fail")
    tasks = {task["task_id"]: task for task in stack.api.tasks("discreet", run_id)}
    assert {name: task["state"] for name, task in tasks.items()} == {"publish": "success", "publish_refused": "failed"}
    assert "ssl.key.pem failed" in " ".join(failure(stack, "discreet", run_id).split())
    assert stack.api.xcom("discreet", run_id, "publish")["acked"] == 5

    shown = [
        json.dumps(stack.api.get(path))
        for path in ("/api/v2/assets/events", "/api/v2/eventLogs", f"/api/v2/dags/discreet/dagRuns/{run_id}")
    ]
    shown += [json.dumps(task) for task in tasks.values()]
    shown += [str(record) for topic in ("discreet", ledger_name()) for record in console_consumer(stack.bootstrap, topic)]
    assert any(run_id in text for text in shown)
    files = [path for folder in (stack.airflow.home, broker.log_dir) for path in folder.rglob("*") if path.is_file()]
    assert any(path.name == "airflow.db" for path in files)
    assert any(path.suffix == ".log" and run_id in str(path) for path in files)
    for text in [*shown, *(path.read_bytes().decode(errors="replace") for path in files)]:
        assert not [key for key, secret in PLANTED.items() if secret in text], text[:2000]


@pytest.mark.usefixtures("quick_parsing")
def test_a_file_that_becomes_wrong_takes_only_its_own_dag_away_until_it_is_mended(stack: Stack) -> None:
    path = stack.streams / "addresses.yaml"
    good = path.read_text()

    def stale(dag: str) -> bool:
        return bool(stack.api.get(f"/api/v2/dags/{dag}")["is_stale"])

    path.write_text(good.replace("faker: address", "faker: 3"))
    try:
        until(lambda: stale("addresses"), "the DAG of the wrong file stays")
        until(lambda: "addresses.yaml" in json.dumps(stack.api.get("/api/v2/importErrors")), "its error is not shown")
        assert not stale("registrations")
        assert green_receipt(stack, "registrations", {"records": 3})["acked"] == 3
    finally:
        path.write_text(good)
    until(lambda: not stale("addresses"), "the DAG of the mended file does not come back")
