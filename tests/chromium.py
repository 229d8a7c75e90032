"""Where headless Chromium is."""

from __future__ import annotations

import shutil


class NoBrowser(RuntimeError):
    """Chromium is not installed."""


def program() -> str:
    """The browser's program. Raises NoBrowser."""
    found = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
    if found is None:
        raise NoBrowser("没有安装 Chromium：apt-get install chromium，或以 -m 'not chromium' 略过这些测试")
    return found
