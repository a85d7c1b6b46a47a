"""`airflow dags test`, which is dag.test(): a whole DAG run in one process, without a scheduler."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from dev.airflow import Airflow
from dev.broker import Broker
from dev.console import console_consumer
from springhead.quantities import Interval


def test_a_dag_runs_in_one_process_for_whoever_debugs_it(broker: Broker, tmp_path: Path) -> None:
    airflow = Airflow(1, tmp_path)
    airflow.prepare(broker.bootstrap)
    interval = Interval.parse("2026-02-01T00:00Z/PT5M")
    command = [sys.executable, "-m", "airflow", "dags", "test", "registrations", "2026-02-01T00:05:00Z"]
    done = subprocess.run(command, env=airflow.environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    there = console_consumer(broker.bootstrap, "second_topic")
    ours = Counter(record.partition for record in there if interval.start_us <= record.timestamp_ms * 1000 < interval.end_us)
    assert ours.total() == 200
    assert len(ours) == 6
    assert ours[0] > 100, "the variant is in partition 0"
