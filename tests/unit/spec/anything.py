"""Strategies for whole streams as text: right ones, and ones with anything anywhere."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from springhead.faker_methods.generator import functions

Drawn = st.SearchStrategy[Any]


class Raw(str):
    """A piece of YAML, as it stands."""


def yaml_of(value: Any) -> str:
    """In flow style: JSON, but for what is raw."""
    match value:
        case Raw():
            return str(value)
        case dict():
            return "{" + ", ".join(f"{key if isinstance(key, Raw) else json.dumps(key)}: {yaml_of(of)}" for key, of in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(yaml_of, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def text_of(stream: Mapping[Any, Any]) -> str:
    """The text of a stream's file."""
    return "".join(f"{key}: {yaml_of(value)}\n" for key, value in stream.items())


_SCALARS = """.nan .inf -.inf 1e400 -1e400 5e-324 1.7e308 0x1F 0o17 017 1_000 +5 -0 -0.0 2026-01-01 2026-01-01T00:00:00Z 10:30 null ~ '' ' ' true yes off
9223372036854775807 -9223372036854775808 9223372036854775808 99999999999999999999999 1 0 -1 3 1.5 100000001 "\\0" "\\x7f" "\\u2028" "\\ud800" ключ 'it''s' {} [] [1,2] [null]
[5,1] {a} {a:1} {[1]:2} !!binary\u00a0aGk= !!set\u00a0{a} !x\u00a0y &a\u00a0b *a <<  "{a}" "{" "{a.b}" "%Y" iso @x `x` *\u00a0* a:b - ? | # {choice:[1]} {faker:name}"""
ANYTHING: Drawn = st.sampled_from(
    [Raw(word.replace("\u00a0", " ").replace(":", ": ") if word[0] in "{[" else word.replace("\u00a0", " ")) for word in _SCALARS.split()]
)
"""Any value of YAML, and some that are none."""

NAMES = ["a", "b", "c", "ключ", "x y"]
TEXTS = st.sampled_from(["", "x", "Zoë", '"', "\\", "\n", "\x00", "x" * 300, "東京", "-", "null"])
NUMBERS = st.sampled_from([0, 1, -1, 7, 2**63 - 1, -(2**63), 0.5, -2.25, 1e15, 1e-9])


def fields(leaf: Drawn, depth: int = 2) -> Drawn:
    """name → field, some of them with fields inside."""
    return st.dictionaries(st.sampled_from(NAMES), leaf | nested(leaf, depth) if depth else leaf, min_size=1, max_size=4)


def nested(leaf: Drawn, depth: int) -> Drawn:
    """A field in which others stand."""
    inside = leaf | nested(leaf, depth - 1) if depth > 1 else leaf
    arms = st.dictionaries(TEXTS | st.booleans() | st.sampled_from([1, 2.5, "a"]), inside, min_size=1, max_size=3)
    weighed = st.tuples(inside, st.sampled_from([None, 3, 0.1])).map(lambda drawn: drawn[0] | ({"weight": drawn[1]} if drawn[1] else {}))
    return st.one_of(
        _kind("object", fields(leaf, depth - 1)),
        _kind("array", inside, length=_COUNTS).map(lambda drawn: {"length": [0, 2], **drawn}),
        _kind("map", inside, values=inside, length=_COUNTS).map(lambda drawn: {"length": [0, 2], "values": {"constant": 1}, **drawn}),
        _kind("case", st.sampled_from(["a", "b", "a.b"]), of=arms, default=inside).map(
            lambda drawn: {"of": {"x": {"constant": 1}}, **drawn}
        ),
        _kind("mix", st.lists(weighed, min_size=1, max_size=3)),
    )


