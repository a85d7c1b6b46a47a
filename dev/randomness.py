"""`python -m dev.randomness [stream …]`: whether the words of `u64` look random to dieharder, in the orders in which Springhead uses them.

Each stream is made by the kernel itself and read by dieharder from a pipe (`-g 200`: 32-bit numbers, a word's lower half first). Every test gets keys of its own,
so that no two tests read the same words. Two streams are there to judge the check: `reference` is numpy's Philox, `control` has to fail. The result that was
found last is in docs/decisions/009-the-hash-is-tested.md.

Environment: AMOUNT (default 1) multiplies the data, SEED (default 1) gives other keys.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field

import numpy as np  # noqa: TID253  # a program of its own

from dev.errors import DevError, exit_with
from dev.words import CONTROL, STREAMS
from springhead.columns.draws import Draws

FAILED = 1e-6  # dieharder's own limits
WEAK = 0.005


@dataclass(frozen=True, slots=True)
class Test:
    """One of dieharder's tests.

    Attributes:
        number: its number (`dieharder -l`).
        samples: p-values that become one by a test of Kolmogorov and Smirnov; 1: the p-value is the test's own.
        tuple_: the test's size (`-n`), or none.
    """

    number: int
    samples: int
    tuple_: int | None = None

    def command(self, amount: int) -> list[str]:
        size = [] if self.tuple_ is None else ["-n", str(self.tuple_)]
        samples = self.samples * amount if self.samples > 1 else 1
        shown = [word for column in ("test_name", "ntuple", "pvalues") for word in ("-D", column)]
        return ["dieharder", "-g", "200", "-d", str(self.number), "-p", str(samples), *size, *shown, "-c", ","]


# Left out: what dieharder calls suspect (OPSO, OQSO, DNA) or broken (sums); 6 × 8 ranks, squeeze, craps and the tests of distances, which read little for their
# time; GCD (minutes). The slower ones take 20 samples instead of 100: the page says what that does to p-values.
TESTS = (
    Test(0, 100),  # birthday spacings
    Test(1, 20),  # overlapping permutations of five
    Test(2, 20),  # ranks of 32 × 32 bits
    Test(4, 100),  # bitstream: missing 20-bit words
    Test(8, 100),  # counts of ones, as a stream of bytes
    Test(9, 50),  # counts of ones, bytes from each place of the word
    Test(15, 100),  # runs up and down
    Test(100, 100),  # monobit
    Test(101, 20),  # runs of bits
    Test(102, 20),  # serial: overlapping patterns of 1 … 16 bits
    Test(200, 20, 8),  # patterns of 8 bits
    Test(202, 20, 5),  # permutations of five
    Test(203, 20, 3),  # sums of every 4th number: two streams side by side repeat after four
    Test(203, 20, 15),  # of every 16th
    Test(205, 1),  # distribution of the bytes
    Test(206, 1),  # discrete cosine transform
    Test(207, 1),  # filling a tree by the upper bits
    Test(208, 1),  # filling a tree by single bits
    Test(209, 1),  # monobit in blocks of many sizes
)


@dataclass(frozen=True, slots=True)
class Result:
    """One p-value of dieharder."""

    test: str
    p: float
    single: bool  # the test's own p-value, of which both ends are suspicious; else Kolmogorov and Smirnov's, where 1 is a good fit

    @property
    def distance(self) -> float:
        """From the nearest end that speaks against the stream."""
        return min(self.p, 1 - self.p) if self.single else self.p

    @property
    def verdict(self) -> str:
        return "FAILED" if self.distance < FAILED else "weak" if self.distance < WEAK else "passed"


@dataclass(slots=True)
class Summary:
    """What was found in one stream."""

    stream: str
    results: list[Result] = field(default_factory=list)
    read: int = 0  # bytes
    failed: int = 0  # tests that failed with other keys too
    failed_once: int = 0

    def line(self) -> str:
        worst = min(self.results, key=lambda result: result.distance)
        weak = sum(result.verdict == "weak" for result in self.results)
        expected = sum(WEAK * (2 if result.single else 1) for result in self.results)
        verdict = f"FAILED {self.failed} of {len(TESTS)} tests" if self.failed else "passed"
        if self.failed_once:
            verdict += f"; {self.failed_once} failed once and passed with other keys"
        cells = (
            self.stream,
            f"{self.read / 1e9:.1f}",
            len(self.results),
            f"{f'{worst.p:.2g}' if worst.p else '< 1e-8'} ({worst.test})",
            f"{weak} ({expected:.1f})",
            verdict,
        )
        return f"| {' | '.join(str(cell) for cell in cells)} |"


def judge(stream: str, test: Test, seed: int, amount: int) -> tuple[list[Result], int]:
    """The p-values of one test, and how many bytes it took."""
    pieces = STREAMS[stream](Draws(("randomness", seed, stream, test.number, test.tuple_)))
    written = 0
    with subprocess.Popen(test.command(amount), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            for words in pieces:
                left = words.astype(words.dtype.newbyteorder("<"), copy=False).view(np.uint8).data
                while left:
                    n = process.stdin.write(left)
                    written += n
                    left = left[n:]
        except BrokenPipeError:  # it has had enough
            pass
        process.stdin.close()
        text = process.stdout.read().decode()
    lines = [[cell.strip() for cell in line.split(",")] for line in text.splitlines() if re.match(r" *\w+, *\d+,", line)]
    if process.returncode or not lines:
        raise DevError(f"dieharder ended with {process.returncode} and said:\n{text}")
    return [Result(f"{name} {size}" if size != "0" else name, float(p), test.samples == 1) for name, size, p in lines], written


def run(stream: str, seed: int, amount: int) -> Summary:
    """All tests of one stream. A test that fails is repeated with other keys, unless it is the control's."""
    summary = Summary(stream)
    for test in TESTS:
        results, read = judge(stream, test, seed, amount)
        summary.read += read
        summary.results += results
        if any(result.verdict == "FAILED" for result in results):
            again = results
            if stream != CONTROL:
                again = judge(stream, test, seed + 1_000_000, amount)[0]
                print(
                    f"{stream}: one failed, with other keys: {', '.join(f'{result.test} {result.p:.8f}' for result in again)}", flush=True
                )
            if any(result.verdict == "FAILED" for result in again):
                summary.failed += 1
            else:
                summary.failed_once += 1
        for result in results:
            print(f"{stream:22} {result.test:24} {result.p:.8f} {result.verdict}", flush=True)
    return summary


