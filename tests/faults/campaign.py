"""Random faults from a seed, then one attempt without any: whatever happened before, each record must be there once.

`python -m tests.faults.campaign --seeds 1000` (or `make faults SEEDS=1000`); `--seed N` replays one and tells of it. A seed says what happens, not
the microsecond when: the schedule is the same again, the race need not be.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import queue
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.context import ForkServerContext
from pathlib import Path

import psutil
from confluent_kafka.admin import AdminClient, NewTopic

from dev.broker import Broker
from dev.cluster import Cluster
from dev.console import console_consumer
from dev.dump import dump_log
from dev.ports import free_ports
from springhead.batch import Batch
from springhead.crash import POINTS
from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.kafka.ledger import PARTITIONS, partition_of
from springhead.kafka.ledger_reader import LedgerReader
from springhead.kafka.ledger_topic import VARIABLE, find_ledger, init_ledger
from springhead.quantities import Interval
from springhead.spec import Stream
from tests.faults.attempt import Attempt, Outcome
from tests.faults.proxy import Api, Proxy, Rule
from tests.faults.warm import Warm, context
from tests.kafka.build import Seen, expected, seen

ROUND = 50  # seeds of one topic, judged by one console consumer
AT_ONCE = 6
TOPIC_PARTITIONS = 3
LEDGER = "campaign-ledger"
APIS = (Api.PRODUCE, Api.INIT_PRODUCER_ID, Api.ADD_PARTITIONS, Api.END_TXN)
PATIENCE_S = 200.0
TRANSACTION_S = 15  # in place of 120: one that hangs at its entry in the ledger holds the next attempt back for so long
SLOW_S = 30.0  # worth a line

# What an attempt beside which others run, or whose broker went away, may say.
EXPECTED_ERRORS = frozenset(
    {"FencedError", "UndecidedError", "TransientError", "DeliveryError", "BrokerUnavailableError", "LedgerTimeoutError"}
)


# What a seed says


@dataclass(frozen=True)
class Step:
    """One attempt with its faults.

    Attributes:
        fault: "kill:flush@2", "stop:entry", for springhead.crash; "kill"/"stop": at a moment; empty: none.
        after_s: the moment, or how long a stopped one sleeps.
        beside: the attempt before it still runs when it starts.
        rules: (api, answers, number, lost or seconds held) on its way.
        broker: "kill", "restart" or "pause", once, while it runs.
    """

    fault: str = ""
    after_s: float = 0.0
    beside: bool = False
    rules: tuple[tuple[Api, bool, int, float | None], ...] = ()
    broker: str = ""
    handover: str = "kernel"

    @property
    def faults(self) -> int:
        return bool(self.fault) + self.beside + len(self.rules) + bool(self.broker)


@dataclass(frozen=True)
class Schedule:
    """All that a seed decides."""

    seed: int
    records: int
    part: int
    steps: tuple[Step, ...]
    wake_late: bool  # what is stopped wakes after the last attempt

    @classmethod
    def of(cls, seed: int) -> Schedule:
        """At least two attempts and two faults before the last one, which has none."""
        chance = random.Random(seed)
        parts = chance.choice([1, 1, 1, 1, 2, 3])
        part = chance.randint(50, 400)
        records = part * parts - chance.randint(0, 20)
        while True:
            steps = tuple(_step(chance, first=number == 0, parts=parts) for number in range(chance.choice([2, 2, 2, 3, 4])))
            if sum(step.faults for step in steps) >= 2:
                return cls(seed, records, part, steps, chance.random() < 0.3)


def _step(chance: random.Random, *, first: bool, parts: int) -> Step:
    kind = chance.choices(["none", "point", "moment"], [3, 5, 2])[0]
    signal_ = chance.choice(["kill", "kill", "stop"])
    fault = ""
    if kind == "point":
        fault = f"{signal_}:{chance.choice(POINTS)}" + (f"@{chance.randint(1, parts)}" if chance.random() < 0.5 else "")
    elif kind == "moment":
        fault = signal_
    rules = []
    for _ in range(chance.choices([0, 1, 2], [6, 3, 1])[0]):
        held = None if chance.random() < 0.6 else round(chance.uniform(0.1, 2.5), 2)
        rules.append((chance.choice(APIS), chance.random() < 0.5, chance.randint(1, 3), held))
    broker = chance.choices(["", "pause", "kill", "restart"], [960, 25, 10, 5])[0]
    return Step(
        fault,
        round(chance.uniform(0.02, 0.8), 2),
        not first and chance.random() < 0.3,
        tuple(rules),
        broker,
        chance.choice(["kernel", "calls"]),
    )


# Where it happens


class Ground:
    """A broker, a proxy for each seed that runs at once, and the server that attempts are forked from. A context manager."""

    def __init__(self, home: Path, at_once: int) -> None:
        self.at_once = at_once
        port, *others = free_ports(1 + 2 * at_once)
        inner, outer = others[:at_once], others[at_once:]
        names = [f"PROXIED{number}" for number in range(at_once)]
        settings = {
            "listener.security.protocol.map": ",".join(f"{name}:PLAINTEXT" for name in ("BROKER", "CONTROLLER", *names)),
            "advertised.listeners": ",".join(
                f"{name}://127.0.0.1:{at}" for name, at in zip(["BROKER", *names], [port, *outer], strict=True)
            ),
            "broker.session.timeout.ms": "2000",  # a broker that was killed may come back after that
            "broker.heartbeat.interval.ms": "500",
            "transaction.abort.timed.out.transaction.cleanup.interval.ms": "500",
        }
        self.cluster = Cluster(home, port=port, heap_mb=512, settings=settings)
        self.broker: Broker = self.cluster.brokers[0]
        own = self.broker.properties()["listeners"]
        self.broker.settings["listeners"] = ",".join([own, *(f"{name}://127.0.0.1:{at}" for name, at in zip(names, inner, strict=True))])
        self.proxies = [Proxy(out, in_) for out, in_ in zip(outer, inner, strict=True)]
        self.server: ForkServerContext = context()
        self._calm = threading.Condition()
        self._last_attempts = 0
        self._storm = False
        self._stack = ExitStack()

    def __enter__(self) -> Ground:
        # A broker dies with the thread that started it: this one lives as long as the campaign.
        self._keeper = self._stack.enter_context(ThreadPoolExecutor(1, "broker"))
        self._keeper.submit(self.cluster.start).result()
        self._stack.callback(lambda: self._keeper.submit(self.cluster.stop).result())
        for proxy in self.proxies:
            self._stack.enter_context(proxy)
        before = os.environ.get(VARIABLE)
        os.environ[VARIABLE] = LEDGER
        self._stack.callback(lambda: os.environ.pop(VARIABLE) if before is None else os.environ.update({VARIABLE: before}))
        init_ledger(self.admin())
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def admin(self) -> Admin:
        """A client of ours for what is no judgement."""
        return Admin(Connection("campaign", {"bootstrap.servers": self.broker.bootstrap}))

    def make_topic(self, name: str) -> None:
        client = AdminClient({"bootstrap.servers": self.broker.bootstrap})
        client.create_topics([NewTopic(name, TOPIC_PARTITIONS, 1, config={"retention.ms": "-1"})])[name].result(timeout=60)

    @contextmanager
    def calm(self) -> Iterator[None]:
        """Nothing happens to the broker in here: the last attempts have no faults."""
        with self._calm:
            self._calm.wait_for(lambda: not self._storm)
            self._last_attempts += 1
        try:
            yield
        finally:
            with self._calm:
                self._last_attempts -= 1
                self._calm.notify_all()

    def strike(self, what: str, seconds: float) -> Future[None]:
        """Does something to the broker, and has it back a moment later; after all last attempts that run by now."""
        return self._keeper.submit(self._strike, what, seconds)

    def _strike(self, what: str, seconds: float) -> None:
        with self._calm:
            self._storm = True
            self._calm.wait_for(lambda: not self._last_attempts)
        try:
            if what == "pause":
                self.broker.pause()
                time.sleep(0.5 + 3 * seconds)
                self.broker.resume()
            else:
                self.broker.kill() if what == "kill" else self.broker.stop()
                self.broker.start()
                self.broker.wait_ready(120)
        finally:
            with self._calm:
                self._storm = False
                self._calm.notify_all()


# What happens


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
        return Batch.of(stream, Interval.parse(at.interval), records=at.records, partitions=TOPIC_PARTITIONS)


# Seeds that run at once publish by streams whose entries are in different partitions of the ledger: what one leaves open holds no other one back.
_NAMES = {slot: next(name for name in (f"s{n}" for n in itertools.count()) if partition_of(name) == slot) for slot in range(PARTITIONS)}


def trial_of(seed: int, slot: int, topic: str, bootstrap: str) -> Trial:
    """A seed's batch: its own interval, its own key."""
    schedule = Schedule.of(seed)
    stream = {
        "topic": topic,
        "key": f"{seed}-{{number}}",
        "seed": str(seed),
        "fields": {"number": {"integer": [0, 1_000_000_000]}, "name": {"faker": "name"}},
    }
    begin = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_700_000_000 + 3600 * seed))
    limits = (f"transaction-timeout-s={TRANSACTION_S}",)
    return Trial(
        schedule, Attempt(bootstrap, stream, LEDGER, _NAMES[slot], f"{begin}/PT1H", schedule.records, schedule.part, tampering=limits)
    )


