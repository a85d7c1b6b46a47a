"""The Test button of Kafka connections: what Springhead would find.

Airflow takes one hook for a type of connections, the provider's for `kafka`, and that says "Connection successful." or librdkafka's code. So its `test_connection` is
replaced, in the process that answers the button.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from airflow.providers.apache.kafka.hooks.base import KafkaBaseHook

Test = Callable[[KafkaBaseHook], tuple[bool, str]]


def replace_test() -> None:
    """Has the button of every Kafka connection of this process say what `tested` returns. A second call changes nothing."""
    own: Test = KafkaBaseHook.test_connection
    if getattr(own, "springhead", False):
        return

    def test_connection(hook: KafkaBaseHook) -> tuple[bool, str]:
        """Test connectivity from the UI: Springhead's answer."""
        return tested(hook, own)

    test_connection.springhead = True  # type: ignore[attr-defined]  # a mark of ours
    KafkaBaseHook.test_connection = test_connection  # type: ignore[method-assign,assignment]  # what this module is for


def tested(hook: KafkaBaseHook, own: Test) -> tuple[bool, str]:
    """Whether Springhead can publish by a connection, and what there is or is wrong.

    Args:
        hook: of the connection, whose id is a random one while it is tested.
        own: the provider's test, for a connection that is not Springhead's: with settings that Springhead does not allow.
    """
    from springhead.errors import ConnectionSettingsError, SpringheadError
    from springhead.kafka.settings import admin_settings
    from springhead.ledger.standing import standing_of
    from springhead_airflow.connection import airflow_connection
    from springhead_airflow.remedies import told

    try:
        try:
            connection = airflow_connection(hook.kafka_config_id)
            admin_settings(connection)
        except ConnectionSettingsError as error:
            good, said = own(hook)
            return (
                (True, _named(hook, f"{said} But Springhead cannot publish by it: {error}")) if good else (False, _named(hook, str(error)))
            )
        standing = standing_of(connection, _topics())
    except SpringheadError as error:
        return False, _named(hook, told(error))
    lines = standing.lines()
    if standing.hindrance:
        lines.append(("nothing can be published exactly once yet: " if standing.lacks_only_the_ledger else "") + told(standing.hindrance))
    return standing.hindrance is None or standing.lacks_only_the_ledger, _named(hook, ". ".join(lines))


def _topics() -> list[str]:
    """The topics of the streams here, of all connections: which one is tested is not told. None where Airflow's API server has no streams."""
    from springhead.spec import load_streams, topics_of

    streams, _ = load_streams()
    return topics_of(streams.values())


def _named(hook: KafkaBaseHook, text: str) -> str:
    """A text without the random id."""
    unnamed = re.sub(rf" (with connection|--connection) {re.escape(hook.kafka_config_id)}\b", r" \1 ID", text)
    return unnamed.replace(f"connection '{hook.kafka_config_id}'", "this connection")
