"""The macros of juesuan.xlam, run by LibreOffice in a loaded workbook: reading in one call, and the whole way back."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from juesuan.hosts.read import read_book
from juesuan_addin.snapshot import snapshot
from tests.addin import books, opened
from tests.addin.carrier import with_macros
from tests.addin.office import Office
from tests.addin.opened import cells, formulas
from tests.conftest import Convert

NAME = "决算 公开表.xlsm"
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0


@contextlib.contextmanager
def started(folder: Path, interpreter: str) -> Iterator[Office]:
    """A LibreOffice whose macros find an interpreter in the environment, as an administrator would set it."""
    said = folder / "said.txt"
    environment = dict(os.environ, JUESUAN_PYTHON=interpreter, JUESUAN_SAID=str(said), PYTHONPATH=str(ROOT),
                       XDG_DATA_HOME=str(folder / "data"))  # fmt: skip
    running = Office(environment)
    try:
        yield running
    finally:
        running.close()


def test_the_macro_reads_the_whole_workbook_in_one_call(office: Office, tmp_path: Path) -> None:
    data = with_macros(books.filled("formula"))
    with opened.office(office, data, tmp_path, name=NAME, macros=True) as one:
        reading = one.port.read()
        assert one.port.calls == 1
        live, file = snapshot(reading), read_book(data, name=NAME)
        assert cells(live) == cells(file)
        assert formulas(live) == formulas(file)
        for sheet, other in zip(live.sheets, file.sheets, strict=True):
            assert (sheet.name, set(sheet.merges)) == (other.name, set(other.merges))
            assert (sheet.hidden_rows, sheet.hidden_columns) == (other.hidden_rows, other.hidden_columns)
        assert {sheet.name: sheet.protected for sheet in reading.sheets} == {
            name: one.document.protected(name) for name in one.document.sheets()
        }
        assert reading.sheets[0].protected


def test_from_the_macro_to_the_marked_workbook(libreoffice: Convert, tmp_path: Path) -> None:
    script, said = tmp_path / "解释器 python", tmp_path / "said.txt"
    with started(tmp_path, str(script)) as running:
        script.write_text(
            f'#!/bin/sh\nexport JUESUAN_PORT={running.port}\nexec "{sys.executable}" -m tests.addin.interpreter "$@"\n'
        )
        script.chmod(0o755)
        with opened.office(running, with_macros(books.filled()), tmp_path, name=NAME, macros=True) as one:
            one.document.script("JuesuanRibbon.JuesuanRun").invoke(("check",), (), ())
            until = time.monotonic() + PATIENCE
            while not said.with_suffix(".done").exists() and time.monotonic() < until:
                time.sleep(0.1)
            assert said.with_suffix(".done").read_text() == "0", said.read_text("utf-8")
            assert "支出决算表!F8 填列 470.34，建议改为 573.19" in said.read_text("utf-8")
            assert one.fill("支出决算表", "F8") == "FF9999"
            assert "建议改为 573.19" in one.notes("支出决算表")["F8"]
            assert "校验结果" in one.document.sheets()


@pytest.mark.parametrize("name", ["JuesuanRibbon.JuesuanPress", "JuesuanHost.JuesuanRead", "JuesuanRibbon.JuesuanRun"])
def test_the_macros_are_there(office: Office, tmp_path: Path, name: str) -> None:
    with opened.office(office, with_macros(books.filled()), tmp_path, name=NAME, macros=True) as one:
        assert one.document.script(name) is not None
