"""Random faults from a seed, then one attempt without any: whatever happened before, each record must be there once.

`python -m tests.faults.campaign --seeds 1000` (or `make faults SEEDS=1000`); `--seed N` replays one and tells of it. A seed says what happens, not
the microsecond when: the schedule is the same again, the race need not be.
"""

from __future__ import annotations

import argparse
import json
import queue
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.faults.ground import Ground
from tests.faults.judgement import judge_round
from tests.faults.schedule import Schedule
from tests.faults.trial import Trial, run_trial, trial_of

ROUND = 50  # seeds of one topic, judged by one console consumer
AT_ONCE = 6
SLOW_S = 30.0  # worth a line


def run(seeds: Sequence[int], home: Path, at_once: int = AT_ONCE) -> tuple[list[Trial], Counter[str]]:
    """Runs seeds in rounds.

    Returns:
        those that failed, and how often each kind of fault came up.
    """
    failed: list[Trial] = []
    happened: Counter[str] = Counter()
    began, done = time.monotonic(), 0
    with Ground(home, at_once) as ground, ThreadPoolExecutor(at_once) as pool:
        free: queue.SimpleQueue[int] = queue.SimpleQueue()
        for slot in range(at_once):
            free.put(slot)

        def one(seed: int, topic: str) -> Trial:
            slot = free.get()
            try:
                trial = trial_of(seed, slot, topic, ground.broker.bootstrap)
                start = time.monotonic()
                run_trial(ground, slot, trial)
                if (took := time.monotonic() - start) > SLOW_S:
                    print(f"seed {seed} took {took:.0f} s", flush=True)
                return trial
            finally:
                free.put(slot)

        for number, begin in enumerate(range(0, len(seeds), ROUND)):
            topic = f"round-{number}"
            ground.make_topic(topic)
            trials = list(pool.map(lambda seed, topic=topic: one(seed, topic), seeds[begin : begin + ROUND]))
            judge_round(ground, topic, trials)
            for trial in trials:
                happened += trial.happened
                happened["attempts"] += len(trial.schedule.steps) + 1
                if trial.wrong:
                    failed.append(trial)
                    print(f"seed {trial.schedule.seed}: {'; '.join(trial.wrong)}", flush=True)
            done += len(trials)
            print(f"{done} seeds, {len(failed)} failed, {(time.monotonic() - began) / done:.2f} s each", flush=True)
    return failed, happened


def main() -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100, help="how many, from --first on")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seed", type=int, help="this one alone, told in full")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="how many run at once")
    given = parser.parse_args()
    seeds = [given.seed] if given.seed is not None else list(range(given.first, given.first + given.seeds))
    if given.seed is not None:
        print(Schedule.of(given.seed))
    with tempfile.TemporaryDirectory(prefix="springhead-faults-") as home:
        failed, happened = run(seeds, Path(home), min(given.at_once, len(seeds)))
    for kind, count in sorted(happened.items()):
        print(f"{count:6} {kind}")
    for trial in failed:
        print(f"seed {trial.schedule.seed} failed: {'; '.join(trial.wrong)}\n  {trial.schedule}\n  " + "\n  ".join(trial.log))
    print(json.dumps({"seeds": len(seeds), "failed": [trial.schedule.seed for trial in failed]}))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
