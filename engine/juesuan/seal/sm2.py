"""SM2 signatures with SM3 (GM/T 0003.2, GM/T 0009): private key 32 bytes, public key 64 bytes (x ‖ y).

The curve is GmSSL's (package gmssl-pyx); where that has no build for the machine, the pure-Python package gmssl
calculates, with everything around it checked here. SM3 is cryptography's.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
from collections.abc import Iterator
from typing import Any

from juesuan.seal import der

_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_GX = 0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7
_GY = 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0
_ID = b"1234567812345678"  # the signer's name where none is agreed on (GM/T 0009)


def sm3(data: bytes) -> bytes:
    """The SM3 digest."""
    from cryptography.hazmat.primitives import hashes

    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()


def message_digest(public: bytes, message: bytes) -> bytes:
    """e = SM3(Z ‖ message), Z the digest of signer's name, curve and public key."""
    curve = b"".join(value.to_bytes(32, "big") for value in (_A, _B, _GX, _GY))
    z = sm3((len(_ID) * 8).to_bytes(2, "big") + _ID + curve + public)
    return sm3(z + message)


def generate() -> tuple[bytes, bytes]:
    """A new private key and its public key."""
    try:
        from gmssl_pyx import sm2_key_generate
    except ImportError:
        private = (1 + secrets.randbelow(_N - 2)).to_bytes(32, "big")
        return private, public_of(private)
    public, private = sm2_key_generate()
    return bytes(private), bytes(public)


def public_of(private: bytes) -> bytes:
    """The public key of a private one. ValueError where it is none."""
    factor = int.from_bytes(private, "big")
    if len(private) != 32 or not 1 <= factor <= _N - 2:
        raise ValueError("not an SM2 private key")
    x, y = _times(factor, (_GX, _GY))
    return x.to_bytes(32, "big") + y.to_bytes(32, "big")


def on_curve(public: bytes) -> bool:
    """Whether 64 bytes are a point of the curve."""
    x, y = int.from_bytes(public[:32], "big"), int.from_bytes(public[32:], "big")
    return len(public) == 64 and max(x, y) < _P and (y * y - x * x * x - _A * x - _B) % _P == 0


def sign(private: bytes, public: bytes, message: bytes) -> bytes:
    """A signature, DER of (r, s)."""
    digest = message_digest(public, message)
    try:
        from gmssl_pyx import sm2_sign_sm3_digest
    except ImportError:
        return _plain_sign(private, public, digest)
    return bytes(sm2_sign_sm3_digest(private, digest))


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is the key's and the message's; False too for what is no signature or no key."""
    try:
        (first, r), (second, s) = der.inside(signature)
    except ValueError:
        return False
    in_range = all(0 < int.from_bytes(value, "big") < _N for value in (r, s))
    if (first, second) != (der.INTEGER, der.INTEGER) or not in_range or not on_curve(public):
        return False
    digest = message_digest(public, message)
    try:
        from gmssl_pyx import sm2_verify_sm3_digest
    except ImportError:
        return _plain_verify(public, digest, r, s)
    with _quiet():
        return bool(sm2_verify_sm3_digest(public, digest, signature))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """GmSSL tells the C error stream of every signature that does not fit; that is no business of the user's."""
    sys.stderr.flush()
    kept, nothing = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)


# --- without GmSSL ---


def _plain_sign(private: bytes, public: bytes, digest: bytes, nonce: int | None = None) -> bytes:
    curve = _plain_curve(public, private)
    found = None
    while found is None:  # r or s was 0
        drawn = 1 + secrets.randbelow(_N - 1) if nonce is None else nonce
        found = curve.sign(digest, f"{drawn:064x}")
    return der.put(der.SEQUENCE, der.integer(int(found[:64], 16)), der.integer(int(found[64:], 16)))


def _plain_verify(public: bytes, digest: bytes, r: bytes, s: bytes) -> bool:
    numbers = (int.from_bytes(value, "big") for value in (r, s))
    try:
        return bool(_plain_curve(public, b"").verify("".join(f"{number:064x}" for number in numbers), digest))
    except TypeError:  # the sum is the point at infinity, which gmssl has no text for
        return False


def _plain_curve(public: bytes, private: bytes) -> Any:
    from gmssl.sm2 import CryptSM2

    curve = CryptSM2(private.hex(), "")
    curve.public_key = public.hex()  # given to it, leading zeros and fours of the key would be lost
    return curve


# --- a key's other half: only when keys are made or read without it ---


def _times(factor: int, point: tuple[int, int]) -> tuple[int, int]:
    found: tuple[int, int] | None = None
    for bit in bin(factor)[2:]:
        found = None if found is None else _plus(found, found)
        if bit == "1":
            found = point if found is None else _plus(found, point)
    assert found is not None
    return found


def _plus(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """The sum of two points that is not the point at infinity (no factor below the order leads there)."""
    if one == other:
        slope = (3 * one[0] * one[0] + _A) * pow(2 * one[1], -1, _P)
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, _P)
    x = (slope * slope - one[0] - other[0]) % _P
    return x, (slope * (one[0] - x) - one[1]) % _P
