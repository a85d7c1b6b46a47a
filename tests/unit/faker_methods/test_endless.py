"""A call of an own provider that does not return is an error that names its line; what takes long and ends is none."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from springhead.errors import FieldError
from springhead.faker_methods import endless
from springhead.faker_methods.endless import ending

SOURCE = """
def spin():
    while True:
        try:
            1 + 1
        except Exception:
            pass

def short():
    return sum(range(1000))
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """The names of an own provider's file, for whose calls the watchdog waits for a short time."""
    monkeypatch.setenv("SPRINGHEAD_PROVIDERS", str(tmp_path / "providers"))
    monkeypatch.setattr(endless, "MOST_S", 0.3)
    monkeypatch.setattr(endless, "_LOOK_S", 0.02)
    file = tmp_path / "providers/shop.py"
    file.parent.mkdir()
    file.write_text(SOURCE)
    names: dict[str, object] = {}
    exec(compile(SOURCE, str(file), "exec"), names)
    return names


def test_a_call_that_does_not_return_is_ended_with_its_line(own: dict[str, object]) -> None:
    with (
        pytest.raises(
            FieldError,
            match=r"^Faker's 'spin' cannot be used: providers/shop\.py:[3-7]: it has not returned for 0\.3 s\. A method ends, whatever it draws$",
        ),
        ending("spin"),
    ):
        own["spin"]()  # type: ignore[operator]


def test_many_calls_that_return_may_take_long(own: dict[str, object]) -> None:
    end = time.monotonic() + 0.9
    with ending("short"):
        while time.monotonic() < end:
            own["short"]()  # type: ignore[operator]


def test_what_is_no_own_call_may_take_long(own: dict[str, object]) -> None:
    with ending("name"):
        time.sleep(0.6)


def test_without_own_providers_nobody_watches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPRINGHEAD_PROVIDERS", str(tmp_path / "none"))
    watching: list[object] = []
    monkeypatch.setattr(endless, "_watch", lambda *about: watching.append(about))
    with ending("name"):
        pass
    assert not watching
