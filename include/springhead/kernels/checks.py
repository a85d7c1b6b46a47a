"""Check characters: what makes a number valid, from the digits or letters of a row that have been written."""

from __future__ import annotations

import numpy as np

from springhead.kernels.kernel import inlined, kernel
from springhead.kernels.memory import U, load_u8, load_u64, store_u8

# Laws of `write_check`. The first write a character behind the digits that count, whatever stands between these; the others fill a gap.
LUHN = 0  # ISO/IEC 7812-1, annex B
GS1 = 1  # weights 3, 1, 3, … from the right (GS1 General Specifications §7.9)
ABA = 2  # weights 3, 7, 1, … from the left (American Bankers Association routing number)
ISBN10 = 3  # a digit or X behind 9 digits, by weights 1 … 9 modulo 11 (ISO 2108:1992); behind 8 digits: of a SBN
CPF = 4  # weights 2, 3, 4, … from the right, modulo 11 (Receita Federal: Cadastro de Pessoas Físicas)
CNPJ = 5  # weights 2 … 9, 2, 3, … from the right, modulo 11 (Receita Federal: Cadastro Nacional da Pessoa Jurídica)
RG = 6  # a digit or X by weights 2, 3, 4, … from the left, modulo 11 (Registro Geral of São Paulo)
MOD11_10 = 7  # ISO/IEC 7064 MOD 11,10, of digits without anything between them
NIF = 8  # a letter, modulo 23, of digits before which X, Y or Z may stand for 0, 1 or 2 (Real Decreto 1553/2005)
CIF = 9  # the letter, A … J, in the place of Luhn's digit (Orden EHA/451/2008)
UPC_E = 10  # the digit of the UPC-A that a number system digit and six others stand for (GS1 General Specifications, UPC-E)
IBAN = 11  # the two digits in places 2 and 3, modulo 97 (ISO 13616-1, ISO/IEC 7064)
VIN = 12  # the digit or X in place 8 of 17, modulo 11 (49 CFR 565.15)
CCC = 13  # the two digits in places 8 and 9 of 20, modulo 11 (Código Cuenta Cliente)
TVA = 14  # the first two digits, by the SIREN behind them modulo 97 (Code général des impôts, annexe IV)
NIR = 15  # the last two digits of 15, 97 less the others modulo 97, with A and B of Corsica as in INSEE's rule
NUSS = 16  # the last two digits, the others modulo 97 (Tesorería General de la Seguridad Social)

_LETTERS = np.frombuffer(b"TRWAGMYFPDXBNJZSQVHLCKE", np.uint8).copy()  # of a NIF
_BYTES = U(0x00FF00FF00FF00FF)  # every other byte