def run_trial(ground: Ground, slot: int, trial: Trial) -> None:
    """The faulty attempts, and the last one."""
    proxy = ground.proxies[slot]
    running: list[tuple[Warm, Step, int]] = []
    asleep: list[Warm] = []
    strikes: list[Future[None]] = []
    green = False

    def settle(warm: Warm, step: Step, number: int, patience_s: float) -> bool:
        """Whether it is over; a stopped one is put aside."""
        nonlocal green
        deadline = time.monotonic() + patience_s
        while not warm.wait(0.05):
            if step.fault.startswith("stop") and warm not in asleep and _is_stopped(warm.pid):
                trial.happened[_kind(step.fault)] += 1
                asleep.append(warm)
            if warm in asleep:
                return False
            if time.monotonic() > deadline:
                raise TimeoutError(f"attempt {number} hangs")
        green |= _judge(trial, warm.outcome(), step, number)
        return True

    try:
        for number, step in enumerate(trial.schedule.steps, 1):
            if not step.beside:
                running = [each for each in running if not settle(*each, PATIENCE_S)]
            else:
                trial.happened["attempts beside each other"] += bool(running)
            rules = [Rule(api, answers, frozenset({at}), cut=held is None, hold_s=held or 0.0) for api, answers, at, held in step.rules]
            proxy.set(*rules)
            given = replace(trial.attempt, bootstrap=proxy.address, try_number=number)
            at_point = step.fault if ":" in step.fault else ""
            warm = Warm.start(ground.server, given, SPRINGHEAD_FAULT=at_point, SPRINGHEAD_HANDOVER=step.handover)
            running.append((warm, step, number))
            if step.broker:
                trial.happened[f"broker: {step.broker}"] += 1
                strikes.append(ground.strike(step.broker, step.after_s))
            if step.fault in ("kill", "stop") and not warm.wait(step.after_s):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(warm.pid, signal.SIGKILL if step.fault == "kill" else signal.SIGSTOP)
            warm.wait(0.3 if step.rules else 0.0)
            if not any(following.beside for following in trial.schedule.steps[number : number + 1]):
                running = [each for each in running if not settle(*each, PATIENCE_S)]
            for rule in rules:
                way = "answer" if rule.answers else "request"
                trial.happened[f"{rule.api.name} {way} {'lost' if rule.cut else 'held'}"] += bool(rule.done)
        for strike in strikes:
            strike.result()
        running = [each for each in running if not settle(*each, PATIENCE_S)]
        proxy.set()
        if not trial.schedule.wake_late:
            _wake(asleep)
            running = [each for each in running if not _ended(trial, each)]
        with ground.calm():
            # On a crowded machine a broker may be silent for longer than an attempt waits: a retry helps, as it says.
            for number in range(9, 12):
                last = Warm.start(ground.server, replace(trial.attempt, try_number=number))
                if not last.wait(PATIENCE_S):
                    raise TimeoutError("the last attempt hangs")
                outcome = last.outcome()
                if outcome.error != "BrokerUnavailableError":
                    break
                time.sleep(2)
        trial.log.append(f"last: {_text(outcome)}")
        if not outcome.green:
            trial.wrong.append(f"the last attempt is not green: {_text(outcome)}")
        elif green and outcome.receipt and outcome.receipt["sent"]:
            trial.wrong.append("an attempt was green, and the last one found something to send")
        if asleep and trial.schedule.wake_late:
            trial.happened["woken after the last attempt"] += 1
            _wake(asleep)
            for each in running:
                _ended(trial, each)
    except Exception as error:  # noqa: BLE001  a seed that fails must not end the campaign
        trial.wrong.append(f"{type(error).__name__}: {error}")
    finally:
        proxy.set()
        for warm, _, _ in running:
            if not warm.wait(0):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(warm.pid, signal.SIGKILL)


