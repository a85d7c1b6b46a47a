"""Airflow's Kafka connection, as the engine takes it."""

from __future__ import annotations

from typing import Any

from airflow.providers.apache.kafka.hooks.base import KafkaBaseHook

from springhead.errors import ConnectionSettingsError
from springhead.kafka.connection import Connection
from springhead.kafka.settings import admin_settings
from springhead_airflow.compat import AirflowNotFoundException
from springhead_airflow.given import given_text


class KafkaSettingsHook(KafkaBaseHook):
    """The provider's hook up to the client: its settings, with the token functions for Amazon MSK and Google's Managed Kafka."""

    def _get_client(self, config: dict[str, Any]) -> dict[str, Any]:
        return config


def connection_of(task: Any) -> Connection:
    """The connection of a task that publishes or verifies: its own, or its stream's where a template gave none.

    Raises:
        OptionError: what a template gave is no text.
        ConnectionSettingsError: as `airflow_connection`.
    """
    named = given_text("kafka_config_id", task.kafka_config_id)
    return airflow_connection(named or task.stream.with_variant(task.variant).connection)


def airflow_connection(connection_id: str) -> Connection:
    """The connection of this id from Airflow.

    Raises:
        ConnectionSettingsError: there is none, or it cannot be used.
    """
    try:
        settings = KafkaSettingsHook(kafka_config_id=connection_id).get_conn  # type: ignore[no-untyped-call]
    except AirflowNotFoundException:
        raise ConnectionSettingsError(
            f"there is no connection '{connection_id}' in Airflow: write it into airflow_settings.yaml and import that, "
            "or make it in the UI (Admin → Connections, type Apache Kafka)"
        ) from None
    except (
        ValueError,
        AttributeError,
        TypeError,
    ) as error:  # no bootstrap.servers, or no text; an extra that is none; a callback that Airflow does not allow
        found = KafkaSettingsHook.get_connection(connection_id)
        if found.conn_type != "kafka":
            raise ConnectionSettingsError(
                f"connection '{connection_id}' in Airflow is of type {found.conn_type}: give one of type kafka"
            ) from None
        if found.host and "bootstrap.servers" not in (found.extra or ""):
            at = f"{found.host}:{found.port}" if found.port else found.host
            raise ConnectionSettingsError(
                f'connection \'{connection_id}\': nothing reads its host: write that into the extra, {{"bootstrap.servers": "{at}"}}'
            ) from None
        admin_settings(Connection.from_extra(connection_id, found.extra))  # says it better, of 'bootstrap.server', too
        raise ConnectionSettingsError(f"connection '{connection_id}': {error}") from None
    return Connection.from_extra(connection_id, settings)
