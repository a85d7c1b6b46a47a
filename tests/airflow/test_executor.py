"""The local stack's executors: what their tasks find loaded."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dev.airflow import Airflow
from dev.celery_airflow import CeleryAirflow

STARTED = """
import sys
from airflow.executors.local_executor import LocalExecutor
from springhead_airflow.executor import ENGINE, PreloadedLocalExecutor

heavy = [name for name in ("numba", "confluent_kafka") if name in sys.modules]
LocalExecutor.start = lambda self: print(heavy, sorted(set(ENGINE) - set(sys.modules)))
PreloadedLocalExecutor().start()
"""
WORKER = """
import sys
from airflow.providers.celery.executors.celery_executor import app
from springhead_airflow.executor import ENGINE

heavy = [name for name in ("numba", "confluent_kafka") if name in sys.modules]
app.loader.import_default_modules()  # as `celery worker` does before it forks
print(heavy, sorted(set(ENGINE) - set(sys.modules)))
"""
WORKED = """
import sys
from importlib import import_module
import airflow.sdk.execution_time.task_runner
from springhead_airflow.executor import ENGINE

for module in ENGINE:
    import_module(module)
loaded = set(sys.modules)

from springhead.quantities import interval_before
from springhead.records.batch import Batch
from springhead.records.digests import PartDigest
from springhead.records.press import records_of
from springhead.records.request import Request
from springhead.spec import find_stream
from springhead_airflow.factory import stream_dag
import datetime as dt

for name in ("addresses", "card_transactions"):
    stream = find_stream(name)
    stream_dag(stream)
    for records in records_of(Batch.of(Request(stream, interval_before(stream.cron, dt.datetime.now(dt.UTC))))):
        PartDigest().update(records)
print([name for name in sorted(set(sys.modules) - loaded) if not name.startswith("encodings.")])
"""


def said(script: str, airflow: Airflow) -> str:
    """The last line that a script prints in an Airflow of its own."""
    done = subprocess.run([sys.executable, "-c", script], env=airflow.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_the_engine_is_imported_when_the_executor_starts_and_before_it_forks_a_worker(tmp_path: Path) -> None:
    assert said(STARTED, Airflow(1, tmp_path)) == "[] []"


def test_the_engine_is_imported_when_a_celery_worker_starts_and_not_where_the_scheduler_only_knows_it(tmp_path: Path) -> None:
    assert said(WORKER, CeleryAirflow(1, tmp_path)) == "[] []"


def test_a_task_whose_grammars_are_kept_has_nothing_left_to_import(tmp_path: Path) -> None:
    said(WORKED, Airflow(1, tmp_path))  # makes the grammars that are not kept yet
    assert said(WORKED, Airflow(1, tmp_path)) == "[]"
