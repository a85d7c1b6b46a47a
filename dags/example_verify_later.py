"""A batch that another DAG publishes, proven once it is there: the task waits in the triggerer, and holds no worker.

Here it is the batch `by_hand` of the stream `registrations`, of the interval that the form asks for. This publishes it:

    springhead publish registrations --interval 2026-04-01T00:00Z/PT5M --batch by_hand
"""

from datetime import timedelta

from airflow.sdk import DAG, Param

from springhead_airflow import VerifyBatchOperator

with DAG(
    dag_id="example_verify_later",
    schedule=None,
    tags=["springhead", "example"],
    doc_md=__doc__,
    params={"interval": Param("2026-04-01T00:00Z/PT5M", type="string", title="Interval", description_md="START/END of the batch.")},
):
    VerifyBatchOperator(
        task_id="verify",
        stream="registrations",
        interval="{{ params.interval }}",
        batch="by_hand",
        run_id="",  # not the new records of this manual run, but the interval's own
        deferrable=True,
        wait=timedelta(hours=1),
    )
