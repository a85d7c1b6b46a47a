"""What the bytes of a batch depend on, and its spec does not say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """Facts of the topic. Read once, when a batch is opened; recorded with it, and given to every later attempt, replay and verification.

    Attributes:
        topic_id: of this topic and no later one of its name; None: no topic is known, as in a preview.
        partitions: its partition count, 1 … 2^31 − 1.
    """

    topic_id: str | None = None
    partitions: int = 1