def _is_stopped(pid: int) -> bool:
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).status() == psutil.STATUS_STOPPED
    return False


def _wake(asleep: Sequence[Warm]) -> None:
    for warm in asleep:
        os.kill(warm.pid, signal.SIGCONT)


def _ended(trial: Trial, each: tuple[Warm, Step, int]) -> bool:
    """Waits for one that was woken."""
    warm, step, number = each
    if not warm.wait(PATIENCE_S):
        raise TimeoutError(f"attempt {number} hangs after it was woken")
    _judge(trial, warm.outcome(), step, number)
    return True


def _judge(trial: Trial, outcome: Outcome, step: Step, number: int) -> bool:
    """What one faulty attempt may do; whether it was green."""
    trial.log.append(f"attempt {number}: {_text(outcome)}")
    if outcome.code == -signal.SIGKILL:
        trial.happened[_kind(step.fault)] += 1
        if not step.fault.startswith("kill"):
            trial.wrong.append(f"attempt {number} died")
        return False
    if outcome.green:
        return True
    if outcome.error not in EXPECTED_ERRORS:
        trial.wrong.append(f"attempt {number} ended in an error that nobody expects: {_text(outcome)}")
    return False


def _kind(fault: str) -> str:
    return fault.partition("@")[0] if ":" in fault else f"{fault} at a moment"


