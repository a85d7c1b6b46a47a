"""The wheel of `make dist`, in an environment that has Springhead from nowhere else, with an Airflow home and a project of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import pytest

from dev.broker import Broker
from dev.console import console_consumer
from dev.places import ROOT

DAG_FILE = 'from springhead_airflow import stream_dags\nglobals().update(stream_dags("{streams}"))\n'
ERRORS_FILE = 'from springhead_airflow import raise_dag_errors\nraise_dag_errors("{streams}")\n'
PEOPLE = """\
topic: people
topic_config: {partitions: 2, configs: {retention.ms: -1}}
schedule: 15m
verify: true
records: 50
fields:
  city: {csv: towns.csv, column: town}
  owner: {ref: owners.name}
  of: {ref: customers.id}
  plan: {faker: plan}
"""
OWNERS = "count: 3\nfields: {name: {constant: of my own}}\n"
PLANS = "from faker.providers import BaseProvider\n\n\nclass Plans(BaseProvider):\n    def plan(self):\n        return self.random_element(['small', 'large'])\n"
LIST = """
import json
from airflow.dag_processing.dagbag import DagBag
bag = DagBag({folder!r})
print(json.dumps({{"dags": {{name: sorted(dag.task_ids) for name, dag in bag.dags.items()}}, "errors": bag.import_errors}}))
"""
FACTS = """
import json, sys
from importlib.metadata import entry_points, requires, version
from packaging.requirements import Requirement
import springhead, springhead_airflow
light = [name for name in ("airflow", "numpy", "pydantic") if name in sys.modules]
unmet = [line for line in requires("springhead") if not Requirement(line).specifier.contains(version(Requirement(line).name))]
print(json.dumps({
    "from": [springhead.__file__, springhead_airflow.__file__], "light": light, "unmet": unmet, "requires": len(requires("springhead")),
    "entry points": [each.value for group in ("airflow.plugins", "apache_airflow_provider") for each in entry_points(group=group) if each.value.startswith("springhead")],
}))
"""
RUN = """
import json, sys
sys.path.insert(0, {folder!r})
from streams import people
run = people.test()
print(json.dumps({{task.task_id: str(task.state) for task in run.get_task_instances()}}))
"""


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel, and a project: a folder with `streams` and what stands beside them, and one of DAGs."""

    python: Path
    project: Path
    environment: dict[str, str]

    def run(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(words, cwd=self.project, env=self.environment, capture_output=True, text=True, check=False, timeout=550)
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def springhead(self, *words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        return self.run(str(self.python.with_name("springhead")), *words, code=code)

    def told(self, script: str) -> dict[str, object]:
        """What a script prints as JSON in its last line."""
        answer: dict[str, object] = json.loads(self.run(str(self.python), "-c", script).stdout.splitlines()[-1])
        return answer


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, broker: Broker) -> Installed:
    """Third-party packages are those of the project's environment, by a .pth file; the paths that are there by .pth files of its own (include/) are not taken over."""
    folder = tmp_path_factory.mktemp("wheel")
    quiet = {"check": True, "capture_output": True}
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")], cwd=ROOT, **quiet)  # type: ignore[call-overload]
    (wheel,) = (folder / "dist").iterdir()
    uv, python = str(Path(sys.executable).with_name("uv")), folder / "env/bin/python"
    subprocess.run([uv, "venv", "--python", sys.executable, str(folder / "env")], **quiet)  # type: ignore[call-overload]
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    (folder / f"env/lib/{version}/site-packages/third_party.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run([uv, "pip", "install", "--no-deps", "--python", str(python), str(wheel)], **quiet)  # type: ignore[call-overload]
    project = folder / "project"
    for name, text in {
        "streams/people.yaml": PEOPLE,
        "entities/owners.yaml": OWNERS,
        "data/towns.csv": "town\nĐà Lạt\n",
        "providers/plans.py": PLANS,
        "dags/streams.py": DAG_FILE.format(streams=project / "streams"),
        "dags/stream_errors.py": ERRORS_FILE.format(streams=project / "streams"),
    }.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    ours = ("PYTHONPATH", "AIRFLOW", "SPRINGHEAD_", "VIRTUAL_ENV")
    environment = {  # the cache is that of all tests: machine code is the same wherever Springhead stands
        name: value for name, value in os.environ.items() if name == "SPRINGHEAD_CACHE" or not name.startswith(ours)
    } | {
        "AIRFLOW_HOME": str(folder / "another home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(project / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW_CONN_KAFKA_DEFAULT": json.dumps({"conn_type": "kafka", "extra": {"bootstrap.servers": broker.bootstrap, "acks": "all"}}),
    }
    return Installed(python, project, environment)


def test_the_wheel_alone_is_imported_and_what_it_asks_for_is_what_the_lock_has(installed: Installed) -> None:
    told = installed.told(FACTS)
    assert all(str(file).startswith(str(installed.python.parents[1])) for file in told["from"]), told  # type: ignore[attr-defined]
    assert (told["light"], told["unmet"]) == ([], [])
    assert told["requires"] == 16
    assert told["entry points"] == ["springhead_airflow.plugin:SpringheadPlugin", "springhead_airflow.provider:get_provider_info"]


def test_warming_compiles_the_kernels_and_prepares_the_streams(installed: Installed) -> None:
    first, second = installed.springhead("warm", "streams/people.yaml").stdout.splitlines()
    assert first.startswith("kernels ready after ")
    assert second == "Faker's methods ready of 1 stream"
    assert "there is no file or folder nowhere" in installed.springhead("warm", "nowhere", code=1).stderr


def test_what_a_pack_has_is_copied_and_drawn_without_a_file_of_ones_own(installed: Installed) -> None:
    assert "springhead new" in installed.springhead("new", "--help").stdout
    told = installed.springhead("new", "mine", "--from", "shop.shop_orders").stdout
    assert told.startswith("streams/mine.yaml: ")
    first = (installed.project / "streams/mine.yaml").read_text().splitlines()[0]
    assert (installed.project / "streams" / first.partition("$schema=")[2]).resolve().is_file()
    assert installed.springhead("validate").stdout.count(": good (") == 3  # with the entity beside them
    assert len(installed.springhead("preview", "mine", "-n", "2").stdout.splitlines()) == 4
    assert "Did you mean 'shop.shop_orders'?" in installed.springhead("new", "other", "--from", "shop.shop_order", code=1).stderr


def test_entities_tables_and_providers_are_those_beside_the_streams_and_then_the_shipped_ones(installed: Installed) -> None:
    shown = json.loads(installed.springhead("preview", "people", "-n", "1", "--json").stdout.splitlines()[0])
    record = json.loads(shown["value"]) if isinstance(shown["value"], str) else shown["value"]
    assert (record["city"], record["owner"]) == ("Đà Lạt", "of my own")
    assert record["plan"] in ("small", "large")
    assert record["of"].startswith("C")
    wrong = installed.project / "wrong.yaml"
    wrong.write_text("topic: t\nfields:\n  a: {ref: owner.name}\n  b: {csv: town.csv, column: town}\n")
    said = installed.springhead("validate", "wrong.yaml", code=1).stderr
    assert (
        "no entity 'owner' in entities, nor among the shipped ones; there are 'accounts', 'customers', 'nexmark_auctions', 'nexmark_persons', 'owners'"
        in said
    )
    assert (
        "there is no file town.csv in data, nor among the shipped ones; there are 'goods.csv', 'merchants.csv', 'pages.csv', 'places.csv', 'stocks.csv', 'towns.csv'"
        in said
    )


def test_a_folder_that_is_not_there_is_told(installed: Installed, tmp_path: Path) -> None:
    elsewhere = Installed(installed.python, tmp_path, installed.environment)
    said = elsewhere.springhead("new", "mine", code=1).stderr
    assert said == "springhead: there is no folder streams: make it, or name another one by SPRINGHEAD_STREAMS\n"


def test_two_lines_make_the_dags_and_two_more_show_what_is_wrong(installed: Installed) -> None:
    script = LIST.format(folder=str(installed.project / "dags"))
    told = installed.told(script)
    assert told["errors"] == {}
    assert told["dags"]["people"] == ["publish", "verify"]  # type: ignore[index]
    bad = installed.project / "streams/bad.yaml"
    bad.write_text("topic: t\nfields: {n: {intege: [1, 9]}}\n")
    try:
        told = installed.told(script)
    finally:
        bad.unlink()
    ((file, error),) = told["errors"].items()  # type: ignore[attr-defined]
    assert file.endswith("stream_errors.py")
    assert "bad.yaml:2:14 fields.n" in error
    assert told["dags"]["people"] == ["publish", "verify"]  # type: ignore[index]


def test_a_run_of_that_dag_publishes_to_a_broker_and_proves_it(installed: Installed, broker: Broker) -> None:
    installed.run(str(installed.python), "-m", "airflow", "db", "migrate")
    assert installed.told(RUN.format(folder=str(installed.project / "dags"))) == {"publish": "success", "verify": "success"}
    records = console_consumer(broker.bootstrap, "people")
    assert len(records) == 50
    assert {json.loads(record.value)["owner"] for record in records if record.value} == {"of my own"}
