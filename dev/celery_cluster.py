"""`make cluster` and `make cluster-stop`: Airflow with Celery's workers in the background, and the Kafka of `make kafka`, or one of its own.

`make cluster` starts a keeper, a process in the background that tells the story of `make run` into .local/cluster/cluster.log; it follows that log
until the cluster is ready. The keeper is guarded (`dev.guard`): nothing that it started outlives it, tasks whose worker was killed included.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict

import psutil

from dev.airflow import DEFAULT_PORT
from dev.celery_airflow import CeleryAirflow
from dev.errors import DevError, exit_with
from dev.guard import guarded
from dev.places import CLUSTER_HOME, ROOT
from dev.ports import port_from, require_free
from dev.processes import Identity, end
from dev.run import only_one, stay_up, tell

KEEPER, READY, LOG = CLUSTER_HOME / "keeper.json", CLUSTER_HOME / "ready", CLUSTER_HOME / "cluster.log"
STOPPING_S = 60.0  # tasks, workers, components, storage and Kafka have their time; then the keeper is ended anyhow


def start() -> int:
    """Starts the cluster and returns when it is ready, or says that it runs already."""
    CLUSTER_HOME.mkdir(parents=True, exist_ok=True)
    with only_one("make cluster", CLUSTER_HOME / "start.lock"):
        if keeper() and READY.exists():
            print(f"the cluster runs already\n{READY.read_text()}", end="")
            return 0
        if not keeper():  # else one that somebody has begun to start
            _start_keeper()
        try:
            _follow()
        except BaseException:
            end([found] if (found := keeper()) else [], patience=STOPPING_S)
            raise
        if not READY.exists():
            raise DevError(f"the cluster did not come up: {LOG} has what is above")
        return 0


def stop() -> int:
    """Stops the cluster cleanly; its data stay."""
    found = keeper()
    if found is None:
        print("the cluster does not run: nothing to stop")
        return 0
    end([found], patience=STOPPING_S)
    KEEPER.unlink(missing_ok=True)
    READY.unlink(missing_ok=True)
    print("the cluster stopped")
    return 0


def keeper() -> psutil.Process | None:
    """Returns the keeper while it runs."""
    try:
        return Identity(**json.loads(KEEPER.read_text())).process()
    except (OSError, ValueError, TypeError):
        return None


def keep() -> int:
    """Is the keeper: brings the cluster up, starts workers again that end, and ends it all when it is told to."""
    (CLUSTER_HOME / "ports").unlink(missing_ok=True)  # of the last time: they may be in use by now
    airflow = CeleryAirflow(
        port_from("AIRFLOW_PORT", DEFAULT_PORT), workers=_number("WORKERS", 2, 20), concurrency=_number("CONCURRENCY", 4, 64)
    )
    require_free(airflow.port, "Airflow", "AIRFLOW_PORT")
    try:
        tell(airflow)
        part = READY.with_suffix(".part")
        part.write_text(
            f"  Airflow  {airflow.url}    {len(airflow.workers)} workers\n"
            f"  logs     {airflow.home}/components, {LOG}\n"
            "  end it   make cluster-stop\n"
        )
        print(part.read_text(), end="", flush=True)
        part.replace(READY)
        return stay_up(airflow)
    finally:
        READY.unlink(missing_ok=True)
        airflow.stop()


def _start_keeper() -> None:
    """Starts the keeper in a session of its own: it outlives this process and its terminal."""
    READY.unlink(missing_ok=True)
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKELEVEL", "MAKEFLAGS", "MFLAGS")}
    with LOG.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dev.celery_cluster", "keep"],
            env=environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    part = KEEPER.with_suffix(".part")
    part.write_text(json.dumps(asdict(Identity.of(process.pid))))
    part.replace(KEEPER)


def _follow() -> None:
    """Prints what the keeper tells until the cluster is ready or the keeper has ended."""
    over = False
    with LOG.open(errors="replace") as log:
        while not over:
            over = READY.exists() or keeper() is None  # asked before the rest is read: nothing is missed
            print(log.read(), end="", flush=True)
            time.sleep(0 if over else 0.1)


def _number(variable: str, default: int, most: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or not 0 < int(text) <= most:
        raise DevError(f"{variable}={text} is no number from 1 to {most}")
    return int(text)


if __name__ == "__main__":
    exit_with({"start": start, "stop": stop, "keep": lambda: guarded(keep)}[sys.argv[1]])
