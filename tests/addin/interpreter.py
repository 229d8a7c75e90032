"""What the macro starts in the tests instead of pythonw.exe: the add-in's own main, attached to a LibreOffice by port.

Called with the arguments the macro gives an interpreter: ``-E -m juesuan_addin ACTION --from BOOK …``.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def main(arguments: list[str]) -> int:
    """The exit status of the add-in's main; dialogs go into the file that JUESUAN_SAID names."""
    from juesuan_addin.__main__ import main as run
    from juesuan_addin.excel.host import ExcelHost
    from tests.addin import model, office, windows

    assert arguments[:3] == ["-E", "-m", "juesuan_addin"], arguments
    said = Path(os.environ["JUESUAN_SAID"])

    class Host(ExcelHost):
        def tell(self, text: str, title: str, serious: bool = False) -> None:
            with said.open("a", encoding="utf-8") as file:
                file.write(f"{title}\n{text}\n")

    def attach(options: argparse.Namespace) -> ExcelHost:
        desktop = office.connect(int(os.environ["JUESUAN_PORT"]))
        found = next(d for d in office.documents(desktop) if d.name == Path(options.book).name)
        return Host(windows.book_of(model.Application(found), found.name))

    status = run(arguments[3:], attach)
    said.with_suffix(".done").write_text(str(status))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
