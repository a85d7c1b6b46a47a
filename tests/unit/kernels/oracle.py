"""What the kernels should write, evaluated in plain Python: slow, and obvious."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from fractions import Fraction

from springhead.columns.alias import alias_table
from springhead.columns.draws import Draws
from springhead.columns.grammar import Alternative, Check, Digits, Hex, Shared, Step, Sub, Uuid4, Whole, Words

MASK = 2**64 - 1


def u64(key: int, i: int) -> int:
    """SplitMix64's i-th word from the state `key`."""
    z = (i * 0x9E3779B97F4A7C15 + key) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def below(h: int, n: int) -> int:
    return h * n >> 64


def pick(h: int, weights: list[float | Fraction] | None, n: int) -> int:
    """A column of the alias table by the upper half of h × n, kept or not by the lower half."""
    chosen = below(h, n)
    if weights is None:
        return chosen
    keep, alias = alias_table(weights)
    return alias[chosen] if (h * n & MASK) >= keep[chosen] else chosen


def step_text(step: Step, h: int, key: int, record: int) -> str:
    match step:
        case str():
            return step
        case Words(words, weights):
            word = words[pick(h, None if weights is None else list(weights), len(words))]
            return word if isinstance(word, str) else word.decode()
        case Digits(count):
            return f"{below(h, 10**count):0{count}d}"
        case Hex(count):
            return f"{h:016x}"[:count]
        case Whole(low, high, width, base):
            return f"{low + below(h, high - low + 1):0{width}{'x' if base == 16 else 'd'}}"
        case Uuid4():
            second = u64(u64(key, 0x5EC02D570A11F3A7), record)
            return str(uuid.UUID(int=(h << 64) | second, version=4))
    raise AssertionError(step)


def row(alternatives: Sequence[Alternative], draws: Draws, record: int) -> tuple[str, int]:
    """(text, state) of one row."""
    chosen = 0
    if len(alternatives) > 1:
        chosen = pick(u64(int(draws.key("alternative")), record), [a.weight for a in alternatives], len(alternatives))
    return steps_text(alternatives[chosen], (chosen,), draws, record), int(alternatives[chosen].state)


def steps_text(alternative: Alternative, path: tuple[int, ...], draws: Draws, record: int) -> str:
    text = ""
    for place, step in enumerate(alternative.steps):
        own = (*path, place)
        if isinstance(step, Shared):
            own, step = (*path, -1 - step.draw), step.step
        key = int(draws.key("step", *own))
        h = u64(key, record)
        if isinstance(step, Check):
            text += check_digit(text[-step.count :], step.law)
        elif isinstance(step, Sub):
            called = pick(h, [a.weight for a in step.alternatives], len(step.alternatives))
            text += steps_text(step.alternatives[called], (*own, called), draws, record)
        else:
            text += step_text(step, h, key, record)
    return text


def check_digit(digits: str, law: str) -> str:
    """By the definitions: ISO/IEC 7812-1, annex B, and GS1 General Specifications §7.9."""
    total = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        if place % 2:
            total += digit
        else:
            total += sum(map(int, str(2 * digit))) if law == "luhn" else 3 * digit
    return str(-total % 10)


def java_murmur2(data: bytes) -> int:
    """org.apache.kafka.common.utils.Utils.murmur2, as a signed 32-bit number."""
    m, h = 0x5BD1E995, 0x9747B28C ^ len(data)
    whole = len(data) // 4 * 4
    for at in range(0, whole, 4):
        k = int.from_bytes(data[at : at + 4], "little") * m & 0xFFFFFFFF
        k = (k ^ k >> 24) * m & 0xFFFFFFFF
        h = (h * m & 0xFFFFFFFF) ^ k
    rest = data[whole:]
    if rest:
        h = (h ^ int.from_bytes(rest, "little")) * m & 0xFFFFFFFF
    h = (h ^ h >> 13) * m & 0xFFFFFFFF
    h ^= h >> 15
    return h - 2**32 if h >= 2**31 else h


def iso(time_us: int) -> str:
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=time_us)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def json_text(value: object) -> str:
    """JSON as we write it: no white space, no escape that is not needed."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
