"""What a seed of the campaign says: a batch, attempts at it, and their faults. The same each time; the race that comes of it need not be."""

from __future__ import annotations

import random
from dataclasses import dataclass

from springhead.publish.crash_points import POINTS
from tests.faults.proxy import Api

APIS = (Api.PRODUCE, Api.INIT_PRODUCER_ID, Api.ADD_PARTITIONS, Api.END_TXN)


@dataclass(frozen=True)
class Step:
    """One attempt with its faults.

    Attributes:
        fault: "kill:flush@2", "stop:entry", for springhead.publish.crash_points; "kill"/"stop": at a moment; empty: none.
        after_s: the moment, or how long a stopped one sleeps.
        beside: the attempt before it still runs when it starts.
        rules: (api, answers, number, lost or seconds held) on its way.
        broker: "kill", "restart" or "pause", once, while it runs.
        parts: the numbers of the parts that it is asked for; none: all.
    """

    fault: str = ""
    after_s: float = 0.0
    beside: bool = False
    rules: tuple[tuple[Api, bool, int, float | None], ...] = ()
    broker: str = ""
    handover: str = "kernel"
    parts: tuple[int, ...] = ()

    @property
    def faults(self) -> int:
        return bool(self.fault) + self.beside + len(self.rules) + bool(self.broker)


@dataclass(frozen=True)
class Schedule:
    """All that a seed decides."""

    seed: int
    records: int
    part: int
    parts: int
    steps: tuple[Step, ...]
    wake_late: bool  # what is stopped wakes after the last attempt
    faulty: bool  # the stream has faults
    rated: bool  # it has a rate, late events, and members of a population

    @classmethod
    def of(cls, seed: int) -> Schedule:
        """At least two attempts and two faults before the last one, which has none."""
        chance = random.Random(seed)
        parts = chance.choice([1, 1, 1, 2, 3, 4])
        part = chance.randint(50, 400)
        records = part * parts - chance.randint(0, 20)  # at least 30 in the last part
        while True:
            steps = tuple(_step(chance, first=number == 0, parts=parts) for number in range(chance.choice([2, 2, 2, 3, 4])))
            if sum(step.faults for step in steps) >= 2:
                return cls(seed, records, part, parts, steps, chance.random() < 0.3, chance.random() < 0.5, chance.random() < 0.4)


def _step(chance: random.Random, *, first: bool, parts: int) -> Step:
    kind = chance.choices(["none", "point", "moment"], [3, 5, 2])[0]
    signal_ = chance.choice(["kill", "kill", "stop"])
    fault = ""
    if kind == "point":
        point = chance.choice(POINTS if parts > 1 else POINTS[1:])  # a batch of one part is not opened
        fault = f"{signal_}:{point}" + (f"@{chance.randint(1, parts)}" if chance.random() < 0.5 and point != POINTS[0] else "")
    elif kind == "moment":
        fault = signal_
    rules = []
    for _ in range(chance.choices([0, 1, 2], [6, 3, 1])[0]):
        held = None if chance.random() < 0.6 else round(chance.uniform(0.1, 2.5), 2)
        rules.append((chance.choice(APIS), chance.random() < 0.5, chance.randint(1, 3), held))
    asked: tuple[int, ...] = ()
    if parts > 1 and chance.random() < 0.6:  # a worker with some of the parts
        asked = tuple(sorted(chance.sample(range(1, parts + 1), chance.randint(1, parts - 1))))
    broker = chance.choices(["", "pause", "kill", "restart"], [960, 25, 10, 5])[0]
    return Step(
        fault,
        round(chance.uniform(0.02, 0.8), 2),
        not first and chance.random() < 0.3,
        tuple(rules),
        broker,
        chance.choice(["kernel", "calls"]),
        asked,
    )
