"""A batch that is sent live: over the length of its interval, stopped at once, and gone on with where time is."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import Counter
from typing import Any

import numpy as np
import pytest

from dev.broker import Broker
from springhead.errors import OptionError, PublishedError, StoppedError
from springhead.publish.publish import publish
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.request import Request
from springhead.spec import Stream
from springhead.topic_facts import TopicFacts
from tests.conftest import BUSY, MakeTopic, ReadTopic
from tests.kafka.build import FOREVER, connection, expected, seen, small

pytestmark = [pytest.mark.kafka, pytest.mark.usefixtures("own_ledger")]

MINUTE = Interval.parse("2026-03-01T10:00Z/PT1M")


def live(topic: str, **keys: Any) -> Stream:
    return small(topic, **{"rate": "2/s", "pace": "live", "delivery": "at_least_once", **keys})


def test_each_record_is_sent_when_it_is_due(broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic) -> None:
    topic = make_topic(partitions=2, message_timestamp_type="LogAppendTime")
    made, started = live(topic, pace={"live": 10}), dt.datetime.now(dt.UTC)
    receipt = publish(Request(made, MINUTE), connection(broker), live_since=started)
    assert (receipt.records, receipt.outcome) == (120, "delivered: 120")
    batch = Batch.of(Request(made, MINUTE), TopicFacts(partitions=2))
    plan = (batch.arrivals.at(range(120)).times_us - MINUTE.start_us) / 10_000
    there = np.sort([record.timestamp_ms for record in read_topic(topic)]) - 1000 * started.timestamp()
    # A pool of its own for the first connection: what counts is that it is spread as planned, and nothing comes before its time.
    assert (there >= plan - 20).all()
    assert np.median(there - plan) < 200 * BUSY


def test_one_that_is_told_to_end_stops_within_five_seconds_and_its_retry_goes_on_where_time_is(
    broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic
) -> None:
    topic = make_topic(partitions=2, **FOREVER)
    made, stop, started = live(topic), threading.Event(), dt.datetime.now(dt.UTC)
    threading.Timer(2.0, stop.set).start()
    with pytest.raises(StoppedError):
        publish(Request(made, MINUTE), connection(broker), stop=stop, live_since=started)
    assert (dt.datetime.now(dt.UTC) - started).total_seconds() < 2 + 5 * BUSY
    sent = seen(read_topic(topic))
    assert 0 < sent.total() < 60
    began = time.monotonic()
    receipt = publish(Request(made, MINUTE), connection(broker), live_since=started - dt.timedelta(minutes=1))
    assert time.monotonic() - began < 20 * BUSY  # all of it is due
    assert receipt.outcome == "delivered: 120"
    whole = expected(Batch.of(Request(made, MINUTE), TopicFacts(partitions=2)))
    assert seen(read_topic(topic)) == whole + sent
    assert sent <= whole


def test_what_is_next_is_logged(broker: Broker, make_topic: MakeTopic, caplog: pytest.LogCaptureFixture) -> None:
    made = live(make_topic(partitions=1, **FOREVER), rate="1/s")
    with caplog.at_level("INFO", logger="springhead.live"):
        publish(Request(made, Interval.parse("2026-03-01T10:00Z/PT2S")), connection(broker))
    assert any("live: 0 of 2 records sent; the next is due at 20" in line for line in caplog.messages), caplog.messages


def test_live_and_exactly_once_do_not_go_together(broker: Broker, make_topic: MakeTopic) -> None:
    made = live(make_topic(partitions=1, **FOREVER)).model_copy(update={"delivery": None})
    with pytest.raises(OptionError, match="a batch that is sent live is published at least once: write delivery: at_least_once"):
        publish(Request(made, MINUTE), connection(broker))


def test_events_of_a_rate_in_an_interval_with_other_ends_are_refused(broker: Broker, make_topic: MakeTopic, read_topic: ReadTopic) -> None:
    topic = make_topic(partitions=2, **FOREVER)
    made = small(topic, rate="1/s", arrivals="poisson")
    half = Interval.parse("2026-03-01T10:00:30Z/PT1M")
    assert publish(Request(made, MINUTE), connection(broker)).sent > 30
    with pytest.raises(PublishedError) as caught:
        publish(Request(made, half), connection(broker))
    assert str(caught.value) == (
        "things, 2026-03-01T10:00:30Z/2026-03-01T10:01:30Z overlaps 2026-03-01T10:00:00Z/2026-03-01T10:01:00Z, which was published already: the events of a rate "
        "that lie in both would be there twice. Publish the interval with the ends that it had, or what lies outside it; or use a republish token to have them twice"
    )
    assert publish(Request(made, MINUTE), connection(broker)).already_published
    assert publish(Request(made, Interval.parse("2026-03-01T10:01Z/PT1M")), connection(broker)).sent > 30
    assert publish(Request(made, half, run_id="manual__1"), connection(broker)).sent > 30  # other events
    whole = expected(Batch.of(Request(made, Interval.parse("2026-03-01T10:00Z/PT2M")), TopicFacts(partitions=2)))
    more = expected(Batch.of(Request(made, half, run_id="manual__1"), TopicFacts(partitions=2)))
    assert seen(read_topic(topic)) == Counter(whole) + more
    assert publish(Request(made, half), connection(broker), republish="twice").sent > 30


def test_an_interval_without_an_event_is_green(broker: Broker, make_topic: MakeTopic) -> None:
    made = small(make_topic(partitions=1, **FOREVER), rate="1/d")
    receipt = publish(Request(made, MINUTE), connection(broker))
    assert (receipt.records, receipt.already_published) == (0, False)
    assert publish(Request(made, MINUTE), connection(broker)).already_published


def test_a_change_of_the_rate_later_on_leaves_a_published_interval_as_it_is(broker: Broker, make_topic: MakeTopic) -> None:
    topic = make_topic(partitions=2, **FOREVER)
    then, now = (
        small(topic, rate=rate, arrivals="poisson") for rate in ({"2026-01-01": "1/s"}, {"2026-01-01": "1/s", "2026-06-01": "9/s"})
    )
    sent = publish(Request(then, MINUTE), connection(broker))
    again = publish(Request(now, MINUTE), connection(broker))
    assert (again.already_published, again.sent, again.digest) == (True, 0, sent.digest)
    assert again.spec_digest != sent.spec_digest
