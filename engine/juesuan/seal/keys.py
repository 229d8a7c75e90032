"""Key pairs of a unit: SM2 with SM3, Ed25519 with SHA-256; PEM files as OpenSSL and GmSSL read and write them.

Private keys are PKCS #8, encrypted (PBES2) where a password is given; public keys SubjectPublicKeyInfo.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Any, Literal

from juesuan.seal import der, sm2

Algorithm = Literal["SM2", "Ed25519"]
Digest = Literal["SM3", "SHA-256"]
#: The digest that goes with a signature; without a key SM3.
DIGESTS: dict[Algorithm | None, Digest] = {"SM2": "SM3", "Ed25519": "SHA-256", None: "SM3"}
Fault = Literal["not_a_key", "needs_password", "wrong_password", "unknown_algorithm", "damaged"]

_EC, _SM2, _ED25519 = (der.oid(n) for n in ("1.2.840.10045.2.1", "1.2.156.10197.1.301", "1.3.101.112"))
_PBES2, _PBKDF2 = der.oid("1.2.840.113549.1.5.13"), der.oid("1.2.840.113549.1.5.12")
_HMAC_SHA256, _HMAC_SM3 = der.oid("1.2.840.113549.2.9"), der.oid("1.2.156.10197.1.401.2")
_HMAC_SM3_OF_GMSSL = der.oid("1.2.156.10197.1.401.3.1")
_AES256, _SM4 = der.oid("2.16.840.1.101.3.4.1.42"), der.oid("1.2.156.10197.1.104.2")
_NULL = der.put(0x05)
_ITERATIONS, _MOST_ITERATIONS = 600_000, 10_000_000
_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----\s+([A-Za-z0-9+/=\s]+?)-----END \1-----")


class BadKey(Exception):
    """A key file cannot be used; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


@dataclass(frozen=True, slots=True)
class PublicKey:
    """``raw``: 64 bytes (x ‖ y) of SM2, 32 of Ed25519."""

    algorithm: Algorithm
    raw: bytes

    @property
    def der(self) -> bytes:
        """SubjectPublicKeyInfo."""
        point = b"\0\4" + self.raw if self.algorithm == "SM2" else b"\0" + self.raw
        return der.put(der.SEQUENCE, _kind(self.algorithm), der.put(der.BITS, point))

    @property
    def fingerprint(self) -> str:
        """The first 128 bits of its SHA-256 in groups of four signs, to be compared by eye."""
        text = hashlib.sha256(self.der).hexdigest()[:32].upper()
        return " ".join(text[at : at + 4] for at in range(0, 32, 4))


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """``secret``: 32 bytes. It is never shown and never written but by ``private_pem``."""

    public: PublicKey
    secret: bytes

    def __repr__(self) -> str:
        return f"PrivateKey({self.public.algorithm}, {self.public.fingerprint})"


def generate(algorithm: Algorithm) -> PrivateKey:
    """A new key pair."""
    if algorithm == "SM2":
        private, public = sm2.generate()
        return PrivateKey(PublicKey("SM2", public), private)
    return _ed25519(secrets.token_bytes(32))


def digest(algorithm: Digest, data: bytes) -> str:
    """A digest in hexadecimal."""
    return (sm2.sm3(data) if algorithm == "SM3" else hashlib.sha256(data).digest()).hex()


def sign(key: PrivateKey, message: bytes) -> bytes:
    """The signature of a message."""
    if key.public.algorithm == "SM2":
        return sm2.sign(key.secret, key.public.raw, message)
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(key.secret).sign(message)


def verify(key: PublicKey, message: bytes, signature: bytes) -> bool:
    """Whether a signature is the key's and the message's."""
    if key.algorithm == "SM2":
        return sm2.verify(key.raw, message, signature)
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# --- files ---


def public_pem(key: PublicKey) -> bytes:
    """The public key as a file."""
    return _pem("PUBLIC KEY", key.der)


def private_pem(key: PrivateKey, password: str = "") -> bytes:
    """The private key as a file, encrypted where a password is given."""
    inner = der.put(der.OCTETS, key.secret)
    if key.public.algorithm == "SM2":
        own = der.put(0xA1, der.put(der.BITS, b"\0\4" + key.public.raw))
        inner = der.put(der.SEQUENCE, der.integer(1), inner, own)
    info = der.put(der.SEQUENCE, der.integer(0), _kind(key.public.algorithm), der.put(der.OCTETS, inner))
    return _pem("ENCRYPTED PRIVATE KEY", _encrypted(info, password)) if password else _pem("PRIVATE KEY", info)


def load_public(data: bytes) -> PublicKey:
    """The public key in a file. Raises BadKey."""
    label, body = _block(data)
    if label != "PUBLIC KEY":
        raise BadKey("not_a_key")
    return public_of(body)


def public_of(info: bytes) -> PublicKey:
    """The key of a SubjectPublicKeyInfo. Raises BadKey."""
    try:
        (_, kind), (_, bits) = der.inside(info)
    except ValueError:
        raise BadKey("damaged") from None
    algorithm = _algorithm(kind)
    raw = bits[2:] if algorithm == "SM2" else bits[1:]
    if algorithm == "SM2" and not (bits[:2] == b"\0\4" and sm2.on_curve(raw)):
        raise BadKey("damaged")
    if algorithm == "Ed25519" and (bits[:1] != b"\0" or len(raw) != 32):
        raise BadKey("damaged")
    return PublicKey(algorithm, raw)


