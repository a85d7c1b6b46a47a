"""An interval in which nothing happens is published like any other: it is green, stands in the ledger, and is verified."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from confluent_kafka.admin import AdminClient

from dev.broker import Broker
from springhead.columns.column import Chunk
from springhead.columns.draws import Scope
from springhead.errors import UnverifiableError
from springhead.kafka.clients import Admin
from springhead.ledger.entry import Entry
from springhead.ledger.reader import LedgerReader
from springhead.ledger.topic import find_ledger
from springhead.publish.publish import publish
from springhead.records import batch
from springhead.records.arrivals import Arrivals, Counted
from springhead.records.digests import PartDigest
from springhead.records.request import Request
from springhead.spec import Stream
from springhead.verify.verify import verify
from tests.conftest import MakeTopic
from tests.kafka.build import FOREVER, connection, rich, size_of, small
from tests.unit.build import HOUR

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("own_ledger", "nothing_arrives")]


@dataclass(frozen=True)
class Nothing:
    """Arrivals of which there are none."""

    count: int = 0
    scope: Scope = ("nothing",)

    def at(self, positions: range) -> Chunk:
        assert not len(positions)
        return Chunk(np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0, np.uint64))


@pytest.fixture
def nothing_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    """What no key of the language asks for yet."""

    def arrivals_of(_: Request) -> Arrivals:
        return Nothing()

    monkeypatch.setattr(batch, "arrivals_of", arrivals_of)


def entries(broker: Broker) -> list[Entry]:
    admin = Admin(connection(broker))
    with LedgerReader(admin, find_ledger(admin), "things", HOUR) as reader:
        return reader.read()


def stream_of(topic: str, guarantee: str, *, keyed: bool) -> tuple[Stream, str]:
    """(a stream, the connection's acks) for a guarantee."""
    acks = {"fire_and_forget": "0", "leader": "1"}.get(guarantee, "all")
    delivery = {"delivery": "at_least_once"} if guarantee == "at_least_once" else {}
    return (rich(topic) if keyed else small(topic)).model_copy(update=delivery), acks


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize(
    ("guarantee", "outcome", "acked"),
    [
        ("fire_and_forget", "sent: 0, acked: unknown", None),
        ("leader", "leader_acked: 0", 0),
        ("at_least_once", "delivered: 0", 0),
        ("exactly_once", "delivered: 0", 0),
    ],
)
def test_it_is_green_with_a_receipt_of_no_records(
    broker: Broker, admin: AdminClient, make_topic: MakeTopic, guarantee: str, outcome: str, acked: int | None, keyed: bool
) -> None:
    topic = make_topic(**FOREVER)
    chosen, acks = stream_of(topic, guarantee, keyed=keyed)
    receipt = publish(Request(chosen, HOUR), connection(broker, acks))
    assert (receipt.guarantee, receipt.outcome, receipt.warnings) == (guarantee, outcome, ())
    assert (receipt.records, receipt.sent, receipt.acked, receipt.bytes, receipt.partitions) == (0, 0, acked, 0, {})
    assert (receipt.digest, receipt.already_published, receipt.of_parts) == (PartDigest().hexdigest(), False, None)
    assert receipt.text().startswith("Springhead receipt\n")
    assert size_of(admin, topic, 3) == 0


@pytest.mark.parametrize("guarantee", ["at_least_once", "exactly_once"])
def test_where_there_is_a_ledger_it_has_one_entry_and_the_verification_agrees(
    broker: Broker, make_topic: MakeTopic, guarantee: str
) -> None:
    chosen, _ = stream_of(make_topic(**FOREVER), guarantee, keyed=True)
    receipt = publish(Request(chosen, HOUR), connection(broker))
    (entry,) = entries(broker)
    assert (entry.key.part, entry.opening.parts, entry.opening.guarantee) == (1, 1, guarantee)
    assert (entry.records, entry.bytes, entry.digest, entry.partitions) == (0, 0, receipt.digest, {})
    for whole_topic in (False, True):
        found = verify(Request(chosen, HOUR), connection(broker), whole_topic=whole_topic)
        assert (found.good, found.guarantee, found.records, found.sound, found.missing, found.foreign) == (True, guarantee, 0, 0, 0, 0)
        assert (found.verdict, found.digest) == ("every record is there exactly once", receipt.digest)


def test_exactly_once_it_is_published_once_and_then_published_already(broker: Broker, admin: AdminClient, make_topic: MakeTopic) -> None:
    chosen, _ = stream_of(topic := make_topic(**FOREVER), "exactly_once", keyed=False)
    first = publish(Request(chosen, HOUR), connection(broker))
    again = publish(Request(chosen, HOUR), connection(broker))
    assert (again.outcome, again.sent, again.acked, again.already_published) == ("already_published: 0", 0, 0, True)
    assert again.digest == first.digest
    once_more = publish(Request(chosen, HOUR), connection(broker), republish="again")
    assert (once_more.outcome, once_more.already_published, once_more.digest) == ("delivered: 0", False, first.digest)
    assert len(entries(broker)) == 1
    assert size_of(admin, topic, 3) == 0  # not even the marker of a transaction


@pytest.mark.parametrize("guarantee", ["fire_and_forget", "leader"])
def test_where_there_is_no_ledger_nothing_is_recorded_and_nothing_verified(broker: Broker, make_topic: MakeTopic, guarantee: str) -> None:
    chosen, acks = stream_of(make_topic(**FOREVER), guarantee, keyed=False)
    publish(Request(chosen, HOUR), connection(broker, acks))
    assert entries(broker) == []
    with pytest.raises(UnverifiableError, match=f"has no entry of things, {HOUR}"):
        verify(Request(chosen, HOUR), connection(broker))


def test_what_others_have_written_there_is_foreign(broker: Broker, make_topic: MakeTopic, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen, _ = stream_of(make_topic(**FOREVER), "exactly_once", keyed=False)
    publish(Request(chosen, HOUR), connection(broker))
    with monkeypatch.context() as arrived:
        arrived.setattr(batch, "arrivals_of", Counted)
        publish(Request(chosen, HOUR, records=50, run_id="manual__1"), connection(broker))
    found = verify(Request(chosen, HOUR), connection(broker), whole_topic=True)
    assert (found.good, found.records, found.sound, found.foreign) == (True, 0, 0, 50)
