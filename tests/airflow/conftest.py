"""A real Airflow on a real broker for whoever asks: one for the session, on free ports, with streams and a database of its own."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# Importing airflow reads its settings and writes a file into AIRFLOW_HOME: before anything of this folder imports it, that is ours.
os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="springhead-airflow-")
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"

import pytest

from dev.airflow import Airflow
from dev.api import AirflowApi
from dev.broker import Broker
from dev.places import ROOT
from dev.ports import free_ports
from springhead.kafka.connection import SECRETS
from tests.airflow.statsd import StatsdServer
from tests.airflow.tasks import logged, published, verified

__all__ = ["logged", "published", "verified"]  # fixtures

SLOW = """\
topic: slow
topic_config: {partitions: 2, configs: {retention.ms: -1}}
records: 60000000
fields:
  id: {uuid: 4}
  text: {constant: a text that is the same in every record and as long as a sentence in a book}
"""
CRAWLING = """\
topic: crawling
topic_config: {partitions: 2, configs: {retention.ms: -1}}
connection: crawling_kafka
records: 40000
fields: {id: {uuid: 4}}
"""
CRAWLING_KAFKA = {"batch.num.messages": "1"}  # 5,000 records a second
# In every key that holds a secret a text of its own, which must be seen nowhere.
PLANTED = {key: f"planted-{number}-{key.replace('.', '-')}" for number, key in enumerate(sorted(SECRETS))}
DISCREET = """\
topic: discreet
topic_config: {partitions: 1, configs: {retention.ms: -1}}
connection: discreet_kafka
records: 5
fields: {id: {uuid: 4}}
variants:
  refused: {connection: refused_kafka}
"""
CROWD = """\
topic: crowd
topic_config: {partitions: 2, configs: {retention.ms: -1}}
schedule: "0 */6 * * *"
timezone: Europe/Berlin
rate: 20/h
arrivals: poisson
profile:
  hours: [1, 1, 1, 1, 1, 2, 4, 8, 9, 8, 8, 10, 12, 9, 8, 8, 9, 11, 12, 10, 7, 5, 3, 0]
  bursts: [{at: "0 9 * * *", for: 10m, times: 5}]
late: [{share: 0.1, by: [1m, 10m]}]
fields: {id: {sequence: 1}, at: {timestamp: iso}}
"""
TICKING = """\
topic: ticking
topic_config: {partitions: 2, configs: {retention.ms: -1}}
rate: 2/s
pace: live
delivery: at_least_once
fields: {id: {sequence: 1}}
"""
SHARED = """\
topic: shared
topic_config: {partitions: 2, configs: {retention.ms: -1}}
records: 2500000
fields: {id: {sequence: 1}}
"""
MEASURED = """\
topic: measured
topic_config: {partitions: 2, configs: {retention.ms: -1}}
records: 5000
verify: true
fields: {id: {sequence: 1}}
"""
WRONG = """\
topic: second_topic
fields:
  name: {faker: name}
  price: {intege: [1, 9]}
"""


TIMED = """
from datetime import timedelta
from airflow.sdk import DAG
from springhead_airflow.operator import PublishBatchOperator

with DAG("timed", schedule=None):
    PublishBatchOperator(task_id="publish", stream="slow", execution_timeout=timedelta(seconds=4), retries=0)
"""


MAPPED = """
from airflow.sdk import DAG
from springhead_airflow.operator import PublishBatchOperator

with DAG("mapped", schedule=None):
    PublishBatchOperator.partial(task_id="publish", stream="registrations", retries=0).expand(records=[5, 10, 15])
"""
SECURED_DAG = """
from pathlib import Path
from airflow.sdk import DAG
from springhead.spec import Stream
from springhead_airflow.operator import PublishBatchOperator

STREAM = Stream.model_validate(
    {"topic": "secured-by-airflow", "topic_config": {"partitions": 2, "configs": {"retention.ms": -1}}, "fields": {"id": {"sequence": 1}}},
    context=Path("by_airflow.yaml"),
)
with DAG("secured", schedule=None):
    PublishBatchOperator.partial(task_id="publish", stream=STREAM, records=1000, retries=0, outlets=[]).expand(
        kafka_config_id=["airflow_scram_512", "airflow_oauth", "airflow_mtls", "airflow_wrong"]
    )
"""
SHARED_DAG = """
from datetime import timedelta
from airflow.sdk import DAG
from springhead_airflow.verify import VerifyBatchOperator
from springhead_airflow.workers import publish_with_workers

with DAG("shared", schedule=None):
    night = publish_with_workers(stream="in_parts", workers=2, group_id="night", retries=2, retry_delay=timedelta(seconds=1))
    night >> VerifyBatchOperator(task_id="verify", stream="in_parts", retries=0)
"""
LINEAGE = """
from airflow.providers.openlineage.utils.selective_enable import enable_lineage
from airflow.sdk import DAG
from springhead_airflow import PublishBatchOperator, VerifyBatchOperator

with DAG("lineage", schedule=None) as dag:
    publish = PublishBatchOperator(task_id="publish", stream="registrations", records=8)
    publish >> VerifyBatchOperator(task_id="verify", stream="registrations", records=8)
enable_lineage(dag)
"""
NIGHTLY_DAG = """
import pendulum
from airflow.sdk import DAG, CronDataIntervalTimetable
from springhead_airflow.operator import PublishBatchOperator

