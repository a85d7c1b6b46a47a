"""kcat, a C program on librdkafka: what sending alone can reach, for it generates nothing."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

from bench.missing import program

# As springhead publish has them (include/springhead/kafka/settings.py).
SETTINGS = {
    "acks": "all",
    "enable.idempotence": "true",
    "compression.type": "lz4",
    "linger.ms": "50",
    "batch.num.messages": "10000",
    "batch.size": "1000000",
    "queue.buffering.max.messages": "100000",
    "queue.buffering.max.kbytes": "131072",
}


def name() -> str:
    """ "kcat" and its version.

    Raises:
        Missing: it is not installed.
    """
    said = subprocess.run([_path(), "-V"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"Version ([\d.]+).*librdkafka ([\d.]+)", said)
    return f"kcat {found[1]} (librdkafka {found[2]})" if found else "kcat"


def _path() -> str:
    return program("kcat", "apt install kcat")


def words(bootstrap: str, topic: str) -> list[str]:
    """A producer's command line; it takes a line of its input for a record's value, and sends no keys, partitions or event times.

    Raises:
        Missing: it is not installed.
    """
    settings = [word for key, value in SETTINGS.items() for word in ("-X", f"{key}={value}")]
    return [_path(), "-P", "-q", "-b", bootstrap, "-t", topic, *settings]


def replay(bootstrap: str, topic: str, file: Path, n: int) -> float:
    """Records a second of replaying the first n lines of a file, its start included (some milliseconds).

    Raises:
        Missing: it is not installed.
    """
    command = [*words(bootstrap, topic), "-c", str(n), "-l", str(file)]
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return n / (time.perf_counter() - started)
