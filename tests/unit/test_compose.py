"""docker-compose.yml is valid, pinned, watched over, for this machine only, and has the settings of `make cluster`. (What of it is Airflow's: tests/airflow/test_compose.py.)"""

from __future__ import annotations

import copy
import json
import re
import shutil
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
import yaml
from cryptography.fernet import Fernet

from dev.broker import CLUSTER_ID, Broker, Node
from dev.celery_airflow import CeleryAirflow
from dev.jars import KAFKA_VERSION
from springhead import __version__
from springhead.cli.app import COMMANDS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
AIRFLOW = ("airflow-init", "api-server", "worker", "scheduler", "dag-processor", "triggerer")
OTHERS = ("kafka", "kafka-ui", "schema-registry", "redis", "postgres")
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
    "CELERY__BROKER_URL",
    "CELERY__RESULT_BACKEND",
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
        assert re.fullmatch(r"[a-z./-]+:v?\d+(\.\d+)+", service["image"]), name
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
    assert sorted(published) == [f"127.0.0.1:{ports}" for ports in ("8080:8080", "8081:8081", "8082:8080", "9092:9092")]
    assert not any("network_mode" in service for service in SERVICES.values())


def test_airflows_services_share_dags_streams_plugins_and_settings() -> None:
    for name in AIRFLOW:
        mounted = [volume.split(":")[0] for volume in SERVICES[name]["volumes"]]
        assert mounted == ["./dags", "./include", "./plugins", "./airflow_settings.yaml", "logs"]
        assert all((ROOT / path).exists() for path in mounted[:-1])
        own = {"AIRFLOW_ADMIN_PASSWORD", "DUMB_INIT_SETSID"}
        shared = {key: value for key, value in SERVICES[name]["environment"].items() if key not in own}
        assert shared == SERVICES["airflow-init"]["environment"]


def test_every_named_volume_is_declared() -> None:
    named = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", ()) if not volume.startswith(".")}
    assert named == set(COMPOSE["volumes"])


def test_airflow_starts_when_kafka_and_the_database_are_ready_and_runs_tasks_when_they_can_report() -> None:
    assert SERVICES["airflow-init"]["depends_on"] == {name: {"condition": "service_healthy"} for name in ("kafka", "postgres", "redis")}
    for name in AIRFLOW[1:]:
        assert SERVICES[name]["depends_on"]["airflow-init"] == {"condition": "service_completed_successfully"}
    assert SERVICES["worker"]["depends_on"]["api-server"] == {"condition": "service_healthy"}


def test_airflow_has_the_settings_of_make_cluster(tmp_path: Path) -> None:
    here = SERVICES["scheduler"]["environment"]
    for variable, value in CeleryAirflow(8080, tmp_path).settings().items():
        if variable.startswith("AIRFLOW__") and variable.removeprefix("AIRFLOW__") not in AIRFLOWS_OWN:
            assert here.get(variable) == value, variable


def test_there_are_the_components_of_make_cluster(tmp_path: Path) -> None:
    there = {name.partition("-")[0] if name.startswith("worker") else name for name in CeleryAirflow(8080, tmp_path).components}
    assert set(SERVICES) == {*there, *OTHERS, "airflow-init"}
    assert SERVICES["worker"]["deploy"]["replicas"] == 2


def test_a_worker_that_is_stopped_may_let_its_tasks_finish() -> None:
    worker = SERVICES["worker"]
    assert worker["environment"]["DUMB_INIT_SETSID"] == "0"  # else the entry point would send SIGTERM to the tasks, too
    assert worker["stop_grace_period"] == "5m"


def listeners() -> dict[str, set[int]]:
    """The ports on which each service listens inside, by its own settings or its image's default."""
    kafka = {int(port) for port in re.findall(r":(\d+)", SERVICES["kafka"]["environment"]["KAFKA_LISTENERS"])}
    registry = urlsplit(SERVICES["schema-registry"]["environment"]["SCHEMA_REGISTRY_LISTENERS"]).port
    assert registry
    return {"kafka": kafka, "schema-registry": {registry}, "api-server": {8080}, "kafka-ui": {8080}, "postgres": {5432}, "redis": {6379}}


def test_every_address_in_it_is_one_where_a_service_listens() -> None:
    texts = [str(value) for name, service in SERVICES.items() for value in service.get("environment", {}).values()]
    texts += [" ".join(service["command"]) for service in SERVICES.values() if isinstance(service.get("command"), list)]
    named = {(host, int(port)) for text in texts for host, port in re.findall(r"(?:^|[/@ ,])([a-z-]+):(\d+)", text)}
    assert named >= {("kafka", 29092), ("schema-registry", 8081), ("api-server", 8080), ("postgres", 5432), ("redis", 6379)}
    for host, port in named - {("localhost", 9092)}:
        assert port in listeners().get(host, ()), f"{host}:{port}"
    for name, service in SERVICES.items():
        for port in service.get("ports", ()):
            assert int(port.rpartition(":")[2]) in listeners()[name]
    assert SERVICES["kafka-ui"]["environment"]["KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS"] == "kafka:29092"


