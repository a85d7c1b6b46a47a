"""Our lists of names against the librdkafka that is installed: an upgrade that adds or removes one is noticed here.

If this fails after an upgrade: bring properties.py up to date, and decide for each new name whether it is tuning (nothing to do), a secret
(connection.SECRETS), or would break a promise (given_settings._OWNED, _FORBIDDEN).
"""

from __future__ import annotations

import ctypes
import logging
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from confluent_kafka import KafkaException, Producer, cimpl

from springhead.kafka import given_settings
from springhead.kafka.connection import SECRETS
from springhead.kafka.properties import CLIENT, CONSUMER

# What only a C program can set, and what Python's client sets by itself: no user can write a value for it.
NOT_FOR_USERS = re.compile(
    r"_cb$|^(interceptors|opaque|default_topic_conf|msg_order_cmp|ssl_ca|ssl_certificate|ssl_key|ssl_engine_callback_data)$"
)
OF_CONFLUENT_KAFKA = {"default.topic.config"}  # Python's client takes it, librdkafka has no such property


@dataclass(frozen=True)
class Row:
    """A property in librdkafka's own table."""

    who: str  # * both, P producer, C consumer
    kind: str  # string, integer, boolean, …


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    """librdkafka's properties as it prints them: CONFIGURATION.md of the very library that is loaded."""
    path = tmp_path_factory.mktemp("librdkafka") / "properties.md"
    libc, rdkafka = ctypes.CDLL(None), ctypes.CDLL(cimpl.__file__)  # the wheel's librdkafka comes with the module that is linked to it
    libc.fopen.restype, libc.fopen.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_char_p]
    libc.fclose.argtypes = rdkafka.rd_kafka_conf_properties_show.argtypes = [ctypes.c_void_p]
    rdkafka.rd_kafka_conf_properties_show.restype = None
    stream = libc.fopen(str(path).encode(), b"w")
    rdkafka.rd_kafka_conf_properties_show(stream)
    libc.fclose(stream)
    return read(path)


def read(path: Path) -> dict[str, Row]:
    rows: dict[str, Row] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) >= 6 and cells[1] in ("*", "P", "C"):
            kind = re.search(r"\*Type: ([\w ]+)\*", line)
            rows[cells[0]] = Row(cells[1], kind[1] if kind else "")
    return rows


def test_the_clients_names_are_those_of_librdkafka(table: dict[str, Row]) -> None:
    theirs = {name for name, row in table.items() if row.who in ("*", "P") and not NOT_FOR_USERS.search(name)}
    assert theirs | OF_CONFLUENT_KAFKA == CLIENT


def test_the_consumers_names_are_those_of_librdkafka(table: dict[str, Row]) -> None:
    assert {name for name, row in table.items() if row.who == "C" and not NOT_FOR_USERS.search(name)} == CONSUMER
    assert not CLIENT & CONSUMER


def test_every_callback_of_librdkafka_is_refused(table: dict[str, Row]) -> None:
    """None is in CLIENT, and so they would be unknown keys at the least."""
    assert not [name for name in table if NOT_FOR_USERS.search(name) and name in CLIENT]


def answer(name: str) -> str:
    """What a client says to a value that no property of numbers, choices or truth takes."""
    logger = logging.getLogger("tests.librdkafka")
    logger.disabled = True
    try:
        Producer({name: "\x01"}, logger=logger)
    except KafkaException as error:
        return str(error.args[0].str())
    except (TypeError, AttributeError) as error:
        return f"{type(error).__name__}: {error}"  # Python's own properties
    return "taken"


@pytest.mark.parametrize("name", sorted(CLIENT | CONSUMER))
def test_a_real_client_knows_the_name(name: str) -> None:
    assert "No such configuration property" not in answer(name)


def test_a_real_client_says_so_when_it_does_not_know_a_name() -> None:
    """Else the test above could not fail."""
    assert answer("bootstrap.server") == 'No such configuration property: "bootstrap.server"'


def test_what_takes_a_number_is_checked_to_be_one(table: dict[str, Row]) -> None:
    free = {name: table[name].kind for name in CLIENT - given_settings._OWNED - given_settings._FORBIDDEN.keys()}
    numbers = {name for name, kind in free.items() if kind in ("integer", "float")} - {"acks"}  # it has its own check
    assert {name for name in free if given_settings._NUMBER.search(name)} == numbers
    assert {name for name, kind in free.items() if kind == "float"} == given_settings._FRACTION


def test_every_name_that_sounds_like_a_secret_is_masked() -> None:
    assert {
        name for name in CLIENT if re.search(r"passw|passphrase|secret|key\.pem|\.config$|token$", name)
    } - OF_CONFLUENT_KAFKA == SECRETS
