"""exp and log of which every machine gives the same bits: from IEEE 754's + − × / alone, which are exact to the last bit everywhere.

A platform's own libm differs from another's in the last bit, and LLVM fuses no multiplication with an addition unless it is told that it may. Errors are below
4 units in the last place, which no draw can tell.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from springhead.kernels.kernel import inlined, intrinsic, kernel

_PER_LN2 = 1.4426950408889634
_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10  # their sum has 20 bits more than a double; k × _LN2_HIGH is exact
_SQRT2 = 1.4142135623730951


@intrinsic("int64(float64)")
def bits_of(ir: Any, builder: Any, value: Any) -> Any:
    """The 64 bits of a double."""
    return builder.bitcast(value, ir.IntType(64))


@intrinsic("float64(int64)")
def of_bits(ir: Any, builder: Any, bits: Any) -> Any:
    """The double that has these 64 bits."""
    return builder.bitcast(bits, ir.DoubleType())


@inlined
def _exp_series(t):
    """e^t − 1 − t, by Taylor's series up to t^13; to the last bits for |t| ≤ 0.36. In pairs, so that the CPU adds them at the same time."""
    t2 = t * t
    t4 = t2 * t2
    low = (1.0 / 2.0 + t * (1.0 / 6.0)) + t2 * (1.0 / 24.0 + t * (1.0 / 120.0))
    middle = (1.0 / 720.0 + t * (1.0 / 5040.0)) + t2 * (1.0 / 40320.0 + t * (1.0 / 362880.0))
    high = (1.0 / 3628800.0 + t * (1.0 / 39916800.0)) + t2 * (1.0 / 479001600.0 + t * (1.0 / 6227020800.0))
    return t2 * (low + t4 * (middle + t4 * high))


@inlined
def _log_ratio(t):
    """ln(1 + t) / t for 1 + t in [√½, √2]: 2 artanh(f) / t with f = t / (2 + t), by its series up to f^21, in pairs."""
    per = 1.0 / (2.0 + t)
    f = t * per
    q = f * f
    q2 = q * q
    q4 = q2 * q2
    low = (1.0 + q * (1.0 / 3.0)) + q2 * (1.0 / 5.0 + q * (1.0 / 7.0))
    middle = (1.0 / 9.0 + q * (1.0 / 11.0)) + q2 * (1.0 / 13.0 + q * (1.0 / 15.0))
    high = (1.0 / 17.0 + q * (1.0 / 19.0)) + q2 * (1.0 / 21.0)
    return 2.0 * per * (low + q4 * (middle + q4 * high))


@kernel("float64(float64)")
def exact_exp(x):
    """e^x for |x| ≤ 700: 2^k × e^r with |r| ≤ ln 2 / 2."""
    scaled = x * _PER_LN2
    k = np.int64(scaled + 0.5) if scaled >= 0.0 else -np.int64(0.5 - scaled)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    return (1.0 + (r + _exp_series(r))) * of_bits((k + 1023) << 52)


@kernel("float64(float64)")
def exact_log(x):
    """ln x for a normal x > 0: e × ln 2 + ln m with m in [√½, √2]."""
    bits = bits_of(x)
    e = ((bits >> 52) & 0x7FF) - 1023
    m = of_bits((bits & 0x000F_FFFF_FFFF_FFFF) | (1023 << 52))
    if m > _SQRT2:
        m *= 0.5
        e += 1
    return (m - 1.0) * _log_ratio(m - 1.0) + e * _LN2_LOW + e * _LN2_HIGH


@kernel("float64(float64)")
def log1p_ratio(t):
    """ln(1 + t) / t for t > −1; 1 at 0."""
    if -0.29 < t < 0.41:
        return _log_ratio(t)
    return exact_log(1.0 + t) / t


@kernel("float64(float64)")
def expm1_ratio(t):
    """(e^t − 1) / t for |t| ≤ 700; 1 at 0."""
    if t == 0.0:
        return 1.0
    if -0.35 < t < 0.35:
        return 1.0 + _exp_series(t) / t
    return (exact_exp(t) - 1.0) / t


@kernel("void(float64[::1], float64[::1])")
def exact_exps(x, out):
    """Writes e^x; where x is below −700, 0. x, out: float64, shape (n,), x at most 700."""
    for i in range(x.shape[0]):
        out[i] = exact_exp(x[i]) if x[i] >= -700.0 else 0.0


@kernel("void(float64[::1], float64[::1])")
def exact_logs(x, out):
    """Writes ln x. x, out: float64, shape (n,), x normal and above 0."""
    for i in range(x.shape[0]):
        out[i] = exact_log(x[i])
