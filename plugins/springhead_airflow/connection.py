"""Airflow's Kafka connection, as the engine takes it."""

from __future__ import annotations

from typing import Any

from airflow.providers.apache.kafka.hooks.base import KafkaBaseHook

from springhead.errors import ConnectionSettingsError
from springhead.kafka.connection import Connection
from springhead.kafka.settings import admin_settings
from springhead_airflow.compat import AirflowNotFoundException


class KafkaSettingsHook(KafkaBaseHook):
    """The provider's hook up to the client: its settings, with the token functions for Amazon MSK and Google's Managed Kafka."""

    def _get_client(self, config: dict[str, Any]) -> dict[str, Any]:
        return config


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
    except (ValueError, AttributeError) as error:  # no bootstrap.servers, or no text; a callback that Airflow does not allow
        admin_settings(
            Connection.from_extra(connection_id, KafkaSettingsHook.get_connection(connection_id).extra)
        )  # says it better, of 'bootstrap.server', too
        raise ConnectionSettingsError(f"connection '{connection_id}': {error}") from None
    return Connection.from_extra(connection_id, settings)
