"""A StatsD server on the loopback interface that keeps what it is told."""

from __future__ import annotations

import re
import socket
import threading
import time
from dataclasses import dataclass

HOST = "127.0.0.1"
# name,tag=value,tag=value:3|c as the client sends it, with InfluxDB's tags
_LINE = re.compile(r"(?P<name>[^,:]+)(?P<tags>(?:,[^,:=]+=[^,:=]+)*):(?P<value>-?[0-9.]+)\|(?P<kind>c|ms|g)")


@dataclass(frozen=True)
class Metric:
    """One line that was told."""

    name: str
    tags: dict[str, str]
    value: float
    kind: str


class StatsdServer:
    """Listens from the beginning on."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self._told: list[Metric] = []
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._socket.getsockname()[1])

    def settings(self) -> dict[str, str]:
        """The environment of an Airflow that tells it everything."""
        settings = {"STATSD_ON": "True", "STATSD_HOST": HOST, "STATSD_PORT": str(self.port), "STATSD_INFLUXDB_ENABLED": "True"}
        return {f"AIRFLOW__METRICS__{name}": value for name, value in settings.items()}

    def told(self, prefix: str = "airflow.springhead.", **tags: str) -> list[Metric]:
        """What was told of such a name with these tags."""
        return [metric for metric in list(self._told) if metric.name.startswith(prefix) and tags.items() <= metric.tags.items()]

    def wait_for(self, name: str, tags: dict[str, str], count: int = 1, patience_s: float = 60) -> list[Metric]:
        """So many lines of this name, at least; UDP may be late."""
        deadline = time.monotonic() + patience_s
        while len(found := self.told(name, **tags)) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count} lines of {name} {tags}; there are {self.told()}"
            time.sleep(0.02)
        return found

    def close(self) -> None:
        self._socket.close()

    def _listen(self) -> None:
        while True:
            try:
                text = self._socket.recv(65536).decode()
            except OSError:
                return
            for line in text.splitlines():
                if found := _LINE.fullmatch(line):
                    tags = dict(each.split("=") for each in found["tags"].split(",") if each)
                    self._told.append(Metric(found["name"], tags, float(found["value"]), found["kind"]))
