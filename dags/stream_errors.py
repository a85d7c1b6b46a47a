"""No DAG: raises what is wrong with the streams, so that Airflow's UI shows it as an import error. streams.py has the DAGs of the good ones."""

from springhead_airflow.factory import raise_dag_errors

raise_dag_errors()
