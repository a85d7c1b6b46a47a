"""Publishing, from a request to a receipt: the whole story, top down."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Sequence
from typing import Unpack

from springhead.errors import OptionError
from springhead.kafka.background import begun
from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.kafka.settings import Guarantee, guarantee_of
from springhead.kafka.topics import check_in_sync, check_keys, check_times
from springhead.ledger.entry import BY_COMMAND, Attempt
from springhead.ledger.topic import find_ledger
from springhead.progress import Progress
from springhead.publish.crash_points import crash_point
from springhead.publish.exactly_once import ExactlyOnce
from springhead.publish.job import Job, Options
from springhead.publish.pace import Pace
from springhead.publish.receipt import Receipt
from springhead.publish.topic import ensure_topic
from springhead.publish.without_transactions import publish_without_transactions
from springhead.records.batch import PART, Batch, parts_among
from springhead.records.partitions import prove_partitions
from springhead.records.request import Request
from springhead.spec.late import longest_delay
from springhead.topic_facts import TopicFacts


def publish(request: Request, connection: Connection, **options: Unpack[Options]) -> Receipt:
    """Publishes the batch that is asked for; returns when the guarantee holds for every record of it.

    Args:
        request: which batch.
        connection: the cluster.
        options: how.

    Raises:
        SpringheadError: a TerminalError where no retry helps, a TransientError where one may; with counts where records were lost.
    """
    started = time.monotonic()
    job = job_of(request, connection, **options)
    outcome = ExactlyOnce(job).publish() if job.guarantee is Guarantee.EXACTLY_ONCE else publish_without_transactions(job)
    crash_point("acked")
    return Receipt.of(job, outcome, time.monotonic() - started)


def job_of(
    request: Request,
    connection: Connection,
    *,
    parts: Sequence[int] | None = None,
    republish: str | None = None,
    attempt: Attempt = BY_COMMAND,
    stop: threading.Event | None = None,
    progress: Progress | None = None,
    part_records: int = PART,
    live_since: dt.datetime | None = None,
) -> Job:
    """What there is to do for a request, once topic and connection are known to be fit for it. The topic is created where the stream says so.

    Args:
        request, connection: of `publish`; the others are its options.

    Raises:
        SpringheadError: as `publish`, as far as it can be told before a record is made.
    """
    if republish is not None and not republish.strip():
        raise OptionError("republish: the token is empty: write any text, another one for each time, or leave it out")
    stream = request.chosen
    guarantee = guarantee_of(connection, stream.delivery)
    exactly_once = guarantee is Guarantee.EXACTLY_ONCE
    if republish is not None and not exactly_once:
        raise OptionError(f"republish: {guarantee.value} publishes every time, without a token: leave it out")
    admin = Admin(connection, stop)
    ledger = begun("springhead-ledger", find_ledger, admin) if exactly_once else None  # while the topic is described
    topic = ensure_topic(admin, stream)
    batch = Batch.of(request, TopicFacts(topic.id, topic.partitions), part_records)
    prove_partitions(batch)
    check_keys(topic, keyed=stream.key is not None)
    check_times(topic, request.interval, dt.datetime.now(dt.UTC), allow_expiry=stream.allow_expiry, late=longest_delay(stream.late))
    if exactly_once or guarantee is Guarantee.AT_LEAST_ONCE:
        check_in_sync(topic)
    pace = None
    if stream.live_speed is not None:
        if exactly_once:
            raise OptionError("pace: a batch that is sent live is published at least once: write delivery: at_least_once")
        pace = Pace((live_since or dt.datetime.now(dt.UTC)).timestamp(), request.interval, stream.live_speed)
    return Job(
        batch, parts_among(len(batch.parts), parts), topic, connection, admin, guarantee, attempt, republish, stop, progress, pace, ledger
    )
