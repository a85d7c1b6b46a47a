"""Watches a user's own providers for draws from anything but their generator's `random`, and for what they read of their machine: values of such draws would be
others in each process.

Python's `random`, `os.urandom` (which `secrets` and `uuid4` use), a Faker of the provider's own, environment variables and the machine's names are found at the call,
by a profile function, however they were imported; files, programs and the network by Python's audit events. What else differs from call to call is found by calling
twice with the same draws.
"""

from __future__ import annotations

import inspect
import locale
import os
import platform
import random
import sys
import sysconfig
import threading
import uuid
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from springhead.errors import FieldError
from springhead.faker_methods.counted import CountedRandom
from springhead.faker_methods.values import form_of
from springhead.providers import provider_files, providers_dir

TWICE = 300  # values that are drawn two times
MOST_DRAWS = 100_000  # for them
MOST_BYTES = 4_194_304  # of them

_REMEDY = "use self.random_element, self.random_int, self.generator.random or self.generator.uuid4(), and files beside it: they are the same in every process"
_SYSTEM = "draws from the system's chance (os.urandom, secrets, uuid4)"
_SEED = 20_260_101

_ENVIRONMENT = type(os.environ).__getitem__.__code__
_MACHINES_OWN = {os.getcwd, os.uname, os.getlogin, os.getuid, os.cpu_count}
_MACHINES_MODULES = {platform.__file__: "reads what the machine is (platform)", locale.__file__: "reads the machine's language (locale)"}
_EVENTS = {
    "os.listdir": "reads a folder",
    "os.scandir": "reads a folder",
    "os.system": "runs a program",
    "socket.connect": "asks the network",
    "socket.getaddrinfo": "asks the network",
    "socket.gethostname": "reads the machine's name",
    "subprocess.Popen": "runs a program",
}
"""Python's audit events (https://docs.python.org/3/library/audit_events.html) of what another machine may answer otherwise."""


def refused(name: str, found: str) -> FieldError:
    """The error for a method of which this was found."""
    return FieldError(f"Faker's {name!r} cannot be used: {found}: {_REMEDY}")


class Watch:
    """What a provider drew from sources of its own, or read of its machine.

    Attributes:
        found: the first such draw, as "providers/file.py:line: it draws from …"; "": none.
        moved: numpy's global generator was drawn from, nobody knows where; "": it was not.
        own: the first function of an own provider that ran, as "providers/file.py:line"; "": none did.
    """

    def __init__(self) -> None:
        self.found = self.moved = self.own = ""
        self._files = {str(path.absolute()): path for path in provider_files()}
        self._seeded: dict[int, Any] = {}  # what was made of a seed while the method ran; kept, so that their identities stay theirs

    def event(self, frame: FrameType, event: str, of: Any) -> None:
        """The profile function."""
        if self.found:
            return
        if not self.own and event == "call" and (path := self._files.get(frame.f_code.co_filename)):
            self.own = f"{path.parent.name}/{path.name}:{frame.f_code.co_firstlineno}"
        source = self._called(frame) if event == "call" else self._called_in_c(of) if event == "c_call" else ""
        if source and (place := self._place(frame)):
            self.found = f"{place}: it {source}"

    def audited(self, event: str, args: tuple[Any, ...]) -> None:
        """The audit hook."""
        if self.found or not (
            read := f"reads {_shown(args[0])}" if event == "open" and _is_elsewhere(args[0], args[2]) else _EVENTS.get(event, "")
        ):
            return
        if place := self._place(sys._getframe(1)):
            self.found = f"{place}: it {read}"

    def _called(self, frame: FrameType) -> str:
        """What a function of Python takes from elsewhere; "": nothing."""
        code = frame.f_code
        if code.co_filename == uuid.__file__:
            return "draws from the host's address and clock (uuid)" if code.co_name in ("uuid1", "getnode") else ""
        if code is _ENVIRONMENT and self._asks(frame):
            return f"reads the environment variable {_shown(frame.f_locals.get('key'))}"
        if code.co_filename != random.__file__:
            module = _MACHINES_MODULES.get(code.co_filename, "")
            return module if module and frame.f_back and frame.f_back.f_code.co_filename in self._files else ""
        drawn = frame.f_locals.get("self")
        if code.co_name in ("__init__", "seed"):
            if frame.f_locals.get("a", frame.f_locals.get("x")) is not None:
                self._seeded[id(drawn)] = drawn
            return ""
        return self._of(drawn) if isinstance(drawn, random.Random) else ""

    def _called_in_c(self, function: Any) -> str:
        """What a function of C takes from elsewhere; "": nothing."""
        if function is os.urandom or function is getattr(os, "getrandom", None):
            return _SYSTEM
        if function in _MACHINES_OWN:
            return f"reads what is the machine's own (os.{function.__name__})"
        drawn = getattr(function, "__self__", None)
        if not isinstance(drawn, random.Random) or function.__name__ in ("seed", "getstate", "setstate"):
            return ""
        return self._of(drawn)

    def _of(self, drawn: random.Random) -> str:
        from faker.generator import mod_random

        if isinstance(drawn, CountedRandom):  # a generator's, which providers shall draw from
            return ""
        if drawn is random._inst:  # what Python's module draws from
            return "draws from Python's module random"
        if isinstance(drawn, random.SystemRandom):
            return _SYSTEM
        if id(drawn) in self._seeded:
            return ""
        return "draws from a Faker of its own" if drawn is mod_random else "draws from a random.Random of its own"

    def _asks(self, frame: FrameType | None) -> bool:
        """Whether a function of Python's own is called by the user's file, directly or by others of Python's own: what installed packages ask for is theirs."""
        while frame is not None and _is_pythons(frame.f_code.co_filename):
            frame = frame.f_back
        return frame is not None and frame.f_code.co_filename in self._files

    def _place(self, frame: FrameType | None) -> str:
        """Where the user's file calls it; "": none of them does, or it is but the import of a module."""
        while frame is not None and not frame.f_code.co_filename.startswith("<frozen importlib"):
            if path := self._files.get(frame.f_code.co_filename):
                return f"{path.parent.name}/{path.name}:{frame.f_lineno}"
            frame = frame.f_back
        return ""


