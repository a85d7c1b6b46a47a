"""An Airflow whose tasks run in Celery's workers: its tables on PostgreSQL, its queue in Redis, all on the loopback interface."""

from __future__ import annotations

import time
from pathlib import Path

from celery import Celery

from dev.airflow import COMPONENTS, Airflow
from dev.errors import DevError
from dev.places import CLUSTER_HOME
from dev.ports import free_ports
from dev.postgres import Postgres
from dev.redis_server import Redis


class CeleryAirflow(Airflow):
    """Airflow's components, and workers beside each other.

    Args:
        port: Of the UI and the REST interface.
        home: Below it AIRFLOW_HOME, and the data of PostgreSQL and Redis.
        workers: How many there are: worker-1, worker-2 …
        concurrency: How many tasks a worker runs at a time.
        dags: As for `Airflow`.
        more: As for `Airflow`.
    """

    python_path = ("include", "plugins")
    storage = "PostgreSQL and Redis"

    def __init__(
        self,
        port: int,
        home: Path = CLUSTER_HOME,
        *,
        workers: int = 2,
        concurrency: int = 4,
        dags: Path | None = None,
        more: dict[str, str] | None = None,
    ) -> None:
        super().__init__(port, home / "airflow", dags=dags, more=more)
        self.workers = tuple(f"worker-{number + 1}" for number in range(workers))
        # Their logs are where the API server reads them: all are on one machine.
        words = ("celery", "worker", "--skip-serve-logs", "--without-gossip", "--without-mingle", "--concurrency", str(concurrency))
        self.components = COMPONENTS | {name: (*words, "--celery-hostname", name) for name in self.workers}
        password = self.keys()["storage"]
        postgres_port, redis_port = self._ports(home / "ports")
        self.postgres = Postgres(home / "postgres", postgres_port, password)
        self.redis = Redis(home / "redis", redis_port, password)

    def _ports(self, file: Path) -> list[int]:
        """Returns the ports of PostgreSQL and Redis, chosen by who comes first: others find this cluster by them."""
        if not file.exists():
            part = file.with_suffix(".part")
            part.write_text(" ".join(map(str, free_ports(2))))
            part.replace(file)
        return [int(port) for port in file.read_text().split()]

    def engine(self) -> dict[str, str]:
        """Returns the settings that say where its tables and its queue are, and that workers run its tasks."""
        tables = self.postgres.url().replace("postgresql:", "postgresql+psycopg2:")
        return {
            "CORE__EXECUTOR": "CeleryExecutor",
            "DATABASE__SQL_ALCHEMY_CONN": tables,
            "CELERY__CELERY_CONFIG_OPTIONS": "springhead_airflow.celery.PRELOADED",
            "CELERY__BROKER_URL": self.redis.url,
            "CELERY__RESULT_BACKEND": f"db+{tables}",
            # what no worker has taken back after so long is given to another one; a task that runs longer would run twice
            "CELERY_BROKER_TRANSPORT_OPTIONS__VISIBILITY_TIMEOUT": "86400",
            # a worker that was killed is noticed after half a minute, and its tasks are tried again (the defaults: 300 and 10 s)
            "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
            "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "5",
        }

    def environment_of(self, component: str) -> dict[str, str]:
        """Returns the whole environment of a component."""
        return self.environment()

    def start_storage(self) -> None:
        """Starts PostgreSQL and Redis, and returns when they answer."""
        self.postgres.start()
        self.redis.start()
        self.postgres.wait_ready()
        self.redis.wait_ready()

    def _make_database(self) -> None:
        pass  # `start_storage` has

    def start(self, *names: str) -> None:
        """Starts Airflow's own components, or those named, the workers among them, and returns at once."""
        super().start(*(names or COMPONENTS))

    def online(self) -> list[str]:
        """Returns the workers that answer within a second."""
        with Celery(broker=self.redis.url, set_as_current=False) as celery:
            return sorted(name.partition("@")[2] for name in celery.control.inspect(timeout=1).ping() or ())

    def wait_workers(self, timeout: float = 120) -> None:
        """Returns when every worker answers.

        Raises:
            DevError: one ended, or the time is over.
        """
        deadline = time.monotonic() + timeout
        while missing := set(self.workers) - set(self.online()):
            self.check(*self.components)
            if time.monotonic() > deadline:
                raise DevError(f"{', '.join(sorted(missing))} do not answer after {timeout:.0f} s: {self.home}/components has their logs")

    def check(self, *names: str) -> None:
        """Raises DevError when a component has ended, or one of those named; without names a worker may have: see `mend`."""
        super().check(*(names or COMPONENTS))
        for what, process in (("PostgreSQL", self.postgres.process), ("Redis", self.redis.process)):
            if process.poll() is not None:
                raise DevError(f"{what} ended with code {process.returncode}; its log is in {self.home.parent / what.lower()}")

    def mend(self) -> None:
        """Starts workers again that have ended: the others have gone on meanwhile."""
        for name in self.workers:
            process = self.processes[name]
            if process.poll() is not None:
                print(f"{name} ended with code {process.returncode}: it is started again", flush=True)
                self.start(name)

    def stop(self, *names: str, patience: float = 6.0) -> None:
        """Ends the components (or those named) as `Airflow` does: tasks and workers first, so that they can still tell how they ended; the storage last."""
        if names:
            super().stop(*names, patience=patience)
            return
        super().stop(*self.workers, patience=patience)
        super().stop(patience=patience)
        for server in (self.redis, self.postgres):
            if hasattr(server, "process"):
                server.stop()
