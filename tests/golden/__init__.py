"""Texts to compare with; JUESUAN_GOLDEN=write rewrites them."""

from __future__ import annotations

import os
from pathlib import Path

_FOLDER = Path(__file__).parent


def same(name: str, text: str) -> None:
    """Fail where ``text`` is not what the golden file holds."""
    path = _FOLDER / name
    if os.environ.get("JUESUAN_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{name}：与样本不同；确认无误后用 JUESUAN_GOLDEN=write 重写"