NIGHTLY = CronDataIntervalTimetable("0 2 * * *", timezone="America/New_York")
with DAG("nightly_in_new_york", schedule=NIGHTLY, start_date=pendulum.datetime(2024, 1, 1), catchup=False):
    PublishBatchOperator(task_id="publish", stream="addresses", retries=0)
"""
PARTITIONED_DAG = """
import pendulum
from airflow.sdk import DAG, CronPartitionTimetable
from springhead_airflow.operator import PublishBatchOperator

HOURS = CronPartitionTimetable("0 * * * *", timezone="UTC", run_offset=-1)
with DAG("partitioned", schedule=HOURS, start_date=pendulum.datetime(2024, 1, 1), catchup=False):
    PublishBatchOperator(task_id="publish", stream="addresses", records=20, retries=0)
"""


@pytest.fixture(scope="session", autouse=True)
def _no_home_left() -> Iterator[None]:
    yield
    shutil.rmtree(os.environ["AIRFLOW_HOME"], ignore_errors=True)


@dataclass(frozen=True)
class Stack:
    """The session's Airflow, its REST interface, its streams' folder and its broker."""

    airflow: Airflow
    api: AirflowApi
    streams: Path
    bootstrap: str


@pytest.fixture(scope="package")
def statsd() -> Iterator[StatsdServer]:
    """The server that hears the session's metrics."""
    server = StatsdServer()
    yield server
    server.close()


@pytest.fixture(scope="package")
def stack(tmp_path_factory: pytest.TempPathFactory, broker: Broker, statsd: StatsdServer) -> Iterator[Stack]:
    """Airflow with the shipped DAGs and streams; beside them a long stream, one that takes its time, a wrong one, and a DAG that takes too long."""
    home = tmp_path_factory.mktemp("airflow")
    streams = home / "streams"
    shutil.copytree(ROOT / "include/streams", streams)
    (streams / "slow.yaml").write_text(SLOW)
    (streams / "crawling.yaml").write_text(CRAWLING)
    (streams / "discreet.yaml").write_text(DISCREET)
    (streams / "wrong.yaml").write_text(WRONG)
    (streams / "crowd.yaml").write_text(CROWD)
    (streams / "ticking.yaml").write_text(TICKING)
    (streams / "in_parts.yaml").write_text(SHARED)
    (streams / "measured.yaml").write_text(MEASURED)
    shutil.copytree(ROOT / "dags", home / "dags")
    for name, text in {
        "timed": TIMED,
        "mapped": MAPPED,
        "shared": SHARED_DAG,
        "secured": SECURED_DAG,
        "lineage": LINEAGE,
        "nightly_in_new_york": NIGHTLY_DAG,
        "partitioned": PARTITIONED_DAG,
    }.items():
        (home / f"dags/{name}.py").write_text(text)
    (port,) = free_ports(1)
    more = {
        "SPRINGHEAD_STREAMS": str(streams),
        "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
        # A loop of twenty files and one of the scheduler's each 0.1 s would keep most of a core busy; see also `quick_parsing`.
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "3600",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        **statsd.settings(),
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps({"type": "file", "log_file_path": str(home / "lineage.ndjson"), "append": True}),
        "AIRFLOW__OPENLINEAGE__SELECTIVE_ENABLE": "True",  # each event takes a process of its own
    }
    for name, settings in {
        "CRAWLING": CRAWLING_KAFKA,
        "DISCREET": PLANTED,
        "REFUSED": {**PLANTED, "security.protocol": "ssl"},  # whose key is none
    }.items():
        extra = {"bootstrap.servers": broker.bootstrap, "acks": "all", **settings}
        more[f"AIRFLOW_CONN_{name}_KAFKA"] = json.dumps({"conn_type": "kafka", "extra": extra})
    airflow = Airflow(port, home / "home", dags=home / "dags", more=more)
    airflow.prepare(broker.bootstrap)
    airflow.start()
    api = AirflowApi(airflow.url, check=airflow.check)
    try:
        api.wait_up()
        for dag in (
            "registrations",
            "addresses",
            "card_transactions",
            "crawling",
            "discreet",
            "slow",
            "crowd",
            "ticking",
            "measured",
            "secured",
            "live_registrations",
            "card_payments",
            "customer_orders",
            "timed",
            "mapped",
            "lineage",
            "shared",
            "in_parts",
            "nightly_in_new_york",
            "partitioned",
            "springhead_init",
            "example_after_publishing",
            "example_consume",
            "example_hand_written",
            "example_inline_stream",
            "example_mapped",
            "example_stock_operator",
            "example_verify_later",
        ):
            api.wait_parsed(dag)
        yield Stack(airflow, api, streams, broker.bootstrap)
    finally:
        api.close()
        airflow.stop()


@pytest.fixture
def quick_parsing(stack: Stack) -> Iterator[None]:
    """DAG files are parsed as often as with `make run`: what was edited is seen within seconds."""
    interval = "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL"

    def parse_each(seconds: str) -> None:
        stack.airflow.stop("dag-processor")
        stack.airflow.more[interval] = seconds
        stack.airflow.start("dag-processor")

    seldom = stack.airflow.more[interval]
    parse_each("5")
    yield
    parse_each(seldom)