def load_private(data: bytes, password: str = "") -> PrivateKey:
    """The private key in a file. Raises BadKey."""
    label, body = _block(data)
    if label not in ("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"):
        raise BadKey("not_a_key")
    if label.startswith("ENCRYPTED") and not password:
        raise BadKey("needs_password")
    try:
        return _private(_decrypted(body, password) if label.startswith("ENCRYPTED") else body)
    except (ValueError, IndexError):
        raise BadKey("wrong_password" if label.startswith("ENCRYPTED") else "damaged") from None


def _private(info: bytes) -> PrivateKey:
    _, (_, kind), (_, inner), *_ = der.inside(info)
    algorithm = _algorithm(kind)
    if algorithm == "Ed25519":
        return _ed25519(der.only(inner, der.OCTETS))
    secret = der.inside(inner)[1][1]
    return PrivateKey(PublicKey("SM2", sm2.public_of(secret)), secret)


def _ed25519(secret: bytes) -> PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()
    return PrivateKey(PublicKey("Ed25519", public), secret)


def _kind(algorithm: Algorithm) -> bytes:
    names = (_EC, _SM2) if algorithm == "SM2" else (_ED25519,)
    return der.put(der.SEQUENCE, *names)


def _algorithm(kind: bytes) -> Algorithm:
    if kind == _EC + _SM2:
        return "SM2"
    if kind == _ED25519:
        return "Ed25519"
    raise BadKey("unknown_algorithm")


def _pem(label: str, body: bytes) -> bytes:
    text = base64.b64encode(body).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]).encode()


def _block(data: bytes) -> tuple[str, bytes]:
    found = _PEM.search(data.decode("ascii", "replace"))
    if found is None:
        raise BadKey("not_a_key")
    try:
        return found[1], base64.b64decode("".join(found[2].split()), validate=True)
    except binascii.Error:
        raise BadKey("damaged") from None


# --- encryption: PBES2 of PKCS #5 ---


def _encrypted(info: bytes, password: str) -> bytes:
    salt, start = secrets.token_bytes(16), secrets.token_bytes(16)
    derivation = der.put(
        der.SEQUENCE,
        der.put(der.OCTETS, salt),
        der.integer(_ITERATIONS),
        der.put(der.SEQUENCE, _HMAC_SHA256, _NULL),
    )
    scheme = der.put(
        der.SEQUENCE,
        der.put(der.SEQUENCE, _PBKDF2, derivation),
        der.put(der.SEQUENCE, _AES256, der.put(der.OCTETS, start)),
    )
    key = _derived("SHA-256", password, salt, _ITERATIONS, 32)
    body = _cipher("AES", key, start, info, encrypt=True)
    return der.put(der.SEQUENCE, der.put(der.SEQUENCE, _PBES2, scheme), der.put(der.OCTETS, body))


def _decrypted(data: bytes, password: str) -> bytes:
    (_, kind), (_, body) = der.inside(data)
    (_, first), (_, scheme) = der.items(kind)
    (_, derivation), (_, cipher) = der.items(scheme)
    (_, second), (_, parameters) = der.items(derivation)
    if (der.put(der.OBJECT, first), der.put(der.OBJECT, second)) != (_PBES2, _PBKDF2):
        raise BadKey("unknown_algorithm")
    (_, salt), (_, count), *rest = der.items(parameters)
    prf = next((body for tag, body in rest if tag == der.SEQUENCE), b"")
    (_, name), (_, start) = der.items(cipher)
    hashing = _prf(prf)
    size = {_AES256: ("AES", 32), _SM4: ("SM4", 16)}.get(der.put(der.OBJECT, name))
    iterations = int.from_bytes(count, "big")
    if size is None or not 1 <= iterations <= _MOST_ITERATIONS:
        raise BadKey("unknown_algorithm")
    return _cipher(size[0], _derived(hashing, password, salt, iterations, size[1]), start, body, encrypt=False)


def _prf(prf: bytes) -> Digest:
    if prf.startswith(_HMAC_SHA256):
        return "SHA-256"
    if prf.startswith((_HMAC_SM3, _HMAC_SM3_OF_GMSSL)):
        return "SM3"
    raise BadKey("unknown_algorithm")


def _derived(hashing: Digest, password: str, salt: bytes, iterations: int, size: int) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

    kind: Any = hashes.SM3() if hashing == "SM3" else hashes.SHA256()
    return PBKDF2HMAC(kind, size, salt, iterations).derive(password.encode())


def _cipher(name: str, key: bytes, start: bytes, data: bytes, *, encrypt: bool) -> bytes:
    from cryptography.hazmat.primitives import padding
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    kind: Any = algorithms.AES(key) if name == "AES" else algorithms.SM4(key)
    cipher = Cipher(kind, modes.CBC(start))
    if encrypt:
        pad = padding.PKCS7(128).padder()
        worker = cipher.encryptor()
        return worker.update(pad.update(data) + pad.finalize()) + worker.finalize()
    worker_back = cipher.decryptor()
    unpad = padding.PKCS7(128).unpadder()
    plain = worker_back.update(data) + worker_back.finalize()
    return unpad.update(plain) + unpad.finalize()
