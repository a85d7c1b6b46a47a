"""What another worker brings, and what many do to the ledger: `python -m bench.scaling`.

Workers are processes of their own that take parts of one batch, part i worker i mod N, as Airflow's mapped tasks do. Their start is not in the figures: all wait until the last one is ready.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench.rows import record
from dev.cluster import Cluster
from dev.ledger import create_ledger
from springhead.kafka.connection import Connection
from springhead.publish.publish import publish
from springhead.publish.sending import Sending
from springhead.publish.shared import open_batch, receipt_of_parts
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.spec import Stream, TopicConfig, find_stream, streams_dir
from springhead.topic_facts import TopicFacts

STREAM = "card_transactions"
PARTITIONS = 6
RECORDS = int(os.environ.get("RECORDS", "8000000"))  # of a batch that workers share
ROUNDS = int(os.environ.get("ROUNDS", "3"))
CROWD = int(os.environ.get("CROWD", "8"))  # workers at one ledger; a hundred starve the broker on two cores
CROWD_PROCESSES = 4
CROWD_PARTS = 300
SMALL_PART = 100  # records: next to nothing beside transaction and ledger


def stream() -> Stream:
    """Twelve fields, for a topic that keeps old records."""
    config = TopicConfig(partitions=PARTITIONS, configs={"retention.ms": "-1"})
    return find_stream(STREAM, streams_dir()).model_copy(update={"topic_config": config})


def asked(number: int, records: int = RECORDS) -> Request:
    """A batch of a round."""
    return Request(stream(), Interval.parse(f"2026-02-{number + 1:02}T00:00Z/PT1H"), records=records)


def share(worker: int, workers: int, parts: int) -> list[int]:
    """The parts of a worker, which are numbered from 0."""
    return list(range(worker + 1, parts + 1, workers))


# A worker: a process that says when it is ready, works when it is told to, and says when it is done.


def work(kind: str, bootstrap: str, number: int, worker: int, workers: int) -> None:
    """Makes, or publishes, its share of a batch."""
    connection = Connection("bench", {"bootstrap.servers": bootstrap or "none", "acks": "all"})
    request = asked(number, CROWD_PARTS * SMALL_PART if kind == "crowd" else RECORDS)
    batch = Batch.of(request, TopicFacts(partitions=PARTITIONS))
    Sending(batch, 1).skip(range(1000))  # all kernels are there
    print("ready", flush=True)
    sys.stdin.readline()
    if kind == "generate":
        sending = Sending(batch, RECORDS)
        for part in share(worker, workers, len(batch.parts)):
            sending.skip(batch.parts[part - 1])
    elif kind == "publish":
        publish(request, connection, parts=share(worker, workers, len(batch.parts)))
    else:
        mine = [share(each, CROWD, CROWD_PARTS) for each in range(worker, CROWD, workers)]
        with ThreadPoolExecutor(len(mine)) as pool:
            list(pool.map(lambda parts: publish(request, connection, parts=parts, part_records=SMALL_PART), mine))
    print("done", flush=True)


@contextmanager
def processes(kind: str, bootstrap: str, number: int, workers: int) -> Iterator[list[subprocess.Popen[str]]]:
    """So many workers, ready."""
    command = [sys.executable, "-m", "bench.scaling", kind, bootstrap, str(number)]
    started = [
        subprocess.Popen([*command, str(worker), str(workers)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for worker in range(workers)
    ]
    try:
        for each in started:
            _heard(each, "ready")
        yield started
    finally:
        for each in started:
            each.kill()
            each.wait()


def _heard(worker: subprocess.Popen[str], word: str) -> None:
    assert worker.stdout is not None
    if (line := worker.stdout.readline().strip()) != word:
        raise RuntimeError(f"a worker ended: {line}")


def took(kind: str, bootstrap: str, number: int, workers: int) -> float:
    """Seconds from the moment when all are told to work until the last one is done."""
    with processes(kind, bootstrap, number, workers) as ready:
        started = time.perf_counter()
        for each in ready:
            assert each.stdin is not None
            each.stdin.write("\n")
            each.stdin.flush()
        for each in ready:
            _heard(each, "done")
        return time.perf_counter() - started


def measure(bootstrap: str) -> dict[str, tuple[float, str]]:
    """One worker and two, in turns: medians, and the median of the ratios of the rounds."""
    connection = Connection("bench", {"bootstrap.servers": bootstrap, "acks": "all"})
    rates: dict[str, list[float]] = {}
    ratios: dict[str, list[float]] = {}
    number = 0
    for _ in range(ROUNDS):
        for kind in ("generate", "publish"):
            seconds = {}
            for workers in (1, 2):
                if kind == "publish":
                    open_batch(asked(number), connection)
                seconds[workers] = took(kind, bootstrap, number, workers)
                if kind == "publish":
                    receipt = receipt_of_parts(asked(number), connection, sent=RECORDS, duration_s=seconds[workers])
                    if receipt.records != RECORDS:
                        raise RuntimeError(receipt.text())
                number += 1
                rates.setdefault(f"{kind}, {workers} worker{'s' * (workers > 1)}", []).append(RECORDS / seconds[workers])
            ratios.setdefault(f"{kind}, two workers / one", []).append(seconds[1] / seconds[2])
    return {
        **{name: (statistics.median(values), "records/s") for name, values in rates.items()},
        **{name: (statistics.median(values), "×") for name, values in ratios.items()},
    }


def measure_crowd(bootstrap: str) -> dict[str, tuple[float, str]]:
    """Many workers that share a batch of very small parts: what the ledger and the transactions alone allow."""
    connection = Connection("bench", {"bootstrap.servers": bootstrap, "acks": "all"})
    number = 20
    one = asked(number, CROWD_PARTS * SMALL_PART)
    few = 50
    open_batch(one, connection, part_records=SMALL_PART)
    started = time.perf_counter()
    publish(one, connection, parts=range(1, few + 1), part_records=SMALL_PART)
    alone = (time.perf_counter() - started) / few
    request = asked(number + 1, CROWD_PARTS * SMALL_PART)
    open_batch(request, connection, part_records=SMALL_PART)
    seconds = took("crowd", bootstrap, number + 1, CROWD_PROCESSES)
    receipt = receipt_of_parts(request, connection, sent=1, duration_s=seconds, part_records=SMALL_PART)
    if (receipt.parts, receipt.records) != (CROWD_PARTS, CROWD_PARTS * SMALL_PART):
        raise RuntimeError(receipt.text())
    return {
        f"a part of {SMALL_PART} records, one worker alone": (alone, "s"),
        f"a part of {SMALL_PART} records, {CROWD} workers at once, each": (seconds * CROWD / CROWD_PARTS, "s"),
        f"parts of {SMALL_PART} records by {CROWD} workers": (CROWD_PARTS / seconds, "parts/s"),
    }


def main() -> None:
    """Measures with a broker on this machine."""
    with tempfile.TemporaryDirectory() as scratch, Cluster(Path(scratch), heap_mb=1024) as cluster:
        create_ledger(cluster.bootstrap)
        record(f"workers: {RECORDS:,} records of {STREAM}, {ROUNDS} rounds", measure(cluster.bootstrap))
        record(f"{CROWD} workers at one ledger, {CROWD_PARTS} parts", measure_crowd(cluster.bootstrap))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        kind, bootstrap, *numbers = sys.argv[1:]
        work(kind, bootstrap, *map(int, numbers))
    else:
        main()
