"""The seal of a submission, as the ledger keeps it."""

from __future__ import annotations

from juesuan import explanations
from juesuan.seal import record
from juesuan.seal.content import content
from juesuan.seal.verify import verify
from juesuan.validation import Validation

WHOLE, FOREIGN, UNSIGNED = "有效", "签名不符", "没有签名"
_STATES = {"valid": WHOLE, "changed": "有改动", "other_key": WHOLE, "bad_signature": "无效", "unsealed": ""}


def seal_of(validation: Validation) -> tuple[str, str]:
    """(有效, 有改动 (something was changed after sealing), 无效, or "" where the workbook is not sealed; the
    fingerprint of the key it is signed with, "" where it is not)."""
    book = validation.fresh.book
    if not record.present(book):
        return "", ""
    typed = [one.explanation for one in explanations.read(book)]
    found = verify(book, content(book, typed))
    return _STATES[found.status], found.signer.fingerprint.replace(" ", "") if found.signer else ""


def registered(seal: str, signer: str, key: str) -> tuple[str, str]:
    """(what a seal is worth where the roster registers ``key`` for the unit, what to say of it)."""
    if seal not in (WHOLE, FOREIGN, UNSIGNED):
        return seal, ""
    if not key or signer == key:
        return WHOLE, ""
    if not signer:
        return UNSIGNED, "封存没有签名，名册登记了公钥，不算已封存，请用单位的私钥重新锁定"
    return FOREIGN, "封存不是用名册登记的那把钥匙签的名，不算已封存，请核对是谁锁定的"
