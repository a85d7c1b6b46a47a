"""The `springhead` command on connections of a file in the Astro CLI's format."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from springhead.cli.app import app_of
from springhead.cli.remedies import told
from springhead.errors import SpringheadError


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


class Springhead:
    """The command, with a settings file and a folder of streams of its own.

    Args:
        home: a directory.
    """

    def __init__(self, home: Path) -> None:
        self._file, self._streams = home / "airflow_settings.yaml", home / "streams"
        self._streams.mkdir()

    def connections(self, extras: Mapping[str, Mapping[str, Any]]) -> None:
        """Writes the settings file as a user does."""
        entries = [{"conn_id": name, "conn_type": "kafka", "conn_extra": dict(extra)} for name, extra in extras.items()]
        self._file.write_text(yaml.safe_dump({"airflow": {"connections": entries, "pools": [], "variables": []}}))

    def __call__(self, *words: str) -> Done:
        """Runs it in this process, where the engine is loaded."""
        with pytest.MonkeyPatch.context() as patch:
            for name in os.environ:
                if name.startswith(("AIRFLOW", "SPRINGHEAD_LEDGER")):
                    patch.delenv(name)
            patch.setenv("SPRINGHEAD_SETTINGS", str(self._file))
            patch.setenv("SPRINGHEAD_STREAMS", str(self._streams))
            ended = CliRunner().invoke(app_of(), words)
        error = told(ended.exception) if isinstance(ended.exception, SpringheadError) else ""
        return Done(ended.exit_code, ended.stdout, ended.stderr + error)

    def apart(self, *words: str) -> Done:
        """Runs it in a process of its own: all that anything prints is seen."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "SPRINGHEAD_LEDGER"))}
        own |= {"SPRINGHEAD_SETTINGS": str(self._file), "SPRINGHEAD_STREAMS": str(self._streams)}
        command = [sys.executable, "-m", "springhead.cli", *words]
        done = subprocess.run(command, env=own, capture_output=True, text=True, timeout=120, check=False)
        return Done(done.returncode, done.stdout, done.stderr)
