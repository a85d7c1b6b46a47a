"""Starts an empty ledger on a cluster, as `springhead init` does.

Once per cluster, before anything is published to it exactly once. Where there is a ledger already, it is only checked. After a loss of the ledger every interval
counts as unpublished.
"""

from airflow.sdk import DAG, Param

from springhead_airflow.init import InitLedgerOperator

with DAG(
    dag_id="springhead_init",
    schedule=None,
    tags=["springhead"],
    doc_md=__doc__,
    params={
        "connection": Param(
            "kafka_default",
            type="string",
            minLength=1,
            title="Connection",
            description_md="The id of the connection to the cluster (Admin → Connections).",
        )
    },
):
    InitLedgerOperator(task_id="init", kafka_config_id="{{ params.connection }}", retries=0)
