"""No Airflow of this machine is asked by a unit test."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_airflow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("springhead.cli.connections.airflow_is_configured", lambda: False)
