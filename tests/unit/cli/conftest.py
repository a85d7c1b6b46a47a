"""The `springhead` command, run in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from springhead.cli import app as cli
from tests.unit.build import HOUR

Run = Callable[..., tuple[int, str, str]]
INTERVAL = ("--interval", str(HOUR))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Runs a command; (exit code, stdout, stderr)."""

    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["springhead", *words])
        capfdbinary.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as exit_:
            code = int(exit_.code or 0)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return command
