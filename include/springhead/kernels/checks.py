"""Check digits of the digits that stand before them, eight at a time in one 64-bit word."""

from __future__ import annotations

from numba import njit

from springhead.kernels.memory import U, load_u64

_BYTES = U(0x00FF00FF00FF00FF)  # every other byte


@njit(inline="always")
def check_digit(to, count, luhn):
    """The text of the digit that makes a number valid whose other digits end at an address.

    From the right, every other digit has weight 2, with the digits of the product added up (Luhn: ISO/IEC 7812-1, annex B), or weight 3 (GS1 General
    Specifications §7.9).

    Args:
        to: uint64, the address behind the digits; SLACK bytes behind it may be read.
        count: uint64, how many digits, 1 or more.
        luhn: whether the weight is 2.
    """
    begin = to - count
    weighed = _BYTES << (U(8) * (U(1) - (count & U(1))))  # the last digit is one of them: digit 0 is where their number is odd
    total = U(0)
    place = U(0)
    while place < count:
        missing = (U(8) - min(count - place, U(8))) * U(4)  # half the bits to leave out: a shift by all 64 would be none
        digits = load_u64(begin + place) & U(0x0F0F0F0F0F0F0F0F) & (U(0xFFFFFFFFFFFFFFFF) >> missing >> missing)
        again = digits & weighed
        if luhn:
            above_four = ((again + U(0x7B7B7B7B7B7B7B7B)) >> U(7)) & U(0x0101010101010101)
            sums = digits + again - above_four * U(9)
        else:
            sums = digits + again + again
        sums = (sums & _BYTES) + (sums >> U(8) & _BYTES)
        total += sums * U(0x0001000100010001) >> U(48)
        place += U(8)
    return U(48) + (U(10) - total % U(10)) % U(10)
