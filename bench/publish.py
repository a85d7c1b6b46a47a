"""`springhead publish card_transactions` beside the programs that one would use instead, on the same broker, one after the other in each round.

All with acks=all, idempotent, lz4, six partitions on one broker; Kafka's load generator at the settings at which it is fastest, kcat with linger 50 ms and batches of 1 MB,
as ours. Each ratio is that of one round (the machine's load meets both), each figure the median of the rounds. Python's and Java's start-up is in nobody's rate; `springhead publish` as a whole command
stands beside it. A program that is not installed is left out, and the output says how to get it. Every round counts what has arrived.
"""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic, OffsetSpec

from bench import glassgen, kcat, seedfaker, stock
from bench.missing import Missing
from bench.rows import record
from dev.cluster import Cluster
from dev.jars import KAFKA_VERSION
from dev.ledger import create_ledger
from dev.perf import producer_perf
from springhead.spec import streams_dir

RECORDS = int(os.environ.get("RECORDS", "2000000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
STREAM = "card_transactions"
PARTITIONS = 6
SETTINGS = {
    "acks": "all",
    "enable.idempotence": "true",
    "compression.type": "lz4",
    "linger.ms": "20",
    "batch.size": "1048576",
    "buffer.memory": "268435456",
}  # with which Kafka's load generator is fastest here
SAMPLE = 100_000  # records of the file that Kafka's load generator draws from, and of a warm-up
FAKER_RECORDS = min(RECORDS, 20_000)  # of the programs that draw by Faker: some seconds
STOCK_RECORDS = min(RECORDS, 3_000)


@dataclass(slots=True)
class Program:
    """One that publishes.

    Attributes:
        name: with its version.
        topic: its own.
        n: records of a round.
        run: publishes so many records to the topic; returns records a second.
        rates: records a second of each round.
        markers: how many control records the last run has left in the topic: one a partition for each transaction.
    """

    name: str
    topic: str
    n: int
    run: Callable[[str, int], float]
    rates: list[float] = field(default_factory=list)
    markers: Callable[[], int] = lambda: 0


class Springhead:
    """`springhead` on a broker; keeps how long the whole commands took.

    Each publication is new data, as a manual run's: the interval's own batch is published once and never again.
    """

    def __init__(self, bootstrap: str, folder: Path) -> None:
        extra = {"bootstrap.servers": bootstrap, "client.id": "bench", "acks": "all"}
        self._environment = {**os.environ, "AIRFLOW_CONN_KAFKA_DEFAULT": json.dumps({"conn_type": "kafka", "extra": extra})}
        self._folder = folder
        self._runs = itertools.count(1)
        self.commands: list[float] = []
        self.transactions = 0  # of the last run

    def generate(self, n: int, file: Path) -> None:
        """Writes the values of n records to a file, one a line."""
        self._run("generate", STREAM, "--records", str(n), "-o", str(file))

    def publish(self, _: str, n: int) -> float:
        """Records a second as the receipt has it: from the topic's check to the commit, the ledger's look-up among it."""
        started = time.perf_counter()
        receipt = self._publish(STREAM, n)
        self.commands.append(n / (time.perf_counter() - started))
        self.transactions = int(receipt["parts"])
        return n / float(receipt["duration_s"])

    def publish_at_least_once(self, topic: str, n: int) -> float:
        """The same stream without transactions."""
        file = self._folder / f"{topic}.yaml"
        text = (streams_dir() / f"{STREAM}.yaml").read_text(encoding="utf-8")
        file.write_text(text.replace(f"topic: {STREAM}", f"topic: {topic}\ndelivery: at_least_once"), encoding="utf-8")
        return n / float(self._publish(str(file), n)["duration_s"])

    def _publish(self, stream: str, n: int) -> dict[str, Any]:
        run_id = f"bench-{next(self._runs)}"
        receipt: dict[str, Any] = json.loads(self._run("publish", stream, "--records", str(n), "--run-id", run_id))
        return receipt

    def _run(self, *words: str) -> str:
        command = [sys.executable, "-m", "springhead.cli", *words]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, check=True).stdout


class Topics:
    """The programs' topics, all alike; knows how many records there are."""

    def __init__(self, bootstrap: str) -> None:
        self._admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})

    def create(self, name: str) -> None:
        """Makes one; card_transactions is made by `springhead publish`, with as many partitions."""
        if name != STREAM:
            self._admin.create_topics([NewTopic(name, PARTITIONS, 1)])[name].result(timeout=30)

    def size(self, name: str) -> int:
        """The records in it."""
        latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]
        ends = self._admin.list_offsets({TopicPartition(name, number): latest for number in range(PARTITIONS)})
        return sum(end.result(timeout=30).offset for end in ends.values())


