"""Generation of `card_transactions` on one thread: to columns, and to records of JSON; `springhead generate` as a whole process; the memory of a large batch; and `springhead preview`.

Faker itself, row by row, stands beside it; so does seedfaker, the program and its Python package, where they can be had. Ratios are of one round, figures medians.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version

import numpy as np
import psutil
from faker import Faker

from bench import seedfaker
from bench.missing import Missing
from bench.rows import record
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.field_plan import FieldPlan
from springhead.records.press import Press
from springhead.records.request import Request
from springhead.spec import load_stream, streams_dir
from springhead.topic_facts import TopicFacts

STREAM = "card_transactions"
RECORDS = int(os.environ.get("RECORDS", "2000000"))
MEMORY_RECORDS = int(os.environ.get("MEMORY_RECORDS", "10000000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
FAKER_ROWS = 500
PYTHON_RECORDS = min(RECORDS, 200_000)  # of seedfaker's Python package: two seconds
HOUR = Interval.parse("2026-03-01T10:00Z/PT1H")


CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
OURS = "records of JSON"
WHOLE = "springhead generate -o"
FAKER = f"Faker {version('Faker')}, row by row"


def others() -> dict[str, Callable[[], float]]:
    """What can be run beside ours: name → a call that returns records/s; prints what is left out, and how to get it."""
    found: dict[str, Callable[[], float]] = {}
    try:
        found[seedfaker.name()] = lambda: seedfaker.generate(RECORDS)
    except Missing as reason:
        print(f"  left out: {reason}")
    try:
        seedfaker.generate_in_python(100)
        found[f"seedfaker {seedfaker.PACKAGE}, its Python package"] = lambda: seedfaker.generate_in_python(PYTHON_RECORDS)
    except Missing as reason:
        print(f"  left out: seedfaker's Python package: {reason}")
    return found


def rates() -> dict[str, list[float]]:
    """Records a second of each round, in turns."""
    stream = load_stream(streams_dir() / f"{STREAM}.yaml")
    batch = Batch.of(Request(stream, HOUR, records=RECORDS), TopicFacts(partitions=6))
    plan, press = FieldPlan(stream.fields, batch.draws, batch.records), Press(batch)

    def columns() -> float:
        started = time.perf_counter()
        for span in press.chunks():
            plan.draw(batch.arrivals.at(span))
        return RECORDS / (time.perf_counter() - started)

    def records() -> float:
        started = time.perf_counter()
        for span in press.chunks():
            press.records(span)
        return RECORDS / (time.perf_counter() - started)

    calls = {"columns": columns, OURS: records, FAKER: lambda: faker_rate(stream.fields), **others()}
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            found[name].append(call())
    return found


def faker_rate(fields: Mapping[str, object]) -> float:
    """The same fields by Faker's own calls, rows a second; the fields that are not Faker's are left out."""
    faker = Faker()
    faker.seed_instance(1)
    calls = [getattr(faker, str(getattr(field, "faker"))) for field in fields.values() if hasattr(field, "faker")]  # noqa: B009
    started = time.perf_counter()
    for _ in range(FAKER_ROWS):
        for call in calls:
            call()
    return FAKER_ROWS / (time.perf_counter() - started)


def whole_rates() -> dict[str, list[float]]:
    """Records a second of each round of `springhead generate`, Python's start included, and of seedfaker with as many threads, in turns; both to /dev/null."""
    calls = {WHOLE: whole_rate}
    try:
        calls[f"{seedfaker.name()}, {CORES} threads"] = lambda: seedfaker.generate(MEMORY_RECORDS, CORES)
    except Missing as reason:
        print(f"  left out: {reason}")
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            found[name].append(call())
    return found


def whole_rate() -> float:
    """Records a second of the whole process."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "springhead.cli", "generate", STREAM, "--records", str(MEMORY_RECORDS), "-o", os.devnull],
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return MEMORY_RECORDS / (time.perf_counter() - started)


def memory_mb() -> list[float]:
    """Resident memory of `springhead generate`, every half second."""
    command = [sys.executable, "-m", "springhead.cli", "generate", STREAM, "--records", str(MEMORY_RECORDS), "-o", os.devnull]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    found = []
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        found.append(watched.memory_info().rss / 1e6)
        time.sleep(0.5)
    if process.returncode:
        raise SystemExit(f"springhead generate ended with {process.returncode}")
    return [mb for mb in found if mb > 0]


def preview_s() -> float:
    """Seconds of `springhead preview`, warm: the median."""
    found = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "springhead.cli", "preview", STREAM], capture_output=True, check=True)
        found.append(time.perf_counter() - started)
    return statistics.median(found)


def main() -> None:
    """Runs all of it."""
    found = rates()
    made = {name: (statistics.median(values), "records/s") for name, values in found.items()}
    for name in list(found)[2:]:
        made[f"{OURS} / {name}"] = (statistics.median(a / b for a, b in zip(found[OURS], found[name], strict=True)), "×")
    record(f"generation of {STREAM}, one thread, {RECORDS:,} records, {ROUNDS} rounds", made)
    whole = whole_rates()
    made = {name: (statistics.median(values), "records/s") for name, values in whole.items()}
    for name in list(whole)[1:]:
        made[f"{WHOLE} / {name}"] = (statistics.median(a / b for a, b in zip(whole[WHOLE], whole[name], strict=True)), "×")
    record(f"generate card_transactions, the whole process, {MEMORY_RECORDS:,} records, {ROUNDS} rounds", made)
    curve = memory_mb()
    later = curve[len(curve) // 4 :]
    record(
        f"memory of {MEMORY_RECORDS:,} records of {STREAM}",
        {
            "most": (max(curve), "MB"),
            "growth over the last three quarters": (float(np.ptp(later)), "MB"),
        },
    )
    record("start", {f"springhead preview {STREAM} (median of {ROUNDS})": (preview_s(), "s")})


if __name__ == "__main__":
    main()
