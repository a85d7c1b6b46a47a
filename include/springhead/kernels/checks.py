"""Check characters: what makes a number valid, from the digits or letters of a row that have been written."""

from __future__ import annotations

import numpy as np
from numba import njit

# Codes of the text kernel's steps; above all others of its.
CHECKS = 32  # the least
LUHN = 32  # a digit behind a digits (ISO/IEC 7812-1, annex B)
GS1 = 33  # a digit behind a digits, by weights 3, 1, 3, … from the right (GS1 General Specifications §7.9)
ABA = 34  # a digit behind 8 digits, by weights 3, 7, 1, … (American Bankers Association routing number)
ISBN10 = 35  # a digit or X behind 9 digits, by weights 1 … 9 modulo 11 (ISO 2108:1992); behind 8 digits: of a SBN
IBAN = 36  # the two digits in places 2 and 3 of the last a bytes, modulo 97 (ISO 13616-1, ISO/IEC 7064)
VIN = 37  # the digit or X in place 8 of the last 17 bytes, modulo 11 (49 CFR 565.15)
CCC = 38  # the two digits in places 8 and 9 of the last 20 bytes, modulo 11 (Código Cuenta Cliente)


@njit(inline="always")
def digit_or_x(value):
    return 88 if value == 10 else 48 + value


@njit
def check(code, a, out, at):
    """Writes the check characters of a row that ends at `at`: behind it, or over those that keep their place.

    Args:
        code: one of the above.
        a: int64, how many digits count (other bytes between them do not), or of how many bytes the number is.
        out: uint8.
        at: int64.

    Returns:
        where the row ends then.
    """
    if code <= ISBN10:
        total = 0
        seen = 0
        place = at
        while seen < a:
            place -= 1
            digit = np.int64(out[place]) - 48
            if digit < 0 or digit > 9:
                continue
            if code == LUHN:
                if seen % 2 == 0:
                    digit *= 2
                    if digit > 9:
                        digit -= 9
            elif code == GS1:
                if seen % 2 == 0:
                    digit *= 3
            elif code == ABA:
                digit *= 7 if seen % 3 == 0 else 3 if seen % 3 == 1 else 1  # from the right: 7, 3, 1
            else:
                digit *= a - seen
            total += digit
            seen += 1
        out[at] = digit_or_x(total % 11) if code == ISBN10 else 48 + (10 - total % 10) % 10
        return at + 1
    begin = at - a
    if code == IBAN:
        rest = 0
        for i in range(a):
            byte = np.int64(out[begin + (i + 4) % a])
            if (i + 4) % a == 2 or (i + 4) % a == 3:
                byte = 48  # the check digits themselves count as 00
            rest = (rest * 10 + byte - 48) % 97 if byte < 65 else (rest * 100 + byte - 55) % 97
        rest = 98 - rest
        out[begin + 2] = 48 + rest // 10
        out[begin + 3] = 48 + rest % 10
    elif code == VIN:
        total = 0
        for i in range(17):
            byte = np.int64(out[begin + i])
            # A … I are 1 … 9, J … R are 1 … 9, S … Z are 2 … 9
            value = byte - 48 if byte < 65 else byte - 64 if byte < 74 else byte - 73 if byte < 83 else byte - 81
            if i != 8:
                total += value * (8 - i if i < 7 else 10 if i == 7 else 18 - i)
        out[begin + 8] = digit_or_x(total % 11)
    else:
        bank = 0
        account = 0
        power = 1
        for i in range(10):
            account += power * (np.int64(out[begin + 10 + i]) - 48)
            if i >= 2:
                bank += power * (np.int64(out[begin + i - 2]) - 48)
            power = power * 2 % 11
        bank, account = bank % 11, account % 11
        out[begin + 8] = 48 + (bank if bank < 2 else 11 - bank)
        out[begin + 9] = 48 + (account if account < 2 else 11 - account)
    return at
