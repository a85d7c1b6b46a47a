"""What the bytes of a batch depend on, and its spec does not say."""

from __future__ import annotations

from dataclasses import dataclass

from springhead.errors import OptionError

MOST_PARTITIONS = 2**31 - 1  # Kafka numbers them with int32


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """Facts of the topic. Read once, when a batch is opened; recorded with it, and given to every later attempt, replay and verification.

    Attributes:
        topic_id: of this topic and no later one of its name; None: no topic is known, as in a preview.
        partitions: its partition count, 1 … 2^31 − 1.

    Raises:
        OptionError: no topic has so many partitions.
    """

    topic_id: str | None = None
    partitions: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.partitions <= MOST_PARTITIONS:
            raise OptionError(f"partitions: {self.partitions} is not within 1 … {MOST_PARTITIONS:,}")
