"""Metrics of tasks on their own: what is told, to which of Airflow's interfaces, and that no task fails by it."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.common.compat import sdk
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from springhead_airflow.metrics import tell_published
from tests.airflow.tasks import END, RECEIPT, instance, operator, run, verifier

NOW = END + dt.timedelta(seconds=90)
TAGS = {"stream": "things", "topic": "things", "variant": "-", "connection": "kafka_default"}


class Stats:
    """Airflow's interface; `fails` makes it raise."""

    def __init__(self, fails: Exception | None = None) -> None:
        self.told: dict[str, tuple[object, dict[str, str]]] = {}
        self.fails = fails

    def incr(self, name: str, count: int, *, tags: dict[str, str]) -> None:
        if self.fails:
            raise self.fails
        self.told[name] = count, tags

    timing = incr


@pytest.fixture
def stats(monkeypatch: pytest.MonkeyPatch) -> Stats:
    made = Stats()
    monkeypatch.setitem(vars(sdk), "Stats", made)
    return made


def receipt(**but: Any) -> dict[str, Any]:
    return {**RECEIPT.as_dict(), **but}


def test_only_a_scheduled_run_has_a_lag(stats: Stats) -> None:
    for kind, lag in (("scheduled", True), ("backfill", False), ("manual", False), ("asset_triggered", False)):
        stats.told.clear()
        tell_published(None, receipt(), run(kind), NOW)
        assert ("springhead.lag" in stats.told) is lag, kind
    tell_published(None, receipt(), run("scheduled"), NOW)
    assert stats.told["springhead.lag"] == (dt.timedelta(seconds=90), TAGS)


def test_names_become_tags_that_statsd_can_have(stats: Stats) -> None:
    tell_published(None, receipt(stream="a" * 60, topic="x,y=z", variant="late", connection="team:kafka#1"), {}, NOW)
    _, tags = stats.told["springhead.records"]
    assert tags == {"stream": "a" * 48, "topic": "x_y_z", "variant": "late", "connection": "team_kafka_1"}


def test_a_metric_that_fails_is_a_line_in_the_log_and_the_task_stays_green(
    tmp_path: Path, published: dict[str, Any], verified: dict[str, Any], stats: Stats, monkeypatch: pytest.MonkeyPatch
) -> None:
    stats.fails = OSError(28, "No space left on device")
    lines: list[str] = []
    log = SimpleNamespace(info=lambda *_: None, warning=lambda text, *words: lines.append(text % words))
    publisher, reader = operator(tmp_path), verifier(tmp_path, batch="")
    for task in (publisher, reader):
        monkeypatch.setattr(type(task), "log", log)
        task.execute({**run("scheduled"), "ti": instance("things", "publish")})
    # before each: Airflow's, that no task runner has called it
    assert lines[1::2] == ["the task's metrics could not be told: OSError: [Errno 28] No space left on device"] * 2


@pytest.fixture
def collector() -> Iterator[tuple[str, list[ExportMetricsServiceRequest]]]:
    """An OpenTelemetry collector on the loopback interface: its address, and what it got."""
    got: list[ExportMetricsServiceRequest] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(ExportMetricsServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", got
        server.shutdown()


TELL = f"""
from airflow.sdk.observability.metrics import stats_utils
from airflow.sdk.observability import stats
stats.initialize(factory=stats_utils.get_stats_factory(), export_legacy_names=True)  # as a task's process does
from types import SimpleNamespace
import datetime as dt
from springhead_airflow.metrics import tell_published
run = SimpleNamespace(run_type="scheduled", data_interval_end=dt.datetime.now(dt.UTC))
tell_published(None, {RECEIPT.as_dict()!r}, {{"dag_run": run}})
"""


def test_opentelemetry_hears_the_same_names_and_tags(collector: tuple[str, list[ExportMetricsServiceRequest]]) -> None:
    endpoint, got = collector
    own = {"AIRFLOW__METRICS__OTEL_ON": "True", "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}
    done = subprocess.run([sys.executable, "-c", TELL], env={**os.environ, **own}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    metrics = [
        each for request in got for resource in request.resource_metrics for scope in resource.scope_metrics for each in scope.metrics
    ]
    counted = {each.name: (each.sum.data_points[0].as_double or each.sum.data_points[0].as_int) for each in metrics if each.HasField("sum")}
    assert counted == {"airflow.springhead.batches": 1, "airflow.springhead.records": 5, "airflow.springhead.bytes": 50}
    timed = {each.name: each.exponential_histogram.data_points[0] for each in metrics if each.HasField("exponential_histogram")}
    assert timed.keys() == {"airflow.springhead.duration", "airflow.springhead.lag"}
    assert timed["airflow.springhead.duration"].sum == pytest.approx(RECEIPT.duration_s * 1000)
    for point in timed.values():
        assert {each.key: each.value.string_value for each in point.attributes} == TAGS
