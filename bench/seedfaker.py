"""seedfaker, the fastest generator found (Rust), with twelve fields like those of card_transactions: alone, piped into kcat, and its Python package."""

from __future__ import annotations

import json
import subprocess
import time

from bench import kcat
from bench.environment import interpreter, run
from bench.missing import program

CRATE, PACKAGE = "0.4.0-alpha.1", "0.4.0a1"
FIELDS = {
    "id": "uuid",
    "ts": "timestamp",
    "name": "name",
    "email": "email",
    "card_number": "credit-card",
    "card_provider": "enum:Visa,Mastercard,Discover,JCB,Maestro,Amex",
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
faker = SeedFaker(seed="bench", locale="en", since=2026, until=2027)
started = time.perf_counter()
with open("/dev/null", "w") as sink:
    for first in range(0, n, chunk):
        for record in faker.records(fields, n=min(chunk, n - first)):
            sink.write(json.dumps(record) + "\\n")
print(n / (time.perf_counter() - started))
"""


def name() -> str:
    """ "seedfaker" and its version.

    Raises:
        Missing: it is not installed.
    """
    said = subprocess.run([_path(), "--version"], capture_output=True, text=True, check=True).stdout
    return " ".join(said.split()[:2])


def _path() -> str:
    return program("seedfaker", f"cargo install seedfaker --version {CRATE} --locked (and ~/.cargo/bin on the PATH)")


def _words(n: int, threads: int = 1) -> list[str]:
    columns = [f"{field}={kind}" for field, kind in FIELDS.items()]
    settings = ["--format", "jsonl", "--seed", "bench", "--locale", "en", "--since", "2026", "--until", "2027", "--threads", str(threads)]
    return [_path(), *columns, *settings, "--count", str(n)]


def generate(n: int, threads: int = 1) -> float:
    """Records a second of its JSON to /dev/null, on so many threads, its start included (some milliseconds).

    Raises:
        Missing: it is not installed.
    """
    started = time.perf_counter()
    subprocess.run(_words(n, threads), check=True, stdout=subprocess.DEVNULL, timeout=600)
    return n / (time.perf_counter() - started)


def publish(bootstrap: str, topic: str, n: int) -> float:
    """Records a second of its JSON piped into kcat, both starts included.

    Raises:
        Missing: one of them is not installed.
    """
    generator, sender = _words(n), kcat.words(bootstrap, topic)
    started = time.perf_counter()
    with subprocess.Popen(generator, stdout=subprocess.PIPE) as made:
        subprocess.run(sender, stdin=made.stdout, check=True, capture_output=True, timeout=600)
    if made.returncode:
        raise RuntimeError(f"seedfaker ended with {made.returncode}")
    return n / (time.perf_counter() - started)


def generate_in_python(n: int) -> float:
    """Records a second of its Python package with json.dumps, to /dev/null; start and imports not included.

    Raises:
        Missing: its environment cannot be made.
    """
    return float(run(interpreter("seedfaker", PACKAGE), SCRIPT, json.dumps(list(FIELDS.values())), str(n)))
