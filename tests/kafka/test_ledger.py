"""The ledger on a real broker: what was committed is found, whatever else is open, aborted, taken back or out of order there; and what cannot be known is an error."""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from confluent_kafka import IsolationLevel, Producer, TopicPartition
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ConfigResource,
    NewTopic,
    OffsetSpec,
    ResourcePatternType,
    ResourceType,
)

from dev.broker import Broker, brokers_at
from dev.cluster import Cluster
from dev.console import Record
from dev.dump import dump_log
from dev.errors import DevError
from springhead.errors import BrokerUnavailableError, LedgerError, LedgerTimeoutError, RefusedError, StoppedError, TransientError
from springhead.kafka import ledger_reader, offsets
from springhead.kafka.clients import Admin
from springhead.kafka.ledger import Entry, LedgerRecord, partition_of, read_entry
from springhead.kafka.ledger_reader import LedgerReader
from springhead.kafka.ledger_topic import find_ledger, init_ledger
from springhead.kafka.ledger_writer import forget
from springhead.kafka.topics import TopicInfo, describe_topic
from springhead.quantities import Interval
from tests.conftest import ReadTopic
from tests.kafka.build import connection
from tests.unit.build import HOUR
from tests.unit.kafka.test_ledger import ENTRY

pytestmark = pytest.mark.kafka

_numbers = itertools.count(1)


class Ledger:
    """A ledger of a test's own, and what other programs do to it."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.admin = Admin(connection(broker))
        self.topic: TopicInfo = init_ledger(self.admin)

    def reader(self, stream: str | None = "orders", interval: Interval | None = HOUR, stop: threading.Event | None = None) -> LedgerReader:
        return LedgerReader(self.admin, self.topic, stream, interval, stop)

    def read(self, stream: str | None = "orders", interval: Interval | None = HOUR, patience_s: float = 60.0) -> list[Entry]:
        with self.reader(stream, interval) as reader:
            return reader.read(patience_s)

    def write(self, *records: LedgerRecord) -> None:
        """Writes records without a transaction, as the bytes are."""
        producer = Producer({"bootstrap.servers": self.broker.bootstrap, "log_level": 0})
        self._produce(producer, records)
        assert producer.flush(30) == 0

    @contextmanager
    def transaction(self, *records: LedgerRecord, commit: bool = True) -> Iterator[Callable[[], None]]:
        """A transaction with these records, open; gives the function that ends it."""
        producer = Producer({"bootstrap.servers": self.broker.bootstrap, "transactional.id": f"test-{next(_numbers)}", "log_level": 0})
        producer.init_transactions(60)
        producer.begin_transaction()
        self._produce(producer, records)
        assert producer.flush(30) == 0
        end = producer.commit_transaction if commit else producer.abort_transaction
        ended: list[bool] = []

        def finish() -> None:
            if not ended:
                end(60)
                ended.append(True)

        try:
            yield finish
        finally:
            finish()

    def commit(self, *records: LedgerRecord) -> None:
        with self.transaction(*records):
            pass

    def abort(self, *records: LedgerRecord) -> None:
        with self.transaction(*records, commit=False):
            pass

    def _produce(self, producer: Producer, records: tuple[LedgerRecord, ...]) -> None:
        for record in records:
            producer.produce(self.topic.name, record.value, record.key, record.partition, timestamp=record.timestamp_ms)


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker that compacts at once, knows permissions, and may be paused and killed."""
    settings = {
        "log.cleaner.backoff.ms": "200",
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "true",
    }
    with Cluster(tmp_path_factory.mktemp("quick"), heap_mb=384, settings=settings) as cluster:
        yield cluster.brokers[0]


