"""A short campaign of random faults (tests/faults/campaign.py); `make faults SEEDS=1000` runs a long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.campaign import run
from tests.faults.schedule import Schedule

pytestmark = pytest.mark.kafka

SEEDS = range(1, 61)


@pytest.mark.timeout(1500)
def test_whatever_happened_before_each_record_is_there_once(tmp_path: Path) -> None:
    failed, happened = run(SEEDS, tmp_path)
    assert not failed, "\n".join(f"python -m tests.faults.campaign --seed {trial.schedule.seed}: {trial.wrong}" for trial in failed)
    assert happened["attempts"] >= 3 * len(SEEDS)  # two with faults, and the last one


def test_a_seed_says_the_same_schedule_each_time() -> None:
    assert [Schedule.of(seed) for seed in range(50)] == [Schedule.of(seed) for seed in range(50)]
    assert all(sum(step.faults for step in Schedule.of(seed).steps) >= 2 for seed in range(200))
