"""A job: what there is to publish, checked; and what came of it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypedDict

from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.kafka.settings import Guarantee
from springhead.kafka.topics import TopicInfo
from springhead.ledger.entry import Attempt
from springhead.ledger.published import Published
from springhead.progress import Progress
from springhead.publish.pace import Pace
from springhead.records.batch import Batch


class Options(TypedDict, total=False):
    """How a batch is published, where it is not as usual.

    Attributes:
        parts: the numbers of its parts to publish, from 1, and no others: several workers can share a batch so. None: all.
        republish: a token: publishes once more what was published already, once for each token (exactly once only).
        attempt: who publishes; stands in the ledger, and a later try warns in its receipt of what an earlier one may have left.
        stop: set by another thread or a signal handler: ends the call within 5 s.
        progress: called with (records handed over, records to publish) after each chunk.
        part_records: how many records a part has at most, where they have up to sixteen fields. The same in every attempt at a batch.
        live_since: when the run began, of a batch that is sent live (`pace`); None: now.
    """

    parts: Sequence[int] | None
    republish: str | None
    attempt: Attempt
    stop: threading.Event | None
    progress: Progress | None
    part_records: int
    live_since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Job:
    """What there is to publish.

    Attributes:
        batch: as the topic is now.
        parts: the numbers of the parts that are asked for, from 1, ascending.
        topic, connection, admin: where to.
        ledger: as it is described, from `find_ledger`, of a batch that is published exactly once; None: of others.
        guarantee: how.
        attempt: who publishes.
        republish: a token, or None.
        stop: ends it within 5 s when it is set.
        progress: told of what is done.
        pace: of a batch that is sent live; None: at once.
    """

    batch: Batch
    parts: Sequence[int]
    topic: TopicInfo
    connection: Connection
    admin: Admin
    guarantee: Guarantee
    attempt: Attempt
    republish: str | None
    stop: threading.Event | None
    progress: Progress | None
    pace: Pace | None = None
    ledger: Future[TopicInfo] | None = None

    def found_ledger(self) -> TopicInfo:
        """The ledger of a batch that is published exactly once. Raises as `find_ledger` does."""
        assert self.ledger is not None
        return self.ledger.result()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a job.

    Attributes:
        batch: with the facts that it was opened with.
        published: the entries of the parts that were asked for, all of them.
        sent: how many records this attempt handed to the client.
        acked: how many records of these parts the guarantee vouches for; None where nothing is known.
        warnings: what a reader should know.
        already: whether all of it was there before.
    """

    batch: Batch
    published: Published
    sent: int
    acked: int | None
    warnings: tuple[str, ...] = ()
    already: bool = False
