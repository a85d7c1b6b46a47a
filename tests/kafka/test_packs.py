"""The streams of the packs reach a real broker, and a foreign client reads what they say."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from dev.broker import Broker
from dev.pictures import PACKS
from springhead.publish.publish import publish
from springhead.quantities import Interval
from springhead.records.request import Request
from springhead.spec import ENTITIES_DIR, load_stream
from tests.conftest import MakeTopic, ReadTopic
from tests.kafka.build import FOREVER, connection

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("without_transactions")]
SECONDS = Interval.parse("2026-03-03T15:00:00Z/PT20S")  # the exchange is open


@pytest.fixture
def few(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped populations with a hundred members, where they do not grow."""
    shutil.copytree(ENTITIES_DIR, tmp_path / "entities")
    for path in (tmp_path / "entities").glob("*.yaml"):
        path.write_text(re.sub(r"^count: \d+$", "count: 100", path.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    monkeypatch.setenv("SPRINGHEAD_ENTITIES", str(tmp_path / "entities"))


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("path", sorted(PACKS.glob("*/*.yaml")), ids=lambda path: path.stem)
def test_a_batch_of_it_is_read_as_it_was_made(broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic, path: Path) -> None:
    topic = make_topic(partitions=3, **FOREVER)
    stream = load_stream(path).model_copy(update={"topic": topic})
    receipt = publish(Request(stream, SECONDS), connection(broker))
    read = read_topic(topic)
    assert receipt.sent == len(read) > 10
    assert all(record.key for record in read)
    if path.stem != "access_log":
        faulty = [record for record in read if "springhead-fault" in dict(record.headers)]
        assert all(json.loads(record.value or b"") for record in read if record not in faulty)
