"""What the macro starts in the tests instead of pythonw.exe: the add-in's own main, attached to a LibreOffice by port.

Called with what the macro gives a module: ``ACTION --from BOOK …``; ``SCRIPT`` takes the options before it as they are.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

#: The program that the macro starts: Python with the macro's own options, and this module where the add-in is named.
SCRIPT = """#!/bin/sh
options=
while [ "$1" != -m ]; do options="$options $1"; shift; done
[ "$2" = juesuan_addin ] || exit 3
shift 2
export JUESUAN_PORT={port} JUESUAN_SAID="{said}"
exec "{python}" $options -c '
import sys
import argparse, json, juesuan_addin
sys.path.insert(0, "{root}")
from tests.addin.interpreter import main
sys.exit(main(sys.argv[1:]))' "$@"
"""


def main(arguments: list[str]) -> int:
    """The exit status of the add-in's main; dialogs go into the file that JUESUAN_SAID names."""
    from juesuan_addin.__main__ import main as run
    from juesuan_addin.excel.host import ExcelHost
    from tests.addin import model, office, windows

    said = Path(os.environ["JUESUAN_SAID"])

    class Host(ExcelHost):
        def tell(self, text: str, title: str, serious: bool = False) -> None:
            with said.open("a", encoding="utf-8") as file:
                file.write(f"{title}\n{text}\n")

    def attach(options: argparse.Namespace) -> ExcelHost:
        desktop = office.connect(int(os.environ["JUESUAN_PORT"]))
        found = next(d for d in office.documents(desktop) if d.name == Path(options.book).name)
        return Host(windows.book_of(model.Application(found), found.name))

    status = run(arguments, attach)
    said.with_suffix(".done").write_text(str(status))
    return status
