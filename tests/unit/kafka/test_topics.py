"""A topic as brokers describe it while not all of them know of it. What one broker says is the matter of tests/kafka."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, Uuid

from springhead.errors import RefusedError
from springhead.kafka.topics import describe_topic

TOPIC = SimpleNamespace(
    name="new", topic_id=Uuid(1, 2), authorized_operations=None, partitions=[SimpleNamespace(replicas=[1, 2], isr=[1, 2], leader=1)]
)
SETTINGS = {"retention.ms": SimpleNamespace(value="-1"), "other": SimpleNamespace(value=None)}


class Brokers:
    """An admin whose brokers answer a question for a topic's settings one after the other."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)

    def call(self, _method: str, resources: Any, **_more: Any) -> dict[Any, str]:
        names = getattr(resources, "topic_names", None)
        return dict.fromkeys(resources, "settings") if names is None else dict.fromkeys(names, "topic")

    def wait(self, asked: str, _what: str) -> Any:
        if asked == "topic":
            return TOPIC
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def unknown() -> KafkaException:
    return KafkaException(KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART))


@pytest.mark.parametrize(
    ("answers", "configs"),
    [
        ([unknown(), unknown(), SETTINGS], {"retention.ms": "-1"}),
        ([RefusedError("no DescribeConfigs")], {}),
        ([KafkaException(KafkaError(KafkaError.CLUSTER_AUTHORIZATION_FAILED))], {}),
    ],
    ids=["brokers that do not know it yet", "not allowed", "another error"],
)
def test_settings_are_asked_for_again_until_a_broker_knows_the_topic_and_left_out_where_they_may_not_be_seen(
    answers: list[Any], configs: dict[str, str]
) -> None:
    brokers: Any = Brokers(*answers)
    found = describe_topic(brokers, "new")
    assert found is not None
    assert (found.name, found.configs, found.in_sync) == ("new", configs, 2)
