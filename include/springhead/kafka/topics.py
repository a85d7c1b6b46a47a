"""Topics: what there is, what is created, and what would lose records without a word."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import ConfigEntry, ConfigResource, NewTopic, ResourceType, TopicDescription

from springhead.errors import BrokerUnavailableError, RefusedError
from springhead.kafka.clients import Admin
from springhead.quantities import Interval

_Asked: TypeAlias = "Future[dict[str, ConfigEntry]]"

_VISIBLE_S = 15.0  # within which a new topic has its leaders


@dataclass(frozen=True, slots=True)
class TopicInfo:
    """A topic as its broker describes it.

    Attributes:
        name: of the topic.
        id: of this topic and no later one of the same name.
        partitions: how many.
        replicas: the fewest of any of its partitions.
        in_sync: the fewest in-sync replicas of any of its partitions.
        configs: its settings in force, by Kafka's names; empty where they may not be read.
        created: whether this run has created it.
        allowed: what the connection's user may do with it, by Kafka's names ("WRITE"); None where the broker does not tell.
    """

    name: str
    id: str
    partitions: int
    replicas: int
    in_sync: int
    configs: Mapping[str, str]
    created: bool = False
    allowed: frozenset[str] | None = None

    def number(self, key: str) -> int | None:
        """A setting as a number; None where it is not known."""
        value = self.configs.get(key)
        return int(value) if value is not None else None


@dataclass(frozen=True, slots=True)
class TopicSettings:
    """How a topic is created.

    Attributes:
        partitions, replication: None: the broker's default.
        configs: by Kafka's names.
    """

    partitions: int | None = None
    replication: int | None = None
    configs: Mapping[str, str] = field(default_factory=dict)


def describe_topic(admin: Admin, name: str) -> TopicInfo | None:
    """The topic; None where there is none. Never creates it, whatever the broker's auto.create.topics.enable.

    Raises:
        RefusedError: it may not be seen.
        BrokerUnavailableError: no broker answers.
        ConnectionSettingsError: the credentials are wrong.
    """
    configs = _ask_configs(admin, name)  # on their way meanwhile
    found = _describe(admin, name)
    return None if found is None else _info(admin, found, configs)


def create_topic(admin: Admin, name: str, config: TopicSettings, source: str) -> TopicInfo:
    """Creates a topic and waits for its leaders; where another run was first, its topic is as good.

    Args:
        source: what says so, for the error's text.

    Raises:
        RefusedError: the broker does not create it.
        BrokerUnavailableError: no broker answers, or the new topic gets no leaders.
        ConnectionSettingsError: the credentials are wrong.
    """
    _create(admin, name, config, source)
    return replace(_info(admin, _wait_for(admin, name), _ask_configs(admin, name)), created=True)


def _info(admin: Admin, found: TopicDescription, configs: _Asked) -> TopicInfo:
    replicas = min(len(partition.replicas) for partition in found.partitions)
    in_sync = min(len(partition.isr) for partition in found.partitions)
    told = found.authorized_operations
    return TopicInfo(
        found.name,
        str(found.topic_id),
        len(found.partitions),
        replicas,
        in_sync,
        _configs(admin, found.name, configs),
        allowed=None if told is None else frozenset(operation.name for operation in told),
    )


def _describe(admin: Admin, name: str) -> TopicDescription | None:
    try:
        asked = admin.call("describe_topics", TopicCollection([name]), include_authorized_operations=True)
        described: TopicDescription = admin.wait(asked[name], f"describing topic '{name}'")
    except KafkaException as error:
        if error.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            return None
        raise RefusedError(f"topic '{name}' cannot be described: {error.args[0].str()}") from None
    return described


def _create(admin: Admin, name: str, config: TopicSettings, source: str) -> None:
    new = NewTopic(name, num_partitions=config.partitions or -1, replication_factor=config.replication or -1, config=dict(config.configs))
    try:
        admin.wait(admin.call("create_topics", [new])[name], f"creating topic '{name}'", acl="Create")
    except KafkaException as error:
        if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:  # another run was first: its topic is as good
            raise RefusedError(f"topic '{name}' cannot be created from {source}: {error.args[0].str()}") from None


def _wait_for(admin: Admin, name: str) -> TopicDescription:
    """A new topic, as soon as every partition has a leader."""
    deadline = time.monotonic() + _VISIBLE_S
    while time.monotonic() < deadline:
        found = _describe(admin, name)
        if found is not None and found.partitions and all(partition.leader is not None for partition in found.partitions):
            return found
        time.sleep(0.1)
    raise BrokerUnavailableError(
        f"topic '{name}' was created, but has no leaders after {_VISIBLE_S:.0f} s: look at the brokers' logs. A retry may help"
    )


def _ask_configs(admin: Admin, name: str) -> _Asked:
    resource = ConfigResource(ResourceType.TOPIC, name)
    return admin.call("describe_configs", [resource])[resource]


def _configs(admin: Admin, name: str, asked: _Asked) -> dict[str, str]:
    deadline = time.monotonic() + _VISIBLE_S
    while True:
        try:
            entries = admin.wait(asked, f"describing the settings of topic '{name}'")
            break
        except RefusedError:
            return {}  # DescribeConfigs is not everybody's; what depends on it is left out
        except KafkaException as error:
            # One broker may not know yet of a new topic that another one has described.
            if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART or time.monotonic() > deadline:
                return {}
        time.sleep(0.1)
        asked = _ask_configs(admin, name)
    return {key: entry.value for key, entry in entries.items() if entry.value is not None}


def check_in_sync(topic: TopicInfo) -> None:
    """Refuses acks=all where the broker would.

    Raises:
        RefusedError: min.insync.replicas is more than a partition has replicas.
        BrokerUnavailableError: it is more than are in sync for now.
    """
    needed = topic.number("min.insync.replicas")
    if needed is None or needed <= topic.in_sync:
        return
    what = f"topic '{topic.name}': min.insync.replicas is {needed}, but a partition has only"
    if needed > topic.replicas:
        raise RefusedError(
            f"{what} {topic.replicas} replica{'s' * (topic.replicas != 1)}: acks all would fail. Lower the setting, or give the topic more replicas"
        )
    raise BrokerUnavailableError(
        f"{what} {topic.in_sync} of its {topic.replicas} replicas in sync: acks all would fail. Start the missing brokers: a retry may help then"
    )


def check_allowed(admin: Admin, topic: TopicInfo, *acls: str) -> None:
    """Refuses what the broker would refuse in the middle of a transaction, where it is hard to tell why.

    Args:
        acls: "Read", "Write".

    Raises:
        RefusedError: the connection's user lacks one of them.
    """
    missing = [acl for acl in acls if topic.allowed is not None and acl.upper() not in topic.allowed]
    if missing:
        raise RefusedError(
            f"connection '{admin.connection.id}': its user lacks the ACL {' and '.join(missing)} on topic '{topic.name}'. Grant it"
        )


def check_keys(topic: TopicInfo, *, keyed: bool) -> None:
    """Refuses records without a key where the topic takes none.

    Raises:
        RefusedError: the topic is compacted.
    """
    policy = topic.configs.get("cleanup.policy", "")
    if "compact" in policy and not keyed:
        raise RefusedError(
            f"topic '{topic.name}' is compacted (cleanup.policy {policy}): it takes no records without a key. Give the stream a key, or publish to a topic with "
            "cleanup.policy delete"
        )


def check_times(
    topic: TopicInfo, interval: Interval, now: dt.datetime, *, allow_expiry: bool = False, late: dt.timedelta = dt.timedelta()
) -> None:
    """Refuses what the broker would take and remove a moment later, or not take at all.

    Args:
        late: by how much event times may lie before the interval.

    Raises:
        RefusedError: names the topic's setting and the way out.
    """
    if topic.configs.get("message.timestamp.type") == "LogAppendTime":
        return  # the broker's own clock counts
    retention = topic.number("retention.ms")
    age_ms = round((now - interval.start + late).total_seconds() * 1000)
    if not allow_expiry and retention is not None and 0 <= retention < age_ms and "delete" in topic.configs.get("cleanup.policy", "delete"):
        raise RefusedError(
            f"topic '{topic.name}' keeps records for {_span(retention)} (retention.ms {retention}), but the interval {interval} begins {_span(age_ms)} ago: "
            "Kafka would remove its records soon after they were published. Raise the topic's retention.ms (-1 keeps all), publish a newer interval, or write allow_expiry: true into the stream if they may go"
        )
    for key, beyond_ms, what in (
        ("message.timestamp.before.max.ms", age_ms, "in the past"),
        ("message.timestamp.after.max.ms", round((interval.end - now).total_seconds() * 1000), "in the future"),
    ):
        limit = topic.number(key)
        if limit is not None and beyond_ms > limit:
            raise RefusedError(
                f"topic '{topic.name}' takes no records more than {_span(limit)} {what} ({key} {limit}), but the interval {interval} reaches further. "
                "Raise that setting, or publish another interval"
            )


def _span(milliseconds: int) -> str:
    for unit, size in (("days", 86_400_000), ("hours", 3_600_000), ("minutes", 60_000), ("seconds", 1000)):
        if milliseconds >= size:
            count = f"{milliseconds / size:.3g}"
            return f"{count} {unit.removesuffix('s') if count == '1' else unit}"
    return f"{milliseconds} ms"