def _common(drawn: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    return {**drawn, **more}


_NOTHING = object()
_PER = st.sampled_from(["a", "b", "a.b", "_number"])
_MOMENTS = st.sampled_from(["2026-03-01", "2026-03-01T10:30Z", "2026-03-01T11:30:00.5+01:00", "9999-12-31", "1970-01-01"])
_LENGTHS = st.sampled_from(["1ms", "20s", "5m", "36h", "100d"])
_SPANS = _LENGTHS | _LENGTHS.map(lambda drawn: ["0s", drawn])


_COUNTS = st.sampled_from([0, 1, 3, [0, 2], [2, 2]])
_EXPRESSIONS = st.sampled_from(
    ["a", "a + 1", "b || 'x'", "a > 3", "a is null", "_number % 2 = 0", "length(a.b) / 2", "_time", "upper(b)", "1 / 0"]
)
_MODIFIERS = {
    "per": _PER,
    "since": _MOMENTS,
    "until": _MOMENTS,
    "nulls": st.sampled_from([0, 0.5, 1]),
    "missing": st.sampled_from([0, 0.5, 1]),
    "when": _EXPRESSIONS,
    "else": st.sampled_from(["null", "missing"]),
}


def _kind(name: str, main: Drawn, **others: Drawn) -> Drawn:
    seldom = {key: _seldom(of) for key, of in _MODIFIERS.items()}
    common = {"hidden": st.booleans(), "description": TEXTS.filter(bool), **seldom}
    return st.fixed_dictionaries({name: main}, optional={**others, **common}).map(
        lambda drawn: {
            key: value
            for key, value in drawn.items()
            if value is not _NOTHING and (key != "else" or drawn.get("when", _NOTHING) is not _NOTHING)
        }
    )


def _seldom(of: Drawn) -> Drawn:
    return st.integers(0, 5).flatmap(lambda drawn: of if drawn == 0 else st.just(_NOTHING))


_INTEGERS = st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(-(2**63), 2**63 - 1)).map(sorted)
_GRID = st.tuples(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6)).map(lambda pair: [each / 100 for each in sorted(pair)])
_LAWS = st.sampled_from(
    [
        {"normal": {"mean": 0, "stddev": 50}},
        {"lognormal": {"median": 24, "sigma": 1.1}},
        {"exponential": 1.6},
        {"zipf": 1.05},
        {"pareto": {"shape": 1.2, "scale": 1}},
        {"triangular": {"mode": 1}},
        {"beta": {"alpha": 0.5, "beta": 2}},
        {"poisson": 4},
        {"histogram": {"0-10": 70, "10-100": 30}},
        "uniform",
    ]
)
_OPTIONS = st.one_of(*(st.lists(each | st.none(), min_size=1, max_size=5) for each in (TEXTS, NUMBERS, st.booleans())))
_WEIGHTED = st.dictionaries(TEXTS, st.integers(1, 9) | st.floats(1e-9, 1e9), min_size=1, max_size=5)
_TEMPLATES = st.lists(
    st.sampled_from(["{a}", "{b}", "{c}", "{a.b}", "{_time:é^30}", "{_number:06}", "{a:>9.3}", "-", "{{", "}}", "Zoë", '"']), max_size=4
).map("".join)
PLAIN: Drawn = st.one_of(
    _kind("uuid", st.sampled_from([4, 7])),
    _kind(
        "sequence",
        st.integers(-(10**6), 10**6),
        step=st.sampled_from([1, -7, 1000]),
        prefix=TEXTS.filter(lambda text: len(text) < 256),
        width=st.integers(0, 100),
    ),
    _kind("ref", st.sampled_from(["customers.id", "customers.name", "products.price"]), **{"as": st.sampled_from(["x", "ключ"])}),
    _kind(
        "csv",
        st.just("places.csv"),
        column=st.sampled_from(["city", "postcode", "latitude", "population"]),
        weight=st.just("population"),
        text=st.booleans(),
        **{"as": st.sampled_from(["x", "ключ"])},
    ).map(lambda drawn: {"column": "country", **drawn}),
    _kind("integer", _INTEGERS, distribution=_LAWS, step=st.integers(1, 9)),
    _kind("number", _GRID, distribution=_LAWS),
    _kind("decimal", _GRID, distribution=_LAWS),
    _kind("expression", _EXPRESSIONS, decimals=st.integers(0, 3)),
    _kind("boolean", st.floats(0, 1)),
    _kind("choice", _OPTIONS | _WEIGHTED, distribution=_LAWS),
    _kind("constant", TEXTS | NUMBERS | st.booleans() | st.none()),
    _kind("template", _TEMPLATES),
    _kind("cycle", _OPTIONS, group=st.sampled_from(["g", "ключ"])),
    _kind("filler", st.sampled_from([1, 60, 1000, [10, 300]]), compressible=st.floats(0, 1)),
    _kind("regex", st.sampled_from(["", "a|b", r"\d{3}-[^a]?", "(x{0,2}é|.)+", "x*"])),
    _kind(
        "timestamp",
        st.sampled_from(["iso", "epoch_s", "epoch_ms", "epoch_us", "%Y-%m-%d %H:%M:%S.%f", "%j%z%%"]),
        offset=_SPANS | _LENGTHS.map(lambda drawn: f"-{drawn}"),
    ),
)
"""A field of any kind but Faker's, as its documentation has it; what it refers to may not be there."""

