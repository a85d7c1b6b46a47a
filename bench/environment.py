"""Environments of their own, in the cache folder, for PyPI packages to compare with: they are never dependencies of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bench.missing import Missing
from springhead.kernels.cache import writable_cache_root


def interpreter(package: str, version: str) -> Path:
    """The Python of an environment that holds this version of a package alone; made on first use, with uv.

    Raises:
        Missing: it cannot be made, for want of uv or of a package index.
    """
    folder = writable_cache_root() / "bench" / f"{package}-{version}"
    python, ready = folder / "bin/python", folder / "ready"
    if not ready.exists():
        uv = [str(Path(sys.executable).parent / "uv")]
        try:
            for words in (
                ["venv", "--quiet", "--clear", "--python", sys.executable, str(folder)],
                ["pip", "install", "--quiet", "--python", str(python), f"{package}=={version}"],
            ):
                subprocess.run([*uv, *words], check=True, capture_output=True, text=True, timeout=300)
        except (OSError, subprocess.SubprocessError) as error:
            said = str(getattr(error, "stderr", "") or error).strip().splitlines()
            raise Missing(f"uv could not install {package}=={version}: {said[-1] if said else error}") from None
        ready.touch()
    return python


def run(python: Path, script: str, *args: str) -> str:
    """Runs a script in such an environment; returns its last line of output.

    Args:
        python: from `interpreter`.
        script: its text.
        args: in its sys.argv.
    """
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([str(python), "-c", script, *args], env=alone, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(f"{python} ended with {done.returncode}:\n{done.stdout[-1000:]}{done.stderr[-2000:]}")
    return done.stdout.splitlines()[-1]
