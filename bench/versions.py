"""This checkout beside another one: `OTHER=/path/to/it python -m bench.versions`.

In each round both publish so many records of card_transactions exactly once, and write them to /dev/null, one after the other, on one broker and in this
environment: the machine's load meets both. Each publishes to a topic and by a ledger of its own. Figures are medians of the rounds, ratios those of one round.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.rows import record
from dev.cluster import Cluster
from dev.places import ROOT

RECORDS = int(os.environ.get("RECORDS", "2000000"))
ROUNDS = int(os.environ.get("ROUNDS", "6"))  # an even number: who comes first in a round is slower
STREAM = "card_transactions"


class Checkout:
    """One version of Springhead.

    Args:
        name: for the figures.
        root: its files.
        bootstrap: the broker's address.
        home: for its stream, which publishes to a topic of its own.
    """

    def __init__(self, name: str, root: Path, bootstrap: str, home: Path) -> None:
        self.name = name
        topic, folder = f"bench-{name}", home / name
        folder.mkdir()
        text = (ROOT / f"bench/streams/{STREAM}.yaml").read_text(encoding="utf-8")
        self._stream = folder / f"{STREAM}.yaml"
        self._stream.write_text(text.replace(f"topic: {STREAM}", f"topic: {topic}"), encoding="utf-8")
        extra = {"bootstrap.servers": bootstrap, "client.id": "bench", "acks": "all"}
        self._environment = {
            **os.environ,
            "PYTHONPATH": str(root / "include"),
            "SPRINGHEAD_LEDGER": f"bench-ledger-{name}",
            "AIRFLOW_CONN_KAFKA_DEFAULT": json.dumps({"conn_type": "kafka", "extra": extra}),
        }
        self._runs = 0
        self._springhead("init")

    def _springhead(self, *words: str) -> str:
        command = [sys.executable, "-m", "springhead.cli", *words]
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{self.name}: {' '.join(words)}: {done.stderr}")
        return done.stdout

    def publish(self, records: int) -> float:
        """Records a second, by the receipt."""
        self._runs += 1
        words = ("publish", str(self._stream), "--records", str(records), "--run-id", f"bench-{self._runs}")
        receipt = json.loads(self._springhead(*words).splitlines()[-1])
        return float(receipt["records"] / receipt["duration_s"])

    def generate(self, records: int) -> float:
        """Records a second of the whole process."""
        started = time.monotonic()
        self._springhead("generate", str(self._stream), "--records", str(records), "-o", os.devnull)
        return records / (time.monotonic() - started)


def main() -> None:
    """Runs the rounds."""
    other = Path(os.environ["OTHER"])
    rates: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="springhead-bench-") as folder, Cluster(Path(folder) / "kafka", heap_mb=1024) as cluster:
        home = Path(folder)
        checkouts = [Checkout("this", ROOT, cluster.bootstrap, home), Checkout("other", other, cluster.bootstrap, home)]
        for of in checkouts:
            of.publish(RECORDS)  # not counted: the broker's compiler is at work in it, and whoever comes first is a third slower
        for number in range(ROUNDS):
            for of in checkouts if number % 2 == 0 else reversed(checkouts):
                rates.setdefault(("publish", of.name), []).append(of.publish(RECORDS))
                rates.setdefault(("generate -o /dev/null", of.name), []).append(of.generate(RECORDS))
                print(
                    number,
                    of.name,
                    *(f"{what} {found[-1]:,.0f}/s" for (what, whose), found in rates.items() if whose == of.name),
                    flush=True,
                )
    commit = subprocess.run(
        ["git", "-C", str(other), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    figures = {}
    for what in ("publish", "generate -o /dev/null"):
        this, there = rates[what, "this"], rates[what, "other"]
        figures[f"{what}"] = (statistics.median(this), "records/s")
        figures[f"{what}, at {commit}"] = (statistics.median(there), "records/s")
        figures[f"{what}: this / {commit}"] = (statistics.median(a / b for a, b in zip(this, there, strict=True)), "×")
    record(f"versions: {STREAM}, {RECORDS:,} records, {ROUNDS} rounds", figures)


if __name__ == "__main__":
    main()
