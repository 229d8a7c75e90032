"""The ready-made workbooks of workbook_templates/ready, one per layout, and the fingerprint of the data they are from.

``python -m juesuan.template.ready`` writes them; ``--check`` compares part by part and names the stale ones (exit 1).
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from juesuan import catalogue, data
from juesuan.catalogue import Catalogue
from juesuan.layout import Layout
from juesuan.template.build import build
from juesuan.template.package import workbook_bytes, workbook_parts

FOLDER = "ready"
UNIT = "（单位名称）"
_LATEST = 2023


def default_year(layout: Layout) -> int:
    """The year a ready-made workbook starts with: its layout's first; of the national layout, the latest layout's."""
    return _LATEST if layout.region == "全国" else int(layout.years.partition("..")[0])


def made(found: Catalogue) -> Iterator[tuple[str, bytes, dict[str, bytes]]]:
    """(file name, bytes, parts) of every layout's workbook."""
    for layout_id in sorted(found.layouts):
        draft = build(found, layout_id, unit=UNIT, year=default_year(found.layouts[layout_id]))
        yield f"{layout_id}.xlsx", workbook_bytes(draft), workbook_parts(draft)


def stale(found: Catalogue) -> list[str]:
    """What differs between the catalogue's workbooks and the shipped ones, a sentence each."""
    faults, wanted = [], set()
    for name, _, parts in made(found):
        wanted.add(name)
        try:
            shipped = _parts(data.binary(f"{FOLDER}/{name}"))
        except (data.BadData, zipfile.BadZipFile):
            faults.append(f"{name}：没有生成")
            continue
        different = sorted(p for p in parts.keys() | shipped.keys() if parts.get(p) != shipped.get(p))
        if different:
            faults.append(f"{name}：与目录不符（{'、'.join(different[:4])}）")
    if data.text(catalogue.CHECKED).strip() != found.sha256:
        faults.append(f"{catalogue.CHECKED}：与目录不符")
    present = {path.rpartition("/")[2] for path in data.folder(FOLDER, ".xlsx")}
    return faults + [f"{name}：没有这个版式" for name in sorted(present - wanted)]


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def main(arguments: list[str]) -> int:
    """Write or check; the exit status."""
    found = catalogue.load()
    if arguments == ["--check"]:
        faults = stale(found)
        print("\n".join(faults) or "模板都是新的", file=sys.stderr if faults else sys.stdout)
        if faults:
            print("请运行 python -m juesuan.template.ready", file=sys.stderr)
        return 1 if faults else 0
    if arguments:
        print("用法：python -m juesuan.template.ready [--check]", file=sys.stderr)
        return 2
    folder = Path(str(data.ROOT)) / FOLDER
    folder.mkdir(exist_ok=True)
    names = set()
    for name, content, _ in made(found):
        (folder / name).write_bytes(content)
        names.add(name)
        print(folder / name)
    (folder.parent / catalogue.CHECKED).write_text(f"{found.sha256}\n", encoding="utf-8")
    for path in folder.glob("*.xlsx"):
        if path.name not in names:
            path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
