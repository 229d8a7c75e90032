"""The macros of juesuan.xlam, run by LibreOffice in a loaded workbook: reading in one call, and the whole way back."""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment

from juesuan.hosts.read import read_book
from juesuan_addin.excel import native
from juesuan_addin.excel.host import ExcelHost
from juesuan_addin.snapshot import snapshot
from tests.addin import books, opened
from tests.addin.carrier import with_macros
from tests.addin.desktop import Desktop, furnish
from tests.addin.interpreter import SCRIPT
from tests.addin.office import Office
from tests.addin.opened import cells, formulas
from tests.conftest import Convert

NAME = "决算 公开表.xlsm"
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0


@dataclass
class Begun:
    """A LibreOffice with the macros' interpreter recorded; ``said``: what its dialogs said."""

    office: Office
    desktop: Desktop
    said: Path
    interpreter: Path

    def press(self, one: opened.Live, action: str) -> str:
        """Run the macro and wait for the interpreter to end; its exit status."""
        one.document.script("JuesuanRibbon.JuesuanRun").invoke((action,), (), ())
        done, until = self.said.with_suffix(".done"), time.monotonic() + PATIENCE
        while not done.exists() and time.monotonic() < until:
            time.sleep(0.1)
        return done.read_text() if done.exists() else "没有结束"


@pytest.fixture
def begun(libreoffice: Convert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Begun]:
    """As installed on a system of ours, the current folder being the workbook's."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder, said = tmp_path / "本地 数据", tmp_path / "said.txt"
    script = tmp_path / "解释器" / "python w"
    for path in (script, folder / "juesuan" / "interpreter.txt"):
        path.parent.mkdir(parents=True)
    running = Office()
    try:
        script.write_text(SCRIPT.format(port=running.port, said=said, python=sys.executable, root=ROOT))
        script.chmod(0o755)
        (folder / "juesuan" / "interpreter.txt").write_bytes(f"{script}\r\n".encode("utf-16"))
        desktop = Desktop(folder, tmp_path)
        furnish(running.port, desktop)
        yield Begun(running, desktop, said, script)
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


def test_from_the_macro_to_the_marked_workbook(begun: Begun, tmp_path: Path) -> None:
    with opened.office(begun.office, with_macros(books.filled()), tmp_path, name=NAME, macros=True) as one:
        assert begun.press(one, "check") == "0"
        assert "支出决算表!F8 填列 470.34，建议改为 573.19" in begun.said.read_text("utf-8")
        assert one.fill("支出决算表", "F8") == "FF9999"
        assert "建议改为 573.19" in one.notes("支出决算表")["F8"]
        assert "校验结果" in one.document.sheets()


def test_what_lies_beside_the_workbook_is_not_run(begun: Begun, tmp_path: Path) -> None:
    caught = tmp_path / "caught"
    for name in ("argparse", "json", "juesuan_addin", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(caught)!r}, 'a').write(__name__)\n", "utf-8")
    with opened.office(begun.office, with_macros(books.filled()), tmp_path, name=NAME, macros=True) as one:
        assert begun.press(one, "about") == "0"
    assert not caught.exists()
    assert begun.desktop.started == [(str(begun.interpreter), str(begun.interpreter.parent))]


@pytest.mark.parametrize("lost", ["the interpreter", "the record", "its text"])
def test_without_an_interpreter_nothing_is_started(begun: Begun, tmp_path: Path, lost: str) -> None:
    record = begun.desktop.data / "juesuan" / "interpreter.txt"
    if lost == "its text":
        record.write_bytes(b"")
    else:
        (begun.interpreter if lost == "the interpreter" else record).unlink()
    with opened.office(begun.office, with_macros(books.filled()), tmp_path, name=NAME, macros=True) as one:
        one.document.script("JuesuanRibbon.JuesuanRun").invoke(("check",), (), ())
    assert begun.desktop.started == []


def test_a_large_used_block_is_read_as_far_as_it_is_filled(office: Office, tmp_path: Path) -> None:
    """Excel counts formats as used, LibreOffice notes: here a note far below stands for them."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["B3"], sheet["C5"], sheet["A7"] = "甲", 1.5, "=B3*2", "说明"
    sheet.merge_cells("A7:C8")
    for page in (sheet, book.create_sheet("空")):
        page["J90000"].comment = Comment("远处", "某人")
        for row in (4, 80_000):
            page.row_dimensions[row].hidden = True
    buffer = io.BytesIO()
    book.save(buffer)
    with opened.office(office, with_macros(buffer.getvalue()), tmp_path, name=NAME, macros=True) as one:
        assert one.document.used(sheet.title)[2:] == (89_999, 9)
        reading = one.port.read()
        assert one.port.calls == 1
    filled, empty = reading.sheets
    assert (len(filled.values), len(filled.values[0])) == (7, 3)
    assert (filled.values[2][1], filled.values[4][2], filled.values[6][0]) == (1.5, 3.0, "说明")
    assert filled.formulas[4][2] == "=B3*2"
    assert filled.merges == ((6, 0, 7, 2),)
    assert filled.hidden_rows == (3,)
    assert (len(empty.values), empty.hidden_rows) == (1, ())


def test_names_come_with_the_reading(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened.office(office, with_macros(books.filled()), tmp_path, name=NAME, macros=True) as one:
        one_by_one = ExcelHost(one.port.book, reader="").read().names  # type: ignore[attr-defined]
        monkeypatch.setattr(native, "names", None)
        assert one.port.read().names == one_by_one
        assert one_by_one["juesuan_layout"] == "_juesuan_meta!$B$2"


@pytest.mark.parametrize("name", ["JuesuanRibbon.JuesuanPress", "JuesuanHost.JuesuanRead", "JuesuanRibbon.JuesuanRun"])
def test_the_macros_are_there(office: Office, tmp_path: Path, name: str) -> None:
    with opened.office(office, with_macros(books.filled()), tmp_path, name=NAME, macros=True) as one:
        assert one.document.script(name) is not None
