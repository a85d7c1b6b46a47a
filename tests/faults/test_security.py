"""F26, F27, I6: wrong passwords and missing ACLs end in an error that names them, with nothing visible and no secret in any output."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from dev.broker import Broker
from dev.cluster import Cluster
from dev.ports import free_ports
from tests.faults.attempt import Outcome
from tests.faults.conftest import Case, MakeCase

pytestmark = pytest.mark.kafka

PASSWORD = "pa55-of-the-test"
USERS = 12
_users = itertools.count()


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Broker, str]]:
    """A broker whose second listener asks for a password and obeys ACLs, and that listener's address. On the first one everybody may do everything."""
    port, listener = free_ports(2)
    address = f"127.0.0.1:{listener}"
    users = " ".join(f'user_u{number}="{PASSWORD}"' for number in range(USERS))
    settings = {
        "listener.security.protocol.map": "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_PLAINTEXT",
        "advertised.listeners": f"BROKER://127.0.0.1:{port},SECURE://{address}",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
        "listener.name.secure.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.secure.plain.sasl.jaas.config": f"org.apache.kafka.common.security.plain.PlainLoginModule required {users};",
    }
    cluster = Cluster(tmp_path_factory.mktemp("secure"), port=port, heap_mb=384, short_lived=True, settings=settings)
    broker = cluster.brokers[0]
    broker.settings["listeners"] = f"{broker.properties()['listeners']},SECURE://{address}"
    with cluster:
        yield broker, address


ACLS = {
    "id Write": (ResourceType.TRANSACTIONAL_ID, "springhead.", AclOperation.WRITE),
    "id Describe": (ResourceType.TRANSACTIONAL_ID, "springhead.", AclOperation.DESCRIBE),
    "topic Write": (ResourceType.TOPIC, "topic", AclOperation.WRITE),
    "topic Describe": (ResourceType.TOPIC, "topic", AclOperation.DESCRIBE),
    "topic DescribeConfigs": (ResourceType.TOPIC, "topic", AclOperation.DESCRIBE_CONFIGS),
    "ledger Read": (ResourceType.TOPIC, "ledger", AclOperation.READ),
    "ledger Write": (ResourceType.TOPIC, "ledger", AclOperation.WRITE),
    "ledger Describe": (ResourceType.TOPIC, "ledger", AclOperation.DESCRIBE),
    "ledger DescribeConfigs": (ResourceType.TOPIC, "ledger", AclOperation.DESCRIBE_CONFIGS),
}


@pytest.fixture
def case(secure: tuple[Broker, str], make_case: MakeCase) -> Case:
    """A user of its own, who may do nothing yet; the judge may do everything."""
    broker, address = secure
    made = make_case(on=broker)
    user = {
        "security.protocol": "sasl_plaintext",
        "sasl.mechanism": "PLAIN",
        "sasl.username": f"u{next(_users)}",
        "sasl.password": PASSWORD,
    }
    return made.but(bootstrap=address, settings=user)


def allow(case: Case, *acls: str) -> None:
    """Gives the case's user these ACLs."""
    names = {"topic": case.topic, "ledger": case.attempt.ledger}
    user = f"User:{case.attempt.settings['sasl.username']}"
    bindings = []
    for acl in acls:
        kind, name, operation = ACLS[acl]
        pattern = ResourcePatternType.PREFIXED if kind is ResourceType.TRANSACTIONAL_ID else ResourcePatternType.LITERAL
        bindings.append(AclBinding(kind, names.get(name, name), pattern, user, "*", operation, AclPermissionType.ALLOW))
    client = AdminClient({"bootstrap.servers": case.broker.bootstrap})
    for future in client.create_acls(bindings).values():
        future.result(timeout=30)
    anything = AclOperation.ANY, AclPermissionType.ANY
    all_of_the_user = AclBindingFilter(ResourceType.ANY, None, ResourcePatternType.ANY, user, None, *anything)  # type: ignore[arg-type]  # None: any
    deadline = time.monotonic() + 60
    while len(client.describe_acls(all_of_the_user).result(timeout=30)) < len(bindings):  # the controller has them first
        assert time.monotonic() < deadline
        time.sleep(0.05)


def refused(case: Case, error: str = "RefusedError", patience_s: float = 240) -> Outcome:
    outcome = case.attempt.run(patience_s)
    assert outcome.error == error, outcome
    assert "connection 'faults'" in outcome.message
    assert PASSWORD not in f"{outcome}"
    assert not case.seen()
    assert not case.entries()
    return outcome


def test_a_wrong_password_is_said_within_fifteen_seconds(case: Case) -> None:
    wrong = case.but(settings={**case.attempt.settings, "sasl.password": f"{PASSWORD}-wrong"})
    outcome = refused(wrong, "ConnectionSettingsError", patience_s=15)
    assert "does not accept sasl.username and sasl.password" in outcome.message


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        (("id Write", "id Describe"), ["Write and Describe on the TransactionalId prefix 'springhead.'"]),
        (("id Write",), ["Write and Describe on the TransactionalId prefix 'springhead.'"]),
        (("topic Write",), ["topic 'faults-", "the ACL Write"]),
        (("topic Write", "topic Describe", "topic DescribeConfigs"), ["describing topic", "the ACL Describe"]),
        (("ledger Read",), ["-ledger'", "the ACL Read"]),
        (("ledger Write",), ["-ledger'", "the ACL Write"]),
        (("ledger Read", "ledger Write", "ledger Describe", "ledger DescribeConfigs"), ["-ledger'", "the ACL Describe"]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)
def test_an_acl_that_is_missing_is_named_and_nothing_is_visible(case: Case, missing: tuple[str, ...], words: list[str]) -> None:
    allow(case, *(acl for acl in ACLS if acl not in missing))
    outcome = refused(case)
    for word in words:
        assert word in outcome.message, outcome.message


def test_the_documented_acls_are_enough(case: Case) -> None:
    allow(case, *ACLS)
    outcome = case.attempt.run()
    assert outcome.green, outcome
    assert PASSWORD not in f"{outcome}"
    case.check_once()


def test_what_write_and_read_imply_need_not_be_given(case: Case) -> None:
    """Kafka: Write and Read imply Describe; settings that may not be read are taken to be right."""
    allow(case, "id Write", "topic Write", "ledger Read", "ledger Write")
    assert case.attempt.run().green
    case.check_once()
