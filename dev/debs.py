"""Programs of Debian's packages: this machine's own, or fetched into .local/debs, which needs no root and leaves the machine as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from dev.errors import DevError, last_lines
from dev.places import LOCAL

ROOTS = (Path("/"), LOCAL / "debs/root")
_FOLDERS = ("usr/bin", "usr/lib/postgresql/*/bin")  # Debian keeps PostgreSQL's programs off the PATH: there may be several versions


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder of programs, and the variables that they need."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)


def programs(package: str, program: str, *, roots: tuple[Path, ...] = ROOTS) -> Programs:
    """Returns where a program of a Debian package is; where it is nowhere, the package is fetched, with what it needs.

    Args:
        package: such as redis-server.
        program: one of its programs.
        roots: where Debian's tree of folders may be; the last one is ours, and the package is unpacked there.

    Raises:
        DevError: it is not here and cannot be fetched; with the command that installs it.
    """
    found = _look(program, roots)
    if found is None:
        _fetch(package, program, roots[-1])
        found = _look(program, roots)
    if found is None:
        raise DevError(f"Debian's package {package} has no program {program}. {_remedy(package)}")
    return found


def _look(program: str, roots: tuple[Path, ...]) -> Programs | None:
    if Path("/") in roots and (there := shutil.which(program)):
        return Programs(Path(there).resolve().parent)
    for root in roots:
        places = [place for folder in _FOLDERS for place in root.glob(f"{folder}/{program}")]
        if places:
            place = max(places, key=lambda place: [int(part) for part in place.parts if part.isdigit()])  # the newest version
            return Programs(place.parent, {} if root == Path("/") else {"LD_LIBRARY_PATH": os.pathsep.join(_libraries(root))})
    return None


def _libraries(root: Path) -> list[str]:
    return sorted({str(library.parent) for library in root.glob("usr/lib/*-linux-*/*.so*")})


def _fetch(package: str, program: str, root: Path) -> None:
    """Has apt fetch the package and what it needs beyond what this machine has, and unpacks them below `root`."""
    missing = f"{program} is not on this machine"
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        raise DevError(f"{missing}, and apt-get is not there to fetch it. {_remedy(package)}")
    archives, lists = root.parent / "archives", root.parent / "lists"
    for folder in (root, archives / "partial", lists / "partial"):
        folder.mkdir(parents=True, exist_ok=True)
    for file in archives.glob("*.deb"):
        file.unlink()
    # no lock: nothing of the machine is changed; the sandbox's user may not reach our folder
    apt = ["apt-get", "-o", "Debug::NoLocking=1", "-o", "APT::Sandbox::User=root", "-o", f"Dir::Cache::archives={archives}"]
    apt += ["-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache=", "-q", "-y"]
    download = ["--no-install-recommends", "--download-only", "--reinstall", "install", package]
    answer = _run([*apt, *download])
    if answer.returncode:  # the machine's lists are missing or old: our own
        apt += ["-o", f"Dir::State::lists={lists}"]
        _run([*apt, "update"])
        answer = _run([*apt, *download])
    for file in sorted(archives.glob("*.deb")):
        answer = answer if answer.returncode else _run(["dpkg", "-x", str(file), str(root)])
    if answer.returncode:
        tail = last_lines(answer.stdout + answer.stderr, 5)
        raise DevError(f"{missing}, and apt-get does not fetch it. {_remedy(package)}\n{tail}")


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def _remedy(package: str) -> str:
    return f"On Debian and Ubuntu: apt install {package}; elsewhere put its programs on the PATH"
