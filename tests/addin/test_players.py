"""The player of the WPS add-in draws, marks and reads as the adapter for Excel does."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from juesuan.draft import DraftCell, Page, SheetDraft, Style
from juesuan_addin.port import Put
from juesuan_addin.service import Service
from tests.addin import books, browser
from tests.addin.memory import Memory
from tests.addin.opened import Live, Opened

OpenIn = Callable[..., Opened]
KINDS = ("com", "pane")
SHEET = "支出决算表"
STYLES = {"head": Style(bold=True, fill="F5F5F5"), "text": Style(locked=False), "code": Style(format="@")}


def drawn(freeze: tuple[int, int] | None = (3, 1), **more: Any) -> SheetDraft:
    cells = {(row, column): DraftCell(f"第{row}行", "text") for row in range(3, 9) for column in range(0, 9, 2)}
    cells |= {(0, 0): DraftCell("标题", "head"), (0, 5): DraftCell("0012", "code"), (2, 1): DraftCell("见此", "head")}
    return SheetDraft(
        "附页", cells, merges=((0, 0, 0, 2),), widths={0: 20}, freeze=freeze, hidden=frozenset({7}),
        links={(2, 1): f"{SHEET}!A1"}, page=Page(landscape=True, one_page=False, repeat=(0, 2)), **more,
    )  # fmt: skip


def live(open_in: OpenIn, kind: str) -> Live:
    found = open_in(kind, books.filled())
    assert isinstance(found, Live)
    return found


def frozen(one: Live) -> list[tuple[int, int]]:
    """Where the drawn sheet's panes are frozen, in whichever program."""
    if one.application is None:
        page = one.port._ask("looked", {"name": "附页"})  # type: ignore[attr-defined]
        return [tuple(page["freeze"])] if page.get("freeze") else []
    rules = one.document.pages["附页"].rules
    return [area[:2] for area, what, _ in rules if what == "freeze"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", ["visible", "hidden"])
def test_a_drawn_sheet(open_in: OpenIn, kind: str, state: Any) -> None:
    one = live(open_in, kind)
    before = one.port.read().active_sheet
    one.port.put_sheet(drawn(state=state), STYLES, "封面")
    reading = next(sheet for sheet in one.port.read().sheets if sheet.name == "附页")
    assert frozen(one) == ([(3, 1)] if state == "visible" else [])
    assert (reading.state, reading.hidden_columns, reading.merges) == (state, (7,), ((0, 0, 0, 2),))
    assert reading.values[0][5] == "0012"
    assert one.port.locked("附页", ["A4", "B4"]) == [False, True]
    assert [look.fill for look in one.port.looks("附页", ["A1", "B3", "A4"])] == ["F5F5F5", "F5F5F5", ""]
    assert one.port.read().active_sheet == before
    one.port.put_sheet(drawn(freeze=None), STYLES, "封面")  # again, in place of itself
    assert next(sheet for sheet in one.port.read().sheets if sheet.name == "附页").values == reading.values


@pytest.mark.parametrize("kind", KINDS)
def test_a_long_note_is_whole(open_in: OpenIn, kind: str) -> None:
    one = live(open_in, kind)
    one.port.unprotect(SHEET)
    text = "\n".join(f"第{at}条：填列 470.34，应为 573.19，请核对。" for at in range(120))
    one.port.note(SHEET, {"F8": text, "G8": "短"})
    assert one.notes(SHEET) == {"F8": text, "G8": "短"}
    one.port.note(SHEET, {"F8": None})
    assert one.notes(SHEET) == {"G8": "短"}


@pytest.mark.parametrize("kind", KINDS)
def test_many_cells_are_painted_and_painted_back(open_in: OpenIn, kind: str) -> None:
    one = live(open_in, kind)
    one.port.unprotect(SHEET)
    cells = [f"{column}{row}" for row in range(8, 60) for column in "FGH"]
    was = [look.fill for look in one.port.looks(SHEET, cells)]
    tones = ["FF9999" if at % 3 else "FFFF00" for at in range(len(cells))]
    one.port.paint(SHEET, dict(zip(cells, tones, strict=True)))
    assert [look.fill for look in one.port.looks(SHEET, cells)] == tones
    one.port.paint(SHEET, dict(zip(cells, was, strict=True)))
    assert [look.fill for look in one.port.looks(SHEET, cells)] == was


@pytest.mark.parametrize("kind", KINDS)
def test_texts_stay_texts(open_in: OpenIn, kind: str) -> None:
    one = live(open_in, kind)
    one.port.unprotect(SHEET)
    one.port.write(SHEET, [Put("F8", [["0012", "=不是公式", "'引号"]])])
    reading = next(sheet for sheet in one.port.read().sheets if sheet.name == SHEET)
    row = reading.values[7 - reading.top][5 - reading.left :]
    assert list(row[:3]) == ["0012", "=不是公式", "'引号"]
    assert not str(reading.formulas[7 - reading.top][6 - reading.left]).startswith("==")


# --- the player alone ---


def asked(folder: Path, calls: list[tuple[str, dict[str, Any]]], script: str = "", **changes: Any) -> list[Any]:
    """What a page answers to calls, one after another."""
    answers: list[Any] = []
    over = threading.Event()

    def act(action: str, port: Any) -> bool:
        try:
            for method, arguments in calls:
                answers.append(port._ask(method, arguments))
        finally:
            over.set()
        return True

    service = Service(folder, act=act)
    threading.Thread(target=service.serve, daemon=True).start()
    try:
        content = browser.data(Memory(books.filled()), service) | changes
        with browser.page(folder, content, f'{script};JuesuanPress({{Id: "juesuan_x"}});'):
            assert over.wait(browser.PATIENCE)
    finally:
        service.close()
    assert len(answers) == len(calls)
    return answers


FORMATTED = 'double._pages.find((one) => one.name === "支出决算表").fills["30000,20"] = 255'


@pytest.mark.parametrize("findless", [False, True])
def test_formats_of_whole_columns_are_not_read(chromium: str, tmp_path: Path, findless: bool) -> None:
    """A used block of 600 000 cells of which a few rows hold anything; Find may be missing."""
    (reading,) = asked(tmp_path, [("read", {})], FORMATTED, findless=findless)
    plain = tmp_path / "plain"
    plain.mkdir()
    (wanted,) = asked(plain, [("read", {})])

    def held(book: Any) -> list[Any]:
        (sheet,) = [one for one in book["sheets"] if one["name"] == SHEET]
        rows = sheet["formulas"]
        assert len(rows) < 100
        return [
            sheet["top"],
            sheet["left"],
            sheet["merges"],
            [[cell for cell in row if cell] for row in rows if any(row)],
        ]

    assert held(reading) == held(wanted)


def test_a_sheet_is_whole_without_a_printer(chromium: str, tmp_path: Path) -> None:
    from juesuan_addin import wire

    draft = wire.sheet(drawn(), STYLES, "封面", "A3:C8")
    _, page = asked(tmp_path, [("put_sheet", {"draft": draft}), ("looked", {"name": "附页"})], printerless=True)
    assert (page["freeze"], page["filtered"], page["values"]["1,1"]) == ([3, 1], True, "标题")


def test_areas_of_one_look_go_in_few_calls(chromium: str, tmp_path: Path) -> None:
    script = """
    const calls = {};
    const real = JuesuanHost.prototype.sheet;
    JuesuanHost.prototype.sheet = function (name) {
      const found = real.call(this, name);
      return new Proxy(found, { get(object, key) {
        if (key === "Range") DATA.kept.push(1);
        return object[key];
      } });
    };
    """
    cells = {f"{column}{row}": "FF9999" for row in range(8, 108) for column in "FGH"}
    calls = [("unprotect", {"sheet": SHEET, "secret": ""}), ("paint", {"sheet": SHEET, "fills": cells}), ("kept", {})]
    assert len(asked(tmp_path, calls, script)[-1]) < 10


def test_what_is_serious_looks_so(chromium: str, tmp_path: Path) -> None:
    told = [("tell", {"text": "文", "title": "题", "serious": serious}) for serious in (False, True)]
    assert asked(tmp_path, [*told, ("said", {})])[-1] == ["题\n\n文", "⚠ 题\n\n文"]


def test_notes_have_a_size_to_be_read_in(chromium: str, tmp_path: Path) -> None:
    calls = [
        ("unprotect", {"sheet": SHEET, "secret": ""}),
        ("note", {"sheet": SHEET, "notes": {"F8": "字" * 100, "G8": "短"}}),
        ("looked", {"name": SHEET}),
    ]
    sizes = asked(tmp_path, calls)[-1]["sizes"]
    assert sizes == {"8,6": [230, 14 * 6 + 16], "8,7": [230, 30]}


def test_both_players_count_alike() -> None:
    """Numbers that have to be the same in both."""
    root = Path(__file__).resolve().parents[2] / "addin"
    scripts = "".join((root / "wps" / name).read_text("utf-8") for name in ("host.js", "read.js", "sheet.js"))
    native = (root / "juesuan_addin" / "excel" / "native.py").read_text("utf-8")
    for name, own in (("_ADDRESS", "ADDRESS"), ("_NOTE_PART", "NOTE"), ("_LARGE", "LARGE")):
        one, other = re.search(rf"{name} = ([\d_]+)", native), re.search(rf"JUESUAN_{own} = (\d+)", scripts)
        assert one
        assert other
        assert int(one[1]) == int(other[1])
