"""The seal of a submission, as the ledger keeps it."""

from __future__ import annotations

from juesuan import explanations
from juesuan.seal import record
from juesuan.seal.content import content
from juesuan.seal.verify import verify
from juesuan.validation import Validation

WHOLE = "有效"
_STATES = {"valid": WHOLE, "changed": "有改动", "other_key": WHOLE, "bad_signature": "无效", "unsealed": ""}


def seal_of(validation: Validation) -> str:
    """有效, 有改动 (something was changed after sealing), 无效, or "" where the workbook is not sealed."""
    book = validation.fresh.book
    if not record.present(book):
        return ""
    typed = [one.explanation for one in explanations.read(book)]
    return _STATES[verify(book, content(book, typed)).status]
