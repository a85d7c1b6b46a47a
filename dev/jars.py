"""Kafka's jars from Maven Central, without Maven.

`python -m dev.jars` (part of `make lock`) lets jgo resolve the coordinates and writes kafka-jars.lock: each jar with its SHA-256.
Everybody else downloads exactly these, eight at a time, into the machine's shared Maven repository (M2_REPO, or ~/.m2/repository).
Why not jgo for both: it reads 200 POMs first (18 s), opens a connection per file (23 s for the jars; so it takes 1 s), checks no pinned digest,
and a download that was interrupted stays in the repository as a broken jar.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx

from dev.errors import DevError, exit_with
from dev.places import LOCAL

KAFKA_VERSION = "4.3.1"
COORDINATES = (
    f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}",
    f"org.apache.kafka:kafka-tools:{KAFKA_VERSION}",
    "org.slf4j:slf4j-simple:1.7.36",  # the binding for slf4j-api 1.7, which Kafka 4.3 is built with
)
LOCK = Path(__file__).with_name("kafka-jars.lock")
CENTRAL = "https://repo.maven.apache.org/maven2"


@dataclass(frozen=True, slots=True)
class Jar:
    """One file of Maven Central, with the digest that it must have."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def path(self) -> str:
        """Where it stands in any Maven repository."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.artifact}-{self.version}.jar"


def repository() -> Path:
    """Returns the machine's Maven repository, which other tools share."""
    return Path(os.environ.get("M2_REPO") or Path.home() / ".m2" / "repository")


def central() -> str:
    """Returns the address of Maven Central, or of the mirror that MAVEN_CENTRAL names."""
    return (os.environ.get("MAVEN_CENTRAL") or CENTRAL).rstrip("/")


def locked_jars() -> list[Jar]:
    """Returns the jars of kafka-jars.lock, in class path order."""
    jars = []
    for line in LOCK.read_text().splitlines():
        if not line.startswith("#"):
            coordinate, sha256 = line.split()
            group, artifact, version = coordinate.split(":")
            jars.append(Jar(group, artifact, version, sha256))
    return jars


def digest(path: Path) -> str:
    """Returns the SHA-256 of a file in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def class_path(progress: Callable[[int, int], None] | None = None) -> str:
    """Returns Kafka's class path, downloading what is missing.

    Args:
        progress: Called with (jars here, jars in all) while downloading.

    Raises:
        DevError: a jar can not be had, or is not the one that the lock names.
    """
    jars, home = locked_jars(), repository()
    paths = [home / jar.path for jar in jars]
    text = os.pathsep.join(str(path) for path in paths)
    known = LOCAL / "class-path"  # written once every jar's digest was seen to be right, so that a warm start only looks for the files
    stamp = f"{digest(LOCK)}\n{text}\n"
    if all(path.is_file() for path in paths) and known.is_file() and known.read_text() == stamp:
        return text
    home.mkdir(parents=True, exist_ok=True)
    with (home / ".springhead.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two checkouts on one machine do not download the same file twice
        wanted = [(jar, path) for jar, path in zip(jars, paths, strict=True) if not path.is_file() or digest(path) != jar.sha256]
        done = len(jars) - len(wanted)
        with (
            httpx.Client(follow_redirects=True, timeout=60, limits=httpx.Limits(max_connections=8)) as client,
            ThreadPoolExecutor(8) as pool,
        ):
            for _ in pool.map(lambda pair: download(client, *pair), wanted):
                done += 1
                if progress:
                    progress(done, len(jars))
    LOCAL.mkdir(parents=True, exist_ok=True)
    known.write_text(stamp)
    return text


def download(client: httpx.Client, jar: Jar, path: Path) -> None:
    """Fetches one jar; the file appears whole and right, or not at all.

    Raises:
        DevError: after three attempts there is no answer, or another file than the lock names.
    """
    url = f"{central()}/{jar.path}"
    problem = ""
    for _ in range(3):
        try:
            answer = client.get(url)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            problem = str(error) or type(error).__name__
            continue
        found = hashlib.sha256(answer.content).hexdigest()
        if found == jar.sha256:
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_name(f".{path.name}.{os.getpid()}")
            part.write_bytes(answer.content)
            part.replace(path)
            return
        problem = f"its SHA-256 is {found}, the lock says {jar.sha256}"
    raise DevError(
        f"cannot download {url}: {problem}. Kafka's jars come from Maven Central; behind a mirror: MAVEN_CENTRAL=https://… make …"
    )


def write_lock() -> int:
    """Resolves the coordinates by jgo and writes kafka-jars.lock."""
    import jgo

    lines = [
        "# Kafka's jars and their SHA-256, in class path order. Written by `make lock` (dev/jars.py); do not edit.",
        *(
            f"{found.groupId}:{found.artifactId}:{found.version} {digest(Path(found.resolve()))}"
            for found in jgo.resolve("+".join(COORDINATES))
        ),
    ]
    LOCK.write_text("\n".join(lines) + "\n")
    print(f"{len(lines) - 1} jars in {LOCK}")
    return 0


if __name__ == "__main__":
    exit_with(write_lock)
