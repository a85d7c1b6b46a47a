"""The blocks of docs/providers.md are connections that librdkafka takes."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

from dev.places import ROOT
from springhead.cli.connections import find_connection
from springhead.kafka.clients import make_client
from springhead.kafka.connection import Connection
from springhead.kafka.settings import Guarantee, admin_settings, client_settings, guarantee_of
from tests.secured.authority import Authority

PAGE = (ROOT / "docs/providers.md").read_text()
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
ENTRIES: list[dict[str, Any]] = [entry for block in BLOCKS for entry in yaml.safe_load(block)]
BY_PROVIDER = ("kafka_msk_iam", "kafka_google")  # tokens by Airflow's provider, which is not installed with Amazon's and Google's parts


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The page's files → files that are there."""
    authority = Authority(tmp_path_factory.mktemp("page") / "ca", "Page CA")
    client = authority.sign("client")
    found = dict.fromkeys(re.findall(r": (/etc/\S+)", PAGE), str(authority.file))
    kinds = {"client.pem": client.certificate, "user.crt": client.certificate, "service.cert": client.certificate, "client.key": client.key}
    kinds |= {"user.key": client.key, "service.key": client.key}
    return found | {path: str(kinds[Path(path).name]) for path in found if Path(path).name in kinds}


def test_every_block_is_a_connection_of_its_own() -> None:
    ids = [entry["conn_id"] for entry in ENTRIES]
    assert len(ids) == len(set(ids)) == 13
    assert {(*entry, entry["conn_type"]) for entry in ENTRIES} == {("conn_id", "conn_type", "conn_extra", "kafka")}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry["conn_id"]))
def test_a_block_is_read_from_the_settings_file_and_taken_by_librdkafka(
    entry: dict[str, Any], files: dict[str, str], tmp_path: Path
) -> None:
    settings = tmp_path / "airflow_settings.yaml"
    text = yaml.safe_dump({"airflow": {"connections": [entry]}})
    for path, there in files.items():
        text = text.replace(path, there)
    settings.write_text(text)
    found = find_connection(entry["conn_id"], settings)
    if entry["conn_id"] in BY_PROVIDER:
        found = Connection(found.id, {**found.settings, "oauth_cb": lambda config: ("token", time.time() + 3600)})
    assert guarantee_of(found) is Guarantee.EXACTLY_ONCE
    tokens = "sasl.oauthbearer.token.endpoint.url"
    here = {
        "bootstrap.servers": "127.0.0.1:1",
        **({tokens: "https://127.0.0.1:1/token"} if tokens in found.settings else {}),
    }  # nobody is asked
    make_client(Producer, found, client_settings(found, Guarantee.EXACTLY_ONCE) | {"transactional.id": "page"} | here)
    make_client(AdminClient, found, admin_settings(found) | here)
