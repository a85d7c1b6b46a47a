"""Raw loads and stores, as inlined LLVM. Every buffer that they touch has `SLACK` bytes behind its last byte of data.

Addresses are int64 or uint64. Words of 8 bytes are little-endian, as on every CPU that numba has wheels for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

U = np.uint64

SLACK = 32  # bytes that a copy of a short word, or the digits of a short number, may read or write past their end


def _pointer(builder: Any, address: Any, llvm_type: Any) -> Any:
    return builder.inttoptr(address, llvm_type.as_pointer())


@intrinsic
def copy16(typing_context: Any, destination: Any, source: Any) -> Any:
    """Copies 16 bytes between two addresses by one unaligned load and store: a short word without a loop or a branch (2.5 × a byte loop)."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        vector = ir.VectorType(ir.IntType(8), 16)
        loaded = builder.load(_pointer(builder, args[1], vector))
        loaded.align = 1
        stored = builder.store(loaded, _pointer(builder, args[0], vector))
        stored.align = 1
        return context.get_dummy_value()

    return types.void(types.intp, types.intp), generate


def _load(numba_type: Any) -> Any:
    """An intrinsic that gives the number at an address, which need not be aligned."""

    @intrinsic
    def load(typing_context: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            loaded = builder.load(_pointer(builder, args[0], ir.IntType(numba_type.bitwidth)))
            loaded.align = 1
            return loaded

        return numba_type(types.intp), generate

    return load


def _store(numba_type: Any) -> Any:
    """An intrinsic that writes a number to an address, which need not be aligned."""

    @intrinsic
    def store(typing_context: Any, address: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            stored = builder.store(args[1], _pointer(builder, args[0], ir.IntType(numba_type.bitwidth)))
            stored.align = 1
            return context.get_dummy_value()

        return types.void(types.intp, numba_type), generate

    return store


load_u8, load_u32, load_u64, load_i64 = _load(types.uint8), _load(types.uint32), _load(types.uint64), _load(types.int64)
store_u8, store_u64 = _store(types.uint8), _store(types.uint64)


@intrinsic
def multiply_high(typing_context: Any, a: Any, b: Any) -> Any:
    """The upper 64 bits of the 128-bit product of two uint64: one machine instruction, which numba has no name for."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
        return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), generate


@intrinsic
def trailing_zeros(typing_context: Any, value: Any) -> Any:
    """How many bits below the lowest 1 of a uint64; 64 for zero."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 0))

    return types.uint64(types.uint64), generate


@intrinsic
def sixteen_hex(typing_context: Any, value: Any) -> Any:
    """The text of the sixteen hexadecimal digits of a uint64 as two words of eight: all nibbles at once, in one vector (a third of the time of shifts)."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        byte, word = ir.IntType(8), ir.IntType(64)

        def each(number: int, count: int) -> Any:
            return ir.Constant(ir.VectorType(byte, count), [number] * count)

        eight = builder.bitcast(builder.bswap(args[0]), ir.VectorType(byte, 8))  # the highest byte is written first
        turns = ir.Constant(ir.VectorType(ir.IntType(32), 16), [place for j in range(8) for place in (j, 8 + j)])
        nibbles = builder.shuffle_vector(builder.lshr(eight, each(4, 8)), builder.and_(eight, each(15, 8)), turns)
        letters = builder.and_(
            builder.sext(builder.icmp_unsigned(">", nibbles, each(9, 16)), nibbles.type), each(ord("a") - ord("0") - 10, 16)
        )
        text = builder.bitcast(builder.add(builder.add(nibbles, each(ord("0"), 16)), letters), ir.VectorType(word, 2))
        halves = [builder.extract_element(text, ir.Constant(ir.IntType(32), half)) for half in range(2)]
        return context.make_tuple(builder, signature.return_type, halves)

    return types.UniTuple(types.uint64, 2)(types.uint64), generate


@njit(inline="always")
def put(destination, source, length):
    """Copies `length` bytes from one address to another, and up to 16 more; returns the address behind the copy. All are uint64.

    The first 16 bytes are copied without a test of the length: most words are shorter, and a test of a random length is guessed wrong (5 ns).
    """
    copy16(destination, source)
    at = U(16)
    while at < length:
        copy16(destination + at, source + at)
        at += U(16)
    return destination + length


@njit(inline="always")
def put_long(destination, source, length):
    """As `put`, for texts: 32 bytes are copied without a test of the length, for that of names and cities lies around 16."""
    copy16(destination, source)
    copy16(destination + U(16), source + U(16))
    at = U(32)
    while at < length:
        copy16(destination + at, source + at)
        at += U(16)
    return destination + length
