"""LibreOffice without a window: it opens, recalculates and saves workbooks, with a profile of its own."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

#: Seconds for one call; a cold start takes two or three.
PATIENCE = 180


class NoOffice(RuntimeError):
    """soffice is not installed."""


def program() -> str:
    """The soffice program. Raises NoOffice."""
    found = shutil.which("soffice")
    if found is None:
        raise NoOffice("没有安装 LibreOffice：apt-get install libreoffice-calc，或以 -m 'not libreoffice' 略过这些测试")
    return found


@cache
def _profile() -> str:
    """One profile per process: the second start is quicker, and test processes do not wait for each other."""
    folder = tempfile.mkdtemp(prefix="juesuan-soffice-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return (Path(folder) / "profile").as_uri()


def convert(sources: Path | Iterable[Path], to: str, folder: Path) -> list[Path]:
    """Each workbook saved as ``to`` ("xlsx" recalculated, "pdf", "csv") in ``folder``, all by one start.

    The results have the sources' names with the new ending. Raises NoOffice, and AssertionError where one is missing.
    """
    paths = [sources] if isinstance(sources, Path) else list(sources)
    folder.mkdir(parents=True, exist_ok=True)
    command = [program(), f"-env:UserInstallation={_profile()}", "--headless", "--norestore", "--convert-to", to]
    done = subprocess.run(
        [*command, "--outdir", str(folder), *map(str, paths)], capture_output=True, text=True, timeout=PATIENCE
    )
    results = [folder / f"{path.stem}.{to.partition(':')[0]}" for path in paths]
    missing = [path.name for path in results if not path.exists()]
    assert not missing, f"LibreOffice 没有写出 {missing}：{done.stdout}{done.stderr}"
    return results


def pages(pdf: Path, folder: Path, dpi: int = 80) -> list[Path]:
    """A PDF's pages as PNG files (pdftoppm of poppler-utils)."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-png", str(pdf), str(folder / pdf.stem)], check=True, timeout=PATIENCE)
    return sorted(folder.glob(f"{pdf.stem}*.png"))
