"""The catalogue of this machine: the one shipped, with the user's imported 科目 dictionaries in it."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from juesuan.catalogue import Catalogue, load
from juesuan.codes import BadCodes, Codes, read_codes
from juesuan.data import BadData

KINDS = {"functional": "功能分类", "economic": "经济分类"}


def home() -> Path:
    """The user's own folder of settings: $JUESUAN_HOME, else where the system keeps such things."""
    if own := os.environ.get("JUESUAN_HOME"):
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home()) / "juesuan"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "juesuan"


def imported(kind: str) -> Path:
    """Where an imported dictionary is kept (kind: functional, economic)."""
    return home() / "codes" / f"{kind}.csv"


def catalogue() -> Catalogue:
    """The catalogue with imported dictionaries; its fingerprint then covers them. Raises BadData for a broken one."""
    texts = tuple((kind, text) for kind in KINDS if (text := _text(kind)) is not None)
    return _merged(texts) if texts else load()


@lru_cache(maxsize=2)
def _merged(texts: tuple[tuple[str, str], ...]) -> Catalogue:
    """One catalogue for the same dictionaries: plans already compiled are kept with it."""
    shipped = load()
    own = {kind: _codes(kind, text) for kind, text in texts}
    digest = hashlib.sha256(shipped.sha256.encode())
    for kind, codes in sorted(own.items()):
        digest.update(repr((kind, codes.entries)).encode())
    return replace(
        shipped,
        sha256=digest.hexdigest(),
        functional=shipped.functional.merged(own["functional"]) if "functional" in own else shipped.functional,
        economic=shipped.economic.merged(own["economic"]) if "economic" in own else shipped.economic,
        _plans={},
        _seen={},
    )


def _text(kind: str) -> str | None:
    path = imported(kind)
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else None
    except UnicodeDecodeError as error:
        raise _broken(kind, error) from error


def _codes(kind: str, text: str) -> Codes:
    try:
        return read_codes(KINDS[kind], text, imported(kind).name)
    except BadCodes as error:
        raise _broken(kind, error) from error


def _broken(kind: str, error: ValueError) -> BadData:
    return BadData(f"导入过的科目表 {imported(kind)} 读不出来（{error}），请重新导入或删除它")
