"""Checking a seal: is it whole, whose is it, and is what it stands for still there."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Literal

from juesuan.book import Book
from juesuan.seal import keys, record
from juesuan.seal.content import Change, Content, changes, encoded, unpacked
from juesuan.seal.keys import PublicKey
from juesuan.seal.record import BrokenSeal, Seal, Sealed

Status = Literal["valid", "changed", "other_key", "bad_signature", "unsealed"]
Fault = Literal["", "record", "content", "signature", "unsigned"]


@dataclass(frozen=True, slots=True)
class Verification:
    """How a seal was found. ``fault``: what is wrong with one whose signature does not hold; ``signer``: the key it is
    signed with, None where it is not signed; ``changes``: since it was sealed, as far as the seal tells."""

    status: Status
    seal: Seal | None = None
    signer: PublicKey | None = None
    fault: Fault = ""
    changes: tuple[Change, ...] = ()


def verify(book: Book, now: Content, trusted: PublicKey | None = None) -> Verification:
    """Check the seal in ``book`` against its present content. ``trusted``: the key it ought to be signed with."""
    try:
        found = record.read(book)
    except BrokenSeal:
        return Verification("bad_signature", fault="record")
    if found is None:
        return Verification("unsealed")
    signer = found.signature.key if found.signature else None
    if fault := _fault(found, trusted):
        return Verification("bad_signature", found.seal, signer, fault)
    before, _ = unpacked(found.content)
    same = keys.digest(found.seal.algorithm, encoded(now)) == found.seal.digest
    differences = () if same else changes(before, now)
    if trusted is not None and signer != trusted:
        return Verification("other_key", found.seal, signer, changes=differences)
    return Verification("valid" if same else "changed", found.seal, signer, changes=differences)


def _fault(found: Sealed, trusted: PublicKey | None) -> Fault:
    if not hmac.compare_digest(record.check_of(found.seal.algorithm, found.text), found.check):
        return "record"
    if found.signature is not None and not keys.verify(found.signature.key, found.text, found.signature.value):
        return "signature"
    if found.signature is None and trusted is not None:
        return "unsigned"
    try:
        _, plain = unpacked(found.content)
    except ValueError:
        return "content"
    return "" if keys.digest(found.seal.algorithm, plain) == found.seal.digest else "content"
