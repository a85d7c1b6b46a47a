"""DAG parsing, without a server: every stream is a DAG, and nothing heavy is imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dev.airflow import Airflow
from dev.places import ROOT

HEAVY = ["faker", "numpy", "numba", "polars", "scipy", "springhead.publish.publish", "springhead.kernels"]

PARSE = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag({folder!r})
dags = {{
    dag.dag_id: {{
        "tasks": sorted(dag.task_ids), "timetable": type(dag.timetable).__name__, "summary": getattr(dag.timetable, "expression", None), "catchup": dag.catchup,
        "tags": sorted(dag.tags), "doc_md": dag.doc_md, "max_active_runs": dag.max_active_runs, "retries": dag.tasks[0].retries,
        "backoff": bool(dag.tasks[0].retry_exponential_backoff), "params": sorted(dag.params),
        "outlets": {{task.task_id: [[asset.name, asset.uri] for asset in task.outlets] for task in dag.tasks}},
    }}
    for dag in bag.dags.values()
}}
print(json.dumps({{"dags": dags, "errors": bag.import_errors, "heavy": [name for name in {heavy!r} if name in sys.modules]}}))
"""


def run(airflow: Airflow, script: str) -> dict[str, Any]:
    """What a script prints as JSON in its last line, run as a process of this Airflow."""
    done = subprocess.run([sys.executable, "-c", script], env=airflow.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def parse(airflow: Airflow) -> dict[str, Any]:
    return run(airflow, PARSE.format(folder=str(ROOT / "dags"), heavy=HEAVY))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("parsing")


@pytest.fixture(scope="module")
def parsed(home: Path) -> dict[str, Any]:
    return parse(Airflow(1, home))


def test_the_shipped_dags_parse_without_an_error(parsed: dict[str, Any]) -> None:
    assert parsed["errors"] == {}
    assert sorted(parsed["dags"]) == [
        "addresses",
        "card_payments",
        "card_transactions",
        "customer_orders",
        "example_after_publishing",
        "example_consume",
        "example_hand_written",
        "example_inline_stream",
        "example_mapped",
        "example_stock_operator",
        "example_verify_later",
        "live_registrations",
        "registrations",
        "springhead_init",
    ]


def test_parsing_imports_nothing_heavy(parsed: dict[str, Any]) -> None:
    assert parsed["heavy"] == []


def test_a_dag_is_what_its_stream_says(parsed: dict[str, Any]) -> None:
    dag = parsed["dags"]["registrations"]
    assert dag["tasks"] == ["publish", "publish_partition_0"]
    assert (dag["timetable"], dag["summary"], dag["catchup"]) == ("CronDataIntervalTimetable", "*/5 * * * *", False)
    assert dag["retries"] == 3
    assert dag["backoff"]
    assert dag["params"] == ["end", "partition", "records", "replay", "republish", "start"]
    assert dag["outlets"]["publish_partition_0"] == [["x-kafka://kafka_default/second_topic", "x-kafka://kafka_default/second_topic"]]
    assert parsed["dags"]["card_transactions"]["tags"] == ["payments", "springhead"]


def test_the_page_of_a_dag_names_its_topic_fields_schedule_and_commands(parsed: dict[str, Any]) -> None:
    page = parsed["dags"]["card_transactions"]["doc_md"]
    for text in (
        "`card_transactions` by connection `kafka_default`",
        "`*/15 * * * *` (UTC)",
        "| `amount` | number",
        "springhead preview card_transactions",
    ):
        assert text in page
    assert all(f"| `{field}` |" in page for field in ("id", "ts", "name", "email", "card_number", "company", "city", "country", "ip"))


def test_the_plugin_loader_imports_our_plugin_alone(home: Path) -> None:
    """Under their bare names our modules would take the place of others: `operator` is Python's own. And nobody waits for Kafka's client."""
    script = """
import json, sys
import airflow.plugins_manager as manager
(getattr(manager, "ensure_plugins_loaded", None) or manager._get_plugins)()
import operator
ours = sorted(name for name, module in sys.modules.items() if "plugins/springhead" in str(getattr(module, "__file__", "")))
print(json.dumps({"operator": operator.__name__ + " " + str(operator.__file__), "ours": ours, "kafka": "confluent_kafka" in sys.modules}))
"""
    answer = run(Airflow(1, home), script)
    assert answer["ours"] == ["springhead_airflow", "springhead_airflow.plugin", "springhead_plugin"]
    assert "springhead" not in answer["operator"]
    assert not answer["kafka"]


def test_a_task_start_reads_its_own_stream_only(home: Path, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text("topic: t\nfields:\n  n: {integer: [1, 9]}\n")
    (tmp_path / "other.yaml").write_text("topic: t\nfields:\n  n: {integer: [1, 9]}\n")
    (tmp_path / "wrong.yaml").write_text("topic: t\n")
    script = """
import json
import springhead.spec.load as load
from springhead_airflow import factory
read = []
original = load.load_stream
load.load_stream = lambda path: (read.append(path.name), original(path))[1]
class OfATask: dag_id = "good"
factory.get_parsing_context = lambda: OfATask
dags = factory.stream_dags()
factory.raise_dag_errors()
OfATask.dag_id = "by_hand"  # another DAG of the same file
print(json.dumps({"read": read, "dags": sorted(dags), "by hand": sorted(factory.stream_dags())}))
"""
    assert run(Airflow(1, home, more={"SPRINGHEAD_STREAMS": str(tmp_path)}), script) == {
        "read": ["good.yaml"],
        "dags": ["good"],
        "by hand": [],
    }


def test_the_package_alone_imports_nothing_and_has_what_a_dag_file_needs(home: Path) -> None:
    script = """
import json, sys
import springhead_airflow
light = not {"airflow", "pydantic", "springhead"} & sys.modules.keys()
print(json.dumps({"light": light, "there": [getattr(springhead_airflow, name).__name__ for name in springhead_airflow.__all__]}))
"""
    assert run(Airflow(1, home), script) == {
        "light": True,
        "there": ["PublishBatchOperator", "VerifyBatchOperator", "raise_dag_errors", "stream_dags", "topic_asset"],
    }


def test_all_errors_of_all_wrong_streams_stand_in_one_import_error(home: Path, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text("topic: t\nfields:\n  n: {integer: [1, 9]}\n")
    (tmp_path / "first.yaml").write_text("topic: t\nfields:\n  n: {intege: [1, 9]}\n")
    (tmp_path / "second.yaml").write_text("topics: t\nfields:\n  n: {integer: [1, 9]}\n")
    (tmp_path / "third.yaml").write_text("topic: t\nfields:\n  n: {faker: emial}\n  m: {faker: name, locale: fr_FRR}\n")
    answer = parse(Airflow(1, home, more={"SPRINGHEAD_STREAMS": str(tmp_path)}))
    assert "good" in answer["dags"]
    assert answer["heavy"] == []  # names of Faker's are known without it
    assert {"first", "second", "third"}.isdisjoint(answer["dags"])
    (file,) = (file for file in answer["errors"] if file.endswith("stream_errors.py"))
    assert "first.yaml:3:7 fields.n" in answer["errors"][file]
    assert "second.yaml:1:1" in answer["errors"][file]
    assert (
        "third.yaml:3:14 fields.n.faker: Faker has no provider method 'emial' in locale en_US. Did you mean 'email'?"
        in answer["errors"][file]
    )
    assert "third.yaml:4:28 fields.m.locale: Faker has no locale 'fr_FRR'. Did you mean 'fr_FR'?" in answer["errors"][file]
    assert [error for error in answer["errors"] if "streams.py" in error] == []
