"""Airflow's REST interface, as far as `make run` and the tests need it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from dev.airflow import LOGIN
from dev.errors import DevError


class AirflowApi:
    """A client of one Airflow.

    Args:
        url: Where it is, such as http://127.0.0.1:8080.
        check: Called while waiting; raises when waiting has become pointless.
    """

    def __init__(self, url: str, check: Callable[[], None] = lambda: None) -> None:
        self.url, self._check = url, check
        self._http = httpx.Client(base_url=url, timeout=30, trust_env=False)

    def close(self) -> None:
        """Closes the connection."""
        self._http.close()

    def wait_up(self, timeout: float = 120) -> None:
        """Returns when the interface answers and the login holds."""

        def log_in() -> bool:
            try:
                answer = self._http.post("/auth/token", json={"username": LOGIN[0], "password": LOGIN[1]})
            except httpx.TransportError:
                return False
            if answer.status_code != 201:
                return False
            self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            return True

        self._wait(log_in, timeout, "Airflow's API server does not answer")

    def wait_healthy(self, timeout: float = 120) -> None:
        """Returns when database, scheduler and DAG processor say that they are healthy (the status code alone says nothing)."""

        def healthy() -> bool:
            health = self.get("/api/v2/monitor/health")
            return all(health[part]["status"] == "healthy" for part in ("metadatabase", "scheduler", "dag_processor"))

        self._wait(healthy, timeout, "Airflow is not healthy")

    def wait_parsed(self, dag_id: str, since: str = "", timeout: float = 120) -> None:
        """Returns when the DAG was parsed after `since` (ISO 8601, UTC), so that no older version of it runs."""

        def parsed() -> bool:
            answer = self._http.get(f"/api/v2/dags/{dag_id}")
            return answer.status_code == 200 and (answer.json().get("last_parsed_time") or "") > since

        try:
            self._wait(parsed, timeout, f"the DAG {dag_id} does not appear")
        except DevError as error:
            errors = self.get("/api/v2/importErrors")["import_errors"]
            text = "\n".join(f"{found['filename']}:\n{found['stack_trace']}" for found in errors)
            raise DevError(f"{error}\n{text}" if text else str(error)) from None

    def trigger(self, dag_id: str, conf: dict[str, Any] | None = None, logical_date: str | None = None) -> str:
        """Starts a manual run, with a logical date where one is given, and returns its run id.

        On SQLite the API server can stand still for five seconds and then answer 500: it writes its audit log in its event loop, which waits for
        the lock of a request that needs the event loop to end (Airflow 3.3.2, api_fastapi/logging/decorators.py). So the run gets its id here, and
        the request is sent again.
        """
        run_id = f"manual__{datetime.now(UTC).isoformat()}"
        path, body = f"/api/v2/dags/{dag_id}/dagRuns", {"dag_run_id": run_id, "logical_date": logical_date, "conf": conf or {}}
        for last in (False, False, True):
            try:
                answer = self._http.post(path, json=body)
            except httpx.ReadTimeout:
                if last:
                    raise
                continue
            if answer.status_code < 500 or last:
                break
        if answer.status_code != 409:  # it was done after all
            self._answer(answer)
        return run_id

    def wait_run(self, dag_id: str, run_id: str, timeout: float = 180) -> str:
        """Returns the state in which a run ended, success or failed; failed as soon as one task's first attempt did."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}"
        state = ""

        def ended() -> bool:
            nonlocal state
            state = str(self.get(path)["state"])
            if any(task["state"] in ("failed", "up_for_retry") for task in self.tasks(dag_id, run_id)):
                state = "failed"
            return state in ("success", "failed")

        self._wait(ended, timeout, f"the run {run_id} of {dag_id} has not ended")
        return state

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Returns the task instances of a run."""
        tasks: list[dict[str, Any]] = self.get(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances")["task_instances"]
        return tasks

    def set_task_state(self, dag_id: str, run_id: str, task_id: str, state: str) -> None:
        """Sets a task instance's state, as "mark failed" in the UI does."""
        self.patch(f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}", {"new_state": state})

    def clear(self, dag_id: str, run_id: str) -> None:
        """Has all tasks of a run run once more."""
        body = {"dry_run": False, "dag_run_id": run_id, "only_failed": False, "reset_dag_runs": True}
        self._answer(self._http.post(f"/api/v2/dags/{dag_id}/clearTaskInstances", json=body))

    def xcom(self, dag_id: str, run_id: str, task_id: str, key: str = "return_value") -> Any:
        """Returns an XCom's value."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/{key}"
        return self.get(path, stringify="false")["value"]

    def log(self, dag_id: str, run_id: str, task_id: str, attempt: int = 1) -> list[str]:
        """Returns the lines of a task's log, each error with its type and text."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/logs/{attempt}"
        lines = []
        for event in self.get(path, full_content="true")["content"]:
            lines += str(event["event"] if isinstance(event, dict) else event).splitlines()
            for error in (event.get("error_detail") or []) if isinstance(event, dict) else []:
                lines += f"{error.get('exc_type')}: {error.get('exc_value')}".splitlines()
        return lines

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Returns the JSON that is answered to a body."""
        return self._answer(self._http.post(path, json=body))

    def patch(self, path: str, body: dict[str, Any]) -> Any:
        """Returns the JSON that is answered to a change."""
        return self._answer(self._http.patch(path, json=body))

    def get(self, path: str, **query: str) -> Any:
        """Returns the JSON that a path answers. A question that Airflow on SQLite answers with 500 is asked again, twice: `trigger` tells why it may."""
        for last in (False, False, True):
            answer = self._http.get(path, params=query)
            if answer.status_code != 500 or last:
                break
            time.sleep(1)
        return self._answer(answer)

    def _answer(self, answer: httpx.Response) -> Any:
        if answer.is_error:
            raise DevError(
                f"Airflow answers {answer.status_code} to {answer.request.method} {answer.request.url.path}: {answer.text[:2000]}"
            )
        return answer.json()

    def _wait(self, done: Callable[[], bool], timeout: float, complaint: str) -> None:
        deadline = time.monotonic() + timeout

        def is_done() -> bool:
            try:
                return done()
            except httpx.TimeoutException:  # a busy machine: it is asked again until the time is up
                return False

        while not is_done():
            self._check()
            if time.monotonic() > deadline:
                raise DevError(f"{complaint} after {timeout:.0f} s")
            time.sleep(0.2)