_OF_TYPE: dict[str, Drawn] = {
    "bool": st.booleans(),
    "int": st.integers(-2, 40),
    "float": st.floats(-10, 100, allow_nan=False) | st.integers(-2, 40),
    "str": st.sampled_from(["", "x", "##-??", "%Y-%m-%d", "{{name}}", "visa", "M", "-30y", "today", "2020-12-31", "ISO", "a,b"]),
    "date": st.sampled_from(["-30y", "+1d", "today", "now", "2020-12-31", "2020-01-01T00:00:00Z", 86400, 0]),
}
_OTHER = st.sampled_from([[], ["x", "y"], [1, 2], {"a": 0.5, "b": 0.5}, {"a": "name"}, None, "x", 3])


# Many values in one: tracing them takes a while, on a machine that has not done it yet.
_LONG = frozenset(
    "pystruct pyiterable pydict pylist pyset pytuple pyobject json json_bytes xml csv dsv psv tsv fixed_width profile binary tar zip image".split()  # noqa: SIM905 (a list takes a line per word)
)


@st.composite
def faker(draw: st.DrawFn) -> dict[str, Any]:
    """A method of Faker's with arguments by its signature."""
    methods = functions("en_US")
    name = draw(st.sampled_from(sorted(methods.keys() - _LONG)))
    drawn: dict[str, Any] = {"faker": name}
    arguments = {}
    for parameter in inspect.signature(methods[name]).parameters.values():
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY) and (
            parameter.default is parameter.empty or draw(st.booleans())
        ):
            told = f"{parameter.annotation} {type(parameter.default).__name__}".lower()
            of = [strategy for word, strategy in _OF_TYPE.items() if word in told] or [_OTHER]
            arguments[parameter.name] = draw(st.one_of(*of, _OTHER) if draw(st.integers(0, 5)) == 0 else st.one_of(*of))
    if arguments:
        drawn["with"] = arguments
    if draw(st.integers(0, 4)) == 0:
        drawn["locale"] = draw(st.sampled_from(["de_DE", "vi_VN", ["en_US", "ja_JP"], {"fr_FR": 3, "en_US": 1}]))
    return drawn


_SHARES = st.sampled_from([0, 0.1, 1])
_NAMED = {"fields": st.lists(st.sampled_from(["a", "b", "a.b", "ключ"]), min_size=1, max_size=2)}
_OPTIONS_OF_FAULTS: dict[str, dict[str, Drawn]] = {
    "duplicate": {"by": st.integers(0, 5) | st.tuples(st.integers(0, 3), st.integers(3, 9)).map(list)},
    "extra_field": {"name": st.sampled_from(["z", "a"])},
    "edge_case": {**_NAMED, "cases": st.lists(st.sampled_from(["empty", "largest"]), min_size=1, max_size=2)},
    "oversized": {**_NAMED, "bytes": st.integers(1, 99)},
    **dict.fromkeys(("wrong_type", "null_field", "missing_field", "out_of_range"), _NAMED),
    **{kind: {} for kind in ("orphan", "corrupt_bytes", "truncated", "bad_encoding", "drop")},
}
FAULTS: Drawn = st.fixed_dictionaries(
    {},
    optional={kind: _SHARES | st.fixed_dictionaries({"share": _SHARES}, optional=options) for kind, options in _OPTIONS_OF_FAULTS.items()},
)
"""Faults; the fields that they name may not be there, or not fit."""

