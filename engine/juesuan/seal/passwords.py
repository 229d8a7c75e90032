"""Passwords of protected sheets: the salted hash a workbook keeps (ECMA-376 part 1, 18.3.1.85), and new passwords."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from juesuan.edits import Secret

SPINS = 100_000
_MOST_SPINS = 10_000_000  # what a file may ask for: some seconds
_SALT = 16
#: Letters and digits that are not mistaken for one another.
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"


def secret(password: str, salt: bytes | None = None, spins: int = SPINS) -> Secret:
    """What may be kept of a password. A salt is drawn where none is given."""
    salt = secrets.token_bytes(_SALT) if salt is None else salt
    found = hashlib.sha512(salt + password.encode("utf-16-le")).digest()
    for spin in range(spins):
        found = hashlib.sha512(found + spin.to_bytes(4, "little")).digest()
    return Secret(base64.b64encode(salt).decode(), base64.b64encode(found).decode(), spins)


def opens(password: str, kept: Secret) -> bool:
    """Whether a password is the one kept. ValueError where what is kept is damaged."""
    if not 0 <= kept.spins <= _MOST_SPINS:
        raise ValueError("spins beyond reason")
    found = secret(password, base64.b64decode(kept.salt, validate=True), kept.spins)
    return hmac.compare_digest(found.value.encode(), kept.value.encode())


def drawn() -> str:
    """A new password of 16 signs in groups, 79 bits."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)
