"""Connections to secured clusters as Airflow has them: made by its interface, tried by the Test button, used by tasks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dev.console import console_consumer
from dev.errors import DevError
from springhead.errors import ConnectionSettingsError
from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.ledger.reader import LedgerReader
from springhead.ledger.standing import standing_of
from springhead.ledger.topic import find_ledger
from springhead_airflow.connection import airflow_connection
from tests.airflow.conftest import Stack
from tests.airflow.runs import green_receipt, until
from tests.secured.cluster import PASSWORD, Secured, secured_cluster
from tests.secured.tokens import CLIENT_SECRET

WAYS = ("scram_512", "oauth", "mtls")
TOPICS = "topics that are not there, or may not be seen: "
READY = "the ledger '__springhead_ledger' is there and fit to be relied on; transactions are permitted"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory, stack: Stack) -> Iterator[Secured]:
    """The broker with all listeners; Airflow has a connection to each, and one with a wrong password."""
    with secured_cluster(tmp_path_factory.mktemp("secured")) as made:
        extras = {f"airflow_{way}": made.all()[f"kafka_{way}"] for way in WAYS}
        extras["airflow_wrong"] = made.scram(sasl_password="not-the-one")
        for name, extra in extras.items():
            until(lambda: made_in(stack, name, extra), f"Airflow does not take the connection {name}")  # noqa: B023  # it is called here
        yield made


def made_in(stack: Stack, name: str, extra: dict[str, Any]) -> bool:
    """Whether Airflow has taken the connection, now or before; on SQLite it may answer 500 while another process writes."""
    try:
        stack.api.post("/api/v2/connections", {"connection_id": name, "conn_type": "kafka", "extra": json.dumps(extra)})
    except DevError as error:
        return "answers 409" in str(error)
    return True


def pressed(stack: Stack, extra: dict[str, Any] | str, name: str = "new_connection") -> tuple[bool, str]:
    """What the Test button of the form shows."""
    text = extra if isinstance(extra, str) else json.dumps(extra)
    answer = stack.api.post("/api/v2/connections/test", {"connection_id": name, "conn_type": "kafka", "extra": text})
    said = str(answer["message"])
    assert not any(secret in said for secret in (PASSWORD, CLIENT_SECRET, "not-the-one", "key-of-the-test"))
    return answer["status"], said


def test_the_button_says_what_there_is_and_what_is_missing(stack: Stack, secured: Secured) -> None:
    good, said = pressed(stack, secured.scram())
    brokers, means, topics, ledger = said.split(". ", 3)
    assert good
    assert (brokers, means) == (f"1 broker: {secured.address('SCRAM')}", "green means exactly_once")
    assert topics.startswith(TOPICS)
    assert ledger == (
        "nothing can be published exactly once yet: there is no ledger '__springhead_ledger' on the cluster of this connection: Springhead cannot prove that this "
        "interval was not published. Start an empty ledger, once per cluster; after a loss every interval counts as unpublished\n"
        "To start an empty ledger: trigger the DAG springhead_init with connection ID, or run `springhead init --connection ID`"
    )


def test_tasks_publish_by_every_way_and_say_why_one_is_refused(stack: Stack, secured: Secured) -> None:
    assert green_receipt(stack, "springhead_init", {"connection": "airflow_oauth"}, "init")["created"]
    run_id = stack.api.trigger("secured")

    def ended() -> list[dict[str, Any]] | None:
        tasks = stack.api.tasks("secured", run_id)
        return tasks if len(tasks) == 4 and all(task["state"] in ("success", "failed") for task in tasks) else None

    states = {task["map_index"]: task["state"] for task in until(ended, "the tasks do not end")}
    assert states == {0: "success", 1: "success", 2: "success", 3: "failed"}
    log = stack.api.get(f"/api/v2/dags/secured/dagRuns/{run_id}/taskInstances/publish/logs/1", full_content="true", map_index="3")
    text = " ".join(str(event.get("event", "")) for event in log["content"])
    assert "connection 'airflow_wrong': the broker does not accept sasl.username and sasl.password" in " ".join(text.split())
    assert len(console_consumer(secured.broker.bootstrap, "secured-by-airflow")) == 3000
    judge = Admin(Connection("judge", {"bootstrap.servers": secured.broker.bootstrap}))
    with LedgerReader(judge, find_ledger(judge), "by_airflow") as reader:
        assert sorted((entry.key.batch.batch, entry.records) for entry in reader.read()) == [
            (f"secured/publish/{index}", 1000) for index in range(3)
        ]
    for name in WAYS:
        good, said = pressed(stack, secured.all()[f"kafka_{name}"])
        assert good, said
        assert said.endswith(READY)


def test_the_button_says_what_is_wrong_in_our_words(stack: Stack, secured: Secured) -> None:
    assert pressed(stack, secured.scram(security_protocol=None)) == (
        False,
        f"this connection: security.protocol is not set, but the broker at {secured.address('SCRAM')} wants TLS and a login: set it to SASL_SSL, and sasl.mechanism to "
        "SCRAM-SHA-256 or SCRAM-SHA-512",
    )
    assert pressed(stack, secured.scram(bootstrap_servers=None)) == (
        False,
        'this connection: bootstrap.servers is missing: write the brokers\' addresses, such as "localhost:9092"',
    )
    good, said = pressed(stack, secured.oauth(sasl_oauthbearer_client_secret="not-the-one"))
    assert (good, said.split(" (")[0]) == (False, f"this connection: the token service {secured.tokens.url}/token gives no token")


def test_a_connection_that_only_others_can_use_is_tried_by_the_provider(stack: Stack) -> None:
    assert pressed(stack, {"bootstrap.servers": stack.bootstrap, "enable.idempotence": True}) == (
        True,
        "Connection successful. But Springhead cannot publish by it: this connection: enable.idempotence is set by Springhead, for its guarantees depend on it. Remove it",
    )


def test_the_saved_connection_is_tried_with_its_hidden_password(stack: Stack, secured: Secured) -> None:
    """The form shows stars in the place of secrets, and sends them back."""
    shown = stack.api.get("/api/v2/connections/airflow_scram_512")["extra"]
    assert PASSWORD not in shown
    assert pressed(stack, shown, "airflow_scram_512")[0]


def test_a_function_that_airflow_allows_gives_tokens(secured: Secured, monkeypatch: pytest.MonkeyPatch) -> None:
    extra = {key: value for key, value in secured.oauth().items() if not key.startswith(("sasl.oauthbearer", "https"))}
    connection = {"conn_type": "kafka", "extra": {**extra, "oauth_cb": "tests.secured.tokens.oauth_cb"}}
    monkeypatch.setenv("AIRFLOW_CONN_OWN_TOKENS", json.dumps(connection))
    with pytest.raises(ConnectionSettingsError) as caught:
        airflow_connection("own_tokens")
    assert str(caught.value) == "connection 'own_tokens': oauth_cb is no function: only Airflow can put one there. Remove it"
    monkeypatch.setenv("AIRFLOW__APACHE_KAFKA__CALLBACK_ALLOWLIST", "tests.secured.tokens.oauth_cb")
    assert standing_of(airflow_connection("own_tokens")).lines()[0] == f"1 broker: {secured.address('OAUTH')}"
