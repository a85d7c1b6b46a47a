"""`springhead init` and `springhead ledger` on a real broker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from dev.broker import Broker
from springhead.ledger.entry import Attempt
from springhead.quantities import Interval
from tests.kafka.ledgers import Ledger, entry, name_a_ledger, opening, spoilt
from tests.unit.ledger.build import ENTRY, OPENING

pytestmark = pytest.mark.kafka

Springhead = Callable[..., tuple[int, str, str]]


@pytest.fixture
def springhead(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Springhead:
    """The command, on a ledger of the test's own; (exit code, stdout, stderr)."""
    name_a_ledger(monkeypatch)

    def run(*words: str, answer: str = "") -> tuple[int, str, str]:
        extra = {"bootstrap.servers": broker.bootstrap, "acks": 0}
        environment = os.environ | {"AIRFLOW_CONN_KAFKA_DEFAULT": json.dumps({"conn_type": "kafka", "extra": extra})}
        done = subprocess.run(
            [sys.executable, "-m", "springhead.cli", *words], env=environment, input=answer, capture_output=True, text=True
        )
        return done.returncode, done.stdout, done.stderr

    return run


def name() -> str:
    return os.environ["SPRINGHEAD_LEDGER"]


def test_init_says_whether_the_ledger_is_new(springhead: Springhead) -> None:
    assert springhead("init") == (0, f"ledger '{name()}' created: 32 partitions, 1 replica, cleanup.policy compact\n", "")
    assert springhead("init") == (0, f"ledger '{name()}' is there already, and fit to be relied on: 32 partitions, 1 replica\n", "")


def test_without_a_ledger_the_command_names_init(springhead: Springhead) -> None:
    code, out, err = springhead("ledger")
    assert (code, out) == (1, "")
    text, way = err.splitlines()
    assert text.startswith(f"springhead: there is no ledger '{name()}' on the cluster of connection 'kafka_default': ")
    assert way == "  to start an empty ledger: springhead init --connection kafka_default"


MADE = [
    replace(ENTRY, opening=replace(OPENING, parts=1)),
    entry("2026-03-01T11:00Z", variant="small", records=7),
    opening("2026-03-01T11:00Z", variant="small"),
    entry("2026-03-01T11:00Z", run_id="manual__1", attempt=Attempt()),
    entry(stream="registrations"),
]


def test_the_table_has_a_line_for_each_entry(broker: Broker, springhead: Springhead) -> None:
    Ledger(broker).write(*(made.record() for made in MADE))
    code, out, err = springhead("ledger")
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines[0] == ["stream", "interval", "variant", "batch", "run", "records", "part", "digest", "spec", "attempt"]
    digests = ["dddddddddddd", "555555555555"]
    task = ["orders,", "scheduled__2026-03-01T11:00:00+00:00,", "try", "2"]
    hours = [f"2026-03-01T{hour}:00:00Z/2026-03-01T{hour + 1}:00:00Z" for hour in (10, 11)]
    assert lines[1:] == [
        ["orders", hours[0], "1,000", "1", "of", "1", *digests, *task],
        ["orders", hours[1], "manual__1", "1,000", "1", "of", "2", *digests, "command", "line"],
        ["orders", hours[1], "small", "opened", "for", "2", digests[1], *task],
        ["orders", hours[1], "small", "7", "1", "of", "2", *digests, *task],
        ["registrations", hours[0], "1,000", "1", "of", "2", *digests, *task],
    ]
    code, out, _ = springhead("ledger", "registrations")
    assert [line.split()[0] for line in out.splitlines()] == ["interval", hours[0]]


def test_json_is_an_object_per_line_with_all_that_the_ledger_has(broker: Broker, springhead: Springhead) -> None:
    Ledger(broker).write(*(made.record() for made in MADE))
    code, out, err = springhead("ledger", "orders", "--json")
    assert (code, err) == (0, "")
    assert [json.loads(line) for line in out.splitlines()] == [json.loads(MADE[number].record().value or b"") for number in (0, 3, 2, 1)]


