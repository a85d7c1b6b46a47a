"""docker-compose.yml is valid, pinned, watched over and for this machine only."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from dev.jars import KAFKA_VERSION
from springhead import __version__

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
AIRFLOW = ("init", "api-server", "scheduler", "dag-processor", "triggerer")
SCHEMA = json.loads((ROOT / "tests/data/compose-spec.json").read_text())


def test_it_is_valid_against_the_compose_specification() -> None:
    jsonschema.validate(COMPOSE, SCHEMA)


def test_the_specification_would_notice_a_wrong_key() -> None:
    wrong = copy.deepcopy(COMPOSE)
    wrong["services"]["kafka"]["heathcheck"] = {}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, SCHEMA)


def test_every_image_is_pinned() -> None:
    for name, service in SERVICES.items():
        assert re.fullmatch(r"[a-z/-]+:\d+(\.\d+)+", service["image"]), name
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"
    assert {SERVICES[name]["image"] for name in AIRFLOW} == {f"springhead-airflow:{__version__}"}


def test_every_service_that_goes_on_is_watched() -> None:
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {"init"}


def test_no_port_is_open_beyond_this_machine() -> None:
    assert all(port.startswith("127.0.0.1:") for service in SERVICES.values() for port in service.get("ports", []))


def test_airflows_services_share_dags_streams_plugins_and_settings() -> None:
    for name in AIRFLOW:
        mounted = [volume.split(":")[0] for volume in SERVICES[name]["volumes"]]
        assert mounted == ["./dags", "./include", "./plugins", "./airflow_settings.yaml", "logs"]
        assert all((ROOT / path).exists() for path in mounted[:-1])


def test_the_image_is_of_the_airflow_that_requirements_pin() -> None:
    (image,) = re.findall(r"^FROM apache/airflow:(\S+)-python3\.\d+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    (pinned,) = re.findall(r"^apache-airflow==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert image == pinned


def test_what_the_image_copies_is_let_through_to_its_build() -> None:
    copied = re.findall(r"^COPY (?:--\S+ )?(\S+) ", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(copied) == let_through
