"""`workers`: what does not go with several tasks that share a batch is told at its place."""

from __future__ import annotations

import pytest

from tests.unit.spec.conftest import Load, Problems

BASE = "topic: t\nfields: {a: {uuid: 4}}\n"
ONCE = "several workers share a batch that is published exactly once; found"


def test_one_worker_publishes_unless_told(load: Load) -> None:
    assert load(BASE).workers == 1
    assert load(BASE + "workers: 100\ndelivery: exactly_once").workers == 100


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("workers: 0", "3:10 workers: must be at least 1; found the number 0"),
        ("workers: 101", "3:10 workers: must be at most 100; found the number 101"),
        ("workers: many", '3:10 workers: expected an integer; found the text "many"'),
        (
            "workers: 2\natomic: true",
            "3:10 workers: an atomic batch is one transaction, which one worker publishes: leave 'workers' out, or 'atomic'",
        ),
        ("workers: 2\ndelivery: at_least_once", f"4:11 delivery: {ONCE} at_least_once. Leave 'delivery' out, or 'workers'"),
        (
            "workers: 2\nvariants: {fast: {delivery: leader}}",
            f"4:29 variants.fast.delivery: {ONCE} leader. Leave 'delivery' out, or 'workers'",
        ),
    ],
)
def test_what_is_wrong_is_told_at_its_place(problems: Problems, text: str, problem: str) -> None:
    assert problems(BASE + text) == [problem]


def test_a_live_batch_has_one_worker(problems: Problems) -> None:
    assert "5:7 pace: a batch that is sent live is sent by one worker: leave 'pace' out, or 'workers'" in problems(
        BASE + "workers: 2\nrate: 2/s\npace: live\ndelivery: at_least_once"
    )