def test_a_stream_without_entries_is_told_so(broker: Broker, springhead: Springhead) -> None:
    Ledger(broker)
    assert springhead("ledger", "orders") == (0, "", f"the ledger '{name()}' has no entries of 'orders'\n")
    assert springhead("ledger", "--json") == (0, "", "")


def test_forget_takes_all_parts_of_a_batch_back_after_asking(broker: Broker, springhead: Springhead) -> None:
    ledger = Ledger(broker)
    parts = [opening(), *(entry(part=part) for part in (1, 2))]
    others = [entry(variant="small"), entry(run_id="manual__1"), entry("2026-03-01T10:30Z"), entry("2026-03-01T11:00Z")]
    ledger.write(parts[0].record(), parts[1].record(), spoilt(parts[2]), *(made.record() for made in others))
    hour = str(ENTRY.key.batch.interval)

    code, out, err = springhead("ledger", "orders", "--forget", hour, answer="n\n")
    assert (code, out.strip()) == (1, "")
    assert err == (
        f"The ledger '{name()}' has 2 parts of orders, {hour}. Their records stay in the stream's topic: published again, they are there twice.\n"
        "Forget it? [y/N]:"
    )
    with ledger.reader() as reader:
        assert len(reader.part_keys()) == 6

    code, out, _ = springhead("ledger", "orders", "--forget", hour, answer="y\n")
    assert (code, out.strip()) == (0, f"forgot 2 parts of orders, {hour}")
    assert ledger.read(interval=None) == sorted(others, key=lambda made: made.key.order)

    assert springhead("ledger", "orders", "--forget", hour, "--variant", "small", "--yes") == (
        0,
        f"forgot 1 part of orders, variant small, {hour}\n",
        "",
    )
    assert springhead("ledger", "orders", "--forget", hour, "--run-id", "manual__1", "--yes")[0] == 0
    assert ledger.read(interval=None) == others[2:]


def test_a_batch_that_was_opened_and_no_more_is_forgotten_too(broker: Broker, springhead: Springhead) -> None:
    ledger = Ledger(broker)
    ledger.write(opening().record())
    assert springhead("ledger", "orders", "--forget", str(ENTRY.key.batch.interval), "--yes") == (
        0,
        f"forgot the opening of orders, {ENTRY.key.batch.interval}\n",
        "",
    )
    assert ledger.read() == []


def test_forget_of_what_is_not_there_names_the_batches_that_are(broker: Broker, springhead: Springhead) -> None:
    Ledger(broker).write(entry(variant="small").record(), entry(run_id="manual__1").record(), entry(run_id="manual__1", part=2).record())
    hour = str(ENTRY.key.batch.interval)
    assert springhead("ledger", "orders", "--forget", hour, "--yes") == (
        1,
        "",
        f"springhead: the ledger '{name()}' has no entry of orders, {hour}. Of that interval it has those of:\n  --run-id manual__1\n  --variant small\n",
    )
    later = str(Interval.parse("2026-03-01T12:00Z/PT1H"))
    assert (
        springhead("ledger", "orders", "--forget", later, "--yes")[2]
        == f"springhead: the ledger '{name()}' has no entry of orders, {later}\n"
    )


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("--yes",), "--variant, --run-id, --batch and --yes belong to --forget INTERVAL"),
        (("--forget", "2026"), "--forget takes back the entries of one stream: write `springhead ledger STREAM --forget INTERVAL`"),
        (("orders", "--forget", "2026"), "'2026' is not an interval"),
        (("--connection", "nowhere"), "there is no connection 'nowhere'"),
    ],
)
def test_a_wrong_option_is_one_line_with_the_remedy(broker: Broker, springhead: Springhead, words: tuple[str, ...], text: str) -> None:
    Ledger(broker)
    code, out, err = springhead("ledger", *words)
    assert (code, out) == (1, "")
    assert text in err
