"""Digits of numbers, eight at a time in one 64-bit word: the first digit is the lowest byte, so that a store writes them in reading order."""

from __future__ import annotations

from springhead.kernels.kernel import inlined
from springhead.kernels.memory import U, sixteen_hex, store_u64

ZEROS = U(0x3030303030303030)  # "00000000"


@inlined
def eight_digits(value):
    """The eight decimal digits of a number below 10^8, as numbers 0 … 9 (add ZEROS for text).

    Halved three times, all parts at once: into fours, pairs, digits. The quotients by 100 and 10 are exact for parts of that size.
    """
    fours = value // U(10_000)
    x = fours | (value - fours * U(10_000)) << U(32)
    hundreds = ((x * U(10_486)) >> U(20)) & U(0x0000007F0000007F)
    x = hundreds | (x - hundreds * U(100)) << U(16)
    tens = ((x * U(103)) >> U(10)) & U(0x000F000F000F000F)
    return tens | (x - tens * U(10)) << U(8)


@inlined
def put_digits(to, value, count):
    """Writes the first `count` of the 18 digits of a number below 10^18, and up to 7 bytes more. A number of fewer digits comes multiplied by a power of ten."""
    upper = value // U(10_000_000_000)
    store_u64(to, eight_digits(upper) + ZEROS)
    if count > U(8):
        rest = value - upper * U(10_000_000_000)
        middle = rest // U(100)
        store_u64(to + U(8), eight_digits(middle) + ZEROS)
        if count > U(16):
            pair = rest - middle * U(100)
            tens = pair // U(10)
            store_u64(to + U(16), (tens | (pair - tens * U(10)) << U(8)) + ZEROS)


@inlined
def put_uuid(to, high, low):
    """Writes the text of a UUID (RFC 9562 §4: 8-4-4-4-12), 36 bytes and 4 bytes more: five stores, the dashes shifted in between the digits."""
    dash = U(45)
    a, b = sixteen_hex(high)
    c, d = sixteen_hex(low)
    store_u64(to, a)
    store_u64(to + U(8), dash | (b & U(0xFFFFFFFF)) << U(8) | dash << U(40) | b >> U(32) << U(48))
    store_u64(to + U(16), b >> U(48) | dash << U(16) | (c & U(0xFFFFFFFF)) << U(24) | dash << U(56))
    store_u64(to + U(24), c >> U(32) | d << U(32))
    store_u64(to + U(32), d >> U(32))
