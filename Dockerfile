# Airflow with Springhead, for docker-compose.yml. The versions are those of requirements.txt; a test compares them.
FROM apache/airflow:3.3.2-python3.11

COPY requirements.txt /tmp/requirements.txt
RUN pip install --no-cache-dir -r /tmp/requirements.txt

# dags, include and plugins are mounted over these by docker-compose.yml, so that edits are seen; the image alone works, too.
COPY --chown=airflow:root dags dags
COPY --chown=airflow:root include include
COPY --chown=airflow:root plugins plugins
COPY --chown=airflow:root dev dev
COPY --chown=airflow:root airflow_settings.yaml airflow_settings.yaml

# The kernels are compiled here, for any CPU, and what the shipped streams draw from Faker is prepared, so that no task waits for it; whoever
# cannot write here reads it all the same.
ENV PYTHONPATH=/opt/airflow/include:/opt/airflow/plugins NUMBA_CPU_NAME=generic SPRINGHEAD_CACHE=/opt/airflow/cache
RUN python -m springhead.cli warm include/streams
