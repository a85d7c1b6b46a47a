"""The topic that a stream is published to: found, or made as the stream says."""

from __future__ import annotations

from springhead.errors import RefusedError
from springhead.kafka.clients import Admin
from springhead.kafka.topics import TopicInfo, TopicSettings, create_topic, describe_topic
from springhead.spec import Stream


def ensure_topic(admin: Admin, stream: Stream) -> TopicInfo:
    """Describes the stream's topic; creates it where there is none and its topic_config says how.

    Raises:
        RefusedError: there is no such topic, or it may not be seen or created.
        BrokerUnavailableError: no broker answers, or the new topic gets no leaders.
        ConnectionSettingsError: the credentials are wrong.
    """
    found = describe_topic(admin, stream.topic)
    if found is not None:
        return found
    config = stream.topic_config
    if config is None:
        raise RefusedError(
            f"there is no topic '{stream.topic}' on the cluster of connection '{admin.connection.id}'. Create it, or let Springhead do so: write "
            "topic_config: {partitions: 6} into the stream"
        )
    return create_topic(admin, stream.topic, TopicSettings(config.partitions, config.replication, config.configs), "topic_config")
