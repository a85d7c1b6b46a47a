"""Raw loads and stores, as inlined LLVM, and memory on the stack. Every buffer that they touch has `SLACK` bytes behind its last byte of data.

Addresses are int64 or uint64. Words of 8 bytes are little-endian, as on every CPU that numba has wheels for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from springhead.kernels.kernel import Intrinsic, inlined, intrinsic

U = np.uint64

SLACK = 32  # bytes that a copy of a short word, or the digits of a short number, may read or write past their end


def _pointer(builder: Any, address: Any, llvm_type: Any) -> Any:
    return builder.inttoptr(address, llvm_type.as_pointer())


@intrinsic("void(intp, intp)")
def copy16(ir: Any, builder: Any, destination: Any, source: Any) -> None:
    """Copies 16 bytes between two addresses by one unaligned load and store: a short word without a loop or a branch (2.5 × a byte loop)."""
    vector = ir.VectorType(ir.IntType(8), 16)
    loaded = builder.load(_pointer(builder, source, vector))
    loaded.align = 1
    stored = builder.store(loaded, _pointer(builder, destination, vector))
    stored.align = 1


@intrinsic("void(intp, intp, uint64)")
def spread8(ir: Any, builder: Any, destination: Any, source: Any, number: Any) -> None:
    """Adds a number to each of eight uint64 at one address, and writes the sums to another."""
    pair = ir.VectorType(ir.IntType(64), 2)
    numbers = builder.insert_element(ir.Constant(pair, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
    numbers = builder.insert_element(numbers, number, ir.Constant(ir.IntType(32), 1))
    for offset in range(0, 64, 16):
        loaded = builder.load(_pointer(builder, builder.add(source, ir.Constant(source.type, offset)), pair))
        loaded.align = 8
        stored = builder.store(
            builder.add(loaded, numbers), _pointer(builder, builder.add(destination, ir.Constant(source.type, offset)), pair)
        )
        stored.align = 8


@intrinsic("void(intp, intp)")
def copy8_words(ir: Any, builder: Any, destination: Any, source: Any) -> None:
    """Copies eight uint64 from one address to another."""
    pair = ir.VectorType(ir.IntType(64), 2)
    for offset in range(0, 64, 16):
        loaded = builder.load(_pointer(builder, builder.add(source, ir.Constant(source.type, offset)), pair))
        loaded.align = 8
        stored = builder.store(loaded, _pointer(builder, builder.add(destination, ir.Constant(source.type, offset)), pair))
        stored.align = 8


def _load(type_: str, bits: int) -> Intrinsic:
    """An intrinsic that gives the number at an address, which need not be aligned."""

    @intrinsic(f"{type_}(intp)")
    def load(ir: Any, builder: Any, address: Any) -> Any:
        loaded = builder.load(_pointer(builder, address, ir.IntType(bits)))
        loaded.align = 1
        return loaded

    return load


def _store(type_: str, bits: int) -> Intrinsic:
    """An intrinsic that writes a number to an address, which need not be aligned."""

    @intrinsic(f"void(intp, {type_})")
    def store(ir: Any, builder: Any, address: Any, value: Any) -> None:
        stored = builder.store(value, _pointer(builder, address, ir.IntType(bits)))
        stored.align = 1

    return store


load_u8, load_u32, load_u64, load_i64 = _load("uint8", 8), _load("uint32", 32), _load("uint64", 64), _load("int64", 64)
store_u8, store_u64 = _store("uint8", 8), _store("uint64", 64)


def _stack(type_: str, bits: int) -> Intrinsic:
    """An intrinsic that gives an array of so many numbers, at most some thousand, nothing written in it. It is gone when the function returns."""

    @intrinsic(f"{type_}[::1](intp)")
    def stack(ir: Any, builder: Any, count: Any) -> Any:
        return builder.alloca(ir.IntType(bits), size=count), count

    return stack


stack_bytes, stack_words = _stack("uint8", 8), _stack("uint64", 64)


@intrinsic("uint64(uint64, uint64)")
def multiply_high(ir: Any, builder: Any, a: Any, b: Any) -> Any:
    """The upper 64 bits of the 128-bit product of two uint64: one machine instruction, which numba has no name for."""
    wide = ir.IntType(128)
    product = builder.mul(builder.zext(a, wide), builder.zext(b, wide))
    return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))


@intrinsic("uint64(uint64)")
def trailing_zeros(ir: Any, builder: Any, value: Any) -> Any:
    """How many bits below the lowest 1 of a uint64; 64 for zero."""
    return builder.cttz(value, ir.Constant(ir.IntType(1), 0))


@intrinsic("UniTuple(uint64, 2)(uint64)")
def sixteen_hex(ir: Any, builder: Any, value: Any) -> Any:
    """The text of the sixteen hexadecimal digits of a uint64 as two words of eight: all nibbles at once, in one vector (a third of the time of shifts)."""
    byte, word = ir.IntType(8), ir.IntType(64)

    def each(number: int, count: int) -> Any:
        return ir.Constant(ir.VectorType(byte, count), [number] * count)

    eight = builder.bitcast(builder.bswap(value), ir.VectorType(byte, 8))  # the highest byte is written first
    turns = ir.Constant(ir.VectorType(ir.IntType(32), 16), [place for j in range(8) for place in (j, 8 + j)])
    nibbles = builder.shuffle_vector(builder.lshr(eight, each(4, 8)), builder.and_(eight, each(15, 8)), turns)
    letters = builder.and_(builder.sext(builder.icmp_unsigned(">", nibbles, each(9, 16)), nibbles.type), each(ord("a") - ord("0") - 10, 16))
    text = builder.bitcast(builder.add(builder.add(nibbles, each(ord("0"), 16)), letters), ir.VectorType(word, 2))
    return [builder.extract_element(text, ir.Constant(ir.IntType(32), half)) for half in range(2)]


@inlined
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


@inlined
def put_long(destination, source, length):
    """As `put`, for texts: 32 bytes are copied without a test of the length, for that of names and cities lies around 16."""
    copy16(destination, source)
    copy16(destination + U(16), source + U(16))
    at = U(32)
    while at < length:
        copy16(destination + at, source + at)
        at += U(16)
    return destination + length
