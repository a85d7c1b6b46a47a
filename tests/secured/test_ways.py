"""Each way to log in, the whole way: connection in airflow_settings.yaml, ledger, publish, publish again, verify; judged by Kafka's console consumer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dev.console import console_consumer
from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.ledger.reader import LedgerReader
from springhead.ledger.topic import find_ledger
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.spec import load_stream
from springhead.topic_facts import TopicFacts
from tests.kafka.build import expected, seen
from tests.secured.cluster import PASSWORD, Secured
from tests.secured.command import Springhead
from tests.secured.tokens import CLIENT_SECRET

pytestmark = pytest.mark.kafka

INTERVAL = "2026-03-01T10:00:00Z/2026-03-01T11:00:00Z"
SECRETS = (PASSWORD, CLIENT_SECRET, "key-of-the-test")


@pytest.mark.parametrize("name", ["kafka_scram_512", "kafka_scram_256", "kafka_plain", "kafka_oauth", "kafka_mtls"])
def test_a_batch_is_published_exactly_once_and_verified(secured: Secured, springhead: Springhead, tmp_path: Path, name: str) -> None:
    topic = f"secured-{name}"
    file = tmp_path / f"{name}.yaml"
    file.write_text(
        f"topic: {topic}\ntopic_config: {{partitions: 3, configs: {{retention.ms: -1}}}}\nconnection: {name}\nrecords: 2000\n"
        "key: '{id}'\nfields: {id: {sequence: 1}, text: {uuid: 4}}\n"
    )
    springhead.connections(secured.all())
    assert springhead("init", "--connection", name).code == 0
    checked = springhead.apart("check", "--connection", name)
    assert (checked.code, checked.err) == (0, "")
    assert checked.out.splitlines() == [
        f"1 broker: {secured.all()[name]['bootstrap.servers']}",
        "green means exactly_once",
        "the ledger '__springhead_ledger' is there and fit to be relied on; transactions are permitted",
    ]
    first = springhead("publish", str(file), "--interval", INTERVAL)
    again = springhead("publish", str(file), "--interval", INTERVAL)
    verified = springhead("verify", str(file), "--interval", INTERVAL)
    assert [each.code for each in (first, again, verified)] == [0, 0, 0], (first, again, verified)
    receipts = [json.loads(each.out.splitlines()[-1]) for each in (first, again)]
    assert [(receipt["guarantee"], receipt["records"], receipt["already_published"]) for receipt in receipts] == [
        ("exactly_once", 2000, False),
        ("exactly_once", 2000, True),
    ]
    batch = Batch.of(Request(load_stream(file), Interval.parse(INTERVAL)), TopicFacts(partitions=3))
    assert seen(console_consumer(secured.broker.bootstrap, topic)) == expected(batch)
    judge = Admin(Connection("judge", {"bootstrap.servers": secured.broker.bootstrap}))
    with LedgerReader(judge, find_ledger(judge), name) as reader:
        assert [entry.records for entry in reader.read()] == [2000]
    for done in (checked, first, again, verified):
        assert not any(secret in done.out + done.err for secret in SECRETS)


def test_a_token_service_that_is_away_later_ends_no_batch_that_runs(secured: Secured) -> None:
    """librdkafka asks for the next token long before the present one ends, and again after 10 s."""
    from confluent_kafka import KafkaError

    from springhead.kafka.clients import Watch

    watch = Watch(Connection("oauth", secured.oauth()), lasting=True)
    watch(KafkaError(KafkaError._AUTHENTICATION, "Failed to acquire SASL OAUTHBEARER token: Could not connect to server"))
    assert watch.fatal is None
    assert watch.last == "Failed to acquire SASL OAUTHBEARER token: Could not connect to server"
