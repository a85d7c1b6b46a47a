"""Whether the promise was kept, for the seeds of a round: by Kafka's console consumer and its log dump."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from dev.broker import Broker
from dev.console import console_consumer
from dev.dump import dump_log
from springhead.ledger.key import BatchKey
from springhead.ledger.reader import LedgerReader
from springhead.ledger.topic import find_ledger
from tests.faults.conftest import parts_with_opening
from tests.faults.ground import TOPIC_PARTITIONS, Ground
from tests.faults.trial import Trial
from tests.kafka.build import Seen, expected, seen


def judge_round(ground: Ground, topic: str, trials: Sequence[Trial]) -> None:
    """I1 for each seed of a round, by Kafka's console consumer; one entry of the ledger for each part; and, by Kafka's log dump, no open transaction."""
    found: dict[str, Counter[Seen]] = defaultdict(Counter)
    for record, count in seen(console_consumer(ground.broker.bootstrap, topic, timeout_s=300)).items():
        key = record[1]
        found[key.decode().partition("-")[0] if key else ""][record] += count
    admin = ground.admin()
    with LedgerReader(admin, find_ledger(admin)) as reader:
        entries = reader.read()
    for trial in trials:
        batch = trial.batch()
        there, made = found.pop(str(trial.schedule.seed), Counter()), expected(batch)
        if there != made:
            twice = (there - made).total()
            trial.wrong.append(f"of {made.total()} records {(made - there).total()} are missing, {twice} are there too often")
        parts = [each.key.part for each in entries if each.key.batch == BatchKey.of(batch.request)]
        if parts != parts_with_opening(trial.schedule.parts):
            trial.wrong.append(f"the ledger has the parts {parts}")
    if left := open_transactions(ground.broker, topic):
        trials[0].wrong.append(f"transactions of the round are open still: {left}")
    if found:
        trials[0].wrong.append(f"there are records of nobody: {sorted(found)}")


def open_transactions(broker: Broker, topic: str) -> set[tuple[str, int]]:
    """(partition, producer id) where the last thing that a producer wrote is no marker."""
    last: dict[tuple[str, int], bool] = {}
    for batch in dump_log(
        path for number in range(TOPIC_PARTITIONS) for path in sorted((broker.log_dir / f"{topic}-{number}").glob("*.log"))
    ):
        last[batch.partition, batch.producer_id] = batch.is_control
    return {key for key, decided in last.items() if not decided}
