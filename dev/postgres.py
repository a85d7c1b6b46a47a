"""A PostgreSQL of the local stack: Airflow's tables."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import psycopg2

from dev.debs import Programs, programs
from dev.errors import DevError, last_lines
from dev.leash import leashed
from dev.ports import HOST
from dev.processes import descendants, end

NAME = "airflow"  # of the user and of the database


class Postgres:
    """One server with one database and one user, on the loopback interface.

    Args:
        home: Its data and log; what is there already is used again.
        port: Where it listens.
        password: The user's.
    """

    def __init__(self, home: Path, port: int, password: str) -> None:
        self.home, self.port, self._password = home.absolute(), port, password
        self.data, self.log = self.home / "data", self.home / "postgres.log"

    def url(self, database: str = NAME) -> str:
        """Returns the address for clients, with the password."""
        return f"postgresql://{NAME}:{self._password}@{HOST}:{self.port}/{database}"

    def start(self) -> None:
        """Starts the server and returns at once (see `wait_ready`). It ends with the thread that called.

        Raises:
            DevError: there is no PostgreSQL and none can be fetched; or it refuses its data.
        """
        found = programs("postgresql", "initdb")
        self.home.mkdir(parents=True, exist_ok=True)
        if not (self.data / "global/pg_control").exists():  # what initdb writes last
            self._make(found)
        settings = {"listen_addresses": HOST, "port": str(self.port), "unix_socket_directories": "", "jit": "off"}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(found.folder / "postgres"), "-D", str(self.data), *words]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                _as_somebody_else(*command, pdeathsig="INT") if os.geteuid() == 0 else leashed(*command),
                env=os.environ | found.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _make(self, found: Programs) -> None:
        """Makes the data's folder, with the user."""
        with tempfile.NamedTemporaryFile("w", dir=self.home, prefix=".password.") as file:
            file.write(self._password)
            file.flush()
            how = [
                "--auth=scram-sha-256",
                f"--username={NAME}",
                f"--pwfile={file.name}",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ]
            command = [str(found.folder / "initdb"), *how, "--pgdata", str(self.data)]
            command = _as_somebody_else(*command) if os.geteuid() == 0 else command
            answer = subprocess.run(command, env=os.environ | found.environment, cwd="/", capture_output=True, text=True, check=False)
        if answer.returncode:
            raise DevError(f"PostgreSQL cannot make its data in {self.data}:\n{(answer.stderr or answer.stdout).strip()}")

    def wait_ready(self, timeout: float = 30.0) -> None:
        """Returns when the database answers; the first time it makes it.

        Raises:
            DevError: the server ended or the time is over; with the log's last lines.
        """
        deadline = time.monotonic() + timeout
        while True:
            try:
                connection = psycopg2.connect(self.url("postgres"))
                break
            except psycopg2.OperationalError as error:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    tail = last_lines(self.log.read_text(errors="replace")) or str(error)
                    raise DevError(f"PostgreSQL does not answer at {HOST}:{self.port}. The end of {self.log}:\n{tail}") from None
            time.sleep(0.05)
        connection.autocommit = True  # a database is not made in a transaction
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {NAME}")
        connection.close()

    def stop(self, patience: float = 10.0) -> None:
        """Ends it by a fast shutdown (SIGINT): clients are cut off, what was committed is on disk. Nothing happens when it does not run."""
        if self.process.poll() is not None:
            return
        below = descendants(self.process.pid)
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            end([psutil.Process(self.process.pid), *below], patience=1)
            self.process.wait(timeout=5)


def _as_somebody_else(*command: str, pdeathsig: str = "keep") -> list[str]:
    """Returns the command, run by a user who is not root, for PostgreSQL refuses root; he may pass our folders, whatever lies above them.

    A change of the user takes the leash off: setpriv puts one on again.
    """
    users = {user.pw_name for user in pwd.getpwall()}
    name = "postgres" if "postgres" in users else "nobody"
    user = ["--reuid", name, "--regid", str(pwd.getpwnam(name).pw_gid), "--clear-groups"]
    return ["setpriv", *user, "--inh-caps", "+dac_override", "--ambient-caps", "+dac_override", "--pdeathsig", pdeathsig, "--", *command]
