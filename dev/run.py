"""`make run`: Kafka, Airflow and one batch of the `registrations` stream, end to end."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from dev.airflow import LOGIN, Airflow, local_airflow
from dev.api import AirflowApi
from dev.broker import Broker
from dev.console import Record, console_consumer
from dev.errors import DevError, exit_with
from dev.guard import guarded
from dev.jars import class_path
from dev.kafka import prepare_broker, require_reachable, running_broker, write_env
from dev.ledger import create_ledger
from dev.places import LOCAL, ROOT
from dev.ports import require_free
from dev.steps import Steps

DAG, TASK = "registrations", "publish"
SHOWN = 3  # records on the terminal


def run() -> int:
    """Brings the stack up, publishes one batch, shows it and stays up until Ctrl-C (not with ONCE=1). `guarded` ends what is left."""
    airflow = local_airflow()
    with only_one():
        require_free(airflow.port, "Airflow", "AIRFLOW_PORT")
        try:
            tell(airflow)
            if os.environ.get("ONCE", "0") not in ("", "0"):
                return 0
            print("Ctrl-C ends it all", flush=True)
            return stay_up(airflow)
        finally:
            airflow.stop()


def tell(airflow: Airflow) -> None:
    """Tells the whole story, top down, until the stack is up and has proven itself."""
    api = AirflowApi(airflow.url, check=airflow.check)
    with Steps() as steps:
        bootstrap = bring_up(steps, airflow, api)
        receipt = publish_once(steps, api)
        records: list[Record] = []
        if cluster := cluster_of(api, receipt["connection"]):
            with steps.step("Kafka's console consumer reads the records back"):
                records = read_back(cluster, receipt)
        else:
            steps.console.print(f"    skipped    reading back: the connection {receipt['connection']} wants a login", markup=False)
    show(records, receipt)
    print(f"\nready after {time.monotonic() - steps.started:.0f} s")
    print(f"  Kafka    {bootstrap}    make consume TOPIC={receipt['topic']}")
    print(f"  Airflow  {airflow.url}    login {LOGIN[0]}, password {LOGIN[1]}", flush=True)


def bring_up(steps: Steps, airflow: Airflow, api: AirflowApi) -> str:
    """Starts Kafka (unless KAFKA_BOOTSTRAP or `make kafka` has one) and Airflow, the slow parts beside each other.

    Returns:
        The cluster's bootstrap.servers.
    """
    broker: Broker | None = None
    if bootstrap := os.environ.get("KAFKA_BOOTSTRAP"):
        require_reachable(bootstrap)
    elif running := running_broker():
        running.wait_ready()
        bootstrap = running.bootstrap
    else:
        broker = prepare_broker()
        bootstrap = broker.bootstrap

    started = datetime.now(UTC).isoformat()
    if airflow.storage:
        with steps.step(airflow.storage):
            airflow.start_storage()
    pool = ThreadPoolExecutor(4)
    try:
        database = pool.submit(prepare_database, steps, airflow, bootstrap)
        kernels = pool.submit(timed, steps, "compiled kernels", lambda: warm_kernels(airflow))
        with steps.step("Kafka's jars") as step:
            class_path(step.count)
        if broker:
            broker.format()
            broker.start()  # here and in `airflow.start`: they die with the thread that starts them, and this is the main one
            ready = pool.submit(timed, steps, f"Kafka's broker at {bootstrap}", partial(make_ready, broker))
        else:
            steps.console.print(f"    ok         Kafka runs already at {bootstrap}", markup=False)
            ready = pool.submit(create_ledger, bootstrap)
        gather(database, ready)  # a task needs the ledger, and the scheduler may start one at once
        write_env(bootstrap, airflow, airflow_has_connections=True)
        with steps.step("Airflow") as step:
            airflow.start()
            api.wait_up()
            step.say("waiting for the DAG")
            api.wait_parsed(DAG, since=started)
            step.say("")
        if airflow.workers:
            with steps.step(f"{len(airflow.workers)} workers"):
                airflow.start(*airflow.workers)  # after the API server is up: a task talks to it from its first moment on
                airflow.wait_workers()
        kernels.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return bootstrap


def prepare_database(steps: Steps, airflow: Airflow, bootstrap: str) -> None:
    """Prepares Airflow's database, and tells which connections somebody has edited in it; RESET=1 puts them back."""
    with steps.step("Airflow's database and connections"):
        lines = airflow.prepare(bootstrap, reset=os.environ.get("RESET", "0") not in ("", "0"))
    for line in lines:
        steps.console.print(f"               {line}", markup=False)


def make_ready(broker: Broker) -> None:
    """Waits for the broker, and makes the ledger."""
    broker.wait_ready()
    create_ledger(broker.bootstrap)


def timed(steps: Steps, title: str, work: Any) -> None:
    """Runs one step in a thread."""
    with steps.step(title):
        work()


def gather(*futures: Future[None]) -> None:
    """Waits for all; the first failure is raised."""
    for future in futures:
        future.result()


