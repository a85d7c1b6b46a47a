"""A seed as it runs: the faulty attempts one after another or beside each other, and a last one without a fault."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import time
from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path

from springhead.ledger.key import PARTITIONS, partition_of
from springhead.quantities import Interval
from springhead.records.batch import PART, Batch
from springhead.records.press import Press
from springhead.records.request import Request
from springhead.spec import Stream
from springhead.topic_facts import TopicFacts
from tests.faults.attempt import RETRIABLE, Attempt, Outcome, is_stopped
from tests.faults.ground import LEDGER, TOPIC_PARTITIONS, Ground
from tests.faults.proxy import Rule
from tests.faults.schedule import Schedule, Step
from tests.faults.warm import Warm

PATIENCE_S = 200.0
FIELDS: dict[str, object] = {"number": {"integer": [0, 1_000_000_000]}, "name": {"faker": "name"}}
FAULTS: dict[str, object] = {
    "duplicate": {"share": 0.03, "by": [0, 120]},  # may stand in the next part
    "truncated": 0.03,
    "wrong_type": 0.03,
    "oversized": {"share": 0.01, "bytes": 500},
    "drop": 0.03,
}
TRANSACTION_S = 15  # in place of 120: one that hangs at its entry in the ledger holds the next attempt back for so long


@dataclass
class Trial:
    """A seed as it ran.

    Attributes:
        schedule: what was to happen.
        batch: what must be there.
        happened: which kinds of faults, how often.
        wrong: what is against the promise, in words; empty: nothing.
        log: what became of each attempt.
    """

    schedule: Schedule
    attempt: Attempt
    happened: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)

    def batch(self) -> Batch:
        at = self.attempt
        stream = Stream.model_validate(at.stream, context=Path(f"{at.name}.yaml"))
        request = Request(stream, Interval.parse(at.interval), records=at.records)
        return Batch.of(request, TopicFacts(partitions=TOPIC_PARTITIONS), at.part or PART)


# Seeds that run at once publish by streams whose entries are in different partitions of the ledger: what one leaves open holds no other one back.
_NAMES = {slot: next(name for name in (f"s{n}" for n in itertools.count()) if partition_of(name) == slot) for slot in range(PARTITIONS)}


def trial_of(seed: int, slot: int, topic: str, bootstrap: str) -> Trial:
    """A seed's batch: its own interval, its own key."""
    schedule = Schedule.of(seed)
    stream: dict[str, object] = {
        "topic": topic,
        "key": f"{seed}-{{number}}",
        "seed": str(seed),
        "fields": FIELDS,
    }
    if schedule.faulty:  # its copies and tombstones are part of what must be there once
        stream |= {"faults": FAULTS, "tombstones": 0.03, "fault_header": seed % 2 == 0}
    if schedule.rated:
        # As many events as records were meant, or two fewer: the parts stay as many.
        rate: dict[str, object] = {"rate": f"{schedule.records - 1}/h", "late": [{"share": 0.2, "by": ["1s", "2h"]}]}
        stream |= {**rate, "fields": {**FIELDS, "name": {"ref": "customers.name"}}}
    begin = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_700_000_000 + 3600 * seed))
    limits = (f"transaction-timeout-s={TRANSACTION_S}",)
    records = None if schedule.rated else schedule.records
    return Trial(schedule, Attempt(bootstrap, stream, LEDGER, _NAMES[slot], f"{begin}/PT1H", records, schedule.part, tampering=limits))


def run_trial(ground: Ground, slot: int, trial: Trial) -> None:
    """Runs all attempts; what is against the promise stands in the trial, and nothing is left running."""
    run = _Run(ground, slot, trial)
    try:
        run.faulty_attempts()
        run.last_attempt()
    except Exception as error:  # noqa: BLE001  a seed that fails must not end the campaign
        trial.wrong.append(f"{type(error).__name__}: {error}")
    finally:
        run.close()


@dataclass(frozen=True, eq=False)
class _Attempt:
    """One that was started."""

    warm: Warm
    step: Step
    number: int

    def strike(self, by: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.warm.pid, by)


