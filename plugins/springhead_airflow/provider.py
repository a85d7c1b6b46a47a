"""What Springhead tells Airflow of itself where it is installed as a package: `airflow providers list` shows it. Every component of Airflow loads this when it starts."""

from __future__ import annotations

from typing import Any

from springhead import __version__

_NAME = "Springhead"


def get_provider_info() -> dict[str, Any]:
    """In the form of Airflow's provider_info.schema.json."""
    return {
        "package-name": "springhead",
        "name": _NAME,
        "description": "Synthetic event streams for Apache Kafka, declared in YAML.",
        "versions": [__version__],
        "integrations": [{"integration-name": _NAME, "tags": ["software"]}],
        "operators": [
            {
                "integration-name": _NAME,
                "python-modules": ["springhead_airflow.operator", "springhead_airflow.verify", "springhead_airflow.init"],
            }
        ],
    }
