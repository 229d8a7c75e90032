"""The catalogue the commands use: the one shipped, with the user's imported 科目 dictionaries in it."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import replace
from pathlib import Path

from juesuan.catalogue import Catalogue, load
from juesuan.cli.errors import Stop
from juesuan.cli.tongue import say
from juesuan.codes import BadCodes, Codes, read_codes

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
    """The catalogue with imported dictionaries; its fingerprint then covers them. Raises Stop for a broken one."""
    shipped = load()
    own = {kind: codes for kind in KINDS if (codes := _read(kind))}
    if not own:
        return shipped
    digest = hashlib.sha256(shipped.sha256.encode())
    for kind, codes in sorted(own.items()):
        digest.update(repr((kind, codes.entries)).encode())
    return replace(
        shipped,
        sha256=digest.hexdigest(),
        functional=shipped.functional.merged(own["functional"]) if "functional" in own else shipped.functional,
        economic=shipped.economic.merged(own["economic"]) if "economic" in own else shipped.economic,
        _plans={},
    )


def _read(kind: str) -> Codes | None:
    path = imported(kind)
    if not path.is_file():
        return None
    try:
        return read_codes(KINDS[kind], path.read_text(encoding="utf-8"), path.name)
    except (BadCodes, UnicodeDecodeError) as error:
        raise Stop(
            say(
                f"导入过的科目表 {path} 读不出来（{error}），请重新导入或删除它。",
                f"The imported dictionary {path} cannot be read ({error}); import it again or delete it.",
            )
        ) from error
