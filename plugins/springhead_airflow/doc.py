"""What a DAG's page in Airflow's UI says of its stream."""

from __future__ import annotations

from springhead.fields import Field
from springhead.spec import Stream

_LONGEST = 50_000  # characters of a file that is shown


def doc_md(stream: Stream) -> str:
    """Markdown: what is published, where and when, the fields, the commands that show more, and the file."""
    lines = [stream.description or f"The stream `{stream.name}`.", ""]
    lines += ["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in _facts(stream)), ""]
    lines += ["| field | made by | meaning |", "|---|---|---|"]
    lines += [f"| `{name}` | {_made_by(field)} | {_cell(field.description or '')} |" for name, field in stream.fields.items()]
    names = [
        verb + behind for behind in ("", *(f"_{name}" for name in stream.variants)) for verb in ("publish", *(["verify"] * stream.verify))
    ]
    lines += ["", f"Tasks: {', '.join(f'`{name}`' for name in names)}. Each one's receipt is its XCom.", ""]
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
        ("schedule", f"`{stream.schedule}` (UTC)" if stream.schedule else "manual runs only"),
        ("records per batch", f"{stream.records:,}"),
    ]
    if stream.key is not None:
        facts.append(("key", _made_by(stream.key)))
    facts.append(
        (
            "partition",
            "by the key" if stream.partition is None and stream.key else "drawn" if stream.partition is None else str(stream.partition),
        )
    )
    for name, variant in stream.variants.items():
        overrides = ", ".join(
            f"{key} {getattr(variant, key)}"
            for key in variant.model_fields_set
            if key in ("records", "partition", "connection", "delivery")
        )
        facts.append((f"variant `{name}`", overrides or "another key or other headers"))
    return [(name, _cell(value)) for name, value in facts]


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
