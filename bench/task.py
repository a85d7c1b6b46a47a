"""What Airflow takes for a task of 100 records beside a task that does nothing: triggered in turns, on one broker and one Airflow (LocalExecutor, SQLite).

The task: from its start to its end, as its instance has them; the run: from the request to its end. Each ratio is that of the two medians.

On SQLite a run waits for the next whole second, for its CURRENT_TIMESTAMP, which Airflow compares a run's time with, has no fractions: half a second in the mean, as
long as an idle scheduler of Airflow's defaults sleeps in the mean on any database. So both DAGs are triggered at the same moments of a second, all over it; before
this was known the two came at moments of their own, and the ratio was as those fell.
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import tempfile
import time
from pathlib import Path

from bench.rows import record
from dev.airflow import Airflow
from dev.api import AirflowApi
from dev.cluster import Cluster
from dev.ledger import create_ledger
from dev.places import ROOT
from dev.ports import free_ports

ROUNDS = int(os.environ.get("ROUNDS", "40"))
STREAM = "addresses"  # one task of 100 records
EMPTY = '''"""A DAG whose task does nothing."""

from airflow.sdk import dag, task


@dag(schedule=None)
def empty():
    @task
    def nothing() -> None:
        pass

    nothing()


empty()
'''


def written(folder: Path) -> tuple[Path, Path]:
    """(dags, streams): the shipped DAG file with a shipped stream, which is triggered by hand only; the empty DAG in a file of its own."""
    dags, streams = folder / "dags", folder / "streams"
    dags.mkdir()
    streams.mkdir()
    (dags / "empty.py").write_text(EMPTY)
    (dags / "streams.py").write_text((ROOT / "dags/streams.py").read_text())
    lines = (ROOT / f"include/streams/{STREAM}.yaml").read_text().splitlines(keepends=True)
    (streams / f"{STREAM}.yaml").write_text("".join(line for line in lines if not line.startswith("schedule:")))
    return dags, streams


def run_s(api: AirflowApi, dag: str, moment: float = 0.0) -> tuple[float, float]:
    """(seconds of the task, seconds from trigger to green) of a run of a DAG with one task.

    Args:
        moment: of a second, at which it is triggered.

    Raises:
        RuntimeError: it is not green.
    """
    time.sleep((moment - time.time()) % 1)
    run_id = api.trigger(dag)
    if api.wait_run(dag, run_id) != "success":
        raise RuntimeError(f"the run {run_id} of {dag} failed")
    (task,) = api.tasks(dag, run_id)
    run = api.get(f"/api/v2/dags/{dag}/dagRuns/{run_id}")
    return _seconds(task["start_date"], task["end_date"]), _seconds(run["queued_at"], run["end_date"])


def _seconds(start: str, end: str) -> float:
    return (dt.datetime.fromisoformat(end) - dt.datetime.fromisoformat(start)).total_seconds()


def main() -> None:
    """Runs the rounds; the first one, in which caches are filled, does not count."""
    with tempfile.TemporaryDirectory() as scratch, Cluster(Path(scratch) / "kafka", heap_mb=384) as cluster:
        dags, streams = written(Path(scratch))
        create_ledger(cluster.bootstrap)
        (port,) = free_ports(1)
        airflow = Airflow(port, Path(scratch) / "airflow", dags=dags, more={"SPRINGHEAD_STREAMS": str(streams)})
        airflow.prepare(cluster.bootstrap)
        airflow.start()
        api = AirflowApi(airflow.url, check=airflow.check)
        try:
            api.wait_up()
            for dag in ("empty", STREAM):
                api.wait_parsed(dag)
                run_s(api, dag)
            moments = [(number + 0.5) / ROUNDS for number in range(ROUNDS)]
            times = [(run_s(api, "empty", moment), run_s(api, STREAM, moment)) for moment in moments]
        finally:
            api.close()
            airflow.stop()
    figures: dict[str, tuple[float, str]] = {}
    for number, what in enumerate(("task", "trigger → green")):
        empty, ours = (statistics.median(pair[which][number] for pair in times) for which in (0, 1))
        figures[f"{what}: one that does nothing"] = (empty, "s")
        figures[f"{what}: 100 records of {STREAM}"] = (ours, "s")
        figures[f"{what}: 100 records / nothing"] = (ours / empty, "×")
    record(f"task, {ROUNDS} rounds", figures)


if __name__ == "__main__":
    main()
