"""Where the local stack keeps its files: all below .local, which `make clean` removes."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCAL = Path(os.environ.get("SPRINGHEAD_LOCAL", ROOT / ".local"))
KAFKA_HOME = LOCAL / "kafka"
AIRFLOW_HOME = LOCAL / "airflow"
CLUSTER_HOME = LOCAL / "cluster"
ENV_FILE = LOCAL / "env"
SETTINGS_FILE = ROOT / "airflow_settings.yaml"
