"""Ways out of errors, as commands."""

from __future__ import annotations

import shlex
from pathlib import Path

from springhead.errors import Remedy, RemedyKind, SpringheadError

_SAYS = {
    RemedyKind.INIT_LEDGER: "start an empty ledger",
    RemedyKind.LIST_LEDGER: "see what was published",
    RemedyKind.REPUBLISH: "publish it once more all the same",
    RemedyKind.FORGET: "make it count as unpublished",
}


def told(error: SpringheadError) -> str:
    """An error's text, and below it a line with a command for each way out."""
    return "\n".join([str(error), *(f"  to {_SAYS[each.kind]}: {command(each)}" for each in error.remedies)])


def command(remedy: Remedy) -> str:
    """The command line that does it."""
    stream, interval = remedy.stream or "STREAM", remedy.interval or "INTERVAL"
    words = {
        RemedyKind.INIT_LEDGER: ["init"],
        RemedyKind.LIST_LEDGER: ["ledger", stream],
        RemedyKind.REPUBLISH: ["publish", _findable(remedy), "--interval", interval],
        RemedyKind.FORGET: ["ledger", stream, "--forget", interval],
    }[remedy.kind]
    options: dict[str, object] = {"--variant": remedy.variant, "--batch": remedy.batch, "--run-id": remedy.run_id}
    if remedy.kind is RemedyKind.REPUBLISH:
        options |= {"--records": remedy.records, "--rate": remedy.rate, "--partition": remedy.partition, "--republish": "TOKEN"}
    if remedy.kind in (RemedyKind.REPUBLISH, RemedyKind.FORGET):
        words += [str(word) for name, value in options.items() if value is not None for word in (name, value)]
    if remedy.kind is RemedyKind.REPUBLISH:
        words += [word for name, value in remedy.parameters for word in ("--set", f"{name}={value}")]
    words += ["--connection", remedy.connection] * bool(remedy.connection)
    return shlex.join(["springhead", *words])


def _findable(remedy: Remedy) -> str:
    """The stream's name, or its file where no name leads to it."""
    from springhead.spec import streams_dir  # an error is no time to save, but a command without one is

    file = Path(remedy.file)
    return remedy.stream or "STREAM" if not remedy.file or file.parent == streams_dir() or not file.exists() else str(file)
