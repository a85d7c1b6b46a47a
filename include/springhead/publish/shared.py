"""A batch that several workers share: opened before the first of them, and its receipt put together after the last."""

from __future__ import annotations

from typing import Unpack

from springhead.errors import OptionError, TransientError
from springhead.kafka.connection import Connection
from springhead.kafka.settings import Guarantee
from springhead.kafka.topics import check_allowed
from springhead.ledger.key import BatchKey
from springhead.ledger.published import Published
from springhead.ledger.reader import LedgerReader
from springhead.publish.agreement import agree, check_cut
from springhead.publish.exactly_once import ExactlyOnce
from springhead.publish.job import Job, Options, Outcome
from springhead.publish.publish import job_of
from springhead.publish.receipt import Receipt
from springhead.records.request import Request
from springhead.wording import numbers_text, parts_text


def open_batch(request: Request, connection: Connection, **options: Unpack[Options]) -> int:
    """Decides what all parts of a batch have to agree on, and publishes none of them; how many parts it has.

    A batch of one part is opened by that part. One that was opened, or published, before stays as it was.

    Args:
        request, connection, options: of `springhead.publish.publish.publish`.

    Raises:
        OptionError: the batch is not published exactly once.
        SpringheadError: as `publish`.
    """
    job = _exactly_once(job_of(request, connection, **options))
    ExactlyOnce(job).open()
    return len(job.batch.parts)


def receipt_of_parts(request: Request, connection: Connection, *, sent: int, duration_s: float, **options: Unpack[Options]) -> Receipt:
    """The receipt of a batch whose parts others have published, put together from the ledger. Nothing is sent.

    Args:
        request, connection, options: of `springhead.publish.publish.publish`.
        sent: how many records they have sent; 0: all was there before.
        duration_s: seconds that it took.

    Raises:
        OptionError: the batch is not published exactly once.
        TransientError: a part is not in the ledger.
        SpringheadError: as `publish`.
    """
    job = _exactly_once(job_of(request, connection, **options))
    published, warnings = _in_ledger(job)
    batch = job.batch.on(published.opening.facts) if published.opening is not None else job.batch
    return Receipt.of(job, Outcome(batch, published, sent, published.records, warnings, already=not sent), duration_s)


def _in_ledger(job: Job) -> tuple[Published, tuple[str, ...]]:
    """All parts of the batch, and what a reader should know of them."""
    key, ledger = BatchKey.of(job.batch.request), job.found_ledger()
    check_allowed(job.admin, ledger, "Read")
    with LedgerReader(job.admin, ledger, key.stream, key.interval, job.stop) as reader:
        entries = reader.read()
    check_cut(entries, key, job.batch, job)
    found = Published.among(entries, key, job.republish)
    warnings = agree(found, job.batch.on(found.opening.facts), job) if found.opening is not None else []
    if lacking := found.lacks(job.parts):
        raise TransientError(
            f"{key}: the ledger has {len(found.entries)} of {parts_text(len(job.batch.parts))}, part {numbers_text(lacking)} {'is' if len(lacking) == 1 else 'are'} missing: "
            "publish them, then ask for the receipt again"
        )
    return found, tuple(warnings)


def _exactly_once(job: Job) -> Job:
    """The job.

    Raises:
        OptionError: it is of another guarantee: nothing but the ledger knows what several workers have published.
    """
    if job.guarantee is not Guarantee.EXACTLY_ONCE:
        raise OptionError(
            f"workers: several of them share a batch that is published exactly once, and connection '{job.connection.id}' and the stream's delivery make it "
            f"{job.guarantee.value}: set acks to all and leave delivery out, or leave workers out"
        )
    return job
