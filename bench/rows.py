"""Rows of figures: on the terminal, and appended to bench/results.csv with version, time and machine. The rows of one call have one time."""

from __future__ import annotations

import csv
import datetime as dt
import os
import platform
from pathlib import Path

from springhead import __version__

FILE = Path(__file__).parent / "results.csv"
COLUMNS = ("date", "version", "machine", "benchmark", "figure", "value", "unit")


def record(benchmark: str, figures: dict[str, tuple[float, str]]) -> None:
    """Prints figures (name → value and unit) and appends them to the file."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    machine = f"{platform.system()} {platform.machine()}, {len(os.sched_getaffinity(0))} cores"
    fresh = not FILE.exists()
    with FILE.open("a", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        if fresh:
            rows.writerow(COLUMNS)
        for name, (value, unit) in figures.items():
            print(f"  {name:<88} {value:>12,.3f} {unit}")
            rows.writerow([now, __version__, machine, benchmark, name, f"{value:.4g}", unit])
