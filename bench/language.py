"""What time, populations, faults and kinds of fields cost: streams beside the flat one, one thread, records of JSON; counting the events of a year; and how exactly a batch is sent live.

Ratios are of one round, figures medians. Fields are counted as they stand in the value.
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.rows import record
from dev.cluster import Cluster
from dev.console import console_consumer
from dev.ports import free_ports
from springhead.errors import OptionError
from springhead.kafka.clients import Admin
from springhead.kafka.connection import Connection
from springhead.ledger.topic import init_ledger
from springhead.publish.publish import publish
from springhead.quantities import Interval
from springhead.records.batch import Batch
from springhead.records.press import Press
from springhead.records.request import Request
from springhead.spec import Stream
from springhead.topic_facts import TopicFacts

ROUNDS = int(os.environ.get("ROUNDS", "9"))
PUBLISHED = 5 * int(os.environ.get("RECORDS", "200000"))
RECORDS = int(os.environ.get("RECORDS", "200000"))
HOUR = Interval.parse("2026-03-02T10:00Z/PT1H")
YEAR = Interval.parse("2025-01-01T00:00Z/2026-01-01T00:00Z")
HOURS = [1, 1, 1, 1, 1, 2, 4, 8, 9, 8, 8, 10, 12, 9, 8, 8, 9, 11, 12, 10, 7, 5, 3, 2]
PROFILE = {"hours": HOURS, "weekdays": {"sat": 1.4, "sun": 1.2}}
FLAT: dict[str, Any] = {"id": {"uuid": 4}, "at": {"timestamp": "iso"}, "customer": {"integer": [1, 2_000_000]}, "name": {"faker": "name"}}
FLAT |= {
    "country": {"choice": {"US": 6, "VN": 3, "DE": 1}},
    "amount": {"number": [0.5, 5000]},
    "status": {"choice": {"approved": 96, "declined": 4}},
}
LINE: dict[str, Any] = {"line": {"sequence": 1}, "sku": {"regex": "[A-Z]{2}-[0-9]{4}"}, "price": {"number": [1, 90]}}
CURRENCIES = {"US": {"constant": "USD"}, "VN": {"constant": "VND"}, "DE": {"constant": "EUR"}}
OF_MEMBERS = FLAT | {"customer": {"ref": "customers.id"}, "name": {"ref": "customers.name"}, "country": {"ref": "customers.country"}}
RATE = {"rate": f"{RECORDS}/h", "arrivals": "poisson"}
FAULTS = {"duplicate": 0.005, "wrong_type": {"share": 0.001, "fields": ["amount"]}}


@dataclass(frozen=True)
class Case:
    """A stream: its fields and its other keys."""

    fields: dict[str, Any]
    keys: dict[str, Any]

    def press(self) -> tuple[Press, int]:
        """Of its batch of an hour, and how many records that has."""
        plain = {"topic": "bench", "key": "{id}", "fields": self.fields, **self.keys}
        stream = Stream.model_validate(plain if "rate" in plain else {**plain, "records": RECORDS}, context=Path("bench.yaml"))
        batch = Batch.of(Request(stream, HOUR), TopicFacts(partitions=6))
        return Press(batch), batch.records


CASES = {
    "flat": Case(FLAT, {}),
    "rate, regular": Case(FLAT, {"rate": RATE["rate"]}),
    "rate, poisson, profile": Case(FLAT, {**RATE, "profile": PROFILE}),
    "rate, poisson, profile, 2 % late": Case(FLAT, {**RATE, "profile": PROFILE, "late": [{"share": 0.02, "by": ["1m", "15m"]}]}),
    "three fields of members, zipf over 2 M": Case(OF_MEMBERS, {}),
    "faults: duplicate 0.5 %, wrong_type 0.1 %": Case(FLAT, {"faults": FAULTS}),
    "one field more: regex [A-Z]{3}-[0-9]{4}(-[a-z]{2,6})?": Case(FLAT | {"more": {"regex": "[A-Z]{3}-[0-9]{4}(-[a-z]{2,6})?"}}, {}),
    "one field more: cycle of 3": Case(FLAT | {"more": {"cycle": ["debit", "credit", "cash"]}}, {}),
    "one field more: template {name:<24}{amount:>12,.1f}": Case(FLAT | {"more": {"template": "{name:<24}{amount:>12,.1f}"}}, {}),
    "one field more: filler to 1,000 bytes, half compressible": Case(FLAT | {"more": {"filler": 1000, "compressible": 0.5}}, {}),
    "one field more: number": Case(FLAT | {"more": {"number": [0.5, 5000]}}, {}),
    **{
        f"one field more: number, {name}": Case(FLAT | {"more": {"number": [0.5, 5000], "distribution": distribution}}, {})
        for name, distribution in {
            "lognormal": {"lognormal": {"median": 24, "sigma": 1.1}},
            "histogram": {"histogram": {"0-10": 70, "10-100": 25, "100-5000": 5}},
        }.items()
    },
    "one field more: integer [1, 5], exponential": Case(FLAT | {"more": {"integer": [1, 5], "distribution": {"exponential": 1.6}}}, {}),
    "one field more: integer [1, 10 M], zipf": Case(FLAT | {"more": {"integer": [1, 10_000_000], "distribution": {"zipf": 1.05}}}, {}),
    "one field more: array of 1 … 5 integers": Case(FLAT | {"more": {"array": {"integer": [1, 99]}, "length": [1, 5]}}, {}),
    "one field more: array of 1 … 5 objects of three fields": Case(FLAT | {"more": {"array": {"object": LINE}, "length": [1, 5]}}, {}),
    "one field more: expression round(amount * 0.015, 2)": Case(FLAT | {"more": {"expression": "round(amount * 0.015, 2)"}}, {}),
    "one field more: case of three constants": Case(FLAT | {"more": {"case": "country", "of": CURRENCIES}}, {}),
    "one field more: mix of a name and a company": Case(
        FLAT | {"more": {"mix": [{"faker": "name", "weight": 9}, {"faker": "company"}]}}, {}
    ),
    "one field more: city of places.csv": Case(FLAT | {"more": {"csv": "places.csv", "column": "city", "weight": "population"}}, {}),
    "one field more: name, 2 % null": Case(FLAT | {"more": {"faker": "name", "nulls": 0.02}}, {}),
    "one field more: name": Case(FLAT | {"more": {"faker": "name"}}, {}),
    "one field more: name, when status = 'declined'": Case(FLAT | {"more": {"faker": "name", "when": "status = 'declined'"}}, {}),
    "all of it": Case(OF_MEMBERS, {**RATE, "profile": PROFILE, "late": [{"share": 0.02, "by": ["1m", "15m"]}], "faults": FAULTS}),
}


def generation() -> dict[str, tuple[float, str]]:
    """ns a record of each case, and its time beside the flat stream's."""
    presses = {name: case.press() for name, case in CASES.items()}
    found: dict[str, list[float]] = {name: [] for name in presses}
    for number in range(ROUNDS + 1):
        for name, (press, count) in presses.items():
            started = time.perf_counter()
            for span in press.chunks():
                press.records(span)
            if number:  # buffers have grown
                found[name].append((time.perf_counter() - started) / count * 1e9)
    made = {name: (statistics.median(values), "ns/record") for name, values in found.items()}
    for name in list(found)[1:]:
        made[f"{name} / flat"] = (statistics.median(a / b for a, b in zip(found[name], found["flat"], strict=True)), "×")
    return made