def programs(ours: Springhead, bootstrap: str, folder: Path) -> list[Program]:
    """All that are installed, ours first; prints what is not."""
    whole, sample = folder / "records", folder / "sample"
    ours.generate(RECORDS, whole)
    with whole.open("rb") as file, sample.open("wb") as part:
        part.writelines(line for _, line in zip(range(SAMPLE), file, strict=False))

    def perf(topic: str, n: int) -> float:
        payloads = sample.read_bytes().splitlines()
        return producer_perf(bootstrap, topic, n, payloads=payloads, settings=SETTINGS).records_per_s

    found = [
        Program("springhead publish", STREAM, RECORDS, ours.publish, markers=lambda: PARTITIONS * ours.transactions),
        Program("springhead publish, delivery: at_least_once", "at-least-once", RECORDS, ours.publish_at_least_once),
        Program(f"kafka-producer-perf-test {KAFKA_VERSION}, a file", "perf-test", RECORDS, perf),
        Program(glassgen.NAME, "glassgen", FAKER_RECORDS, lambda topic, n: glassgen.publish(bootstrap, topic, n)),
        Program(stock.name(), "stock", STOCK_RECORDS, lambda topic, n: stock.publish(bootstrap, topic, n, home=folder / "airflow")),
        Program(
            f"{stock.name()}, synchronous=False",
            "stock-asynchronous",
            STOCK_RECORDS,
            lambda topic, n: stock.publish(bootstrap, topic, n, home=folder / "airflow", synchronous=False),
        ),
    ]
    try:
        found.insert(3, Program(f"{kcat.name()}, a file", "kcat", RECORDS, lambda topic, n: kcat.replay(bootstrap, topic, whole, n)))
        piped = Program(f"{seedfaker.name()} | kcat", "seedfaker", RECORDS, lambda topic, n: seedfaker.publish(bootstrap, topic, n))
        found.insert(4, piped)
    except Missing as reason:
        print(f"  left out: {reason}")
    return found


def warmed(found: list[Program], topics: Topics) -> list[Program]:
    """Those that can be run, after a short run of each: every topic exists then, and the broker is warm; prints what cannot be run."""
    able = []
    for program in found:
        topics.create(program.topic)
        try:
            program.run(program.topic, min(program.n, SAMPLE if program.n == RECORDS else 500))
        except Missing as reason:
            print(f"  left out: {program.name}: {reason}")
        else:
            able.append(program)
    return able


def measure(program: Program, topics: Topics) -> None:
    """One round of one program.

    Raises:
        RuntimeError: not every record arrived.
    """
    before = topics.size(program.topic)
    program.rates.append(program.run(program.topic, program.n))
    arrived = topics.size(program.topic) - before - program.markers()
    if arrived != program.n:
        raise RuntimeError(f"{program.name}: {arrived:,} of {program.n:,} records arrived")


def main() -> None:
    """Runs the rounds."""
    with tempfile.TemporaryDirectory() as scratch, Cluster(Path(scratch) / "kafka", heap_mb=1024) as cluster:
        create_ledger(cluster.bootstrap)
        ours, topics = Springhead(cluster.bootstrap, Path(scratch)), Topics(cluster.bootstrap)
        all_of_them = warmed(programs(ours, cluster.bootstrap, Path(scratch)), topics)
        ours.commands.clear()
        for number in range(ROUNDS):
            for program in all_of_them:
                measure(program, topics)
            print(f"  round {number + 1}: " + ", ".join(f"{program.topic} {program.rates[-1]:,.0f}" for program in all_of_them))
    figures = {program.name: (statistics.median(program.rates), "records/s") for program in all_of_them}
    figures["springhead publish, the whole command"] = (statistics.median(ours.commands), "records/s")
    first, *others = all_of_them
    for other in others:
        ratio = statistics.median(a / b for a, b in zip(first.rates, other.rates, strict=True))
        figures[f"{first.name} / {other.name}"] = (ratio, "×")
    record(f"publish {STREAM}, {RECORDS:,} records, {ROUNDS} rounds", figures)


if __name__ == "__main__":
    main()