def _text(outcome: Outcome) -> str:
    if outcome.receipt:
        return f"green, sent {outcome.receipt['sent']}"
    return f"killed ({outcome.code})" if outcome.code < 0 else f"{outcome.error} {outcome.message}"


# The judgement


def judge_round(ground: Ground, topic: str, trials: Sequence[Trial]) -> None:
    """I1 for each seed of a round, by Kafka's console consumer; one entry of the ledger for each part; and, by Kafka's log dump, no open transaction."""
    found: dict[str, Counter[Seen]] = defaultdict(Counter)
    for record, count in seen(console_consumer(ground.broker.bootstrap, topic, timeout_s=300)).items():
        key = record[1]
        found[key.decode().partition("-")[0] if key else ""][record] += count
    admin = ground.admin()
    with LedgerReader(admin, find_ledger(admin)) as reader:
        entries = reader.read()
    for trial in trials:
        batch = trial.batch()
        there, made = found.pop(str(trial.schedule.seed), Counter()), expected(batch)
        if there != made:
            twice = (there - made).total()
            trial.wrong.append(f"of {made.total()} records {(made - there).total()} are missing, {twice} are there too often")
        parts = [each.part for each in entries if (each.stream, each.interval) == (batch.stream.name, batch.interval)]
        if parts != list(range(1, -(-trial.schedule.records // trial.schedule.part) + 1)):
            trial.wrong.append(f"the ledger has the parts {parts}")
    if left := open_transactions(ground.broker, topic):
        trials[0].wrong.append(f"transactions of the round are open still: {left}")
    if found:
        trials[0].wrong.append(f"there are records of nobody: {sorted(found)}")


def open_transactions(broker: Broker, topic: str) -> set[tuple[str, int]]:
    """(partition, producer id) where the last thing that a producer wrote is no marker."""
    last: dict[tuple[str, int], bool] = {}
    for batch in dump_log(
        path for number in range(TOPIC_PARTITIONS) for path in sorted((broker.log_dir / f"{topic}-{number}").glob("*.log"))
    ):
        last[batch.partition, batch.producer_id] = batch.is_control
    return {key for key, decided in last.items() if not decided}


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
