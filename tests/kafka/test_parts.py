"""Parts of a batch stand alone: several workers can share it, in any order, and what they agree on is decided before the first of them."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

import pytest
from confluent_kafka.admin import AdminClient, NewPartitions

from dev.broker import Broker
from springhead.cli.remedies import told
from springhead.errors import LedgerError, OptionError, PublishedError, StoppedError, UnverifiableError
from springhead.kafka.clients import Admin
from springhead.kafka.topics import describe_topic
from springhead.ledger.entry import Entry
from springhead.ledger.key import BatchKey
from springhead.ledger.reader import LedgerReader
from springhead.ledger.topic import find_ledger
from springhead.ledger.writer import forget
from springhead.publish import publish as publishing
from springhead.records.batch import Batch
from springhead.records.digests import batch_digest
from springhead.records.request import Request
from springhead.topic_facts import TopicFacts
from springhead.verify import verify as verifying
from tests.conftest import MakeTopic, ReadTopic, wait_for_topic
from tests.kafka.build import FOREVER, connection, expected, seen, size_of, small
from tests.kafka.ledgers import FIRST_FORMAT, Ledger, name_a_ledger, spoilt
from tests.unit.build import HOUR, stream
from tests.unit.ledger.build import ENTRY

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("own_ledger")]

RECORDS, PART = 2500, 1000  # three parts
publish, verify = partial(publishing.publish, part_records=PART), partial(verifying.verify, part_records=PART)


def asked(topic: str, run_id: str | None = None) -> Request:
    return Request(small(topic), HOUR, records=RECORDS, run_id=run_id)


def entries(broker: Broker, run_id: str | None = None) -> list[Entry]:
    """Those of a batch, in the order of its parts."""
    admin = Admin(connection(broker))
    with LedgerReader(admin, find_ledger(admin), "things", HOUR) as reader:
        return [entry for entry in reader.read() if entry.key.batch.run_id == run_id]


def test_parts_that_were_published_in_another_order_are_the_batch_that_is_published_whole_elsewhere(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = make_topic(**FOREVER)
    second = publish(asked(topic), connection(broker), parts=[2])
    assert (second.records, second.sent, second.of_parts, second.parts, second.outcome) == (1000, 1000, (2,), 3, "delivered: 1,000")
    assert "  parts        2 of 3\n" in second.text()
    assert [(entry.key.part, entry.records) for entry in entries(broker)] == [(0, 0), (2, 1000)]
    others = publish(asked(topic), connection(broker), parts=[3, 1, 3])
    assert (others.records, others.sent, others.of_parts, others.outcome) == (1500, 1500, (1, 3), "delivered: 1,500")
    whole = publish(asked(topic), connection(broker))
    assert (whole.already_published, whole.records, whole.sent, whole.of_parts) == (True, RECORDS, 0, None)

    there = entries(broker)
    assert [(entry.key.part, entry.records) for entry in there] == [(0, 0), (1, 1000), (2, 1000), (3, 500)]
    digests = [entry.digest for entry in there[1:]]
    assert second.digest == digests[1]
    assert others.digest == batch_digest([digests[0], digests[2]])
    assert whole.digest == batch_digest(digests)
    assert whole.bytes == second.bytes + others.bytes
    assert seen(read_topic(topic)) == expected(Batch.of(asked(topic), TopicFacts(partitions=3)))

    name_a_ledger(monkeypatch)
    elsewhere = Ledger(broker)
    at_once = publish(asked(make_topic(**FOREVER)), connection(broker))
    assert (at_once.already_published, at_once.sent) == (False, RECORDS)
    assert (at_once.digest, at_once.records, at_once.bytes) == (whole.digest, whole.records, whole.bytes)
    assert [entry.digest for entry in elsewhere.read("things")] == ["", *digests]


def test_the_parts_that_are_there_can_be_verified_alone_and_what_is_missing_is_told(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    second = publish(asked(topic), connection(broker), parts=[2])
    found = verify(asked(topic), connection(broker), parts=[2])
    assert (found.good, found.records, found.sound, found.foreign, found.of_parts, found.digest) == (
        True,
        1000,
        1000,
        0,
        (2,),
        second.digest,
    )
    assert "\n  parts        2\n" in found.text()
    for parts, text in (
        (None, "only 1 of 3 parts were published"),
        ([1, 2], "part 1 was not published"),
        ([2, 3], "part 3 was not published"),
    ):
        with pytest.raises(UnverifiableError) as caught:
            verify(asked(topic), connection(broker), parts=parts)
        assert str(caught.value) == f"of things, {HOUR} {text}. Publish it again, which goes on with the parts that are missing"
    rest = publish(asked(topic), connection(broker))
    assert (rest.sent, rest.records, rest.already_published, rest.of_parts) == (1500, RECORDS, False, None)
    for parts, records in (([1, 3], 1500), ([2], 1000), (None, RECORDS)):
        found = verify(asked(topic), connection(broker), parts=parts)
        assert (found.good, found.records, found.sound) == (True, records, records)


def test_parts_are_verified_in_their_order_however_they_were_asked_for(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    receipt = publish(asked(topic), connection(broker), parts=[1, 3])
    found = verify(asked(topic), connection(broker), parts=[3, 1, 3])
    assert (found.good, found.sound, found.of_parts, found.digest) == (True, 1500, (1, 3), receipt.digest)


def test_a_part_that_the_batch_does_not_have_is_refused(broker: Broker, admin: AdminClient, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    for parts, text in (
        ([9], "parts: there is no part 9: this batch has 3 parts"),
        ([1, 0], "parts: there is no part 0: this batch has 3 parts"),
        ([], "parts: name at least one"),
    ):
        with pytest.raises(OptionError) as caught:
            publish(asked(topic), connection(broker), parts=parts)
        assert str(caught.value) == text
    assert (size_of(admin, topic, 3), entries(broker)) == (0, [])
    publish(asked(topic), connection(broker), parts=[1])
    with pytest.raises(OptionError, match=r"^parts: there is no part 9: this batch has 3 parts$"):
        verify(asked(topic), connection(broker), parts=[1, 9])


def test_no_part_at_all_is_refused_by_the_verification_too(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(**FOREVER)
    publish(asked(topic), connection(broker))
    with pytest.raises(OptionError, match=r"^parts: name at least one$"):
        verify(asked(topic), connection(broker), parts=[])


def test_the_opening_decides_for_how_many_partitions_the_later_parts_are_made(
    broker: Broker, admin: AdminClient, make_topic: MakeTopic, read_topic: ReadTopic
) -> None:
    topic = make_topic(**FOREVER)
    publish(asked(topic), connection(broker), parts=[1])
    admin.create_partitions([NewPartitions(topic, 8)])[topic].result(timeout=30)
    wait_for_partitions(broker, topic, 8)
    second = publish(asked(topic), connection(broker), parts=[2])
    assert second.topic_partitions == 3
    assert set(second.partitions) == {0, 1, 2}
    rest = publish(asked(topic), connection(broker))
    assert (rest.topic_partitions, rest.sent) == (3, 500)
    assert seen(read_topic(topic)) == expected(Batch.of(asked(topic), TopicFacts(partitions=3)))
    assert {entry.opening.facts for entry in entries(broker)} == {TopicFacts(rest.topic_id, 3)}
    found = verify(asked(topic), connection(broker))
    assert (found.good, found.sound, found.foreign) == (True, RECORDS, 0)
    fresh = publish(asked(topic, "fresh"), connection(broker))
    assert (fresh.topic_partitions, len(fresh.partitions)) == (8, 8)
    assert verify(asked(topic, "fresh"), connection(broker)).good


def wait_for_partitions(broker: Broker, topic: str, count: int) -> None:
    """Returns when the broker knows of new partitions."""
    client = Admin(connection(broker))
    while (found := describe_topic(client, topic)) is None or found.partitions != count:
        time.sleep(0.1)
    wait_for_topic(AdminClient({"bootstrap.servers": broker.bootstrap}), topic)


def test_workers_that_share_a_batch_and_begin_at_once_open_it_once_and_publish_each_its_part(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic
) -> None:
    topic = make_topic(**FOREVER)
    begin = threading.Barrier(3)

    def work(part: int) -> int:
        begin.wait(60)
        return publish(asked(topic), connection(broker), parts=[part]).sent

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(work, (1, 2, 3))) == [1000, 1000, 500]
    assert [entry.key.part for entry in entries(broker)] == [0, 1, 2, 3]
    assert seen(read_topic(topic)) == expected(Batch.of(asked(topic), TopicFacts(partitions=3)))
    assert publish(asked(topic), connection(broker)).already_published


def test_a_stopped_batch_goes_on_with_the_parts_that_are_missing(broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic) -> None:
    topic = make_topic(**FOREVER)
    stop = threading.Event()
    with pytest.raises(StoppedError):
        publish(asked(topic), connection(broker), stop=stop, progress=lambda done, _: stop.set() if done > PART else None)
    assert [entry.key.part for entry in entries(broker)] == [0, 1]
    rest = publish(asked(topic), connection(broker))
    assert (rest.sent, rest.records, rest.of_parts) == (1500, RECORDS, None)
    assert seen(read_topic(topic)) == expected(Batch.of(asked(topic), TopicFacts(partitions=3)))


def test_a_batch_that_was_begun_or_only_opened_from_another_spec_is_refused_until_it_is_taken_back(
    broker: Broker, admin: AdminClient, make_topic: MakeTopic, read_topic: ReadTopic
) -> None:
    topic = make_topic(**FOREVER)
    publish(asked(topic), connection(broker), parts=[1])
    other = Request(stream({"number": {"integer": [0, 9]}}, topic=topic), HOUR, records=RECORDS)
    digests = [Batch.of(request).spec_digest for request in (asked(topic), other)]
    with pytest.raises(PublishedError) as caught:
        publish(other, connection(broker), parts=[2])
    ways = f"--interval {HOUR} --records {RECORDS} --republish TOKEN --connection test_kafka", f"--forget {HOUR} --connection test_kafka"
    assert told(caught.value) == (
        f"things, {HOUR} was published already, from another spec: fields.number changed since (digest {digests[0]} then, {digests[1]} now). "
        "That was done by the command line. To publish it again, "
        "use a republish token, or remove its entries from the ledger so that it counts as unpublished. Either way the records that are in the topic stay there\n"
        f"  to publish it once more all the same: springhead publish things {ways[0]}\n"
        f"  to make it count as unpublished: springhead ledger things {ways[1]}"
    )
    client = Admin(connection(broker))
    forget(client.connection, find_ledger(client), [BatchKey.of(other).part(1)])
    assert [entry.key.part for entry in entries(broker)] == [0]
    with pytest.raises(PublishedError) as caught:
        publish(other, connection(broker), parts=[2])
    assert told(caught.value) == (
        f"things, {HOUR} was opened from another spec: fields.number changed since (digest {digests[0]} then, {digests[1]} now). Nothing of it was published yet: "
        "remove its entry from the ledger to begin anew, when no other worker is at it\n"
        f"  to make it count as unpublished: springhead ledger things {ways[1]}"
    )
    forget(client.connection, find_ledger(client), [BatchKey.of(other).part(0)])
    before = seen(read_topic(topic))
    receipt = publish(other, connection(broker))
    assert (receipt.sent, receipt.spec_digest) == (RECORDS, digests[1])
    assert {entry.opening.spec_digest for entry in entries(broker)} == {digests[1]}
    assert seen(read_topic(topic)) - before == expected(Batch.of(other, TopicFacts(partitions=3)))


def test_a_batch_that_was_sent_as_one_part_while_it_was_opened_as_several_is_refused_and_nothing_is_sent(
    broker: Broker, admin: AdminClient, make_topic: MakeTopic
) -> None:
    topic = make_topic(**FOREVER)
    publishing.publish(asked(topic), connection(broker), part_records=RECORDS)
    (whole,) = entries(broker)
    opening = replace(whole.opening, parts=3)
    Ledger(broker).commit(Entry(whole.key.batch.part(0), opening, whole.attempt).record())
    before = size_of(admin, topic, 3)
    for parts in (None, [2], [1]):
        with pytest.raises(PublishedError, match="was published already, cut into 1 part, and would be cut into 3 now"):
            publish(asked(topic), connection(broker), parts=parts)
    assert size_of(admin, topic, 3) == before


def test_a_token_publishes_all_parts_once_more_and_a_part_alone_too(broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic) -> None:
    topic = make_topic(**FOREVER)
    first = publish(asked(topic), connection(broker))
    second = publish(asked(topic), connection(broker), parts=[2], republish="token")
    assert (second.sent, second.of_parts, second.already_published) == (1000, (2,), False)
    assert publish(asked(topic), connection(broker), parts=[2], republish="token").already_published
    rest = publish(asked(topic), connection(broker), republish="token")
    assert (rest.sent, rest.already_published, rest.digest) == (1500, False, first.digest)
    assert publish(asked(topic), connection(broker), republish="token").already_published
    batch = expected(Batch.of(asked(topic), TopicFacts(partitions=3)))
    assert seen(read_topic(topic)) == batch + batch


def test_an_entry_of_the_first_format_is_refused_with_the_way_out_and_nothing_is_sent(
    broker: Broker, admin: AdminClient, make_topic: MakeTopic
) -> None:
    topic = make_topic(**FOREVER)
    ledger = Ledger(broker)
    ledger.write(spoilt(ENTRY, FIRST_FORMAT))
    request = Request(small(topic, name="orders"), HOUR, records=RECORDS)
    for call in (publish, verify):
        with pytest.raises(LedgerError) as caught:
            call(request, connection(broker))
        assert told(caught.value) == (
            f"the ledger '{ledger.topic.name}', partition {ENTRY.key.partition}, offset 0: the entry cannot be read (its version is 1, and this Springhead reads version 2: an "
            "earlier Springhead has written it, before its first release), so what was published is not known. Update Springhead if a newer one has written it; else take the "
            f"entry back\n  to make it count as unpublished: springhead ledger orders --forget {HOUR} --connection test_kafka"
        )
    assert size_of(admin, topic, 3) == 0
    forget(ledger.admin.connection, ledger.topic, [ENTRY.key])
    assert publish(request, connection(broker)).sent == RECORDS
    assert verify(request, connection(broker)).good
