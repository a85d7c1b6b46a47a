"""`make consume TOPIC=…`: Kafka's console consumer from the topic's beginning, with partition, timestamp and key."""

from __future__ import annotations

import os
import sys

from dev.console import end_offsets, print_topic
from dev.errors import DevError, exit_with
from dev.kafka import bootstrap_of_env, require_reachable


def main() -> int:
    """Prints the topic until Ctrl-C.

    Raises:
        DevError: no topic named or there, no broker named or reachable.
    """
    topic = os.environ.get("TOPIC")
    if not topic:
        raise DevError("which topic? make consume TOPIC=second_topic")
    bootstrap = bootstrap_of_env()
    if bootstrap is None:
        raise DevError("no Kafka: start one with `make kafka` or `make run`, or name yours: make consume TOPIC=… KAFKA_BOOTSTRAP=host:port")
    require_reachable(bootstrap)
    end_offsets(bootstrap, topic)  # a topic that is not there would be waited for
    print(f"{topic} at {bootstrap}, from its beginning; Ctrl-C ends", file=sys.stderr)
    return print_topic(bootstrap, topic)


if __name__ == "__main__":
    exit_with(main)
