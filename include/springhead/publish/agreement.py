"""Whether what the ledger has of a batch, and what an attempt is about to publish, are the same batch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from springhead.errors import PublishedError, RemedyKind
from springhead.kafka.settings import Guarantee
from springhead.ledger.entry import Entry
from springhead.ledger.key import BatchKey
from springhead.ledger.published import Published
from springhead.publish.job import Job
from springhead.publish.sending import Sending
from springhead.records.batch import Batch
from springhead.wording import parts_text


def agree(published: Published, batch: Batch, job: Job) -> list[str]:
    """What a reader of the receipt should know of the parts that are there.

    Args:
        published: what the ledger has, with an opening.
        batch: what would be published, with the opening's facts.

    Raises:
        PublishedError: what is there was published from another spec, to another topic of that name, or cut otherwise; or parts are missing, and those that would be published now
            would not match, for they would be made by another engine or for another partition count.
        StoppedError: the stop event is set.
    """
    opening = published.opening
    assert opening is not None
    if elsewhere := published.of_another_topic(job.topic.name, job.topic.id):
        raise _refused(published, job, elsewhere)
    lacking = published.lacks(job.parts)
    if (changed := published.of_another_spec(batch)) and (lacking or not _same_bytes(published, batch, job)):
        raise _refused(published, job, f"from another spec: {changed}")
    # Also of a single entry: an attempt that sends the batch as one part may commit at the moment when another one opens it as several.
    if otherwise := [each.parts for each in published.openings if each.parts != len(batch.parts)]:
        raise _refused(published, job, f"cut into {parts_text(otherwise[0])}, and would be cut into {len(batch.parts)} now")
    warnings = []
    there = f"in part, {len(published.entries)} of {parts_text(opening.parts)}"
    if other := published.of_another_engine():
        if lacking:
            raise _refused(published, job, f"{there}, {other}: the remaining parts would not match. Publish them with those versions")
        warnings.append(f"it was {other}: it can be verified by those versions alone")
    if cut := published.of_other_partitions():
        if lacking:
            raise _refused(published, job, f"{there}, {cut}: the remaining parts would not match")
        warnings.append(f"its parts are of two batches: {cut}")
    if (guarantee := published.guarantee) != Guarantee.EXACTLY_ONCE.value:
        warnings.append(f"it was published {guarantee}: some records may be in the topic twice; verifying it counts them")
    return warnings


def check_cut(entries: Iterable[Entry], key: BatchKey, batch: Batch, job: Job) -> None:
    """Checks that no event of a rate, and no member that is born, is published once more because time is cut otherwise than before.

    Args:
        entries: those that overlap the batch's interval.
        key: of the batch; its own entries say that it was published, which is no error.

    Raises:
        PublishedError: an interval with other ends was published.
    """
    of_time = "rate" if batch.stream.born is None else "each"
    if of_time not in batch.spec_keys or job.republish is not None or key.run_id is not None:
        return
    alike = [entry for entry in entries if replace(entry.key.batch, interval=key.interval) == key and of_time in entry.opening.spec_keys]
    if any(entry.key.batch == key for entry in alike):
        return
    if there := list(dict.fromkeys(entry.key.batch.interval for entry in alike)):
        more = f", and {len(there) - 1:,} further ones" if len(there) > 1 else ""
        what = "events of a rate that lie" if batch.stream.born is None else "members that are born"
        raise PublishedError(
            f"{key} overlaps {there[0]}{more}, which was published already: the {what} in both would be there twice. Publish the interval with the ends "
            "that it had, or what lies outside it; or use a republish token to have them twice",
            [
                job.batch.request.remedy(RemedyKind.LIST_LEDGER, job.connection.id),
                job.batch.request.remedy(RemedyKind.REPUBLISH, job.connection.id),
            ],
        )


def _same_bytes(published: Published, batch: Batch, job: Job) -> bool:
    """Whether the parts would be made now as they were made then, although the spec is another one."""
    assert published.opening is not None
    if published.opening.parts != len(batch.parts):
        return False
    again = Sending(batch, sum(len(batch.parts[part - 1]) for part in job.parts))
    return all(again.skip(batch.parts[part - 1], job.stop).digest == published.entries[part].digest for part in job.parts)


def _named(batch: BatchKey) -> str:
    """A name that was given can have been given twice, by two tasks or commands that each mean a batch of their own."""
    return "" if batch.batch is None else f". If another batch is meant, give it another name than '{batch.batch}' (batch)"


def _refused(published: Published, job: Job, how: str) -> PublishedError:
    request, connection = job.batch.request, job.connection.id
    if not published.entries:
        return PublishedError(
            f"{published.batch} was opened {how}. Nothing of it was published yet: remove its entry from the ledger to begin anew, when no other worker is at it",
            [request.remedy(RemedyKind.FORGET, connection)],
        )
    by = next(iter(published.entries.values())).attempt
    return PublishedError(
        f"{published.batch} was published already, {how}. That was done by {'the ' * (by.dag is None)}{by}. To publish it again, use a republish token, or remove its "
        f"entries from the ledger so that it counts as unpublished. Either way the records that are in the topic stay there{_named(published.batch)}",
        [request.remedy(kind, connection) for kind in (RemedyKind.REPUBLISH, RemedyKind.FORGET)],
    )
