"""Rows of figures: on the terminal, and appended to bench/results.csv with version, date and machine."""

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
    machine = f"{platform.system()} {platform.machine()}, {len(os.sched_getaffinity(0))} cores"
    fresh = not FILE.exists()
    with FILE.open("a", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        if fresh:
            rows.writerow(COLUMNS)
        for name, (value, unit) in figures.items():
            print(f"  {name:<48} {value:>12,.3f} {unit}")
            rows.writerow([dt.datetime.now(dt.UTC).date().isoformat(), __version__, machine, benchmark, name, f"{value:.4g}", unit])
