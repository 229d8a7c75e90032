"""The seal as it lies in a workbook: a record, the content it stands for, a signature; on the very hidden sheet.

The texts are ASCII JSON and base64 in cells of at most 30,000 signs. What is signed is the record's text exactly as
stored; the record holds the content's digest.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from juesuan.book import Book, Sheet
from juesuan.draft import DraftCell, SheetDraft, Style
from juesuan.edits import Opening, Secret
from juesuan.seal import keys
from juesuan.seal.keys import DIGESTS, Digest, PublicKey

SCHEMA = "juesuan.seal/1"
SHEET = "_juesuan_seal"
STYLES = {"meta": Style()}
_CHUNK = 30_000
_NOTE = "封存记录，请勿改动：改动任何一处，封存即告失效。"
_COUNTS = ("holds", "rounding", "breaks", "not_evaluated", "not_applicable")


class BrokenSeal(Exception):
    """There is a seal sheet, but what stands on it is no seal (any more)."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What was locked: the content's digest, what it was checked with and how that came out, and what unlocking needs.

    ``counts``: holds, rounding, breaks, not_evaluated, not_applicable, and explained; ``time`` ISO 8601; ``sheets``
    those whose content is sealed; ``openings``: sheet → what could be typed in before; ``structure``: the workbook's
    own protection before, None where it had none.
    """

    algorithm: Digest
    digest: str
    catalogue_version: str
    catalogue_sha256: str
    counts: Mapping[str, int]
    unit: str
    year: int | None
    layout: str
    time: str
    sheets: tuple[str, ...]
    secret: Secret
    openings: Mapping[str, Opening]
    structure: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Signature:
    """Whose key signed the record's text, and the signature."""

    key: PublicKey
    value: bytes


@dataclass(frozen=True, slots=True)
class Sealed:
    """All of a seal. ``text``: the record as stored, ``check`` its digest; ``content``: packed."""

    seal: Seal
    text: bytes
    check: str
    content: bytes
    signature: Signature | None


def text_of(seal: Seal) -> bytes:
    """The record as it is stored and signed."""
    data = {"schema": SCHEMA, **asdict(seal)}
    text = json.dumps(data, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return text.replace("_x", "_\\u0078").encode()  # some programs read "_x0041_" in a cell as an escape


def check_of(algorithm: Digest, text: bytes) -> str:
    """The digest of a record's text: without a signature it tells at least that somebody edited the record."""
    return keys.digest(algorithm, text)


def sheet(sealed: Sealed) -> SheetDraft:
    """The sheet that holds a seal."""
    rows = {"record": sealed.text.decode(), "check": sealed.check, "content": base64.b64encode(sealed.content).decode()}
    if sealed.signature is not None:
        rows |= {
            "key": base64.b64encode(sealed.signature.key.der).decode(),
            "signature": base64.b64encode(sealed.signature.value).decode(),
        }
    cells = {(0, 0): DraftCell(_NOTE, "meta")}
    for row, (label, text) in enumerate(rows.items(), start=1):
        cells[row, 0] = DraftCell(label, "meta")
        for column, start in enumerate(range(0, len(text), _CHUNK), start=1):
            cells[row, column] = DraftCell(text[start : start + _CHUNK], "meta")
    return SheetDraft(SHEET, cells, state="veryHidden")


def present(book: Book) -> bool:
    """Whether a workbook has a seal sheet."""
    return _sheet(book) is not None


def read(book: Book) -> Sealed | None:
    """The seal in a workbook, None where there is none. Raises BrokenSeal."""
    found = _sheet(book)
    if found is None:
        return None
    rows = {str(cells[0]): "".join(str(c) for c in cells[1:] if c is not None) for cells in found.rows if cells}
    try:
        text = rows["record"].encode("ascii")
        content = base64.b64decode(rows["content"], validate=True)
        signature = None
        if "signature" in rows or "key" in rows:
            key = keys.public_of(base64.b64decode(rows["key"], validate=True))
            signature = Signature(key, base64.b64decode(rows["signature"], validate=True))
        return Sealed(_seal(json.loads(text)), text, rows["check"], content, signature)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError, binascii.Error, keys.BadKey):
        raise BrokenSeal from None


def _sheet(book: Book) -> Sheet | None:
    return next((s for s in book.sheets if s.name.casefold() == SHEET), None)


def _seal(data: dict[str, Any]) -> Seal:
    if data.pop("schema") != SCHEMA:
        raise ValueError("another schema")
    if data["algorithm"] not in DIGESTS.values():
        raise ValueError("another digest")
    openings = {str(name): _opening(entry) for name, entry in data.pop("openings").items()}
    secret = Secret(**data.pop("secret"))
    if not (isinstance(secret.salt, str) and isinstance(secret.value, str) and isinstance(secret.spins, int)):
        raise ValueError("no secret")
    texts = ("digest", "catalogue_version", "catalogue_sha256", "unit", "layout", "time")
    if not all(isinstance(data[name], str) for name in texts):
        raise ValueError("no text")
    if not isinstance(data["year"], int | None):
        raise ValueError("no year")
    counts = {name: int(data["counts"][name]) for name in (*_COUNTS, "explained")}
    structure = data.pop("structure")
    sheets = tuple(map(str, data.pop("sheets")))
    data["counts"] = counts
    return Seal(**data, sheets=sheets, secret=secret, openings=openings, structure=_attributes(structure))


def _opening(entry: dict[str, Any]) -> Opening:
    areas, closed = (tuple(map(str, entry[name])) for name in ("areas", "closed"))
    return Opening(areas, closed, _attributes(entry["protection"]), str(entry["ranges"]))


def _attributes(found: dict[str, Any] | None) -> dict[str, str] | None:
    return None if found is None else {str(name): str(value) for name, value in found.items()}
