"""How long Airflow takes to parse dags/streams.py with 200 streams: what every parse, and with one stream every task start, costs."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.rows import record
from dev.airflow import Airflow
from dev.places import ROOT

STREAMS, ROUNDS = 200, 5

SCRIPT = """
import time
from airflow.dag_processing.dagbag import DagBag
started = time.perf_counter()
bag = DagBag({folder!r})
assert not bag.import_errors, bag.import_errors
print(len(bag.dags), time.perf_counter() - started)
"""


def parse_s(dags: Path, streams: Path, home: Path) -> tuple[int, float]:
    """(DAGs, seconds) of one parse in a fresh process; its imports of Airflow itself are done before."""
    airflow = Airflow(1, home, more={"SPRINGHEAD_STREAMS": str(streams)})
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(folder=str(dags))], env=airflow.environment(), capture_output=True, text=True, check=True
    )
    n, seconds = done.stdout.splitlines()[-1].split()
    return int(n), float(seconds)


def main() -> None:
    """Copies a shipped stream of 12 fields 200 times and parses; one stream beside it, for what is not per stream."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "dags").mkdir()
        shutil.copy(ROOT / "dags/streams.py", root / "dags")
        figures: dict[str, tuple[float, str]] = {}
        for count in (1, STREAMS):
            streams = root / str(count)
            streams.mkdir()
            for number in range(count):
                shutil.copy(ROOT / "bench/streams/card_transactions.yaml", streams / f"stream_{number}.yaml")
            times = []
            for _ in range(ROUNDS):
                found, seconds = parse_s(root / "dags", streams, root / "home")
                assert found == count
                times.append(seconds)
            figures[f"parse {count} stream{'s' * (count != 1)} of 12 fields (median of {ROUNDS})"] = (statistics.median(times), "s")
    record("parsing", figures)


if __name__ == "__main__":
    main()
