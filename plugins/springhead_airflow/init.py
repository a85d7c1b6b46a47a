"""The operator that starts an empty ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.sdk import BaseOperator

from springhead_airflow.connection import airflow_connection
from springhead_airflow.failing import failing_for_good
from springhead_airflow.remedies import told


class InitLedgerOperator(BaseOperator):
    """Creates the ledger of a cluster, as `springhead init` does; where there is one, checks that it is fit to be relied on.

    Args:
        kafka_config_id: the connection to the cluster.
        **kwargs: of Airflow's BaseOperator.
    """

    template_fields = ("kafka_config_id",)

    def __init__(self, *, kafka_config_id: str = "kafka_default", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kafka_config_id = kafka_config_id

    def execute(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """Returns the ledger's name, its partitions and replicas, and whether it was created.

        Raises:
            AirflowFailException: no retry helps.
            SpringheadError: a retry may help.
        """
        with failing_for_good(self.log):
            from springhead.kafka.clients import Admin  # Kafka's client: not at parsing
            from springhead.ledger.standing import standing_of
            from springhead.ledger.topic import init_ledger

            connection = airflow_connection(self.kafka_config_id)
            ledger = init_ledger(Admin(connection))
            self.log.info(
                "the ledger '%s' %s", ledger.name, "was created" if ledger.created else "was there already, and is fit to be relied on"
            )
            standing = standing_of(connection)
            for line in standing.lines():
                self.log.info("%s", line)
            if standing.hindrance:  # the ledger is there all the same
                self.log.warning("nothing can be published exactly once yet: %s", told(standing.hindrance))
            return {"ledger": ledger.name, "partitions": ledger.partitions, "replicas": ledger.replicas, "created": ledger.created}
