"""A standalone Airflow on SQLite, on the loopback interface only.

It starts the same four components as `airflow standalone` does, one by one, for that command has the scheduler and the triggerer serve
their logs on every interface (ports 8793 and 8794), and brings them up one database check later.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import secrets
import sqlite3
import subprocess
import sys
from pathlib import Path

import psutil

from dev.errors import DevError, last_lines
from dev.leash import leashed
from dev.places import AIRFLOW_HOME, ROOT
from dev.ports import HOST, port_from
from dev.processes import descendants, end

LOGIN = ("admin", "admin")
DEFAULT_PORT = 8080
COMPONENTS = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}


class Airflow:
    """An Airflow with a home of its own, on SQLite, its tasks run by the scheduler. (`dev.celery_airflow` has it otherwise.)

    Args:
        port: Of the UI and the REST interface.
        home: AIRFLOW_HOME: database, logs, keys.
        dags: The DAGs' folder; None: the repository's, or the one that SPRINGHEAD_DAGS names.
        more: Environment variables that come on top.
    """

    components = COMPONENTS
    storage = ""  # what `start_storage` starts, in words
    workers: tuple[str, ...] = ()  # those of the components that run tasks and nothing else
    python_path: tuple[str, ...] = ("include", "plugins", "dev/sqlite")

    def __init__(self, port: int, home: Path = AIRFLOW_HOME, *, dags: Path | None = None, more: dict[str, str] | None = None) -> None:
        self.port, self.home = port, home.absolute()
        self.dags = dags or Path(os.environ.get("SPRINGHEAD_DAGS", ROOT / "dags")).absolute()
        self.more = more or {}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "airflow.db"

    @property
    def url(self) -> str:
        """Where the UI and the REST interface are."""
        return f"http://{HOST}:{self.port}"

    def settings(self) -> dict[str, str]:
        """Returns the variables that make any Airflow command work on this Airflow."""
        keys = self.keys()
        settings = {
            "CORE__DAGS_FOLDER": str(self.dags),
            "CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
            "CORE__LOAD_EXAMPLES": "False",
            "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
            "CORE__PARALLELISM": "8",
            "CORE__FERNET_KEY": keys["fernet"],
            "CORE__TEST_CONNECTION": "Enabled",  # the Test button of connections: on one machine nobody else presses it
            "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{LOGIN[0]}:admin",
            "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.home / "passwords.json"),
            "CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "API__HOST": HOST,
            "API__PORT": str(self.port),
            "API__BASE_URL": self.url,
            "API__WORKERS": "1",
            "API__SECRET_KEY": keys["api"],
            "API_AUTH__JWT_SECRET": keys["jwt"],
            # a new or edited DAG file is seen within seconds (the defaults: 300 and 30 s)
            "DAG_PROCESSOR__REFRESH_INTERVAL": "5",
            "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "5",
            # and a removed one is gone within half a minute (50 and 60 s)
            "DAG_PROCESSOR__STALE_DAG_THRESHOLD": "15",
            "SCHEDULER__PARSING_CLEANUP_INTERVAL": "10",
            # from trigger to green 0.7–1 s instead of 2 s, for a fifth of a core
            "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.1",
            **self.engine(),
        }
        paths = {
            "AIRFLOW_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join(str(ROOT / name) for name in self.python_path),
        }
        return paths | {f"AIRFLOW__{name}": value for name, value in settings.items()} | self.more

    def engine(self) -> dict[str, str]:
        """Returns the settings that say where its tables are and who runs its tasks."""
        return {
            "CORE__EXECUTOR": "springhead_airflow.executor.PreloadedLocalExecutor",
            # one process writes at a time: on a busy machine the others wait longer than sqlite3's 5 s (see also `start`)
            "DATABASE__SQL_ALCHEMY_CONN": f"{self._sql_alchemy}?timeout=30",
        }

    @property
    def _sql_alchemy(self) -> str:
        return f"sqlite:///{self.database}"

    def start_storage(self) -> None:
        """Starts what keeps its tables and its queue, and returns when they answer; nothing with SQLite. Call it in the main thread, as `start`."""

    def environment(self) -> dict[str, str]:
        """Returns the whole environment of a process of this Airflow: the venv's programs come first, bytecode is cached."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW_", "PYTHONDONTWRITEBYTECODE"))}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        return inherited | {"PATH": path, "PYTHONUNBUFFERED": "1"} | self.settings()

    def prepare(self, bootstrap: str, *, reset: bool = False) -> list[str]:
        """Brings the database up to date and imports airflow_settings.yaml, local connections pointing at this cluster.

        Args:
            bootstrap: Of the cluster.
            reset: Connections that were edited in Airflow are put back, too.

        Returns:
            What a user should know: a line for each connection that was edited and is kept.

        Raises:
            DevError: with what Airflow said.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "passwords.json").write_text(json.dumps({LOGIN[0]: LOGIN[1]}))
        self._make_database()
        environment = self.environment()
        environment["PYTHONPATH"] += os.pathsep + str(ROOT)
        command = [sys.executable, "-m", "dev.settings", "--migrate", "--bootstrap", bootstrap, *(["--reset"] if reset else [])]
        answer = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
        if answer.returncode:
            tail = last_lines(answer.stdout + answer.stderr, 20)
            raise DevError(f"Airflow's database could not be prepared:\n{tail}")
        return [line for line in answer.stdout.splitlines() if line.startswith("connection '")]

    def _make_database(self) -> None:
        # Readers do not lock writers out then: `airflow backfill create` beside a scheduler ended with "database is locked" otherwise.
        with contextlib.closing(sqlite3.connect(self.database)) as database:
            database.execute("PRAGMA journal_mode=WAL")

    def start(self, *names: str) -> None:
        """Starts the components (or those named) and returns at once. Call it in the main thread: they die with the thread that started them."""
        for name in names or self.components:
            words = self.components[name]
            self._log(name).parent.mkdir(parents=True, exist_ok=True)
            environment = self.environment_of(name)
            command = leashed(sys.executable, "-m", "airflow", *words)
            with self._log(name).open("ab" if name in self.processes else "wb") as log:
                self.processes[name] = subprocess.Popen(
                    command, env=environment, cwd=self.home, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )

    def environment_of(self, component: str) -> dict[str, str]:
        """Returns the whole environment of a component."""
        environment = self.environment()
        if component == "api-server":  # it can wait for a lock of its own (dev.api, trigger): the less it waits, the sooner that ends
            environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = f"{self._sql_alchemy}?timeout=5"
        return environment

    def wait_workers(self) -> None:
        """Returns when the processes that run tasks are there; at once where the scheduler is that process."""

    def stop(self, *names: str, patience: float = 6.0) -> None:
        """Ends the components (or those named) and all their processes, tasks included: SIGTERM, `patience` seconds (a task gets 5 s), SIGKILL."""
        ended = [process for name, process in self.processes.items() if not names or name in names]
        components = [psutil.Process(process.pid) for process in ended if process.poll() is None]
        end([child for component in components for child in descendants(component.pid)] + components, patience)
        for process in ended:
            process.wait(timeout=10)

    def mend(self) -> None:
        """Starts again what may end without harm; nothing here. Call it in the main thread, as `start`."""

    def check(self, *names: str) -> None:
        """Raises DevError, with the end of its log, when a component (or one of those named) has ended."""
        for name, process in self.processes.items():
            if (not names or name in names) and process.poll() is not None:
                tail = last_lines(self._log(name).read_text(errors="replace"), 20)
                raise DevError(f"Airflow's {name} ended with code {process.returncode}. The end of {self._log(name)}:\n{tail}")

    def _log(self, component: str) -> Path:
        return self.home / "components" / f"{component}.log"

    def keys(self) -> dict[str, str]:
        """Returns this Airflow's own secrets, made the first time: what its database encrypted can be read the next time."""
        file = self.home / "keys.json"
        if not file.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            fernet = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
            part = self.home / f".keys.{secrets.token_hex(4)}"
            part.touch(mode=0o600)
            part.write_text(json.dumps({"fernet": fernet, **{name: secrets.token_hex(32) for name in ("jwt", "api", "storage")}}))
            with contextlib.suppress(FileExistsError):  # whole or not at all, and the first thread's stay
                os.link(part, file)
            part.unlink()
        keys: dict[str, str] = json.loads(file.read_text())
        return keys


def local_airflow() -> Airflow:
    """Returns the local stack's Airflow, on AIRFLOW_PORT."""
    return Airflow(port_from("AIRFLOW_PORT", DEFAULT_PORT))
