"""docker-compose.yml, read by the Airflow that it is for: its settings are options, its commands are commands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from airflow.cli.cli_parser import get_parser
from airflow.providers.celery.get_provider_info import get_provider_info

from airflow import __file__ as airflow_file
from dev.places import ROOT

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
AIRFLOW = {name: service for name, service in SERVICES.items() if service["image"].startswith("springhead-airflow:")}


def options() -> set[str]:
    """SECTION__OPTION of all that Airflow and the Celery provider can be told."""
    sections = yaml.safe_load((Path(airflow_file).parent / "config_templates/config.yml").read_text())
    config = [sections.items(), get_provider_info()["config"].items()]  # type: ignore[no-untyped-call]
    return {f"{section}__{option}".upper() for part in config for section, found in part for option in found["options"]}


def test_every_setting_of_airflow_in_it_is_an_option_of_the_installed_airflow() -> None:
    known = options()
    settings = {name for service in AIRFLOW.values() for name in service["environment"] if name.startswith("AIRFLOW__")}
    assert len(settings) > 20
    assert [name for name in settings if name.removeprefix("AIRFLOW__") not in known] == []


def commands() -> list[tuple[str, list[str]]]:
    """(service, words) of each command line of Airflow in it, those of health checks among them."""
    found = []
    for name, service in AIRFLOW.items():
        command = service["command"]
        if isinstance(command, str):  # the image's entry point puts `airflow` before it
            found.append((name, shlex.split(command)))
        texts = [*(command if isinstance(command, list) else ()), *service.get("healthcheck", {}).get("test", ())]
        found += [(name, shlex.split(words)) for text in texts for words in re.findall(r"\bairflow ((?:[a-z-]+ ?)+[^&|;\']*)", text)]
    return found


def test_there_is_a_command_for_each_component() -> None:
    assert {name for name, _ in commands()} == set(AIRFLOW) - {"airflow-init"}


@pytest.mark.parametrize(("service", "words"), commands())
def test_every_command_in_it_is_one_of_airflow_s(service: str, words: list[str]) -> None:
    assert get_parser().parse_args(words).func, service


def test_airflow_s_parser_would_notice(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["api_server"], ["celery", "worker", "--concurency", "4"]):
        with pytest.raises(SystemExit):
            get_parser().parse_args(words)
    assert "api_server" in capsys.readouterr().err


def test_the_worker_s_health_check_asks_the_celery_app_of_the_provider() -> None:
    from airflow.providers.celery.executors import celery_executor
    from celery import Celery

    (app,) = re.findall(r"--app (\S+)", SERVICES["worker"]["healthcheck"]["test"][1])
    assert app == f"{celery_executor.__name__}.app"
    assert isinstance(celery_executor.app, Celery)
