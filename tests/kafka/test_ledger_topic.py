"""The ledger's topic: made once, safely, and by whom it may be; what a user who lacks a right is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ConfigResource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
)

from dev.broker import Broker, brokers_at
from dev.cluster import Cluster
from springhead.cli.remedies import told
from springhead.errors import LedgerError, LedgerTimeoutError, RefusedError
from springhead.kafka.clients import Admin
from springhead.kafka.topics import TopicInfo
from springhead.ledger.topic import find_ledger, init_ledger
from springhead.ledger.writer import forget
from tests.kafka.build import connection
from tests.kafka.ledgers import Ledger, entry, foreign, name_a_ledger
from tests.unit.ledger.build import ENTRY

pytestmark = pytest.mark.kafka


def test_init_creates_the_ledger_once(broker: Broker, admin: AdminClient, monkeypatch: pytest.MonkeyPatch) -> None:
    name = name_a_ledger(monkeypatch)
    ours = Admin(connection(broker))
    first, second = init_ledger(ours), init_ledger(ours)
    assert (first.created, second.created) == (True, False)
    assert first.id == second.id == find_ledger(ours).id
    assert (second.partitions, second.replicas) == (32, 1)
    resource = ConfigResource(ResourceType.TOPIC, name)
    configs = admin.describe_configs([resource])[resource].result(timeout=30)
    assert {key: configs[key].value for key in configs if key in WANTED} == WANTED


WANTED = {
    "cleanup.policy": "compact",
    "message.timestamp.type": "CreateTime",
    "message.timestamp.before.max.ms": str(2**63 - 1),
    "message.timestamp.after.max.ms": str(2**63 - 1),
    "segment.ms": "315360000000",
    "min.insync.replicas": "1",
}


def test_on_three_brokers_the_ledger_survives_the_loss_of_one(three_brokers: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPRINGHEAD_LEDGER", raising=False)
    found = init_ledger(Admin(connection(three_brokers.bootstrap)))
    assert (found.name, found.replicas, found.configs["min.insync.replicas"]) == ("__springhead_ledger", 3, "2")
    three_brokers.brokers[2].kill()
    while len(brokers_at(three_brokers.brokers[0].bootstrap)) != 2:  # until then an admin client may ask the one that is gone
        time.sleep(0.2)
    survivors = Ledger(three_brokers.brokers[0])
    survivors.write(ENTRY.record())
    assert survivors.read() == [ENTRY]


def test_a_publisher_that_finds_no_ledger_stops(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name = name_a_ledger(monkeypatch)
    with pytest.raises(LedgerError) as caught:
        find_ledger(Admin(connection(broker)))
    assert str(caught.value) == (
        f"there is no ledger '{name}' on the cluster of connection 'test_kafka': Springhead cannot prove that this interval was not published. "
        "Start an empty ledger, once per cluster; after a loss every interval counts as unpublished"
    )
    assert told(caught.value).splitlines()[1:] == ["  to start an empty ledger: springhead init --connection test_kafka"]


@pytest.mark.parametrize("call", [find_ledger, init_ledger])
@pytest.mark.parametrize(
    ("partitions", "configs", "wrong"),
    [
        (
            12,
            {},
            "it has 12 partitions instead of 32, so a stream's entries would be looked for in a wrong one. The number cannot be changed: "
            "delete the topic and make it anew if it holds no entries, else name another one by SPRINGHEAD_LEDGER",
        ),
        (
            32,
            {"cleanup.policy": "delete"},
            "cleanup.policy is delete. Set it: kafka-configs.sh --alter --entity-type topics --entity-name {name} --add-config cleanup.policy=compact",
        ),
        (32, {"cleanup.policy": "compact,delete"}, "cleanup.policy is compact,delete. Set it: "),
        (32, {"message.timestamp.type": "LogAppendTime"}, "message.timestamp.type is LogAppendTime. Set it: "),
        (32, {"message.timestamp.after.max.ms": "3600000"}, "message.timestamp.after.max.ms is 3600000. Set it: "),
    ],
)
def test_a_ledger_that_would_lose_entries_is_refused_with_the_remedy(
    broker: Broker,
    admin: AdminClient,
    monkeypatch: pytest.MonkeyPatch,
    call: Callable[[Admin], TopicInfo],
    partitions: int,
    configs: dict[str, str],
    wrong: str,
) -> None:
    name = name_a_ledger(monkeypatch)
    admin.create_topics([NewTopic(name, partitions, 1, config={**WANTED, **configs})])[name].result(timeout=30)
    with pytest.raises(LedgerError) as caught:
        call(Admin(connection(broker)))
    assert str(caught.value).startswith(f"the ledger '{name}' cannot be relied on: {wrong.format(name=name)}")


@contextmanager
def denied(broker: Broker, kind: ResourceType, name: str, operation: AclOperation) -> Iterator[None]:
    """Forbids an operation on whatever begins with this name."""
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    pattern = ResourcePatternType.LITERAL if kind is ResourceType.BROKER else ResourcePatternType.PREFIXED
    everyone = {"principal": "User:ANONYMOUS", "host": "*"}
    rules = [
        AclBinding(kind, name, pattern, operation=what, permission_type=permission, **everyone)
        for what, permission in ((AclOperation.ALL, AclPermissionType.ALLOW), (operation, AclPermissionType.DENY))
    ]
    for future in admin.create_acls(rules).values():
        future.result(timeout=30)
    every = AclBindingFilter(kind, name, pattern, None, None, AclOperation.ANY, AclPermissionType.ANY)  # type: ignore[arg-type]  # None: any
    while len(admin.describe_acls(every).result(timeout=30)) < 2:
        time.sleep(0.1)
    try:
        yield
    finally:
        admin.delete_acls([every])[every].result(timeout=30)


def test_init_without_permission_tells_an_administrator_what_to_do(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name = name_a_ledger(monkeypatch)
    with (
        denied(quick, ResourceType.BROKER, "kafka-cluster", AclOperation.CREATE),
        denied(quick, ResourceType.TOPIC, name, AclOperation.CREATE),
        pytest.raises(RefusedError) as caught,
    ):
        init_ledger(Admin(connection(quick)))
    assert str(caught.value) == (
        f"connection 'test_kafka': creating topic '{name}' is not permitted (Authorization failed.). Give its user the ACL Create. An administrator can create the ledger with:\n"
        f"  kafka-topics.sh --bootstrap-server {quick.bootstrap} --create --topic {name} --partitions 32 --replication-factor 1 --config cleanup.policy=compact "
        f"--config message.timestamp.type=CreateTime --config message.timestamp.before.max.ms={2**63 - 1} --config message.timestamp.after.max.ms={2**63 - 1} "
        "--config segment.ms=315360000000 --config min.insync.replicas=1"
    )


def test_a_reader_needs_no_right_to_a_group(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name_a_ledger(monkeypatch)
    ledger = Ledger(quick)
    ledger.commit(ENTRY.record())
    with denied(quick, ResourceType.GROUP, "springhead", AclOperation.ALL), ledger.reader() as reader:
        assert reader.read() == [ENTRY]
        with ledger.transaction(foreign()), pytest.raises(LedgerTimeoutError):
            reader.read(3.0)  # long enough to hear of the group


def test_a_ledger_that_may_not_be_read_is_an_error_that_names_the_right(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name = name_a_ledger(monkeypatch)
    ledger = Ledger(quick)
    ledger.commit(ENTRY.record())
    with denied(quick, ResourceType.TOPIC, name, AclOperation.READ), pytest.raises(RefusedError) as caught:
        ledger.read()
    assert str(caught.value) == (
        f"connection 'test_kafka': reading the ledger '{name}' is not permitted (Fetch from broker 1 failed: Broker: Topic authorization failed). "
        "Give its user the ACL Read on that topic"
    )


def test_a_ledger_whose_settings_may_not_be_read_is_relied_on(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name = name_a_ledger(monkeypatch)
    ledger = Ledger(quick)
    with denied(quick, ResourceType.TOPIC, name, AclOperation.DESCRIBE_CONFIGS):
        assert find_ledger(ledger.admin).configs == {}


def test_tombstones_that_may_not_be_written_are_an_error_with_their_number(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name = name_a_ledger(monkeypatch)
    ledger = Ledger(quick)
    ledger.write(ENTRY.record(), entry(part=2).record())
    with denied(quick, ResourceType.TOPIC, name, AclOperation.WRITE), pytest.raises(RefusedError) as caught:
        forget(connection(quick), ledger.topic, [ENTRY.key, entry(part=2).key])
    assert str(caught.value) == (
        f"of 2 tombstones 0 reached the ledger '{name}' (TOPIC_AUTHORIZATION_FAILED 2). Give the connection's user the ACL Write on the topic."
    )
    forget(connection(quick, acks="0"), ledger.topic, [ENTRY.key])
    assert ledger.read() == [entry(part=2)]