class _Run:
    """A trial on its way.

    Args:
        slot: whose proxy it uses.
    """

    def __init__(self, ground: Ground, slot: int, trial: Trial) -> None:
        self._ground, self._proxy, self._trial = ground, ground.proxies[slot], trial
        self._running: list[_Attempt] = []
        self._asleep: list[_Attempt] = []
        self._green: set[int] = set()  # the parts of those that were

    def faulty_attempts(self) -> None:
        """The schedule's, to their ends; those that sleep are woken, or left to sleep until after the last attempt."""
        steps = self._trial.schedule.steps
        strikes: list[Future[None]] = []
        for number, step in enumerate(steps, 1):
            if not step.beside:
                self._settle()
            else:
                self._trial.happened["attempts beside each other"] += bool(self._running)
            rules = [Rule(api, answers, frozenset({at}), cut=held is None, hold_s=held or 0.0) for api, answers, at, held in step.rules]
            self._proxy.set(*rules)
            warm = self._start(step, number)
            if step.broker:
                self._trial.happened[f"broker: {step.broker}"] += 1
                strikes.append(self._ground.strike(step.broker, step.after_s))
            if step.fault in ("kill", "stop") and not warm.wait(step.after_s):
                self._running[-1].strike(signal.SIGKILL if step.fault == "kill" else signal.SIGSTOP)
            warm.wait(0.3 if step.rules else 0.0)
            if not any(following.beside for following in steps[number : number + 1]):
                self._settle()
            for rule in rules:
                way = "answer" if rule.answers else "request"
                self._trial.happened[f"{rule.api.name} {way} {'lost' if rule.cut else 'held'}"] += bool(rule.done)
        for strike in strikes:
            strike.result()
        self._settle()
        self._proxy.set()
        if not self._trial.schedule.wake_late:
            self._wake()

    def last_attempt(self) -> None:
        """Nothing happens to it. It must be green, and find nothing to send where an earlier one was."""
        with self._ground.calm():
            # On a crowded machine a broker may be silent for longer than an attempt waits: a retry helps, as it says.
            for number in range(9, 12):
                last = Warm.start(replace(self._trial.attempt, try_number=number))
                if not last.wait(PATIENCE_S):
                    raise TimeoutError("the last attempt hangs")
                outcome = last.outcome()
                if outcome.error != "BrokerUnavailableError":
                    break
                time.sleep(2)
        self._trial.log.append(f"last: {_text(outcome)}")
        if not outcome.green:
            self._trial.wrong.append(f"the last attempt is not green: {_text(outcome)}")
        elif outcome.receipt and outcome.receipt["sent"] > self._left():
            self._trial.wrong.append(f"parts {sorted(self._green)} were green, and the last attempt sent {outcome.receipt['sent']} records")
        if self._asleep:
            self._trial.happened["woken after the last attempt"] += 1
            self._wake()

    def close(self) -> None:
        """Kills what still runs."""
        self._proxy.set()
        for each in self._running:
            if not each.warm.wait(0):
                each.strike(signal.SIGKILL)

    def _start(self, step: Step, number: int) -> Warm:
        given = replace(self._trial.attempt, bootstrap=self._proxy.address, try_number=number, parts=step.parts or None)
        self._trial.happened["attempts at some of the parts"] += bool(step.parts)
        at_point = step.fault if ":" in step.fault else ""
        warm = Warm.start(given, SPRINGHEAD_FAULT=at_point, SPRINGHEAD_HANDOVER=step.handover)
        self._running.append(_Attempt(warm, step, number))
        return warm

    def _settle(self) -> None:
        """Waits until each that runs has ended or sleeps."""
        self._running = [each for each in self._running if not self._ends(each)]

    def _ends(self, each: _Attempt) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while not each.warm.wait(0.05):
            if each.step.fault.startswith("stop") and each not in self._asleep and is_stopped(each.warm.pid):
                self._trial.happened[_kind(each.step.fault)] += 1
                self._asleep.append(each)
            if each in self._asleep:
                return False
            if time.monotonic() > deadline:
                raise TimeoutError(f"attempt {each.number} hangs")
        self._judge(each)
        return True

    def _judge(self, each: _Attempt) -> None:
        if _judge(self._trial, each):
            self._green.update(each.step.parts or range(1, self._trial.schedule.parts + 1))

    def _left(self) -> int:
        """How many records the last attempt may find to send: those of the parts of which no attempt was green."""
        batch = self._trial.batch()
        press = Press(batch)
        left = (part for number, part in enumerate(batch.parts, 1) if number not in self._green)
        return sum(press.records(some).rows for part in left for some in press.chunks(part))

    def _wake(self) -> None:
        """Wakes those that sleep, and waits for their ends."""
        for each in self._asleep:
            each.strike(signal.SIGCONT)
        self._asleep.clear()
        for each in self._running:
            if not each.warm.wait(PATIENCE_S):
                raise TimeoutError(f"attempt {each.number} hangs after it was woken")
            self._judge(each)
        self._running.clear()


def _judge(trial: Trial, each: _Attempt) -> bool:
    """What one faulty attempt may do; whether it was green."""
    outcome = each.warm.outcome()
    trial.log.append(f"attempt {each.number}: {_text(outcome)}")
    if outcome.code == -signal.SIGKILL:
        trial.happened[_kind(each.step.fault)] += 1
        if not each.step.fault.startswith("kill"):
            trial.wrong.append(f"attempt {each.number} died")
        return False
    if outcome.green:
        return True
    if outcome.error not in RETRIABLE:
        trial.wrong.append(f"attempt {each.number} ended in an error that nobody expects: {_text(outcome)}")
    return False


def _kind(fault: str) -> str:
    return fault.partition("@")[0] if ":" in fault else f"{fault} at a moment"


def _text(outcome: Outcome) -> str:
    if outcome.receipt:
        return f"green, sent {outcome.receipt['sent']}"
    return f"killed ({outcome.code})" if outcome.code < 0 else f"{outcome.error} {outcome.message}"
