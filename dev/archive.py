"""Kafka's classes as a running broker had them (the JDK's "class data sharing"): with them a broker or a tool starts with a third less work.

`python -m dev.archive`, a part of `make test`, makes the file. Whoever starts Java uses the one that is there, and does without it else.
"""

from __future__ import annotations

import functools
import hashlib
import subprocess
import tempfile
from pathlib import Path

from dev.errors import DevError
from dev.jars import class_path
from dev.java import find_java
from dev.places import ROOT

FOLDER = ROOT / ".local"  # of the checkout, whatever SPRINGHEAD_LOCAL says: `make clean` removes it
_QUIET = ("-Xlog:cds=off", "-Xlog:cds+dynamic=off")  # a Java that cannot use an archive would say so on stdout


@functools.cache
def archive() -> Path:
    """Returns where the archive of this Java and these jars is, or would be."""
    java = find_java().resolve()
    about = f"{java} {java.stat().st_mtime_ns} {class_path()}"
    return FOLDER / f"kafka-classes-{hashlib.sha256(about.encode()).hexdigest()[:16]}.jsa"


def sharing() -> tuple[str, ...]:
    """Returns the JVM's options that use the archive, none where there is none."""
    return _using(archive()) if archive().is_file() else ()


def _using(file: Path) -> tuple[str, ...]:
    return (f"-XX:SharedArchiveFile={file}", *_QUIET)


def make_archive() -> None:
    """Makes the archive, unless it is there: a broker starts, and leaves it when it ends.

    Raises:
        DevError, OSError: this Java cannot have one, no broker starts, or what it left cannot be used or put there.
    """
    from dev.broker import SHORT_LIVED, java_command
    from dev.cluster import Cluster

    if archive().is_file():
        return
    if subprocess.run([find_java(), "-Xshare:on", "-version"], capture_output=True).returncode:
        raise DevError(f"{find_java()} came without an archive of its own classes, which ours would stand on")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER, prefix="archive-") as folder:
        part = Path(folder) / archive().name
        cluster = Cluster(Path(folder) / "kafka", heap_mb=384, short_lived=True, jvm=(f"-XX:ArchiveClassesAtExit={part}", *_QUIET))
        cluster.start()
        cluster.brokers[0].stop(patience=120)
        # A JVM may die of an archive that is cut short: this one is tried before others see it.
        jvm = (*SHORT_LIVED, *_using(part), "-Xshare:on")
        tried = subprocess.run(java_command("kafka.tools.StorageTool", "random-uuid", jvm=jvm), capture_output=True, text=True)
        if tried.returncode:
            raise DevError(f"Java cannot use the archive that it wrote: {(tried.stderr or tried.stdout).strip()}")
        part.replace(archive())
    for old in FOLDER.glob("kafka-classes-*.jsa"):  # of another Java or other jars; who has it open keeps it
        if old != archive():
            old.unlink(missing_ok=True)


def main() -> None:
    """Makes the archive, or says why there is none: it is a matter of time only."""
    try:
        make_archive()
    except (DevError, OSError) as error:
        print(f"no archive of Kafka's classes, so its programs start slower: {error}")


if __name__ == "__main__":
    main()
