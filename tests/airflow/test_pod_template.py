"""The pod of a task on Kubernetes: Airflow's own generator takes our template, and the image that it names is the one that is built here."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from dev.places import ROOT

TEMPLATE = ROOT / "docs/kubernetes/pod_template.yaml"


@pytest.fixture(scope="module")
def pod() -> dict[str, Any]:
    """Of a mapped task, as the KubernetesExecutor makes it."""
    from airflow.providers.cncf.kubernetes.pod_generator import PodGenerator
    from kubernetes.client import ApiClient  # type: ignore[import-untyped]

    made = PodGenerator.construct_pod(
        dag_id="card_transactions",
        task_id="publish.parts",
        pod_id="card-transactions-publish-parts-1",
        try_number=1,
        kube_image="",
        date=None,
        run_id="scheduled__2026-03-01T10:00:00+00:00",
        map_index=1,
        args=["python", "-m", "airflow.sdk.execution_time.execute_workload"],
        pod_override_object=None,
        base_worker_pod=PodGenerator.deserialize_model_file(str(TEMPLATE)),
        namespace="airflow",
        scheduler_job_id="1",
    )
    plain: dict[str, Any] = ApiClient().sanitize_for_serialization(made)
    return plain


def test_airflow_makes_a_task_s_pod_of_it(pod: dict[str, Any]) -> None:
    (container,) = pod["spec"]["containers"]
    assert container["name"] == "base"
    assert container["args"][-1] == "airflow.sdk.execution_time.execute_workload"
    assert pod["metadata"]["annotations"]["map_index"] == "1"
    assert {each["name"] for each in container["volumeMounts"]} == {each["name"] for each in pod["spec"]["volumes"]}
    assert pod["spec"]["restartPolicy"] == "Never"


def test_every_key_of_it_is_one_of_kubernetes(pod: dict[str, Any]) -> None:
    """The client drops what it does not know, so what comes out again was known."""

    def left_out(written: Any, kept: Any, place: str = "") -> list[str]:
        if isinstance(written, dict):
            return [
                text
                for key, value in written.items()
                for text in (left_out(value, kept[key], f"{place}.{key}") if key in kept else [f"{place}.{key}"])
            ]
        if isinstance(written, list):
            return [
                text
                for number, (one, other) in enumerate(zip(written, kept, strict=False))
                for text in left_out(one, other, f"{place}[{number}]")
            ]
        return []

    assert left_out(yaml.safe_load(TEMPLATE.read_text()), pod) == []


def test_the_image_is_the_one_that_compose_builds_and_its_paths_are_the_image_s(pod: dict[str, Any]) -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    images = {service["image"] for service in compose["services"].values()}
    (container,) = pod["spec"]["containers"]
    assert container["image"] in images
    cache = next(each["value"] for each in container["env"] if each["name"] == "SPRINGHEAD_CACHE")
    assert re.search(rf"SPRINGHEAD_CACHE={re.escape(cache)}\b", (ROOT / "Dockerfile").read_text())
