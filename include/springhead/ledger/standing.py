"""What a cluster looks like from a connection: what a user wants to know before he publishes, and what the Test button shows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from confluent_kafka import KafkaException, Producer, TopicCollection
from confluent_kafka.admin import DescribeClusterResult

from springhead.errors import LedgerError, RefusedError, SpringheadError
from springhead.kafka.clients import Admin, Watch, make_client, unavailable
from springhead.kafka.connection import Connection
from springhead.kafka.refusals import transaction_refusal
from springhead.kafka.settings import TRANSACTION_S, Guarantee, client_settings, guarantee_of
from springhead.kafka.topics import check_allowed
from springhead.ledger.topic import find_ledger, ledger_name

_TRIAL = "springhead.check"  # a transactional.id that no batch has: a batch's has its interval
_SLICE_S, _PATIENCE_S = 0.25, 10.0
_SHOWN = 8  # names of a kind


@dataclass(frozen=True, slots=True)
class Standing:
    """A cluster as a connection's user sees it.

    Attributes:
        brokers: host:port of each.
        guarantee: what green means by this connection.
        topics: name → the number of its partitions; None: there is none, or it may not be seen.
        hindrance: why nothing can be published exactly once; None: it can, or the connection does not promise it.
    """

    brokers: tuple[str, ...]
    guarantee: Guarantee
    topics: Mapping[str, int | None]
    hindrance: SpringheadError | None = None

    @property
    def lacks_only_the_ledger(self) -> bool:
        """Whether all that is missing is a ledger, which Springhead can make."""
        return isinstance(self.hindrance, LedgerError) and bool(self.hindrance.remedies)

    def lines(self) -> list[str]:
        """What there is, a line each; the hindrance is not among them."""
        count = len(self.brokers)
        lines = [f"{count} broker{'s' * (count != 1)}: {_some(self.brokers)}", f"green means {self.guarantee.value}"]
        if there := [
            f"{name} ({partitions} partition{'s' * (partitions != 1)})"
            for name, partitions in self.topics.items()
            if partitions is not None
        ]:
            lines.append(f"topics that are there: {_some(there)}")
        if missing := [name for name, partitions in self.topics.items() if partitions is None]:
            lines.append(f"topics that are not there, or may not be seen: {_some(missing)}")
        if self.guarantee is Guarantee.EXACTLY_ONCE and self.hindrance is None:
            lines.append(f"the ledger '{ledger_name()}' is there and fit to be relied on; transactions are permitted")
        return lines


def standing_of(connection: Connection, topics: Iterable[str] = ()) -> Standing:
    """What a cluster has and permits. Where the connection promises exactly once, a transactional.id is asked for; nothing is sent.

    Args:
        connection: to it.
        topics: those to look for.

    Raises:
        ConnectionSettingsError: the settings cannot be used, or the brokers do not let this user in.
        BrokerUnavailableError: no broker answers.
    """
    guarantee = guarantee_of(connection)
    admin = Admin(connection)
    described: DescribeClusterResult = admin.wait(admin.ask("describe_cluster"), "counting the brokers")
    brokers = tuple(f"{node.host}:{node.port}" for node in sorted(described.nodes, key=lambda node: int(node.id)))
    found = {name: _partitions(admin, name) for name in dict.fromkeys(topics)}
    return Standing(brokers, guarantee, found, _hindrance(admin) if guarantee is Guarantee.EXACTLY_ONCE else None)


def _partitions(admin: Admin, name: str) -> int | None:
    try:
        asked = admin.call("describe_topics", TopicCollection([name]))
        return len(admin.wait(asked[name], f"describing topic '{name}'").partitions)
    except (KafkaException, RefusedError):
        return None


def _hindrance(admin: Admin) -> SpringheadError | None:
    """Why nothing can be published exactly once."""
    try:
        check_allowed(admin, find_ledger(admin, patience_s=0), "Read", "Write")
        _try_transactions(admin.connection)
    except SpringheadError as error:
        return error
    return None


def _try_transactions(connection: Connection) -> None:
    """Asks the coordinator for a transactional.id, as every part of a batch does.

    Raises:
        RefusedError: the user may not, or the cluster takes no such transactions.
        BrokerUnavailableError: no coordinator answers.
    """
    watch = Watch(connection)
    settings = client_settings(connection, Guarantee.EXACTLY_ONCE) | {"transactional.id": _TRIAL, "error_cb": watch}
    producer: Producer = make_client(Producer, connection, settings)
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return producer.init_transactions(_SLICE_S)
        except KafkaException as error:
            reason = error.args[0]
            if refused := transaction_refusal(reason.code(), TRANSACTION_S):
                raise RefusedError(f"connection '{connection.id}': no transactions: {refused}") from None
            if watch.fatal:
                raise watch.fatal from None
            if time.monotonic() > deadline:
                raise unavailable(connection, watch) from None


def _some(names: Iterable[str]) -> str:
    named = list(names)
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return ", ".join(named[:_SHOWN]) + more
