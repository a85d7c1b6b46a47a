"""Batches with something of everything, and what they are made of."""

from __future__ import annotations

import hashlib
from typing import Any

from springhead.records.batch import Batch
from springhead.records.digests import PartDigest
from springhead.records.press import Press, records_of
from springhead.records.request import Request
from springhead.spec import STREAMS_DIR, load_stream
from springhead.topic_facts import TopicFacts
from tests.unit.build import HOUR, field, rows

FIELDS: dict[str, Any] = {
    "id": {"uuid": 4},
    "first": {"choice": ["Ann", 'Bob "the" Builder', "Zoë\n"]},
    "secret": {"integer": [1, 9], "hidden": True},
    "at": {"timestamp": "iso"},
    "customer": {
        "object": {"city": {"faker": "city"}, "tag": {"template": "{first}-{city}"}, "deep": {"object": {"n": {"integer": [1, 3]}}}}
    },
    "note": {"choice": [None, "x"]},
    "line": {"template": "{first} {{{customer.deep.n}}} {note}"},
    "price": {"number": [0, 10]},
    "ok": {"boolean": 0.5},
    "badge": {"faker": "bothify", "with": {"text": "?## %"}, "unique": True},
}
# What puts rows together of other rows, fills in check characters and looks names up.
GATHERED: dict[str, Any] = {
    "account": {"faker": "iban", "locale": "es_ES"},
    "car": {"faker": "vin", "unique": True},
    "book": {"faker": "isbn10"},
    "said": {"faker": "text", "locale": ["en_US", "ja_JP"]},
    "day": {"faker": "day_of_week", "locale": {"en_US": 1, "de_DE": 2}},
}
# What is drawn by tables of distributions, of each way in which one is made.
SPREAD: dict[str, Any] = {
    "amount": {"number": [0.5, 5000], "distribution": {"lognormal": {"median": 24, "sigma": 1.1}}},
    "size": {"integer": [1, 10**12], "distribution": {"pareto": {"shape": 0.9, "scale": 100}}},
    "height": {"integer": [None, None], "distribution": {"normal": {"mean": 170, "stddev": 8}}},
    "wait": {"number": [0, None], "distribution": {"exponential": 1.6}, "decimals": 9},
    "score": {"number": [0, 1], "distribution": {"beta": {"alpha": 0.4, "beta": 3}}, "decimals": 8},
    "guess": {"decimal": [0, 100], "distribution": {"triangular": 30}, "step": 0.05},
    "age": {"integer": [0, None], "distribution": {"histogram": {"0-18": 20, "18-65": 60, "65-100": 20}}},
    "items": {"integer": [1, None], "distribution": {"poisson": 3}},
    "rank": {"integer": [1, 10**9], "distribution": {"zipf": 1.05}},
    "page": {"choice": ["a", "b", "c", "d"], "distribution": {"zipf": 1.1}},
    "paid": {"timestamp": "iso", "offset": {"lognormal": {"median": "2m", "sigma": 1}, "max": "1h"}},
}
SPREAD_DIGEST = "4ecd44bf8a7a2fc10f7aedfe32d929d3"
KEYS: dict[str, Any] = {"key": "{id}/{secret}", "headers": {"city": "{customer.city}", "note": "{note}", "fixed": "f"}}


def all_rows(of: Batch, size: int = 4096) -> list[Any]:
    return [row for made in records_of(of, size) for row in rows(made)]


def check_chunks(of: Batch, size: int, order: list[int]) -> None:
    """A batch of 130 records is the same in chunks of any size, and made in blocks of 26 in any order."""
    expected = all_rows(of)
    assert all_rows(of, size) == expected
    press = Press(of)
    made = {block: rows(press.records(range(block * 26, block * 26 + 26))) for block in order}
    assert [row for block in range(5) for row in made[block]] == expected


def digest(of: Batch, size: int = 4096) -> str:
    """Of a batch of one part."""
    total = PartDigest()
    for made in records_of(of, size):
        total.update(made)
    return total.hexdigest()


# Golden digests of the shipped streams: a change that moves them bumps springhead.records.engine.GENERATION, on purpose and in the CHANGELOG.
GOLDEN = {
    "registrations": "67de4138b99868ae0d54f55aad9164d7",
    "addresses": "4069d0e1e12447df03efc86ac55cc6c9",
    "card_transactions": "1586540f52d839ab777860cebe4db125",
    "live_registrations": "838d70a84b142a928e3ea758a70f3eda",
    "card_payments": "85eaf53622d35aea0b31b823458e5a43",
    "customer_orders": "b118f2bdae1ba1685c227275c46800bd",
}


def shipped(name: str, **more: Any) -> Batch:
    """A batch of a shipped stream."""
    return Batch.of(Request(load_stream(STREAMS_DIR / f"{name}.yaml"), HOUR, **more), TopicFacts(partitions=6))


def golden(name: str) -> str:
    stream = load_stream(STREAMS_DIR / f"{name}.yaml")
    kept = stream.model_copy(update={"fields": {**stream.fields, "event_time": field(timestamp="epoch_us")}})
    amount: dict[str, Any] = {"records": 2000} if stream.rate is None else {"rate": "30/m"}
    return digest(Batch.of(Request(kept, HOUR, **amount), TopicFacts(partitions=6)))


def parts_of_records(of: Batch) -> dict[str, str]:
    """For each thing that a reader sees of a record a digest over the whole batch, made without the engine's own digests."""
    every = all_rows(of)
    return {
        name: hashlib.sha256("\n".join(repr(row[place]) for row in every).encode()).hexdigest()[:16]
        for place, name in enumerate(("values", "keys", "partitions", "timestamps", "headers"))
    }
