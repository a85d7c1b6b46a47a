"""Numbers and texts as a format asks for them: decimals, groups of thousands, signs, hexadecimal digits; widths in characters."""

from __future__ import annotations

import numpy as np

from springhead.kernels.kernel import kernel
from springhead.kernels.memory import U, load_u8, put_long, stack_bytes, store_u8

WIDEST = 480  # bytes of a number: 300 digits with their commas, and as many decimals as there can be
SIGNED, SPACED = 1, 2  # what stands before a number that is not negative; 0: nothing


@kernel("void(int64[::1], int64, int64, int64, boolean, int64, boolean, int64, uint8[::1], int64[::1])")
def number_texts(values, decimals, shown, sign, grouped, base, upper, zeros_to, out, ends):
    """Writes numbers.

    Args:
        values: int64, shape (n,), each × 10^decimals.
        decimals: 0 … 18.
        shown: how many decimals are written, 0 … 30; rounded half to even, in integers.
        sign: 0, SIGNED or SPACED.
        grouped: whether commas stand between thousands.
        base: 10 or 16.
        upper: whether hexadecimal digits are capitals.
        zeros_to: zeros fill up to so many characters, behind the sign, and are grouped, too; at most 300.
        out: uint8, written; n × (32 + shown + zeros_to × 4/3) bytes at least.
        ends: int64, shape (n,), written.
    """
    base_of_out = U(out.ctypes.data)
    to = base_of_out
    scratch = stack_bytes(WIDEST)
    unit = U(1)
    for _ in range(max(decimals - shown, 0)):
        unit *= U(10)
    own = min(decimals, shown)
    for i in range(values.shape[0]):
        negative = values[i] < 0
        rest = U(0) - U(values[i]) if negative else U(values[i])
        left = rest % unit
        rest //= unit
        twice = left * U(2)  # below 2 × 10^18
        if twice > unit or (twice == unit and rest & U(1)):
            rest += U(1)
        at = WIDEST
        for _ in range(shown - own):
            at -= 1
            scratch[at] = 48
        for _ in range(own):
            at -= 1
            scratch[at] = np.uint8(U(48) + rest % U(10))
            rest //= U(10)
        if shown:
            at -= 1
            scratch[at] = 46
        marked = np.int64(negative or sign > 0)
        count = 0
        while count == 0 or rest > U(0) or WIDEST - at + marked < zeros_to:
            if grouped and count > 0 and count % 3 == 0:
                at -= 1
                scratch[at] = 44
            digit = rest % U(base)
            rest //= U(base)
            at -= 1
            scratch[at] = np.uint8(digit + (U(48) if digit < U(10) else U(55) if upper else U(87)))
            count += 1
        if negative or sign > 0:
            at -= 1
            scratch[at] = 45 if negative else 43 if sign == SIGNED else 32
        for j in range(at, WIDEST):
            store_u8(to, scratch[j])
            to += U(1)
        ends[i] = np.int64(to - base_of_out)


@kernel("void(uint8[::1], int64[::1], int64, int64, int64, uint8[::1], uint8[::1], int64[::1])")
def padded_texts(data, text_ends, most, width, before, fill, out, ends):
    """Writes texts of UTF-8, cut to a number of characters, then filled up to another.

    Args:
        data: uint8, with SLACK.
        text_ends: int64, shape (n,), where each text ends in data.
        most: characters that are kept; −1: all.
        width: characters at least.
        before: how many of two halves of the filling stand before the text: 0, 1 (the smaller half) or 2.
        fill: uint8, the bytes of the character that fills.
        out: uint8, written: bytes of data + n × width × bytes of fill + SLACK at least.
        ends: int64, shape (n,), written.
    """
    base = U(out.ctypes.data)
    to, source = base, U(data.ctypes.data)
    begin = 0
    for i in range(text_ends.shape[0]):
        characters = np.int64(0)
        end = begin
        while end < text_ends[i]:
            if (load_u8(source + U(end)) & 0xC0) != 0x80:
                if characters == most:
                    break
                characters += 1
            end += 1
        lacking = max(width - characters, 0)
        first = lacking if before == 2 else lacking // 2 if before == 1 else 0
        for _ in range(first):
            for j in range(fill.shape[0]):
                store_u8(to, fill[j])
                to += U(1)
        to = put_long(to, source + U(begin), U(end - begin))
        for _ in range(lacking - first):
            for j in range(fill.shape[0]):
                store_u8(to, fill[j])
                to += U(1)
        begin = text_ends[i]
        ends[i] = np.int64(to - base)
