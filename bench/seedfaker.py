"""seedfaker, the fastest generator found (Rust), with twelve fields like those of card_transactions: alone, piped into kcat, and its Python package."""

from __future__ import annotations

import os
import subprocess
import time

from bench import kcat
from bench.environment import interpreter, run
from bench.missing import program

CRATE, PACKAGE = "0.4.0-alpha.1", "0.4.0a1"
PROVIDERS = "enum:Visa,Mastercard,Discover,JCB,Maestro"
FIELDS = {
    "id": "uuid",
    "ts": "timestamp",
    "name": "name",
    "email": "email",
    "card_number": "credit-card",
    "card_provider": PROVIDERS,
    "currency": "currency-code",
    "company": "company-name",
    "city": "city",
    "country": "country-code",
    "ip": "ip",
    "amount": "amount",
}

SCRIPT = """
import json, sys, time
from seedfaker import SeedFaker
fields, n, chunk = json.loads(sys.argv[1]), int(sys.argv[2]), 10_000
faker = SeedFaker(seed="bench", locale="en")
started = time.perf_counter()
with open("/dev/null", "w") as sink:
    for first in range(0, n, chunk):
        for record in faker.records(fields, n=min(chunk, n - first)):
            sink.write(json.dumps(record) + "\\n")
print(n / (time.perf_counter() - started))
"""


def words(n: int) -> list[str]:
    """The command line for n records of JSON on one thread.

    Raises:
        Missing: it is not installed.
    """
    columns = [f"{name}={kind}" for name, kind in FIELDS.items()]
    return [program("seedfaker", f"cargo install seedfaker --version {CRATE}"), *columns, "-n", str(n)]