@inlined
def check_digit(to, count, luhn):
    """The text of the digit that makes a number valid whose other digits, and nothing else, end at an address: eight of them at a time.

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


@inlined
def _digit_or_x(value):
    return np.uint8(88) if value == 10 else np.uint8(48 + value)


@inlined
def _byte(base, place):
    return np.int64(load_u8(base + U(place)))


@kernel("void(uint64, int64, uint64)")
def write_check(law, count, to):
    """Writes the check characters of a row that ends at an address so far: behind it, or over those that keep their place.

    Args:
        law: uint64, one of the above.
        count: int64, how many digits count, or of how many bytes the number is.
        to: uint64, the address behind the row's bytes.
    """
    if law == U(MOD11_10):
        product = 10
        for i in range(count):
            product += _byte(to - U(count), i) - 48
            product = product % 10
            product = 2 * (product if product else 10) % 11
        store_u8(to, np.uint8(48 + (11 - product) % 10))
        return
    if law == U(UPC_E):
        begin = to - U(7)
        last = _byte(begin, 6) - 48
        total = 3 * (_byte(begin, 0) + _byte(begin, 2)) + _byte(begin, 1) - 7 * 48
        total += (3 if last < 3 else 1) * (_byte(begin, 3) - 48)
        total += (1 if last < 4 else 3) * (_byte(begin, 4) - 48)
        total += (1 if last > 4 else 3) * (_byte(begin, 5) - 48)
        total += last if last < 3 else 0 if last < 5 else 3 * last
        store_u8(to, np.uint8(48 + (10 - total % 10) % 10))
        return
    if law < U(IBAN):
        total = 0
        seen = 0
        place = to
        power = 1
        while seen < count:
            place -= U(1)
            digit = np.int64(load_u8(place)) - 48
            if law == U(NIF) and digit >= 40 and digit <= 42:
                digit -= 40
            if digit < 0 or digit > 9:
                continue
            if law == U(LUHN) or law == U(CIF):
                if seen % 2 == 0:
                    digit *= 2
                    if digit > 9:
                        digit -= 9
            elif law == U(GS1):
                if seen % 2 == 0:
                    digit *= 3
            elif law == U(ABA):
                digit *= 7 if seen % 3 == 0 else 3 if seen % 3 == 1 else 1  # from the right: 7, 3, 1
            elif law == U(CPF):
                digit *= seen + 2
            elif law == U(CNPJ):
                digit *= seen % 8 + 2
            elif law == U(RG):
                digit *= count + 1 - seen
            elif law == U(NIF):
                digit *= power
                power *= 10
            else:
                digit *= count - seen
            total += digit
            seen += 1
        if law == U(ISBN10):
            store_u8(to, _digit_or_x(total % 11))
        elif law == U(RG):
            store_u8(to, _digit_or_x((11 - total % 11) % 11))
        elif law == U(CPF) or law == U(CNPJ):
            store_u8(to, np.uint8(48 + (11 - total % 11 if total % 11 > 1 else 0)))
        elif law == U(NIF):
            store_u8(to, _LETTERS[total % 23])
        elif law == U(CIF):
            store_u8(to, np.uint8(74 - total % 10))
        else:
            store_u8(to, np.uint8(48 + (10 - total % 10) % 10))
        return
    begin = to - U(count)
    if law == U(IBAN):
        rest = 0
        for i in range(count):
            place = (i + 4) % count
            byte = 48 if place == 2 or place == 3 else _byte(begin, place)  # the check digits themselves count as 00
            rest = (rest * 10 + byte - 48) % 97 if byte < 65 else (rest * 100 + byte - 55) % 97
        rest = 98 - rest
        store_u8(begin + U(2), np.uint8(48 + rest // 10))
        store_u8(begin + U(3), np.uint8(48 + rest % 10))
    elif law == U(VIN):
        total = 0
        for i in range(17):
            byte = _byte(begin, i)
            # A … I are 1 … 9, J … R are 1 … 9, S … Z are 2 … 9
            value = byte - 48 if byte < 65 else byte - 64 if byte < 74 else byte - 73 if byte < 83 else byte - 81
            if i != 8:
                total += value * (8 - i if i < 7 else 10 if i == 7 else 18 - i)
        store_u8(begin + U(8), _digit_or_x(total % 11))
    elif law == U(TVA) or law == U(NIR) or law == U(NUSS):
        rest = 0
        for i in range(2 if law == U(TVA) else 0, count if law == U(TVA) else count - 2):
            digit = _byte(begin, i) - 48
            if digit == 17 or digit == 18:  # 2A counts as 19 and 2B as 18: 20 less 1 or 2
                digit = 16 - digit
            if digit < 10 and digit > -3:
                rest = (rest * 10 + digit + 97) % 97
        rest = (12 + 3 * rest) % 97 if law == U(TVA) else 97 - rest if law == U(NIR) else rest
        place = 0 if law == U(TVA) else count - 2
        store_u8(begin + U(place), np.uint8(48 + rest // 10))
        store_u8(begin + U(place) + U(1), np.uint8(48 + rest % 10))
    else:
        bank = 0
        account = 0
        power = 1
        for i in range(10):
            account += power * (_byte(begin, 10 + i) - 48)
            if i >= 2:
                bank += power * (_byte(begin, i - 2) - 48)
            power = power * 2 % 11
        bank, account = bank % 11, account % 11
        store_u8(begin + U(8), np.uint8(48 + (bank if bank < 2 else 11 - bank)))
        store_u8(begin + U(9), np.uint8(48 + (account if account < 2 else 11 - account)))