def warm_kernels(airflow: Airflow) -> None:
    """Compiles the engine's kernels into their cache, so that the first task does not wait for it."""
    answer = subprocess.run(
        [sys.executable, "-m", "springhead.kernels"], env=airflow.environment(), cwd=ROOT, capture_output=True, text=True
    )
    if answer.returncode:
        raise DevError(f"the kernels cannot be compiled:\n{(answer.stdout + answer.stderr).strip()[-3000:]}")


def publish_once(steps: Steps, api: AirflowApi) -> dict[str, Any]:
    """Triggers the DAG, waits until its run is green and returns the receipt.

    Raises:
        DevError: it is not, with the end of the failed task's log.
    """
    with steps.step(f"one run of the DAG {DAG}"):
        run_id = api.trigger(DAG)
        state = api.wait_run(DAG, run_id)
        if state != "success":
            raise DevError(failure(api, run_id))
        receipt: dict[str, Any] = api.xcom(DAG, run_id, TASK)
        return receipt


def cluster_of(api: AirflowApi, connection: str) -> str | None:
    """Returns the bootstrap.servers of a connection as Airflow has it; None: a console consumer cannot read there without a login."""
    extra = json.loads(api.get(f"/api/v2/connections/{connection}")["extra"] or "{}")
    servers: str | None = extra.get("bootstrap.servers")
    return servers if str(extra.get("security.protocol", "plaintext")).lower() == "plaintext" else None


def failure(api: AirflowApi, run_id: str) -> str:
    """Returns what is known of a failed run: each failed task with the end of its log."""
    text = [f"the run {run_id} of {DAG} failed ({api.url}/dags/{DAG}/runs/{run_id})"]
    for task in api.tasks(DAG, run_id):
        if task["state"] in ("failed", "up_for_retry"):
            text.append(f"\n{task['task_id']}, attempt {task['try_number']}:")
            text += [f"  {line}" for line in api.log(DAG, run_id, task["task_id"], task["try_number"])[-25:]]
    return "\n".join(text)


def read_back(bootstrap: str, receipt: dict[str, Any]) -> list[Record]:
    """Returns the batch's records in its fullest partition, as Kafka's console consumer sees them, once all of them are found there.

    The scheduler's own runs publish to the same topic at the same time: the batch is made again here, to tell its records from theirs.

    Raises:
        DevError: some are not there.
    """
    shares = {int(number): share for number, share in receipt["partitions"].items()}
    number, share = max(shares.items(), key=lambda pair: int(pair[1]["records"]))
    first, end = share["first_offset"] or 0, share["end_offset"]
    there = console_consumer(bootstrap, receipt["topic"], n=end and end - first, partition=number, offset=first)
    expected = {(time_ms, value) for part, time_ms, value in batch_of(receipt) if part == number}
    found = [record for record in there if (record.timestamp_ms, record.value) in expected]
    if len(found) < share["records"]:
        raise DevError(
            f"the run is green, but in partition {number} of {receipt['topic']} the console consumer finds {len(found)} of its {share['records']} records"
        )
    return found


def batch_of(receipt: dict[str, Any]) -> list[tuple[int, int, bytes]]:
    """Returns (partition, timestamp in ms, value) of each record of a receipt's batch, made again."""
    from springhead.quantities import Interval
    from springhead.records.batch import Batch
    from springhead.records.press import records_of
    from springhead.records.request import Request
    from springhead.spec import find_stream
    from springhead.topic_facts import TopicFacts

    batch = Batch.of(
        Request(
            find_stream(receipt["stream"]),
            Interval.parse(receipt["interval"]),
            variant=receipt["variant"],
            run_id=receipt["run_id"],
            records=receipt["records"],
            batch=receipt["batch"],
        ),
        TopicFacts(partitions=receipt["topic_partitions"]),
    )
    made = records_of(batch)
    return [
        row for chunk in made for row in zip(chunk.partitions.tolist(), chunk.timestamps_ms.tolist(), chunk.values.tolist(), strict=True)
    ]


def show(records: list[Record], receipt: dict[str, Any]) -> None:
    """Prints the records and the receipt."""
    shown = records[:SHOWN]
    print(f"\n{len(shown)} of the {receipt['records']} records in {receipt['topic']}:")
    for record in shown:
        time_ = datetime.fromtimestamp(record.timestamp_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        print(f"  partition {record.partition}  timestamp {time_}  key {text(record.key)}  value {text(record.value)}")
    print("\nreceipt:")
    for line in yaml.safe_dump(receipt, sort_keys=False, allow_unicode=True, default_flow_style=None, width=120).splitlines():
        print(f"  {line}")


def text(data: bytes | None) -> str:
    """Returns bytes as a person reads them."""
    return "null" if data is None else data.decode(errors="backslashreplace")


def stay_up(airflow: Airflow) -> int:
    """Returns 0 at Ctrl-C; raises DevError when Airflow ends by itself."""
    try:
        while True:
            airflow.check()
            airflow.mend()
            time.sleep(1)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("\nstopping", flush=True)
        return 0


@contextlib.contextmanager
def only_one(target: str = "make run", file: Path = LOCAL / "run.lock") -> Iterator[None]:
    """Holds a lock while one such target runs."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        os.set_inheritable(lock.fileno(), False)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DevError(f"`{target}` is running already, in another terminal") from None
        yield


if __name__ == "__main__":
    exit_with(lambda: guarded(run))