@pytest.fixture
def ledger(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    name_a_ledger(monkeypatch)
    return Ledger(broker)


def name_a_ledger(monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"__test_ledger_{next(_numbers)}"
    monkeypatch.setenv("SPRINGHEAD_LEDGER", name)
    return name


def entry(start: str = "2026-03-01T10:00Z", **more: Any) -> Entry:
    return replace(ENTRY, interval=Interval.parse(f"{start}/PT1H"), **more)


def foreign(start: str = "2026-03-01T10:00Z") -> LedgerRecord:
    """An entry of another stream in the partition of orders."""
    name = next(name for name in (f"other{number}" for number in itertools.count()) if partition_of(name) == ENTRY.key.partition)
    return entry(start, stream=name).record()


def place(ledger: Ledger) -> str:
    return f"the ledger '{ledger.topic.name}', partition {ENTRY.key.partition},"


# The topic


def test_init_creates_the_ledger_once(broker: Broker, admin: AdminClient, monkeypatch: pytest.MonkeyPatch) -> None:
    name = name_a_ledger(monkeypatch)
    ours = Admin(connection(broker))
    first, second = init_ledger(ours), init_ledger(ours)
    assert (first.created, second.created) == (True, False)
    assert first.id == second.id == find_ledger(ours).id
    assert (second.partitions, second.replicas) == (32, 1)
    resource = ConfigResource(ResourceType.TOPIC, name)
    configs = admin.describe_configs([resource])[resource].result(timeout=30)
    assert {key: configs[key].value for key in configs if key in WANTED} == WANTED


WANTED = {
    "cleanup.policy": "compact",
    "message.timestamp.type": "CreateTime",
    "message.timestamp.before.max.ms": str(2**63 - 1),
    "message.timestamp.after.max.ms": str(2**63 - 1),
    "segment.ms": "315360000000",
    "min.insync.replicas": "1",
}


def test_on_three_brokers_the_ledger_survives_the_loss_of_one(three_brokers: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPRINGHEAD_LEDGER", raising=False)
    found = init_ledger(Admin(connection(three_brokers.bootstrap)))
    assert (found.name, found.replicas, found.configs["min.insync.replicas"]) == ("__springhead_ledger", 3, "2")
    three_brokers.brokers[2].kill()
    while len(brokers_at(three_brokers.brokers[0].bootstrap)) != 2:  # until then an admin client may ask the one that is gone
        time.sleep(0.2)
    survivors = Ledger(three_brokers.brokers[0])
    survivors.write(ENTRY.record())
    assert survivors.read() == [ENTRY]


def test_a_publisher_that_finds_no_ledger_stops(broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name = name_a_ledger(monkeypatch)
    with pytest.raises(LedgerError) as caught:
        find_ledger(Admin(connection(broker)))
    assert str(caught.value) == (
        f"there is no ledger '{name}' on the cluster of connection 'test_kafka': Springhead cannot prove that this interval was not published. "
        "`springhead init` starts an empty ledger"
    )


@pytest.mark.parametrize("call", [find_ledger, init_ledger])
@pytest.mark.parametrize(
    ("partitions", "configs", "wrong"),
    [
        (
            12,
            {},
            "it has 12 partitions instead of 32, so a stream's entries would be looked for in a wrong one. The number cannot be mended: if it holds no entries "
            "delete it and call `springhead init`, else name another topic by SPRINGHEAD_LEDGER",
        ),
        (
            32,
            {"cleanup.policy": "delete"},
            "cleanup.policy is delete. Set it: kafka-configs.sh --alter --entity-type topics --entity-name {name} --add-config cleanup.policy=compact",
        ),
        (32, {"cleanup.policy": "compact,delete"}, "cleanup.policy is compact,delete. Set it: "),
        (32, {"message.timestamp.type": "LogAppendTime"}, "message.timestamp.type is LogAppendTime. Set it: "),
        (32, {"message.timestamp.after.max.ms": "3600000"}, "message.timestamp.after.max.ms is 3600000. Set it: "),
    ],
)
def test_a_ledger_that_would_lose_entries_is_refused_with_the_remedy(
    broker: Broker,
    admin: AdminClient,
    monkeypatch: pytest.MonkeyPatch,
    call: Callable[[Admin], TopicInfo],
    partitions: int,
    configs: dict[str, str],
    wrong: str,
) -> None:
    name = name_a_ledger(monkeypatch)
    admin.create_topics([NewTopic(name, partitions, 1, config={**WANTED, **configs})])[name].result(timeout=30)
    with pytest.raises(LedgerError) as caught:
        call(Admin(connection(broker)))
    assert str(caught.value).startswith(f"the ledger '{name}' cannot be relied on: {wrong.format(name=name)}")


# Reading


def test_an_empty_ledger_has_no_entries(ledger: Ledger) -> None:
    assert ledger.read() == []
    assert ledger.read(None, None) == []


def test_an_entry_is_read_as_it_was_committed(ledger: Ledger) -> None:
    ledger.commit(ENTRY.record())
    assert ledger.read() == [ENTRY]
    assert ledger.read("registrations") == []


def test_the_entries_that_overlap_an_interval_are_read_and_no_other(ledger: Ledger) -> None:
    inside = [
        entry("2026-03-01T09:00:00.000001Z"),
        entry("2026-03-01T09:30Z", run_id="manual__1"),
        entry("2026-03-01T10:00Z"),
        entry("2026-03-01T10:00Z", part=2),
        entry("2026-03-01T10:00Z", variant="small"),
        entry("2026-03-01T10:59:59.999999Z"),
    ]
    outside = [entry("2026-03-01T09:00Z"), entry("2026-03-01T11:00Z"), entry("2020-01-01T00:00Z"), entry("2030-01-01T00:00Z")]
    mixed = [made for pair in itertools.zip_longest(reversed(inside), outside) for made in pair if made]
    for made in mixed:  # newest first, then older: times out of order
        ledger.commit(made.record())
    assert ledger.read() == inside
    assert ledger.read(interval=None) == sorted(inside + outside, key=lambda made: made.key.order)


def test_every_streams_entries_are_read_where_no_stream_is_named(ledger: Ledger) -> None:
    made = [entry(stream=f"stream{number}") for number in range(40)]
    for one in made:
        ledger.write(one.record())
    assert len({one.key.partition for one in made}) > 10
    assert ledger.read(None, None) == sorted(made, key=lambda one: one.stream)


def test_an_interval_later_than_all_entries_reads_none_of_them(ledger: Ledger) -> None:
    ledger.commit(*(entry(f"2026-03-01T{hour:02}:00Z").record() for hour in range(24)))
    with ledger.reader(interval=Interval.parse("2027-01-01T00:00Z/PT1H")) as reader:
        assert reader.read() == []
        later = entry("2027-01-01T00:00Z")
        ledger.commit(later.record())
        assert reader.read() == [later]


def test_an_entry_that_comes_between_the_look_ups_does_no_harm(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """The look-up by time then answers with an offset beyond the end that was asked for first."""
    ledger.commit(entry("2026-03-01T08:00Z").record())

    def look_up(*args: Any) -> dict[int, int]:
        answer = offsets.look_up(*args)
        ledger.commit(ENTRY.record())
        return answer

    monkeypatch.setattr(ledger_reader, "look_up", look_up)
    with ledger.reader() as reader:
        assert reader.read() in ([], [ENTRY])  # it came after the question: a reader may know of it or not
        monkeypatch.undo()
        assert reader.read() == [ENTRY]


def test_the_last_record_of_a_key_counts_and_a_tombstone_takes_it_back(ledger: Ledger) -> None:
    again = replace(ENTRY, republish="token", digest="e" * 32)
    ledger.commit(ENTRY.record())
    ledger.commit(again.record(), entry(part=2).record())
    assert ledger.read() == [again, entry(part=2)]
    ledger.commit(ENTRY.key.tombstone())
    assert ledger.read() == [entry(part=2)]
    ledger.commit(ENTRY.record())
    assert ledger.read() == [ENTRY, entry(part=2)]


def test_an_entry_of_an_aborted_transaction_is_none(ledger: Ledger) -> None:
    ledger.abort(ENTRY.record())
    assert ledger.read() == []
    ledger.commit(entry(part=2).record())
    ledger.abort(entry(part=3).record(), entry(part=2).key.tombstone())
    assert ledger.read() == [entry(part=2)]


def test_a_reader_that_is_kept_reads_only_what_has_come_since(ledger: Ledger) -> None:
    with ledger.reader() as reader:
        assert reader.read() == []
        for number in (1, 2, 3):
            ledger.commit(entry(part=number).record())
            assert [made.part for made in reader.read()] == list(range(1, number + 1))
        reader.close()
        ledger.commit(entry(part=2).key.tombstone())
        assert [made.part for made in reader.read()] == [1, 3]


def test_kafkas_own_consumer_agrees_whatever_was_done(ledger: Ledger, read_topic: ReadTopic) -> None:
    """Transactions that overlap, end in any order and way, and change the same parts again and again; judged by the console consumer, the last record of a key counts."""
    chance = random.Random(11)
    parts = [entry(f"2026-03-01T{hour:02}:00Z", part=part) for hour in range(6) for part in (1, 2)]
    with ExitStack() as stack, ledger.reader(interval=None) as reader:
        ends: list[Callable[[], None]] = []
        for step in range(40):
            records = [
                chance.choice([replace(made, digest=f"{step:032}").record(), made.key.tombstone()])
                for made in chance.sample(parts, chance.randint(1, 4))
            ]
            ends.append(stack.enter_context(ledger.transaction(*records, commit=chance.random() < 0.6)))
            if len(ends) > 3 or chance.random() < 0.5:
                ends.pop(chance.randrange(len(ends)))()
            if step % 20 == 19:
                while ends:
                    ends.pop(chance.randrange(len(ends)))()
                assert reader.read() == judged(read_topic(ledger.topic.name, partition=ENTRY.key.partition))
    assert ledger.read(interval=None) == judged(read_topic(ledger.topic.name, partition=ENTRY.key.partition))


def judged(records: list[Record]) -> list[Entry]:
    last = {record.key: record.value for record in records}
    return sorted((read_entry(key, value) for key, value in last.items() if key and value), key=lambda made: made.key.order)


# Below another transaction


@pytest.mark.parametrize("commit", [True, False])
def test_an_entry_below_an_open_transaction_is_waited_for_and_found(ledger: Ledger, admin: AdminClient, commit: bool) -> None:
    """A look-up and a reading of committed records end at the other transaction's first record; either would have published twice."""
    with ledger.transaction(foreign(), commit=commit) as finish:
        ledger.commit(ENTRY.record())
        at = TopicPartition(ledger.topic.name, ENTRY.key.partition)
        asked = {at: OffsetSpec.for_timestamp(HOUR.start_us // 1000 + 1)}
        committed = admin.list_offsets(asked, isolation_level=IsolationLevel.READ_COMMITTED)[at].result(timeout=30).offset
        assert committed == -1
        with ThreadPoolExecutor(1) as pool:
            reading = pool.submit(ledger.read)
            time.sleep(1.5)
            assert not reading.done()
            finish()
            assert reading.result(timeout=60) == [ENTRY]


def test_an_entry_between_two_open_transactions_is_found_when_both_are_over(ledger: Ledger) -> None:
    ledger.commit(entry(part=1).record())
    with ledger.transaction(foreign()) as finish_first:
        ledger.commit(entry(part=2).record())
        with ledger.transaction(foreign(), commit=False) as finish_second:
            ledger.commit(entry(part=3).record())
            with ThreadPoolExecutor(1) as pool:
                reading = pool.submit(ledger.read)
                time.sleep(0.5)
                finish_first()
                time.sleep(0.5)
                assert not reading.done()
                finish_second()
                assert [made.part for made in reading.result(timeout=60)] == [1, 2, 3]


def test_a_transaction_that_begins_after_the_reading_does_not_hold_it_up(ledger: Ledger) -> None:
    ledger.commit(ENTRY.record())
    with ledger.reader() as reader:
        assert reader.read() == [ENTRY]
        with ledger.transaction(foreign()), pytest.raises(LedgerTimeoutError):
            reader.read(1.0)
        assert reader.read() == [ENTRY]


def test_at_the_deadline_the_error_names_the_partition_and_the_likely_cause(ledger: Ledger) -> None:
    with ledger.transaction(foreign()), pytest.raises(LedgerTimeoutError) as caught:
        ledger.read(patience_s=1.0)
    assert isinstance(caught.value, TransientError)
    assert str(caught.value) == (
        f"{place(ledger)} was read up to offset 0 of 1: another transaction may be open there. What was published is not known, so nothing was sent. A retry may help"
    )


def test_the_reading_hears_the_stop(ledger: Ledger) -> None:
    stop = threading.Event()
    with ledger.transaction(foreign()), ledger.reader(stop=stop) as reader, ThreadPoolExecutor(1) as pool:
        reading = pool.submit(reader.read, 600.0)
        time.sleep(0.5)
        stop.set()
        with pytest.raises(StoppedError, match=r"stopped while the ledger was read: nothing was sent\. A retry begins again"):
            reading.result(timeout=30)


def test_the_reading_hears_the_stop_while_the_broker_is_silent(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name_a_ledger(monkeypatch)
    ledger, stop = Ledger(quick), threading.Event()
    ledger.write(ENTRY.record())
    with ledger.reader(stop=stop) as reader, ThreadPoolExecutor(1) as pool:
        quick.pause()
        reading = pool.submit(reader.read, 600.0)
        time.sleep(0.5)
        stop.set()
        with pytest.raises(StoppedError, match="stopped while"):
            reading.result(timeout=30)
        quick.resume()
        stop.clear()
        assert reader.read() == [ENTRY]


def test_a_broker_that_comes_back_is_waited_for(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name_a_ledger(monkeypatch)
    ledger = Ledger(quick)
    ledger.commit(ENTRY.record())
    with ledger.reader() as reader:
        assert reader.read() == [ENTRY]
        quick.kill()
        quick.start()
        quick.wait_ready()
        ledger.commit(entry(part=2).record())
        assert [made.part for made in reader.read()] == [1, 2]


# What cannot be known


def spoilt(made: Entry, value: bytes = b"\x00") -> LedgerRecord:
    return replace(made.record(), value=value)


def test_an_entry_that_cannot_be_read_is_an_error_with_its_place(ledger: Ledger) -> None:
    ledger.write(entry(part=1).record(), spoilt(entry(part=2), b'{"version": 2}'))
    with pytest.raises(LedgerError) as caught:
        ledger.read()
    assert str(caught.value) == (
        f"{place(ledger)} offset 1: the entry cannot be read (its version is 2, and this Springhead reads up to 1: a newer one has written it), so what was "
        "published is not known. Update Springhead if a newer one has written it; `springhead ledger STREAM --forget INTERVAL` takes it back"
    )
    with ledger.reader() as reader:
        assert [key.part for key in reader.part_keys()] == [1, 2]


def test_an_entry_that_cannot_be_read_harms_no_other_interval_and_may_be_replaced(ledger: Ledger) -> None:
    ledger.write(spoilt(entry("2026-03-01T12:00Z")), ENTRY.record())
    assert ledger.read() == [ENTRY]
    with pytest.raises(LedgerError):
        ledger.read(interval=None)
    ledger.write(entry("2026-03-01T12:00Z").key.tombstone())
    assert ledger.read(interval=None) == [ENTRY]


def test_a_key_that_is_not_springheads_is_an_error(ledger: Ledger) -> None:
    ledger.write(ENTRY.record(), replace(ENTRY.record(), key=b"orders"))
    with pytest.raises(
        LedgerError, match=rf"{place(ledger)} offset 1: the entry cannot be read \(its key b'orders' is none of Springhead's\)"
    ):
        ledger.read()


def test_a_key_of_the_stream_that_names_no_part_is_an_error(ledger: Ledger) -> None:
    ledger.write(replace(ENTRY.record(), key=b'["orders",1]'))
    with pytest.raises(LedgerError, match=r"offset 0: the entry cannot be read \(its key b'\[\"orders\",1\]': "):
        ledger.read()


def test_a_ledger_that_is_deleted_meanwhile_is_not_taken_for_an_empty_one(ledger: Ledger, admin: AdminClient) -> None:
    ledger.commit(ENTRY.record())
    with ledger.reader() as reader:
        assert reader.read() == [ENTRY]
        admin.delete_topics([ledger.topic.name])[ledger.topic.name].result(timeout=30)
        while describe_topic(ledger.admin, ledger.topic.name) is not None:
            time.sleep(0.1)
        with pytest.raises(
            BrokerUnavailableError, match=rf"nobody tells the offsets of topic '{ledger.topic.name}', partition {ENTRY.key.partition} \("
        ):
            reader.read(2.0)
        init_ledger(ledger.admin)
        with pytest.raises(LedgerError, match=rf"{place(ledger)} ends at offset 0, and was read up to \d: it was deleted, and made anew"):
            reader.read()


# Compaction


def test_a_compacted_ledger_with_times_out_of_order_gives_the_same_entries(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name_a_ledger(monkeypatch)
    ledger = Ledger(quick)
    admin = AdminClient({"bootstrap.servers": quick.bootstrap})
    changed = _altered(ledger, {"segment.ms": "1000", "min.cleanable.dirty.ratio": "0.01"})
    admin.incremental_alter_configs([changed])[changed].result(timeout=30)
    hours = [entry(f"2026-03-{day:02}T{hour:02}:00Z") for day in range(1, 11) for hour in range(24)]
    order = [hours[(7 * number) % len(hours)] for number in range(len(hours))]
    for number in range(0, len(order), 20):  # each in a transaction of its own would take a minute
        ledger.commit(*(made.record() for made in order[number : number + 20]))
    rewritten, removed = order[5::3], order[1::3]
    kept = [made for made in hours if made not in removed]
    for number in range(0, len(rewritten), 10):
        ledger.abort(*(made.key.tombstone() for made in rewritten[number : number + 10]))
        ledger.commit(*(made.record() for made in rewritten[number : number + 10]))
    ledger.commit(*(made.key.tombstone() for made in removed))
    written, deadline = len(order) + 2 * len(rewritten) + len(removed), time.monotonic() + 240
    for more in itertools.count(1):
        ledger.commit(foreign(f"{2026 + more}-03-01T10:00Z"))  # a later time closes the segment: only closed ones are compacted
        if records_in(ledger) - more <= written - len(rewritten) - len(removed):
            break
        assert time.monotonic() < deadline
    assert ledger.read(interval=None) == kept
    for made in hours[::7]:
        assert ledger.read(interval=made.interval) == [one for one in kept if one.interval == made.interval]


def _altered(ledger: Ledger, configs: dict[str, str]) -> ConfigResource:
    from confluent_kafka.admin import AlterConfigOpType, ConfigEntry

    entries = [ConfigEntry(key, value, incremental_operation=AlterConfigOpType.SET) for key, value in configs.items()]
    return ConfigResource(ResourceType.TOPIC, ledger.topic.name, incremental_configs=entries)


def records_in(ledger: Ledger) -> int:
    """How many records of the partition of orders are on disk, those of markers left out."""
    while True:
        files = (ledger.broker.log_dir / f"{ledger.topic.name}-{ENTRY.key.partition}").glob("*.log")
        try:
            return sum(batch.n_records for batch in dump_log(files) if not batch.is_control)
        except DevError as error:  # a segment was compacted away meanwhile
            if "NoSuchFile" not in str(error):
                raise


# Without permission


@contextmanager
def denied(broker: Broker, kind: ResourceType, name: str, operation: AclOperation) -> Iterator[None]:
    """Forbids an operation on whatever begins with this name."""
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    pattern = ResourcePatternType.LITERAL if kind is ResourceType.BROKER else ResourcePatternType.PREFIXED
    everyone = {"principal": "User:ANONYMOUS", "host": "*"}
    rules = [
        AclBinding(kind, name, pattern, operation=what, permission_type=permission, **everyone)
        for what, permission in ((AclOperation.ALL, AclPermissionType.ALLOW), (operation, AclPermissionType.DENY))
    ]
    for future in admin.create_acls(rules).values():
        future.result(timeout=30)
    every = AclBindingFilter(kind, name, pattern, None, None, AclOperation.ANY, AclPermissionType.ANY)  # type: ignore[arg-type]  # None: any
    while len(admin.describe_acls(every).result(timeout=30)) < 2:
        time.sleep(0.1)
    try:
        yield
    finally:
        admin.delete_acls([every])[every].result(timeout=30)


def test_init_without_permission_tells_an_administrator_what_to_do(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name = name_a_ledger(monkeypatch)
    with (
        denied(quick, ResourceType.BROKER, "kafka-cluster", AclOperation.CREATE),
        denied(quick, ResourceType.TOPIC, name, AclOperation.CREATE),
        pytest.raises(RefusedError) as caught,
    ):
        init_ledger(Admin(connection(quick)))
    assert str(caught.value) == (
        f"connection 'test_kafka': creating topic '{name}' is not permitted (Authorization failed.). Give its user the ACL Create. An administrator makes the ledger so:\n"
        f"  kafka-topics.sh --bootstrap-server {quick.bootstrap} --create --topic {name} --partitions 32 --replication-factor 1 --config cleanup.policy=compact "
        f"--config message.timestamp.type=CreateTime --config message.timestamp.before.max.ms={2**63 - 1} --config message.timestamp.after.max.ms={2**63 - 1} "
        "--config segment.ms=315360000000 --config min.insync.replicas=1"
    )


def test_a_reader_needs_no_right_to_a_group(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name_a_ledger(monkeypatch)
    ledger = Ledger(quick)
    ledger.commit(ENTRY.record())
    with denied(quick, ResourceType.GROUP, "springhead", AclOperation.ALL), ledger.reader() as reader:
        assert reader.read() == [ENTRY]
        with ledger.transaction(foreign()), pytest.raises(LedgerTimeoutError):
            reader.read(3.0)  # long enough to hear of the group


def test_a_ledger_that_may_not_be_read_is_an_error_that_names_the_right(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name = name_a_ledger(monkeypatch)
    ledger = Ledger(quick)
    ledger.commit(ENTRY.record())
    with denied(quick, ResourceType.TOPIC, name, AclOperation.READ), pytest.raises(RefusedError) as caught:
        ledger.read()
    assert str(caught.value) == (
        f"connection 'test_kafka': reading the ledger '{name}' is not permitted (Fetch from broker 1 failed: Broker: Topic authorization failed). "
        "Give its user the ACL Read on that topic"
    )


def test_a_ledger_whose_settings_may_not_be_read_is_relied_on(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name = name_a_ledger(monkeypatch)
    ledger = Ledger(quick)
    with denied(quick, ResourceType.TOPIC, name, AclOperation.DESCRIBE_CONFIGS):
        assert find_ledger(ledger.admin).configs == {}


def test_tombstones_that_may_not_be_written_are_an_error_with_their_number(quick: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    name = name_a_ledger(monkeypatch)
    ledger = Ledger(quick)
    ledger.write(ENTRY.record(), entry(part=2).record())
    with denied(quick, ResourceType.TOPIC, name, AclOperation.WRITE), pytest.raises(RefusedError) as caught:
        forget(connection(quick), ledger.topic, [ENTRY.key, entry(part=2).key])
    assert str(caught.value) == (
        f"of 2 tombstones 0 reached the ledger '{name}' (TOPIC_AUTHORIZATION_FAILED 2). Give the connection's user the ACL Write on the topic."
    )
    forget(connection(quick, acks="0"), ledger.topic, [ENTRY.key])
    assert ledger.read() == [entry(part=2)]
