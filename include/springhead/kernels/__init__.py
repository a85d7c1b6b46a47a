"""All compiled code, and nothing else.

Importing this package loads the kernels' machine code from the cache; where it is not there yet, numba is imported, and makes it (half a minute). Nobody else
imports numba, and nobody else needs it. What the cache holds is one object file, named by a digest of all that decides it: of all sources, for numba would not
notice that a kernel which was inlined from *another* file changed. `NUMBA_CPU_NAME=generic` costs no speed here, and makes the file portable between machines.

Environment: `SPRINGHEAD_CACHE` names another folder than ~/.cache/springhead. `python -m springhead.kernels` compiles all kernels.
"""

from __future__ import annotations

from springhead.kernels.assemble import assemble
from springhead.kernels.chance import bounded, word
from springhead.kernels.characters import characters
from springhead.kernels.distinct import distinct
from springhead.kernels.exact import exact_exps, exact_logs
from springhead.kernels.fillings import fillings
from springhead.kernels.formats import number_texts, padded_texts
from springhead.kernels.gather import end_lines, gather, gathered_size, picks
from springhead.kernels.growth import births, grown_counts
from springhead.kernels.hashed import inner_ids, outer_words, text_ids
from springhead.kernels.kernel import KERNELS, address
from springhead.kernels.levels import levels
from springhead.kernels.machine_code import load
from springhead.kernels.masses import times_of_masses
from springhead.kernels.members import (
    distinct_numbers,
    recent_exponential,
    recent_zipf,
    scattered,
    uniform_among,
    uniform_members,
    zipf_members,
)
from springhead.kernels.memory import SLACK
from springhead.kernels.numbers import integers
from springhead.kernels.partition import drawn_partitions, key_partitions, partition_order
from springhead.kernels.poisson import poisson_counts, poisson_positions
from springhead.kernels.produce import produce
from springhead.kernels.quantiles import cells, quantiles
from springhead.kernels.quoted import are_plain, quoted_texts
from springhead.kernels.sequences import numbered_texts
from springhead.kernels.text import text
from springhead.kernels.times import format_times, record_times
from springhead.kernels.uuids import time_uuids
from springhead.kernels.words import words

__all__ = [
    "SLACK",
    "address",
    "are_plain",
    "assemble",
    "births",
    "bounded",
    "cells",
    "characters",
    "distinct",
    "distinct_numbers",
    "drawn_partitions",
    "end_lines",
    "exact_exps",
    "exact_logs",
    "fillings",
    "format_times",
    "gather",
    "gathered_size",
    "grown_counts",
    "inner_ids",
    "integers",
    "key_partitions",
    "levels",
    "number_texts",
    "numbered_texts",
    "outer_words",
    "padded_texts",
    "partition_order",
    "picks",
    "poisson_counts",
    "poisson_positions",
    "produce",
    "quantiles",
    "quoted_texts",
    "recent_exponential",
    "recent_zipf",
    "record_times",
    "scattered",
    "text",
    "text_ids",
    "time_uuids",
    "times_of_masses",
    "uniform_among",
    "uniform_members",
    "word",
    "words",
    "zipf_members",
]

load(KERNELS)
