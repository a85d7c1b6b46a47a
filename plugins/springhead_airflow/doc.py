"""What a DAG's page in Airflow's UI says of its stream."""

from __future__ import annotations

from collections.abc import Sequence

from springhead.fields import Field
from springhead.fields.durations import span_text
from springhead.spec import Entity, Stream
from springhead.spec.late import Delay
from springhead.spec.parameters import Parameter, text_of
from springhead.spec.population import counted, picked
from springhead.spec.profile import Burst
from springhead.spec.rate import rate_text

_BARS = "▁▂▃▄▅▆▇█"
_LONGEST = 50_000  # characters of a file that is shown


def doc_md(stream: Stream) -> str:
    """Markdown: what is published, where and when, the fields, the commands that show more, and the file."""
    lines = [stream.description or f"The stream `{stream.name}`.", ""]
    lines += ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in _facts(stream)), ""]
    lines += ["| field | made by | meaning |", "|---|---|---|"]
    lines += [f"| `{name}` | {_made_by(field)} | {_cell(field.description or '')} |" for name, field in stream.fields.items()]
    steps = [("publish", "")] if stream.workers == 1 else [("publish", f".{step}") for step in ("open", "parts", "receipt")]
    names = [
        verb + behind + step
        for behind in ("", *(f"_{name}" for name in stream.variants))
        for verb, step in (*steps, *([("verify", "")] * stream.verify))
    ]
    receipt = "Each one's receipt is its XCom." if stream.workers == 1 else "The receipt is the XCom of `publish.receipt`."
    lines += ["", f"Tasks: {', '.join(f'`{name}`' for name in names)}. {receipt}", ""]
    lines += ["```bash", *_commands(stream), "```"]
    if source := _source(stream):
        lines += ["", f"The stream's file, `{stream.path}`:", "", "````yaml", source, "````"]
    return "\n".join(lines)


def _source(stream: Stream) -> str:
    """The YAML of the stream; empty where there is none to read, or more than a page can show."""
    try:
        text = stream.path.read_text(encoding="utf-8").rstrip()
    except (OSError, ValueError):
        return ""
    return text if len(text) <= _LONGEST and "````" not in text else ""


def _facts(stream: Stream) -> list[tuple[str, str]]:
    facts = [
        ("topic", f"`{stream.topic}` by connection `{stream.connection}`"),
        ("schedule", f"`{stream.schedule}` ({stream.timezone})" if stream.schedule else "manual runs only"),
        *_of_time(stream),
    ]
    if stream.workers > 1:
        facts.append(("workers", f"up to {stream.workers} tasks at once for the parts of a batch, a million records each"))
    if stream.key is not None:
        facts.append(("key", _made_by(stream.key)))
    facts.append(("partition", _partition(stream)))
    if stream.format.name != "json":
        facts.append(("format", stream.format.name))
    facts += [("population", f"`{name}`: {_population(stream.entities.get(name))}") for name in stream.entity_names]
    facts += _of_faults(stream)
    facts += [(f"parameter `{name}`", _parameter(parameter)) for name, parameter in stream.parameters.items()]
    for name, variant in stream.variants.items():
        overrides = ", ".join(
            f"{key} {value.kind if isinstance(value := getattr(variant, key), Field) else value}"
            for key in variant.model_fields_set
            if key in ("records", "rate", "partition", "connection", "delivery")
        )
        facts.append((f"variant `{name}`", overrides or "another key, other headers or other faults"))
    return [(name, _cell(value)) for name, value in facts]


def _parameter(parameter: Parameter) -> str:
    """What it is unless a run says otherwise, and what else it may be."""
    bounds = [f"{word} {bound:,}" for word, bound in (("at least", parameter.min), ("at most", parameter.max)) if bound is not None]
    also = [f"one of {', '.join(f'`{text_of(each)}`' for each in parameter.choices)}"] if parameter.choices else bounds
    return ", ".join([f"`{text_of(parameter.default)}`", *also]) + (f". {parameter.description}" if parameter.description else "")


def _partition(stream: Stream) -> str:
    match stream.partition:
        case None:
            return "by the key" if stream.key else "drawn"
        case Field():
            return _made_by(stream.partition)
        case _:
            return str(stream.partition)


def _population(entity: Entity) -> str:
    """How many members, and how references pick them."""
    return f"{counted(entity)}, picked {picked(entity)}" + (f". {entity.description}" if entity.description else "")


def _of_time(stream: Stream) -> list[tuple[str, str]]:
    """How much there is, and when."""
    if stream.each is not None:
        when = f", every {stream.every}" if stream.every else " that is born in the interval" if stream.born else " in each batch"
        facts = [("records", f"one for each member of `{stream.each}`{when}")]
    elif stream.rate is None:
        facts = [("records per batch", f"{stream.records:,}")]
    else:
        facts = [("rate", f"{rate_text(stream.rate)}, {stream.arrivals}")]
    if (profile := stream.profile) is not None:
        if profile.hours:
            facts.append(("hours", f"`{_bars(profile.hours)}` from 0 to 23 o'clock in {stream.timezone}"))
        if profile.weekdays:
            facts.append(("weekdays", f"`{_bars(profile.days)}` from Monday to Sunday"))
        facts += [("burst", f"{burst.times:g} × for {burst.length}, {_when(burst)}") for burst in profile.bursts]
    for late in stream.late:
        if isinstance(late, Delay):
            facts.append(("late", f"{late.share:.4g} of the events, by {span_text(late.by)}"))
        else:
            facts.append(("outage", f"for {late.during.length} at `{late.during.at}`: what happens then arrives at its end"))
    if (speed := stream.live_speed) is not None:
        facts.append(("pace", "live: sent over the length of its interval" + ("" if speed == 1 else f", {speed:g} times as fast")))
    return facts


def _of_faults(stream: Stream) -> list[tuple[str, str]]:
    """What of it is not sound."""
    faults = ", ".join(f"{fault.kind} {fault.share:.4g}" for fault in stream.faults.each())
    facts = [("tombstones", f"{stream.tombstones:.4g} of the records have no value")] if stream.tombstones else []
    if faults:
        facts.append(("faults", f"{faults} of the records{'' if stream.fault_header else ', without the header that labels them'}"))
    return facts


def _bars(weights: Sequence[float]) -> str:
    """A weight as the height of a bar, the highest as the full one."""
    most = max(weights)
    return "".join(_BARS[round(weight / most * (len(_BARS) - 1))] for weight in weights)


def _when(burst: Burst) -> str:
    return f"at `{burst.at}`" if burst.at is not None else f"at random, one in {burst.every}"


def _made_by(field: Field) -> str:
    argument = getattr(field, field.kind, None)
    return _cell(f"{field.kind} `{argument}`" if isinstance(argument, str | int) and not isinstance(argument, bool) else field.kind)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _commands(stream: Stream) -> list[str]:
    return [
        f"springhead preview {stream.name}                # some records",
        f"springhead publish {stream.name}                # a batch without Airflow",
        f"springhead verify {stream.name}                 # is it in the topic, each record once?",
        f"airflow backfill create --dag-id {stream.name} --from-date 2026-01-01T00:00Z --to-date 2026-01-01T01:00Z",
    ]
