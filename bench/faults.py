"""Generation of `card_transactions` with faults, beside the same stream without: one thread, records of JSON. Ratios are of one round, figures medians."""

from __future__ import annotations

import os
import statistics
import time

from bench.rows import record
from springhead.faults import FAULTS, Faults
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.press import Press
from springhead.records.request import Request
from springhead.spec import load_stream, streams_dir
from springhead.topic_facts import TopicFacts

STREAM = "card_transactions"
RECORDS = int(os.environ.get("RECORDS", "200000"))
ROUNDS = int(os.environ.get("ROUNDS", "9"))
HOUR = Interval.parse("2026-03-01T10:00Z/PT1H")
ALL = {kind: 0.01 for kind in FAULTS if kind != "orphan"}  # which needs an entity
CASES: dict[str, dict[str, object]] = {
    "without": {},
    "duplicate 0.5 %, wrong_type 0.1 %": {"duplicate": 0.005, "wrong_type": {"share": 0.001, "fields": ["amount"]}},
    "each of the twelve kinds at 0.1 %": dict.fromkeys(ALL, 0.001),
    "each of the twelve kinds at 1 %": dict(ALL),
    "duplicate at 1 %, up to 100 records later": {"duplicate": {"share": 0.01, "by": [1, 100]}},
}


def main() -> None:
    """Runs all of it."""
    stream = load_stream(streams_dir() / f"{STREAM}.yaml")
    presses = {}
    for name, faults in CASES.items():
        chosen = stream.model_copy(update={"faults": Faults.model_validate(faults)})
        presses[name] = Press(Batch.of(Request(chosen, HOUR, records=RECORDS), TopicFacts(partitions=6)))
    seconds: dict[str, list[float]] = {name: [] for name in presses}
    for number in range(ROUNDS + 1):
        for name, press in presses.items():
            started = time.perf_counter()
            for span in press.chunks():
                press.records(span)
            if number:  # buffers have grown
                seconds[name].append(time.perf_counter() - started)
    made = {name: (RECORDS / statistics.median(values), "records/s") for name, values in seconds.items()}
    for name in list(seconds)[1:]:
        made[f"{name}: time / without"] = (statistics.median(a / b for a, b in zip(seconds[name], seconds["without"], strict=True)), "×")
    record(f"generation of {STREAM} with faults, one thread, {RECORDS:,} records, {ROUNDS} rounds", made)


if __name__ == "__main__":
    main()
