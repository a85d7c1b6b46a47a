"""The local stack: a real Kafka broker and a real Airflow, without Docker.

errors      what goes wrong here, said without a traceback
places      where the stack keeps its files
ports       free ports, ports in use
processes   ending processes and all that they started
guard       nothing is left running, however the launcher ends
java, jars  a Java runtime, Kafka's class path
broker, cluster   one node, and one or more of them
console, perf, dump   Kafka's own tools, as functions: the tests' independent judges
kafka, consume    `make kafka`, `make kafka-stop`, `make consume`
settings    airflow_settings.yaml → Airflow's connections, pools, variables
airflow, api      a standalone Airflow, and its REST interface
steps, run        `make run`
"""