def counting() -> dict[str, tuple[float, str]]:
    """ms to know how many events an interval has, the batch's other preparation in it."""
    made = {}
    plain = {"topic": "bench", "fields": {"id": {"uuid": 4}}, "rate": "50/s", "arrivals": "poisson"}
    bursts = [{"at": "0 9 * * 1-5", "for": "10m", "times": 5}, {"every": "6h", "for": "2m", "times": 20}]
    cases: dict[str, dict[str, Any]] = {
        "a year of poisson arrivals": {},
        "the same with a profile in Europe/Berlin": {"profile": PROFILE, "timezone": "Europe/Berlin"},
        "the same with daily and random bursts": {"profile": {**PROFILE, "bursts": bursts}, "timezone": "Europe/Berlin"},
    }
    for name, keys in cases.items():
        request = Request(Stream.model_validate({**plain, **keys}, context=Path("bench.yaml")), YEAR)
        took = []
        for _ in range(ROUNDS + 1):
            started = time.perf_counter()
            try:
                Batch.of(request)
            except OptionError:  # 1.6 billion of them are more than a batch can hold, which is known when they are counted
                took.append((time.perf_counter() - started) * 1000)
        made[name] = (statistics.median(took[1:]), "ms")
    return made


def publishing(connection: Connection) -> dict[str, tuple[float, str]]:
    """Records a second, published exactly once: the flat stream, and the same with a rate, poisson and a profile."""
    found: dict[str, list[float]] = {"flat": [], "rate, poisson, profile": []}
    for number in range(ROUNDS + 1):
        for name in found:
            case = CASES[name]
            keys = {**case.keys, "rate": f"{PUBLISHED}/h"} if case.keys else {"records": PUBLISHED}
            topic = {
                "topic": f"bench-{len(found[name])}-{len(case.keys)}-{number}",
                "topic_config": {"partitions": 6, "configs": {"retention.ms": "-1"}},
            }
            stream = Stream.model_validate({**topic, "key": "{id}", "fields": case.fields, **keys}, context=Path(f"bench{number}.yaml"))
            receipt = publish(Request(stream, HOUR, run_id=f"{name} {number}"), connection)
            if number:
                found[name].append(receipt.records / receipt.duration_s)
    made = {f"publish, {name}": (statistics.median(values), "records/s") for name, values in found.items()}
    ratios = [a / b for a, b in zip(found["rate, poisson, profile"], found["flat"], strict=True)]
    return {**made, "publish, rate, poisson, profile / flat": (statistics.median(ratios), "×")}


