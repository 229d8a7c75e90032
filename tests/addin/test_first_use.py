"""What people do who have not read the manual: buttons in any order, on workbooks that are not as they should be."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from juesuan import data
from juesuan.catalogue import load
from juesuan.hosts.read import read_book
from juesuan.seal import record
from juesuan_addin.actions import press
from juesuan_addin.port import Protection
from tests.addin import books, opened
from tests.addin.opened import Live

NOW = dt.datetime(2024, 5, 1, 9, 30)
SPENDING = "支出决算表"


def with_sheet(content: bytes, name: str, *, hidden: str = "") -> bytes:
    """A workbook with a sheet of its owner's, and one of ours hidden."""
    book = load_workbook(io.BytesIO(content))
    book.create_sheet(name)["A1"] = 1
    if hidden:
        book[hidden].sheet_state = "hidden"
    book.save(buffer := io.BytesIO())
    return buffer.getvalue()


def said(one: Live, button: str, folder: Path, *, well: bool = True) -> str:
    assert press(button, one.port, folder, NOW) is well, one.said()[-1:]
    return one.said()[-1]


def names(one: Live) -> list[str]:
    return [sheet.name for sheet in one.book().sheets]


def test_a_blank_template_is_not_called_right(tmp_path: Path) -> None:
    blank = opened.com(data.binary("ready/hubei-2023-30.xlsx"))
    told = said(blank, "check", tmp_path)
    assert "各表都没有填数" in told
    assert "全部相符" not in told
    assert "没有需要处理的问题" not in told


def test_what_is_told_of_the_file_stands_in_the_dialog(tmp_path: Path) -> None:
    one = opened.com(with_sheet(books.filled(), "零用钱"))
    told = said(one, "check", tmp_path)
    assert "条须知：" in told


def test_a_password_on_another_sheet_is_no_hindrance(tmp_path: Path) -> None:
    one = opened.com(with_sheet(books.filled(), "工资"))
    one.port.protect("工资", Protection(), "密码")
    told = said(one, "check", tmp_path)
    assert "标注前的副本" in told
    assert one.notes(SPENDING)["F8"]
    assert one.port.protection("工资") == Protection()
    assert "已清除" in said(one, "clear", tmp_path)


def test_a_password_on_one_table_leaves_the_others_to_be_marked(tmp_path: Path) -> None:
    one = opened.com(books.filled())
    one.port.unprotect(SPENDING)
    one.port.protect(SPENDING, Protection(), "密码")
    told = said(one, "check", tmp_path)
    assert f"工作表“{SPENDING}”设有密码，没有标在上面" in told
    assert not one.notes(SPENDING)
    assert one.notes("一般公共预算支出表")["F8"]
    assert "校验结果" in names(one)


def test_a_password_on_the_structure_keeps_everything_as_it_was(tmp_path: Path) -> None:
    one = opened.com(books.filled())
    one.port.protect_book(True, "密码")
    before = names(one)
    told = said(one, "check", tmp_path)
    assert "没有标注：工作簿的结构受密码保护，没有改动；请先在“审阅”里撤消工作簿保护。" in told
    assert names(one) == before
    assert not list((tmp_path / "备份").iterdir())


def test_a_sealed_workbook_says_so_at_every_button(tmp_path: Path) -> None:
    one = opened.com(books.mended())
    assert "已锁定并封存" in said(one, "lock", tmp_path)
    for button in ("clear", "insert_row", "narrate", "lock"):
        one.port.select(SPENDING, "A9")
        assert "已经封存，不能改动；要修改请先“解锁”" in said(one, button, tmp_path, well=False)
    assert "没有标注：这个工作簿已经封存" in said(one, "check", tmp_path)


@pytest.mark.parametrize("yes", [True, False])
def test_marks_are_taken_away_before_the_lock_if_wanted(tmp_path: Path, yes: bool) -> None:
    one = opened.com(books.mended())
    said(one, "check", tmp_path)
    assert "校验结果" in names(one)
    one.port.yes = yes  # type: ignore[attr-defined]  # of the test's own dialog
    assert "已锁定并封存" in said(one, "lock", tmp_path)
    assert any("先清除再锁定吗" in text for text in one.said())
    assert ("校验结果" in names(one)) is not yes
    assert record.present(one.book())


def test_gaps_are_not_called_relations_that_break(tmp_path: Path) -> None:
    one = opened.com(books.filled())
    said(one, "narrate", tmp_path)
    told = said(one, "lock", tmp_path)
    assert "强制性关系不符，须改正（6 项）" in told
    assert "文字里还有【待填】" in told
    assert "点“校验”看全部" in told
    assert "juesuan" not in told


def test_the_first_place_that_shows_is_selected(tmp_path: Path) -> None:
    one = opened.com(with_sheet(books.filled(), "备注", hidden=SPENDING))
    told = said(one, "check", tmp_path)
    assert "已选中 一般公共预算支出表!F8" in told


def test_a_workbook_of_another_kind_is_calculated_all_the_same(tmp_path: Path) -> None:
    shopping = Workbook()
    shopping.active["A1"], shopping.active["A2"] = "白菜", 3  # type: ignore[index]
    shopping.save(buffer := io.BytesIO())
    one = opened.com(buffer.getvalue())
    assert "已经重算全部公式。没有与本程序对照" in said(one, "recalculate", tmp_path)


def test_all_rules_are_counted(tmp_path: Path) -> None:
    rules = load()
    told = said(opened.com(books.filled()), "about", tmp_path)
    assert f"{len(rules.rules) + len(rules.word_rules)} 条规则" in told


def test_a_half_typed_explanation_is_kept_and_told(tmp_path: Path) -> None:
    one = opened.com(books.explainable())
    said(one, "check", tmp_path)
    sheet = one.book().sheet("校验结果")
    (at,) = (row for row in range(len(sheet.rows)) if "X-25.2" in sheet.rows[row])
    column = next(row for row in sheet.rows if "审核说明" in row).index("审核说明")
    from juesuan.book import cell_name
    from juesuan_addin.port import Put

    one.port.write("校验结果", [Put(cell_name(at, column), [["缴存基数差异"]])])
    assert "没有填全" in said(one, "check", tmp_path)
    assert any("缴存基数差异" in row for row in one.book().sheet("校验结果").rows)


def test_a_copy_is_what_was_read(tmp_path: Path) -> None:
    one = opened.com(books.filled())
    said(one, "check", tmp_path)
    (copy,) = (tmp_path / "备份").iterdir()
    assert opened.cells(read_book(copy)) == opened.cells(read_book(books.filled()))
