"""``python -m juesuan_addin.build [FOLDER]``: write juesuan.xlam and the WPS add-in's generated parts."""

from __future__ import annotations

import sys
from pathlib import Path

from juesuan_addin.build.xlam import build


def main(arguments: list[str]) -> int:
    """Write the files into the folder (default: addin/dist)."""
    folder = Path(arguments[0]) if arguments else Path("addin/dist")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "juesuan.xlam"
    path.write_bytes(build())
    print(f"已写出：{path}（{path.stat().st_size // 1024} KB）")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
