"""The command as a process: whatever becomes of its output, it ends as other tools do, and never with a traceback."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest

from tests.unit.build import HOUR

pytestmark = pytest.mark.slow  # each test starts Python some times

COMMAND = (sys.executable, "-m", "springhead.cli")
GENERATE = ("generate", "registrations", "--interval", str(HOUR))
ENDLESS = (*GENERATE, "--records", "100000000")  # many minutes of work


def shell(script: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A script in which `springhead` is the command; $PIPESTATUS and redirections are bash's."""
    words = " ".join(COMMAND)
    return subprocess.run(
        ["bash", "-c", f'springhead() {{ {words} "$@"; }}; {script}'],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        env={**os.environ, **environment},
    )


def without_traceback(ended: subprocess.CompletedProcess[str]) -> None:
    assert "Traceback" not in ended.stderr + ended.stdout
    assert "Exception ignored" not in ended.stderr


@pytest.mark.parametrize(
    "words",
    [(*GENERATE, "--records", "300000"), ("preview", "registrations", "-n", "20000", "--interval", str(HOUR)), ("schema",)],
    ids=lambda words: words[0],
)
def test_a_reader_that_has_enough_ends_the_command_without_a_word(words: tuple[str, ...]) -> None:
    ended = shell(f"{' '.join(['exec', *COMMAND, *words])} | head -1 | wc -l; echo ${{PIPESTATUS[0]}}")
    lines, status = ended.stdout.split()
    assert (lines, ended.stderr) == ("1", "")
    assert status in ("0", str(128 + signal.SIGPIPE))  # schema may have written all before head closes the pipe


@pytest.mark.parametrize("words", ["generate registrations", "validate"])
@pytest.mark.parametrize(
    ("output", "why"), [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")], ids=["full", "closed"]
)
def test_an_output_that_cannot_be_written_is_one_line_and_exit_code_1(words: str, output: str, why: str) -> None:
    interval = f" --interval {HOUR}" if words.startswith("generate") else ""
    ended = shell(f"springhead {words}{interval} {output}")
    without_traceback(ended)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert "stdout" in ended.stderr
    assert why in ended.stderr


def test_a_command_without_stderr_goes_on() -> None:
    ended = shell(f"springhead {' '.join(GENERATE)} 2>&-")
    assert (ended.returncode, len(ended.stdout.splitlines())) == (0, 100)


def test_a_terminal_that_is_not_utf_8_gets_utf_8(tmp_path: Path) -> None:
    stream = tmp_path / "zoe.yaml"
    stream.write_text("topic: t\nrecords: 1\nkey: ключ\nfields: {a: {constant: Zoë – 東}}\n", encoding="utf-8")
    for words, encoding in ((f"preview {stream}", "ascii"), (f"generate {stream}", "ascii"), ("schema", "latin-1")):
        ended = shell(f"springhead {words}", PYTHONIOENCODING=encoding, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
        without_traceback(ended)
        assert ended.returncode == 0, ended.stderr
        if words.startswith(("preview", "generate")):
            assert "Zoë – 東" in ended.stdout


@pytest.mark.parametrize("after_s", [0.05, 0.3])
def test_ctrl_c_at_the_start_is_a_line_and_exit_code_130(after_s: float) -> None:
    # The interpreter's own start takes seconds on a busy machine, and its traceback is not ours: the command says when it begins.
    begin = "import sys, springhead.cli, springhead.cli.process; sys.stderr.write('begun\\n'); sys.stderr.flush(); springhead.cli.main()"
    process = subprocess.Popen([sys.executable, "-c", begin, *ENDLESS, "-o", os.devnull], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert process.stderr.readline() == "begun\n"
    time.sleep(after_s)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.splitlines()[-1]) == (130, "springhead: stopped")
    assert "Traceback" not in err


def begun(folder: Path) -> bool:
    return any(file.stat().st_size > 0 for file in folder.iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_file_has_its_name_when_it_is_whole_and_a_stop_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    process = subprocess.Popen([*COMMAND, *ENDLESS, "-o", str(tmp_path / "values")], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not begun(tmp_path):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert not (tmp_path / "values").exists()
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.splitlines()[-1]) == (130, "springhead: stopped")
    assert list(tmp_path.iterdir()) == []


def test_a_stop_does_not_wait_for_a_reader_that_never_comes() -> None:
    with subprocess.Popen([*COMMAND, *ENDLESS], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.read(1)  # it writes now, and soon waits
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130


def test_a_fifo_a_device_and_stdout_by_name_are_written_as_they_are(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(fifo.read_bytes()))
    reader.start()
    assert shell(f"springhead {' '.join(GENERATE)} -o {fifo}").returncode == 0
    reader.join(timeout=60)
    assert len(read[0].splitlines()) == 100
    assert fifo.is_fifo()
    for name in ("/dev/stdout", "-"):
        file = tmp_path / "appended"
        file.write_text("before\n")
        assert shell(f"springhead {' '.join(GENERATE)} -o {name} >>{file}").returncode == 0
        assert len(file.read_text().splitlines()) == 101
    assert shell(f"springhead {' '.join(GENERATE)} -o /dev/null").returncode == 0
    assert Path(os.devnull).is_char_device()


def test_a_person_at_a_terminal_sees_which_method_is_prepared_where_that_takes_long(tmp_path: Path) -> None:
    never_before = f"#{uuid.uuid4()}"  # so that it is in no cache
    stream = tmp_path / "slow.yaml"
    stream.write_text(f"topic: slow\nfields:\n  code: {{faker: bothify, with: {{text: '{never_before}'}}}}\n")
    two_seconds_old = (
        "from springhead.faker_methods.catalogue import _making; _making.seconds = 2; from springhead.cli.app import main; main()"
    )
    reading, writing = pty.openpty()
    try:
        subprocess.run([sys.executable, "-c", two_seconds_old, "validate", str(stream)], stderr=writing, check=True, timeout=300)
        assert os.read(reading, 4096) == b"springhead: preparing Faker's methods, once on a machine: number 1, 'bothify' in en_US\r\n"
    finally:
        os.close(reading)
        os.close(writing)


@pytest.mark.parametrize(
    ("words", "unneeded"),
    [
        (["--version"], {"numpy", "yaml", "springhead.spec"}),
        (["--help"], {"numpy", "yaml", "springhead.spec"}),
        (
            ["generate", "card_transactions", "--records", "10", "--interval", str(HOUR), "-o", os.devnull],
            {"faker", "polars", "confluent_kafka", "numba"},
        ),
        (["validate", "include/streams/card_transactions.yaml"], {"polars", "confluent_kafka", "numba", "springhead.publish"}),
    ],
)
def test_a_command_imports_nothing_of_the_others(words: list[str], unneeded: set[str]) -> None:
    code = (
        "import sys\ntry:\n    import springhead.cli; springhead.cli.main()\nfinally:\n    print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    for _ in range(2):  # what is kept on disk is there the second time
        ended = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert not unneeded & {*ended.stderr.splitlines()}
