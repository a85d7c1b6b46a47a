"""All that knows Airflow: the operator, the form of a manual run, and the DAG of a stream.

Import from the modules: `from springhead_airflow.operator import PublishBatchOperator`.
"""
