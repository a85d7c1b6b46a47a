"""A user who may log in and not do everything: what he lacks is named by publishing and by `springhead check`, and nothing is visible."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from dev.console import end_offsets
from springhead.errors import RefusedError
from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.ledger.standing import standing_of
from springhead.ledger.topic import init_ledger
from springhead.publish.publish import publish
from springhead.records.request import Request
from tests.conftest import wait_for_topic
from tests.secured.cluster import ACLS, PASSWORD, Secured, make_user, permit
from tests.secured.command import Springhead
from tests.unit.build import HOUR, stream

pytestmark = pytest.mark.kafka

TOPIC = "secured-refused"
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def admin(secured: Secured) -> AdminClient:
    """The judge's; there are a topic and a ledger."""
    client = AdminClient({"bootstrap.servers": secured.broker.bootstrap})
    client.create_topics([NewTopic(TOPIC, 1, 1, config={"retention.ms": "-1"})])[TOPIC].result(timeout=30)
    wait_for_topic(client, TOPIC)
    init_ledger(Admin(Connection("judge", {"bootstrap.servers": secured.broker.bootstrap})))
    return client


def user(secured: Secured, admin: AdminClient, acls: Iterable[str]) -> Connection:
    """The connection of a new user with these permissions."""
    name = f"user-{next(_numbers)}"
    make_user(admin, name)
    permit(admin, name, acls)
    return Connection("mine", secured.scram(sasl_username=name))


# What is missing → the error of publishing, and what `springhead check` says where it can tell.
LACKING = {
    ("id Write", "id Describe"): (
        "transaction 'springhead.things.-.2026-03-01T10:00:00Z_2026-03-01T11:00:00Z.1' by connection 'mine': Broker: Transactional Id "
        "authorization failed: give the connection's user the ACLs Write and Describe on the TransactionalId prefix 'springhead.'",
        "connection 'mine': no transactions: Broker: Transactional Id authorization failed: give the connection's user the "
        "ACLs Write and Describe on the TransactionalId prefix 'springhead.'",
    ),
    ("topic Write",): ("connection 'mine': its user lacks the ACL Write on topic 'secured-refused'. Grant it", None),
    ("topic Write", "topic Read", "topic DescribeConfigs", "topic Create"): (
        "connection 'mine': describing topic 'secured-refused' is not permitted (Broker: Topic authorization failed). Give its user the ACL Describe",
        None,
    ),
    ("ledger Write",): (
        "connection 'mine': its user lacks the ACL Write on topic '__springhead_ledger'. Grant it",
        "connection 'mine': its user lacks the ACL Write on topic '__springhead_ledger'. Grant it",
    ),
    ("ledger Read", "ledger Write"): (
        "connection 'mine': describing topic '__springhead_ledger' is not permitted (Broker: Topic authorization failed). Give its user the ACL Describe",
        "connection 'mine': describing topic '__springhead_ledger' is not permitted (Broker: Topic authorization failed). Give its user the ACL Describe",
    ),
}


@pytest.mark.parametrize("missing", LACKING, ids="+".join)
def test_what_a_user_may_not_do_is_named_and_nothing_is_visible(secured: Secured, admin: AdminClient, missing: tuple[str, ...]) -> None:
    publishing, checking = LACKING[missing]
    if "ledger Read" in missing:  # it implies Describe
        missing = (*missing, "ledger Create", "ledger DescribeConfigs")
    connection = user(secured, admin, [acl for acl in ACLS if acl not in missing])
    with pytest.raises(RefusedError) as caught:
        publish(Request(stream({"n": {"integer": [1, 9]}}, topic=TOPIC), HOUR, records=10), connection)
    assert str(caught.value) == publishing
    hindrance = standing_of(connection, [TOPIC]).hindrance
    assert (None if hindrance is None else str(hindrance)) == checking
    assert PASSWORD not in publishing
    assert end_offsets(secured.broker.bootstrap, TOPIC) == {0: 0}


def test_a_user_who_may_nothing_is_told_of_the_brokers_and_of_what_is_missing(secured: Secured, admin: AdminClient) -> None:
    standing = standing_of(user(secured, admin, ()), [TOPIC, "elsewhere"])
    assert standing.lines() == [
        f"1 broker: {secured.address('SCRAM')}",
        "green means exactly_once",
        "topics that are not there, or may not be seen: secured-refused, elsewhere",
    ]
    assert isinstance(standing.hindrance, RefusedError)


def test_a_connection_that_promises_less_needs_neither_ledger_nor_transactions(secured: Secured, admin: AdminClient) -> None:
    made = user(secured, admin, ["topic Write"])
    standing = standing_of(Connection("mine", {**made.settings, "acks": 1}), [TOPIC])
    assert (standing.lines()[1:], standing.hindrance) == (
        ["green means leader", "topics that are there: secured-refused (1 partition)"],
        None,
    )


def test_the_command_ends_with_one_where_nothing_could_be_published(secured: Secured, admin: AdminClient, springhead: Springhead) -> None:
    made = user(secured, admin, [acl for acl in ACLS if not acl.startswith("id ")])
    springhead.connections({"mine": made.settings})
    done = springhead("check", "--connection", "mine")
    assert (done.code, done.out) == (1, f"1 broker: {secured.address('SCRAM')}\ngreen means exactly_once\n")
    assert done.err == LACKING["id Write", "id Describe"][1]
