"""docker-compose.yml is valid, pinned, watched over, for this machine only, and has the settings of `make run`."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from dev.airflow import Airflow
from dev.broker import CLUSTER_ID, Broker, Node
from dev.jars import KAFKA_VERSION
from springhead import __version__

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
AIRFLOW = ("airflow-init", "api-server", "scheduler", "dag-processor", "triggerer")
SCHEMA = json.loads((ROOT / "tests/data/compose-spec.json").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()

# What cannot be the same here and there: places, addresses, secrets.
AIRFLOWS_OWN = {
    "CORE__DAGS_FOLDER",
    "CORE__PLUGINS_FOLDER",
    "CORE__FERNET_KEY",
    "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE",
    "CORE__EXECUTION_API_SERVER_URL",
    "API__HOST",
    "API__PORT",
    "API__BASE_URL",
    "API__SECRET_KEY",
    "API_AUTH__JWT_SECRET",
    "DATABASE__SQL_ALCHEMY_CONN",
}
KAFKAS_OWN = {
    "controller.quorum.voters",
    "listeners",
    "advertised.listeners",
    "listener.security.protocol.map",
    "inter.broker.listener.name",
    "log.dirs",
}


def test_it_is_valid_against_the_compose_specification() -> None:
    jsonschema.validate(COMPOSE, SCHEMA)


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        pytest.param(("services", "kafka"), "heathcheck", {}, id="a-misspelt-key"),
        pytest.param(("services", "kafka"), "stop_grace_period", 30, id="a-value-of-the-wrong-type"),
        pytest.param(("services", "scheduler", "depends_on", "airflow-init"), "condition", "service_done", id="an-unknown-condition"),
        pytest.param((), "service", {}, id="an-unknown-section"),
    ],
)
def test_the_specification_would_notice(path: tuple[str, ...], key: str, value: object) -> None:
    wrong = copy.deepcopy(COMPOSE)
    target = wrong
    for name in path:
        target = target[name]
    target[key] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, SCHEMA)


def test_every_image_is_pinned() -> None:
    for name, service in SERVICES.items():
        assert re.fullmatch(r"[a-z/-]+:\d+(\.\d+)+", service["image"]), name
    assert {SERVICES[name]["image"] for name in AIRFLOW} == {f"springhead-airflow:{__version__}"}


def test_kafka_is_the_one_of_make_kafka() -> None:
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{KAFKA_VERSION}"


def test_one_service_builds_the_image_and_no_other_asks_a_registry_for_it() -> None:
    # several builds of one tag at once: "failed to solve: image … already exists", on the first `docker compose up` of a fresh clone
    assert [name for name in SERVICES if "build" in SERVICES[name]] == ["airflow-init"]
    assert {name: SERVICES[name]["pull_policy"] for name in AIRFLOW} == dict.fromkeys(AIRFLOW, "never") | {"airflow-init": "build"}


def test_every_service_that_goes_on_is_watched_and_comes_back() -> None:
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == {"airflow-init"}
    assert {name for name, service in SERVICES.items() if service["restart"] != "unless-stopped"} == {"airflow-init"}


def test_no_port_is_open_beyond_this_machine() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert sorted(published) == ["127.0.0.1:8080:8080", "127.0.0.1:9092:9092"]
    assert not any("network_mode" in service for service in SERVICES.values())


def test_airflows_services_share_dags_streams_plugins_and_settings() -> None:
    for name in AIRFLOW:
        mounted = [volume.split(":")[0] for volume in SERVICES[name]["volumes"]]
        assert mounted == ["./dags", "./include", "./plugins", "./airflow_settings.yaml", "logs"]
        assert all((ROOT / path).exists() for path in mounted[:-1])
        assert SERVICES[name]["environment"] == SERVICES["airflow-init"]["environment"]


def test_every_named_volume_is_declared() -> None:
    named = {volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"] if not volume.startswith(".")}
    assert named == set(COMPOSE["volumes"])


def test_airflow_starts_when_kafka_and_the_database_are_ready_and_runs_tasks_when_they_can_report() -> None:
    assert SERVICES["airflow-init"]["depends_on"] == {name: {"condition": "service_healthy"} for name in ("kafka", "postgres")}
    for name in AIRFLOW[1:]:
        assert SERVICES[name]["depends_on"]["airflow-init"] == {"condition": "service_completed_successfully"}
    assert SERVICES["scheduler"]["depends_on"]["api-server"] == {"condition": "service_healthy"}


def test_airflow_has_the_settings_of_make_run(tmp_path: Path) -> None:
    here = SERVICES["scheduler"]["environment"]
    for variable, value in Airflow(8080, tmp_path).settings().items():
        if variable.startswith("AIRFLOW__") and variable.removeprefix("AIRFLOW__") not in AIRFLOWS_OWN:
            assert here.get(variable) == value, variable


def test_kafka_has_the_settings_of_make_kafka(tmp_path: Path) -> None:
    here, node = SERVICES["kafka"]["environment"], Node(1, 9092, 9093)
    assert here["CLUSTER_ID"] == CLUSTER_ID
    for key, value in Broker(node, [node], tmp_path).properties().items():
        if key not in KAFKAS_OWN:
            assert here.get("KAFKA_" + key.replace(".", "_").upper()) == value, key


def test_kafka_is_reached_from_this_machine_and_from_the_containers() -> None:
    kafka, init = SERVICES["kafka"]["environment"], SERVICES["airflow-init"]
    assert dict(entry.split("://") for entry in kafka["KAFKA_ADVERTISED_LISTENERS"].split(",")) == {
        "HOST": "localhost:9092",
        "INSIDE": "kafka:29092",
    }
    commands = init["command"][-1].split(" && ")
    assert commands == ["python -m dev.settings --migrate --bootstrap kafka:29092", "python -m dev.ledger kafka:29092"]


def test_it_needs_no_variable_to_be_set_and_each_secret_can_be() -> None:
    variables = re.findall(r"(?<!\$)\$\{(\w+)(:-)?", TEXT)
    assert {name for name, _ in variables} == {"AIRFLOW_FERNET_KEY", "AIRFLOW_JWT_SECRET", "AIRFLOW_API_SECRET"}
    assert all(default for _, default in variables)


def test_the_image_is_of_the_airflow_that_requirements_pin() -> None:
    (image,) = re.findall(r"^FROM apache/airflow:(\S+)-python3\.\d+$", DOCKERFILE, re.MULTILINE)
    (pinned,) = re.findall(r"^apache-airflow==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert image == pinned


def test_what_the_image_copies_is_let_through_to_its_build() -> None:
    copied = re.findall(r"^COPY (?:--\S+ )?(\S+) ", DOCKERFILE, re.MULTILINE)
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(copied) == let_through
    assert all((ROOT / path).exists() for path in copied)