@contextmanager
def watched() -> Iterator[Watch]:
    """Watches what is done within, if there are own providers; Python's `random` is afterwards as it was. What they print goes to stderr: stdout has records."""
    watch = Watch()
    if not provider_files():
        yield watch
        return
    state, numpys, usual, threads = random.getstate(), _numpys_state(), sys.getprofile(), threading.getprofile()
    _hear_audits()
    _watching.append(watch)
    threading.setprofile(watch.event)
    sys.setprofile(watch.event)
    try:
        with redirect_stdout(sys.stderr):
            yield watch
    finally:
        sys.setprofile(usual)
        threading.setprofile(threads)
        _watching.remove(watch)
        random.setstate(state)
        if numpys and _numpys_state() != numpys:
            watch.moved = f"{providers_dir().name}/: a method that it calls draws from numpy's global generator"


_watching: list[Watch] = []


@cache
def _hear_audits() -> None:
    """An audit hook stays for as long as the process lives: there is one, which does nothing while nobody watches."""

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if _watching and (event == "open" or event in _EVENTS):
            _watching[-1].audited(event, args)

    sys.addaudithook(hook)


def _is_elsewhere(path: object, flags: int) -> bool:
    """Whether a file that is opened for reading is neither beside the providers nor of Python's and its packages' own."""
    if not isinstance(path, str | bytes) or flags & os.O_ACCMODE == os.O_WRONLY:
        return False
    file = os.path.abspath(os.fsdecode(path))
    return not any(file.startswith(f"{folder}{os.sep}") for folder in (str(providers_dir().absolute()), *_installed()))


@cache
def _is_pythons(file: str) -> bool:
    paths = sysconfig.get_paths()
    return file.startswith(("<frozen ", paths["stdlib"])) and not file.startswith((paths["purelib"], paths["platlib"]))


@cache
def _installed() -> tuple[str, ...]:
    return (*sysconfig.get_paths().values(), *zoneinfo.TZPATH)


def _shown(what: object) -> str:
    return os.fsdecode(what) if isinstance(what, str | bytes) else str(what)


def _numpys_state() -> str:
    """The state of numpy's global generator, whose calls a profile function does not see; "": numpy is not loaded."""
    numpys = sys.modules.get("numpy.random.mtrand")
    return repr(numpys.get_state(legacy=False)["state"]) if numpys else ""


def unlike(call: Callable[[], Any], chance: CountedRandom, function: Any) -> str:
    """What is wrong with a method that gives something else when it is called again with the same draws; "": it does not, or there are no own providers.

    Args:
        call: the method, of a generator from which nothing was drawn before.
        chance: that generator's.
        function: the provider's, for its place.
    """
    if not provider_files() or values_of_seed(call, chance) == values_of_seed(call, chance):
        return ""
    code = inspect.unwrap(function).__code__
    path = Path(code.co_filename)
    place = f"{path.parent.name}/{path.name}:{code.co_firstlineno}"
    return (
        f"{place}: called again with the same draws it gives something else; perhaps it draws from a source of its own, reads a clock, or keeps something from "
        "one call to the next"
    )


def values_of_seed(call: Callable[[], Any], chance: CountedRandom) -> list[Any]:
    """Some values of a method, each time of the same draws."""
    chance.start(_SEED, MOST_DRAWS)
    found: list[Any] = []
    left = MOST_BYTES
    while len(found) < TWICE and left > 0:
        try:
            found.append(form_of(call()))
        except (Exception, SystemExit):  # noqa: BLE001  drawing the pool tells it
            break
        left -= len(found[-1][1])
    return found