def test_each_service_waits_for_those_that_it_talks_to() -> None:
    for name, service in SERVICES.items():
        for text in service.get("environment", {}).values() if name in OTHERS else ():
            for host in re.findall(r"(?:^|[/@])([a-z-]+):\d+", str(text)):
                waited = host == name or host in service.get("depends_on", ()) or host in {"localhost", "schema-registry"}
                assert waited, f"{name} talks to {host}"


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


SECRET = r"(?<!\$)\$\{(\w+)([^}]*)\}"


def test_no_secret_is_in_it_and_one_that_is_missing_is_told_with_the_way_to_make_it() -> None:
    variables = re.findall(SECRET, TEXT)
    assert {name for name, _ in variables} == set(SECRETS)
    assert {rest for _, rest in variables} == {":?is not set. `sh dev/compose-env.sh` writes .env"}
    assert re.search(r"(?<!\$)\$\w", TEXT) is None
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD$|SECRET|KEY$|AUTH$", name):
                assert re.match(SECRET, str(value)), name


SECRETS = (
    "AIRFLOW_ADMIN_PASSWORD",
    "AIRFLOW_FERNET_KEY",
    "AIRFLOW_JWT_SECRET",
    "AIRFLOW_API_SECRET",
    "POSTGRES_PASSWORD",
    "REDIS_PASSWORD",
)


def written_env(folder: Path) -> tuple[str, dict[str, str]]:
    """What `dev/compose-env.sh` says in a project's folder, and what stands in .env then."""
    (folder / "dev").mkdir(exist_ok=True)
    shutil.copy(ROOT / "dev/compose-env.sh", folder / "dev")
    done = subprocess.run(["sh", "dev/compose-env.sh"], cwd=folder, capture_output=True, text=True, check=True)
    lines = (folder / ".env").read_text().splitlines()
    return done.stdout + done.stderr, dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def test_the_script_writes_each_secret_for_its_owner_s_eyes_only_and_keeps_those_that_are_there(tmp_path: Path) -> None:
    told, secrets = written_env(tmp_path)
    assert told == ".env is written; AIRFLOW_ADMIN_PASSWORD in it is the password of admin at http://localhost:8080\n"
    assert sorted(secrets) == sorted(SECRETS)
    assert len(set(secrets.values())) == len(SECRETS)
    Fernet(secrets["AIRFLOW_FERNET_KEY"])
    assert all(re.fullmatch(r"[0-9a-f]{48,96}", value) for name, value in secrets.items() if name != "AIRFLOW_FERNET_KEY")
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert written_env(tmp_path) == (".env is there already: it stays as it is\n", secrets)
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()


def test_another_project_gets_other_secrets(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
    one, two = (written_env(folder)[1] for folder in folders)
    assert not set(one.values()) & set(two.values())


def test_the_login_s_file_is_written_as_airflow_reads_it(tmp_path: Path) -> None:
    shell, option, script = SERVICES["api-server"]["command"]
    script = script.replace("$$", "$").replace("/opt/airflow", str(tmp_path)).replace("exec airflow api-server", "echo started")
    done = subprocess.run([shell, option, script], env={"AIRFLOW_ADMIN_PASSWORD": "a1b2"}, capture_output=True, text=True, check=True)
    assert done.stdout == "started\n"
    assert json.loads((tmp_path / "passwords.json").read_text()) == {"admin": "a1b2"}
    assert (tmp_path / "passwords.json").stat().st_mode & 0o777 == 0o600
    assert SERVICES["api-server"]["environment"]["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"] == "/opt/airflow/passwords.json"


@pytest.mark.parametrize(("answer", "healthy"), [("HTTP/1.1 200 OK", True), ("HTTP/1.1 500 Server Error", False)])
def test_the_registry_s_health_check_tells_an_answer_from_an_error(answer: str, healthy: bool) -> None:
    shell, option, script = SERVICES["schema-registry"]["healthcheck"]["test"][1:]
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with server.accept()[0] as client:
                assert client.recv(1000).startswith(b"GET /subjects HTTP/1.0\r\n")
                client.sendall(f"{answer}\r\n\r\n[]".encode())

        thread = threading.Thread(target=serve)
        thread.start()
        script = script.replace("$$", "$").replace("8081", str(server.getsockname()[1]))
        assert (subprocess.run([shell, option, script], check=False).returncode == 0) is healthy
        thread.join()


def test_the_image_is_warm_by_a_command_that_exists() -> None:
    (words,) = re.findall(r"^RUN python -m springhead\.cli (.+)$", DOCKERFILE, re.MULTILINE)
    name, folder = words.split()
    assert name in COMMANDS
    assert list((ROOT / folder).glob("*.yaml"))


def test_the_image_is_of_the_airflow_that_requirements_pin() -> None:
    (image,) = re.findall(r"^FROM apache/airflow:(\S+)-python3\.\d+$", DOCKERFILE, re.MULTILINE)
    (pinned,) = re.findall(r"^apache-airflow==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert image == pinned


def test_what_the_image_copies_is_let_through_to_its_build() -> None:
    copied = re.findall(r"^COPY (?:--\S+ )?(\S+) ", DOCKERFILE, re.MULTILINE)
    let_through = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert set(copied) == let_through
    assert all((ROOT / path).exists() for path in copied)
