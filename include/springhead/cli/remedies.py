"""Ways out of errors, as commands."""

from __future__ import annotations

import shlex

from springhead.errors import Remedy, RemedyKind, SpringheadError

_SAYS = {
    RemedyKind.INIT_LEDGER: "start an empty ledger",
    RemedyKind.LIST_LEDGER: "see what was published",
    RemedyKind.REPUBLISH: "publish it once more all the same",
    RemedyKind.FORGET: "have it taken for unpublished",
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
        RemedyKind.REPUBLISH: ["publish", stream, "--interval", interval],
        RemedyKind.FORGET: ["ledger", stream, "--forget", interval],
    }[remedy.kind]
    if remedy.kind in (RemedyKind.REPUBLISH, RemedyKind.FORGET):
        words += [*(["--variant", remedy.variant] if remedy.variant else []), *(["--run-id", remedy.run_id] if remedy.run_id else [])]
    words += ["--republish", "TOKEN"] * (remedy.kind is RemedyKind.REPUBLISH)
    words += ["--connection", remedy.connection] * bool(remedy.connection)
    return shlex.join(["springhead", *words])
