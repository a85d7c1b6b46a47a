"""The ledger's topic: its name, its settings, how it is made, and what is refused."""

from __future__ import annotations

import os
import time

from confluent_kafka.admin import DescribeClusterResult

from springhead.errors import LedgerError, RefusedError, Remedy, RemedyKind
from springhead.kafka.clients import Admin
from springhead.kafka.topics import TopicInfo, TopicSettings, check_in_sync, create_topic, describe_topic
from springhead.ledger.key import PARTITIONS

VARIABLE = "SPRINGHEAD_LEDGER"
_DEFAULT = "__springhead_ledger"
_MOST_MS = 2**63 - 1
_REPLICATION = 3
_VISIBLE_S = 2.0  # within which every broker knows of a topic that was made a moment ago

# What an entry's life depends on; min.insync.replicas and the replication follow from the cluster.
_SETTINGS = {
    "cleanup.policy": "compact",
    "message.timestamp.type": "CreateTime",  # a reader finds an interval's entries by their timestamps
    "message.timestamp.before.max.ms": str(_MOST_MS),
    "message.timestamp.after.max.ms": str(_MOST_MS),  # an hour unless told: an interval's end may be later
}

# Segments are closed by the records' own times: with the usual week a backfill of five years would make 260 of each partition.
_SEGMENT = {"segment.ms": str(10 * 365 * 86_400_000)}


def ledger_name() -> str:
    """The ledger's topic: SPRINGHEAD_LEDGER, or __springhead_ledger."""
    return os.environ.get(VARIABLE, "").strip() or _DEFAULT


def find_ledger(admin: Admin, patience_s: float = _VISIBLE_S) -> TopicInfo:
    """The ledger, fit to be relied on. A publisher makes none: an empty ledger and a lost one look alike.

    Args:
        patience_s: how long it is asked for: a new topic is unknown to its brokers for a moment.

    Raises:
        LedgerError: there is none, or its settings would lose entries.
        RefusedError: it may not be seen, or too few replicas could ever be in sync.
        BrokerUnavailableError: no broker answers, or too few replicas are in sync for now.
        ConnectionSettingsError: the credentials are wrong.
    """
    name = ledger_name()
    deadline = time.monotonic() + patience_s
    while (found := describe_topic(admin, name)) is None and time.monotonic() < deadline:
        time.sleep(0.1)
    if found is None:
        raise LedgerError(
            f"there is no ledger '{name}' on the cluster of connection '{admin.connection.id}': Springhead cannot prove that this interval was not published. "
            "Start an empty ledger, once per cluster; after a loss every interval counts as unpublished",
            [Remedy(RemedyKind.INIT_LEDGER, admin.connection.id)],
        )
    return _checked(found)


def init_ledger(admin: Admin) -> TopicInfo:
    """Creates the ledger, once per cluster; where there is one already, checks its settings.

    Returns:
        The topic; its `created` tells whether it is new.

    Raises:
        LedgerError: its settings would lose entries.
        RefusedError: it cannot be created; tells an administrator how.
        BrokerUnavailableError: no broker answers.
        ConnectionSettingsError: the credentials are wrong.
    """
    name = ledger_name()
    if found := describe_topic(admin, name):
        return _checked(found)
    config = _config(admin)
    try:
        made = create_topic(admin, name, config, "the ledger's settings")
    except RefusedError as error:
        raise RefusedError(f"{error}. {_instructions(admin, name, config)}") from None
    return _checked(made)


def _checked(ledger: TopicInfo) -> TopicInfo:
    if wrong := _problems(ledger):
        raise LedgerError(f"the ledger '{ledger.name}' cannot be relied on: {'; '.join(wrong)}")
    check_in_sync(ledger)
    return ledger


def _problems(ledger: TopicInfo) -> list[str]:
    """What is wrong with a ledger, each with its remedy. Settings that may not be read are taken to be right."""
    wrong = []
    if ledger.partitions != PARTITIONS:
        wrong.append(
            f"it has {ledger.partitions} partitions instead of {PARTITIONS}, so a stream's entries would be looked for in a wrong one. The number cannot be changed: "
            f"delete the topic and make it anew if it holds no entries, else name another one by {VARIABLE}"
        )
    for key, wanted in _SETTINGS.items():
        value = ledger.configs.get(key, wanted)
        # A limit of a hundred years is as good as none.
        enough = value == wanted or (key.endswith(".max.ms") and int(value) > 100 * 365 * 86_400_000)
        if not enough:
            wrong.append(
                f"{key} is {value}. Set it: kafka-configs.sh --alter --entity-type topics --entity-name {ledger.name} --add-config {key}={wanted}"
            )
    return wrong


def _config(admin: Admin) -> TopicSettings:
    """The topic as this cluster can have it: three replicas where there are three brokers, and one of them may be away."""
    described: DescribeClusterResult = admin.wait(admin.ask("describe_cluster"), "counting the brokers")
    replication = min(_REPLICATION, len(described.nodes))
    return TopicSettings(
        partitions=PARTITIONS,
        replication=replication,
        configs={**_SETTINGS, **_SEGMENT, "min.insync.replicas": str(max(1, replication - 1))},
    )


def _instructions(admin: Admin, name: str, config: TopicSettings) -> str:
    """How an administrator makes the ledger."""
    servers = admin.connection.mask(str(admin.connection.settings.get("bootstrap.servers")))
    settings = " ".join(f"--config {key}={value}" for key, value in config.configs.items())
    return (
        f"An administrator can create the ledger with:\n  kafka-topics.sh --bootstrap-server {servers} --create --topic {name} "
        f"--partitions {config.partitions} --replication-factor {config.replication} {settings}"
    )
