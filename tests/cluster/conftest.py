"""The cluster of `make cluster`, once for the session: Airflow, two Celery workers, PostgreSQL, Redis and Kafka."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest

from dev.api import AirflowApi
from dev.celery_airflow import CeleryAirflow
from dev.processes import descendants
from tests.airflow.conftest import CRAWLING, CRAWLING_KAFKA, Stack
from tests.stack.shell import Shell, one_stream

STARTING_S = 480.0  # other people's load is on the machine: a margin, no promise
WORKERS = ("worker-1", "worker-2")
IN_PARTS = """\
topic: in_parts
topic_config: {partitions: 2, configs: {retention.ms: -1}}
records: 3200000
workers: 4
verify: true
fields: {id: {sequence: 1}}
"""
PATIENT = """
from datetime import timedelta
from airflow.sdk import DAG
from springhead_airflow.operator import PublishBatchOperator

with DAG("patient", schedule=None):
    PublishBatchOperator(task_id="publish", stream="crawling", batch="", retries=3, retry_delay=timedelta(seconds=1))
"""


@dataclass(frozen=True)
class CeleryStack(Stack):
    """A stack with workers, and the shell that has started it."""

    shell: Shell
    told: str  # what `make cluster` has printed

    def keeper(self) -> psutil.Process:
        """The process in the background that has started everything."""
        return psutil.Process(json.loads((self.shell.folder / "cluster/keeper.json").read_text())["pid"])

    def worker_of(self, task: psutil.Process) -> psutil.Process:
        """The worker's main process that runs a task."""
        ours = {process.pid for guarded in self.keeper().children() for process in guarded.children()}
        return next(parent for parent in task.parents() if parent.pid in ours)

    def ran(self, worker: str, run_id: str) -> int:
        """How many tasks of a run a worker has begun, by its log."""
        log = self.airflow.home / f"components/{worker}.log"
        lines = log.read_text(errors="replace").splitlines()
        return sum(f"/run_id={run_id}/" in line and "Executing workload in Celery" in line for line in lines)

    def tree(self) -> list[psutil.Process]:
        """All that runs of the cluster."""
        keeper = self.keeper()
        return [keeper, *descendants(keeper.pid)]


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CeleryStack]:
    folder = tmp_path_factory.mktemp("cluster")
    streams, dags = folder / "streams", folder / "dags"
    variables = one_stream(folder)
    (streams / "crawling.yaml").write_text(CRAWLING)
    (streams / "in_parts.yaml").write_text(IN_PARTS)
    (dags / "patient.py").write_text(PATIENT)
    shell = Shell(folder / "local")
    shell.environment |= {**variables, "CONCURRENCY": "2"}
    code, told = shell.make("cluster", patience_s=STARTING_S)
    api = None
    try:
        assert code == 0, told
        more = {"SPRINGHEAD_STREAMS": str(streams)}
        airflow = CeleryAirflow(shell.airflow_port, shell.folder / "cluster", dags=dags, more=more)
        api = AirflowApi(airflow.url)
        api.wait_up()
        bootstrap = f"127.0.0.1:{shell.kafka_port}"
        extra = json.dumps({"bootstrap.servers": bootstrap, "acks": "all", **CRAWLING_KAFKA})
        api.post("/api/v2/connections", {"connection_id": "crawling_kafka", "conn_type": "kafka", "extra": extra})
        for dag in ("crawling", "in_parts", "patient"):
            api.wait_parsed(dag)
        yield CeleryStack(airflow, api, streams, bootstrap, shell, told)
    finally:
        if api:
            api.close()
        shell.make("cluster-stop")