_AT = st.sampled_from(["0 9 * * 1-5", "*/30 * 1,15 * *", "0 2 * mar,oct sun", "2026-03-01", "2026-03-01T10:20+01:00"])
_BURST = st.fixed_dictionaries({"for": _LENGTHS, "times": st.sampled_from([1.01, 2, 30])})
_WHEN = st.fixed_dictionaries({"at": _AT}) | st.fixed_dictionaries({"every": st.sampled_from(["10m", "6h", "36500d"])})
_PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "hours": st.lists(st.sampled_from([0, 1, 0.5, 12]), min_size=24, max_size=24),
        "weekdays": st.dictionaries(st.sampled_from(["mon", "sat", "sun"]), st.sampled_from([0, 0.4, 3]), max_size=3),
        "bursts": st.lists(st.tuples(_BURST, _WHEN).map(lambda pair: {**pair[0], **pair[1]}), max_size=2),
    },
)
_STEPS = {"2026-01-01": "1/m", "2026-03-01T10:15Z": {"ramp": "4/m"}, "2026-04-01": "0/s"}
_RATES = st.sampled_from(["1/m", "0.5/s", "1/40s", "0/s", "1/d", _STEPS])
_DELAYS = st.fixed_dictionaries({"share": st.sampled_from([0, 0.25, 0.5]), "by": _SPANS})
_OUTAGES = st.fixed_dictionaries({"during": st.fixed_dictionaries({"at": _AT, "for": _LENGTHS})})
_LATE = st.lists(_DELAYS | _OUTAGES, max_size=2)


def _so_many(key: str, of: Drawn, **more: Drawn) -> Drawn:
    return st.fixed_dictionaries({key: of}, optional={"profile": _PROFILES, **more})


_HOW_MANY = st.one_of(
    _so_many("records", st.integers(1, 100), late=st.lists(_DELAYS, max_size=2)),
    _so_many("rate", _RATES, late=_LATE, arrivals=st.sampled_from(["regular", "poisson"])),
    _so_many("each", st.just("products"), every=st.sampled_from(["1h", "3d", "36500d"]), late=_LATE),
)
_PACES = st.sampled_from([{}, {"pace": "live", "delivery": "at_least_once"}, {"pace": {"live": 10}, "delivery": "leader"}])
_TEXTUAL = _TEMPLATES | PLAIN
_KEYS: dict[str, Drawn] = {
    "description": TEXTS,
    "timezone": st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"]),
    "schedule": st.sampled_from(["5m", "2h", "1d", "*/5 * * * *", "0 0 29 2 *", None]),
    "start_date": st.sampled_from(["2026-01-01", "2026-01-01T00:00:00+07:00"]),
    "catchup": st.booleans(),
    "tags": st.lists(TEXTS.filter(bool), max_size=2),
    "key": _TEXTUAL | st.none(),
    "headers": st.dictionaries(st.sampled_from(["h", "ключ"]), _TEXTUAL, max_size=2),
    "partition": st.integers(0, 5) | st.sampled_from([{"choice": {0: 8, 3: 2}}, {"integer": [0, 5]}, {"cycle": [0, 1]}]) | st.none(),
    "tombstones": _SHARES,
    "faults": FAULTS,
    "fault_header": st.booleans(),
    "seed": st.integers(0, 9) | st.sampled_from(["s", "ключ"]),
    "topic_config": st.fixed_dictionaries({"partitions": st.integers(1, 9)}, optional={"configs": st.just({"retention.ms": -1})}),
    "variants": st.dictionaries(
        st.sampled_from(["v", "w"]),
        st.fixed_dictionaries({}, optional={"rate": _RATES, "late": st.lists(_DELAYS, max_size=1), "key": _TEXTUAL, "faults": FAULTS}),
        max_size=1,
    ),
}


def streams(leaf: Drawn = PLAIN) -> Drawn:
    """Whole streams; what they refer to may not be there."""
    what = st.fixed_dictionaries({"topic": st.just("t"), "fields": fields(leaf)}, optional=_KEYS)
    return st.tuples(what, _HOW_MANY, _PACES).map(lambda drawn: {**drawn[0], **drawn[1], **drawn[2]})


@st.composite
def spoiled(draw: st.DrawFn) -> dict[Any, Any]:
    """A stream with anything in one place, or under a key that is not there."""
    stream: dict[Any, Any] = deepcopy(draw(streams()))  # what a strategy draws may be one object for all examples
    at: Any = stream
    while True:
        steps = list(at) if isinstance(at, dict) else list(range(len(at)))
        step = draw(st.sampled_from(steps)) if steps else None
        if step is None or not isinstance(at[step], dict | list) or draw(st.booleans()):
            break
        at = at[step]
    if step is None or (isinstance(at, dict) and draw(st.booleans())):
        if isinstance(at, dict):
            at[draw(ANYTHING | st.sampled_from(["nulls", "rate", "fielsd", "with", "records", "every", "for", "share"]))] = draw(ANYTHING)
    else:
        at[step] = draw(ANYTHING)
    return stream
