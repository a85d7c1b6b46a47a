"""A method's values in other processes: what an own provider takes from its process (the order of a set, `hash`, `id`, a number, a clock) is another one there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xxhash

from springhead.faker_methods.arguments import decoded, encoded
from springhead.faker_methods.foreign_chance import values_of_seed
from springhead.faker_methods.generator import find_method, new_generator, standing_clock
from springhead.providers import providers_dir

HASH_SEEDS = "123"  # a set of two texts has the same order in two of them half of the time
MOST_S = 60


def differs_elsewhere(name: str, locale: str, arguments: Mapping[str, Any]) -> bool:
    """Whether the same draws give something else in one process than in another. They are compared with one another and not with this one, so that the answer is
    the same everywhere; one that cannot be started, or does not end, says nothing."""
    path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])])
    started = [
        subprocess.Popen(
            [sys.executable, "-m", __name__, name, locale],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": path, "SPRINGHEAD_PROVIDERS": str(providers_dir())},
        )
        for seed in HASH_SEEDS
    ]
    told = set()
    for process in started:
        try:
            out, _ = process.communicate(encoded(arguments), MOST_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            continue
        if process.returncode == 0:
            told.add(out)
    return len(told) > 1


def _digest(name: str, locale: str, arguments: dict[str, Any]) -> str:
    generator = new_generator(locale)
    with standing_clock():
        found = values_of_seed(find_method(name, locale, arguments, generator), generator.random)
    return xxhash.xxh3_128_hexdigest(repr(found).encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    sys.stdout.write(_digest(sys.argv[1], sys.argv[2], decoded(sys.stdin.buffer.read())))
