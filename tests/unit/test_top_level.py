"""The top level is fixed, and imports go one way: dags → plugins → include. Inside the packages import-linter sees to it (`make check`)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ABOVE = {
    "include": {"airflow", "springhead_airflow", "dags", "dev", "tests", "bench"},
    "plugins": {"dags", "dev", "tests", "bench"},
    "dags": {"dev", "tests", "bench"},
}


def imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def test_the_top_level_is_what_the_astro_cli_expects() -> None:
    for name in ("dags", "include", "plugins", "tests"):
        assert (ROOT / name).is_dir()
    for name in ("requirements.txt", "docker-compose.yml", "airflow_settings.yaml"):
        assert (ROOT / name).is_file()


@pytest.mark.parametrize("folder", ABOVE)
def test_nothing_imports_what_stands_above_it(folder: str) -> None:
    files = list((ROOT / folder).rglob("*.py"))
    assert files
    for file in files:
        assert not imported(file) & ABOVE[folder], file


def test_a_dag_file_holds_the_words_without_which_airflow_does_not_look_at_it() -> None:
    for file in (ROOT / "dags").glob("*.py"):
        text = file.read_text().lower()
        assert "dag" in text, file
        assert "airflow" in text, file
