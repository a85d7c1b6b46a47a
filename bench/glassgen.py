"""GlassGen: a generator in Python that has Faker and a Kafka sink, with a schema like card_transactions'."""

from __future__ import annotations

import json

from bench.environment import interpreter, run

VERSION = "0.3.0"
NAME = f"GlassGen {VERSION}"
SCHEMA = {
    "id": "$uuid4",
    "ts": "$datetime(%Y-%m-%dT%H:%M:%SZ)",
    "name": "$name",
    "email": "$email",
    "card_number": "$intrange(4000000000000000,4999999999999999)",
    "card_provider": "$choice(Visa,Mastercard,Discover,JCB,Maestro,Amex)",
    "currency": "$currency_name",
    "company": "$company",
    "city": "$city",
    "country": "$country",
    "ip": "$ipv4",
    "amount": "$price(0.5,5000,2)",
}

SCRIPT = """
import json, sys, time
import glassgen

config = json.loads(sys.argv[1])
started = time.perf_counter()
answer = glassgen.generate(config=config)
print(answer["num_records"] / (time.perf_counter() - started))
"""


def publish(bootstrap: str, topic: str, n: int) -> float:
    """Records a second from its first record to its last flush; start and imports not included.

    Raises:
        Missing: its environment cannot be made.
    """
    settings = {"acks": "all", "enable.idempotence": True, "compression.type": "lz4"}
    sink = {"type": "kafka", "params": {"bootstrap.servers": bootstrap, "topic": topic, **settings}}
    config = {"schema": SCHEMA, "sink": sink, "generator": {"rps": 0, "num_records": n}}
    return float(run(interpreter("glassgen", VERSION), SCRIPT, json.dumps(config)))