def main() -> int:
    """Prints each p-value as it comes, then one line a stream, as Markdown."""
    wanted = sys.argv[1:] or list(STREAMS)
    if unknown := [name for name in wanted if name not in STREAMS]:
        raise DevError(f"no stream {', '.join(unknown)}. There are {', '.join(STREAMS)}")
    try:
        known = subprocess.run(["dieharder", "-l"], capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:
        raise DevError("there is no dieharder here. On Debian and Ubuntu: apt-get install dieharder") from None
    version = re.search(r"dieharder version ([\d.]+)", known)
    seed, amount = int(os.environ.get("SEED", "1")), int(os.environ.get("AMOUNT", "1"))
    started = time.monotonic()
    summaries = [run(stream, seed, amount) for stream in wanted]
    print(f"\ndieharder {version[1] if version else '?'}, SEED={seed}, AMOUNT={amount}, {(time.monotonic() - started) / 60:.0f} min\n")
    print("| stream | GB | p-values | worst p-value | weak (expected) | verdict |\n|---|---|---|---|---|---|")
    print(*(summary.line() for summary in summaries), sep="\n")
    weak = [
        (summary.stream, result)
        for summary in summaries
        if summary.stream != CONTROL
        for result in summary.results
        if result.verdict == "weak"
    ]
    print("\nweak:", "; ".join(f"{stream} {result.test} {result.p:.2g}" for stream, result in weak) or "none")
    wrong = [summary.stream for summary in summaries if bool(summary.failed) != (summary.stream == CONTROL)]
    if wrong:
        print(f"\nnot as it should be: {', '.join(wrong)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    exit_with(main)