def live_error_ms(connection: Connection) -> float:
    """Between the broker's time of a record and the time at which it was due: the median of 30 s at 20/s, in ms."""
    keys = {
        "topic_config": {"partitions": 2, "configs": {"message.timestamp.type": "LogAppendTime"}},
        "rate": "20/s",
        "arrivals": "poisson",
    }
    stream = Stream.model_validate(
        {"topic": "live", "fields": FLAT, "pace": "live", "delivery": "at_least_once", **keys}, context=Path("live.yaml")
    )
    request = Request(stream, Interval.parse("2026-03-02T10:00Z/PT30S"))
    started = dt.datetime.now(dt.UTC)
    publish(request, connection, live_since=started)
    there = np.sort([each.timestamp_ms for each in console_consumer(str(connection.settings["bootstrap.servers"]), "live")])
    arrivals = Batch.of(request).arrivals
    due = arrivals.at(range(arrivals.count)).times_us / 1000 - request.interval.start_us / 1000 + 1000 * started.timestamp()
    return float(np.median(np.abs(there - due)))


def main() -> None:
    """Runs all of it."""
    record(f"time, populations, faults, kinds: generation, one thread, {RECORDS:,} records, {ROUNDS} rounds", generation())
    record(f"counting events, {ROUNDS} rounds", counting())
    with tempfile.TemporaryDirectory() as folder, Cluster(Path(folder), port=free_ports(1)[0], heap_mb=1024) as cluster:
        connection = Connection("bench", {"bootstrap.servers": cluster.bootstrap, "acks": "all"})
        init_ledger(Admin(connection))
        record(f"publishing events of a rate, {PUBLISHED:,} records, {ROUNDS} rounds", publishing(connection))
        record("pace: live, 20/s for 30 s", {"between due and there, the median": (live_error_ms(connection), "ms")})


if __name__ == "__main__":
    main()
