"""All compiled code, and nothing else.

Importing this package decides where numba keeps machine code, then imports numba; nobody else imports it. Four facts shape it:

- numba does not notice that a kernel which was inlined from *another* file changed, and goes on with old machine code. So the cache
  folder is named by a digest of all kernel sources and of the versions that make the code.
- A cache folder that cannot be written is a RuntimeError at import. So a read-only one (baked into an image) is copied to a folder of the
  user's first.
- numba reads its cache files as they are: a truncated one is an error at every start, or machine code that is not whole. So they get a digest.
- `NUMBA_CPU_NAME=generic` costs no speed here, and makes the cache portable between machines.

Environment: `SPRINGHEAD_CACHE` names another folder than ~/.cache/springhead. `python -m springhead.kernels` compiles all kernels.
"""

from __future__ import annotations

from springhead.kernels.cache import prepare_cache

prepare_cache()  # before the first import of numba

from springhead.kernels.cache_files import check_cache_files

check_cache_files()  # before the first kernel

from springhead.kernels.assemble import assemble, bytes_address, ints_address
from springhead.kernels.chance import bounded, word
from springhead.kernels.characters import characters
from springhead.kernels.distinct import distinct
from springhead.kernels.exact import exact_exps, exact_logs
from springhead.kernels.fillings import fillings
from springhead.kernels.formats import number_texts, padded_texts
from springhead.kernels.gather import gather, gathered_size, picks
from springhead.kernels.growth import births, grown_counts
from springhead.kernels.hashed import inner_ids, outer_words, text_ids
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
from springhead.kernels.quantiles import cells, quantiles
from springhead.kernels.quoted import are_plain, quoted_texts
from springhead.kernels.sequences import numbered_texts
from springhead.kernels.text import text
from springhead.kernels.times import format_times, record_times
from springhead.kernels.uuids import time_uuids
from springhead.kernels.words import words

__all__ = [
    "SLACK",
    "are_plain",
    "assemble",
    "births",
    "bounded",
    "bytes_address",
    "cells",
    "characters",
    "distinct",
    "distinct_numbers",
    "drawn_partitions",
    "exact_exps",
    "exact_logs",
    "fillings",
    "format_times",
    "gather",
    "gathered_size",
    "grown_counts",
    "inner_ids",
    "integers",
    "ints_address",
    "key_partitions",
    "number_texts",
    "numbered_texts",
    "outer_words",
    "padded_texts",
    "partition_order",
    "picks",
    "poisson_counts",
    "poisson_positions",
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
