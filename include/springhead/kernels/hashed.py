"""Texts as numbers: what is the same has the same number."""

from __future__ import annotations

from springhead.kernels.chance import u64
from springhead.kernels.kernel import inlined, kernel
from springhead.kernels.memory import U, load_u8, load_u64

NO_NAME, UNKNOWN = -1, -2


@inlined
def _hashed(key, begin, end):
    """A chain of `u64` over a text's length and its bytes, eight at a time. begin, end: uint64, addresses, with SLACK behind."""
    h = u64(key, end - begin)
    at = begin
    while at + U(8) <= end:
        h = u64(h, load_u64(at))
        at += U(8)
    if at < end:  # a shift by 64 is not defined
        h = u64(h, load_u64(at) << (U(64) - U(8) * (end - at)))
    return h


@kernel("void(uint64, uint8[::1], int64[::1], uint64[::1])")
def text_ids(key, data, ends, out):
    """The number of each text.

    Args:
        key: uint64.
        data: uint8, with SLACK.
        ends: int64, shape (n,).
        out: uint64, shape (n,), written.
    """
    base = U(data.ctypes.data)
    begin = base
    for i in range(ends.shape[0]):
        end = base + U(ends[i])
        out[i] = _hashed(key, begin, end)
        begin = end


@kernel("void(uint64, uint64[::1], int64[::1], uint64[::1], uint64[::1])")
def inner_ids(key, ids, rows, numbers, out):
    """The ids of what stands in records: a hash of the record's id and the place in it.

    Args:
        key: uint64, of the array.
        ids: uint64, shape (n,), of the records.
        rows: int64, shape (m,), the record of each.
        numbers: uint64, shape (m,), its place.
        out: uint64, shape (m,), written.
    """
    for j in range(rows.shape[0]):
        out[j] = u64(u64(key, ids[rows[j]]), numbers[j])


@kernel("int64(uint64, uint8[::1], int64[::1], uint64[::1], int64[::1], int64[::1], int64[::1])")
def outer_words(key, data, ends, numbers, places, first, last):
    """Looks up the first and the last word of each text in a table, without those that the table leaves out; returns how many texts have a word that it lacks.

    Args:
        key: uint64, of the words' numbers.
        data: uint8, with SLACK.
        ends: int64, shape (n,).
        numbers: uint64, shape (2^k,), the words' numbers by `text_ids`, each in the first free cell from its lowest bits on; 0: a free cell, of which there are some.
        places: int64, shape (2^k,), what stands for the word; NO_NAME: it is left out.
        first, last: int64, shape (n,), written: what stands for the words; NO_NAME: the text has none; UNKNOWN: the table lacks one of its words.
    """
    mask = U(numbers.shape[0] - 1)
    base = U(data.ctypes.data)
    begin = base
    lacking = 0
    for i in range(ends.shape[0]):
        end = base + U(ends[i])
        first[i] = NO_NAME
        last[i] = NO_NAME
        while begin < end:
            behind = begin
            while behind < end and load_u8(behind) > 32:
                behind += U(1)
            if behind > begin:
                h = _hashed(key, begin, behind)
                cell = h & mask
                while numbers[cell] != h and numbers[cell] != U(0):
                    cell = (cell + U(1)) & mask
                if numbers[cell] == U(0):
                    first[i] = UNKNOWN
                    last[i] = UNKNOWN
                    lacking += 1
                    break
                if places[cell] >= 0:
                    last[i] = places[cell]
                    if first[i] < 0:
                        first[i] = places[cell]
            begin = behind + U(1)
        begin = end
    return lacking
