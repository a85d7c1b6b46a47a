"""A Redis of the local stack: the queue between Airflow's scheduler and its workers."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import psutil
import redis

from dev.debs import programs
from dev.errors import DevError, last_lines
from dev.leash import leashed
from dev.ports import HOST
from dev.processes import end


class Redis:
    """One server with a password, on the loopback interface.

    Args:
        home: Its data, settings and log.
        port: Where it listens.
        password: Who does not know it is turned away.
    """

    def __init__(self, home: Path, port: int, password: str) -> None:
        self.home, self.port, self._password = home.absolute(), port, password
        self.log = self.home / "redis.log"

    @property
    def url(self) -> str:
        """The address for clients, with the password."""
        return f"redis://:{self._password}@{HOST}:{self.port}/0"

    def start(self) -> None:
        """Starts the server and returns at once (see `wait_ready`). It dies with the thread that called.

        Raises:
            DevError: there is no Redis and none can be fetched.
        """
        found = programs("redis-server", "redis-server")
        self.home.mkdir(parents=True, exist_ok=True)
        settings = self.home / "redis.conf"
        settings.touch(mode=0o600)  # the password is in it: on the command line everybody would see it
        # appendonly: what waits in the queue waits there after a restart, too
        settings.write_text(
            f'bind {HOST}\nport {self.port}\ndir "{self.home}"\nrequirepass {self._password}\nappendonly yes\nsave ""\ndaemonize no\n'
        )
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                leashed(str(found.folder / "redis-server"), str(settings)),
                env=os.environ | found.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def wait_ready(self, timeout: float = 30.0) -> None:
        """Returns when it answers.

        Raises:
            DevError: it ended or the time is over; with the log's last lines.
        """
        deadline = time.monotonic() + timeout
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                    return
                except (redis.ConnectionError, redis.TimeoutError):  # also while it reads its data
                    if self.process.poll() is not None or time.monotonic() > deadline:
                        tail = last_lines(self.log.read_text(errors="replace"))
                        raise DevError(f"Redis does not answer at {HOST}:{self.port}. The end of {self.log}:\n{tail}") from None
                time.sleep(0.05)

    def stop(self, patience: float = 10.0) -> None:
        """Ends it; what waits in the queue is on disk. Nothing happens when it does not run."""
        if self.process.poll() is None:
            end([psutil.Process(self.process.pid)], patience)
            self.process.wait(timeout=5)
