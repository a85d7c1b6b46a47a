"""The Kafka provider's own ProduceToTopicOperator, with card_transactions' fields drawn by Faker record by record: what Airflow users have today."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from faker import Faker

from dev.airflow import Airflow
from dev.places import ROOT


def name() -> str:
    """The operator's name, with the versions of its provider and of Faker."""
    return f"ProduceToTopicOperator {version('apache-airflow-providers-apache-kafka')}, Faker {version('Faker')}"


def rows(n: int) -> Iterator[tuple[str, str]]:
    """(key, JSON) of n records: the operator's producer_function."""
    faker, chance = Faker(), random.Random(1)
    faker.seed_instance(1)
    start = dt.datetime(2026, 3, 1, 10, tzinfo=dt.UTC)
    for number in range(n):
        key = str(faker.uuid4())
        row = {
            "id": key,
            "ts": (start + dt.timedelta(hours=number / n)).isoformat(timespec="milliseconds"),
            "name": faker.name(),
            "email": faker.email(),
            "card_number": faker.credit_card_number(),
            "card_provider": faker.credit_card_provider(),
            "currency": faker.currency_code(),
            "company": faker.company(),
            "city": faker.city(),
            "country": faker.country_code(),
            "ip": faker.ipv4(),
            "amount": round(chance.uniform(0.5, 5000), 2),
        }
        yield key, json.dumps(row)


def publish(bootstrap: str, topic: str, n: int, *, home: Path, synchronous: bool = True) -> float:
    """Records a second of the operator's execute(), in a process of its own; start and imports not included.

    Args:
        bootstrap: bootstrap.servers.
        topic: an existing one.
        n: how many records.
        home: AIRFLOW_HOME, a scratch folder.
        synchronous: the operator's; its default flushes after each record.
    """
    extra = {"bootstrap.servers": bootstrap, "acks": "all", "enable.idempotence": True, "compression.type": "lz4"}
    environment = Airflow(1, home).environment()
    environment["AIRFLOW_CONN_KAFKA_DEFAULT"] = json.dumps({"conn_type": "kafka", "extra": extra})
    environment["PYTHONPATH"] += os.pathsep + str(ROOT)
    command = [sys.executable, "-m", "bench.stock", topic, str(n), str(int(synchronous))]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(f"the stock operator failed:\n{done.stdout[-1000:]}{done.stderr[-2000:]}")
    return float(done.stdout.splitlines()[-1])


def main() -> None:
    """Runs the operator on the connection in the environment: TOPIC RECORDS SYNCHRONOUS; prints records a second."""
    from airflow.providers.apache.kafka.operators.produce import ProduceToTopicOperator

    topic, n, synchronous = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "1"
    operator = ProduceToTopicOperator(
        task_id="produce", topic=topic, producer_function=rows, producer_function_args=[n], synchronous=synchronous
    )
    started = time.perf_counter()
    operator.execute({})
    print(n / (time.perf_counter() - started))


if __name__ == "__main__":
    main()
