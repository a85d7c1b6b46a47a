"""The Makefile's targets as a user types them."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import psutil

from dev.places import ROOT
from dev.ports import free_ports

PATIENCE_S = 240.0  # other people's load is on the machine: a margin, no promise


def one_stream(folder: Path) -> dict[str, str]:
    """The variables of a project, made in a folder, whose Airflow has one DAG to parse and to run, that of the stream `registrations`: what else is shipped takes half a core."""
    streams, dags = folder / "streams", folder / "dags"
    for place, file in ((streams, ROOT / "include/streams/registrations.yaml"), (dags, ROOT / "dags/streams.py")):
        place.mkdir(parents=True)
        shutil.copy(file, place)
    return {"SPRINGHEAD_STREAMS": str(streams), "SPRINGHEAD_DAGS": str(dags)}


class Shell:
    """A shell in the repository whose stack is in a folder and on ports of its own."""

    def __init__(self, folder: Path) -> None:
        kafka, airflow = free_ports(2)
        ours = {"SPRINGHEAD_LOCAL": str(folder), "KAFKA_PORT": str(kafka), "AIRFLOW_PORT": str(airflow)}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "AIRFLOW", "KAFKA", "MFLAGS"))}
        self.folder, self.kafka_port, self.airflow_port = folder, kafka, airflow
        self.environment = inherited | ours

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["make", *words],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # as a terminal's foreground job: Ctrl-C goes to the whole group
        )

    def make(self, *words: str, patience_s: float = PATIENCE_S) -> tuple[int, str]:
        """(exit code, output) of a target."""
        process = self.start(*words)
        output, _ = process.communicate(timeout=patience_s)
        return process.returncode, output

    def left(self) -> list[str]:
        """What still runs of this stack, found by its environment."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("SPRINGHEAD_LOCAL") == str(self.folder) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(" ".join(word for word in process.cmdline() if len(word) < 200))  # a class path says nothing
            except psutil.Error:
                continue
        return found

    def wait_until_nothing_is_left(self) -> None:
        deadline = time.monotonic() + 30
        while left := self.left():
            assert time.monotonic() < deadline, "\n".join(left)
            time.sleep(0.2)
