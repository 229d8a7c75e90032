"""Hostile files: each is refused with one sentence, or read with the problem told; memory and time stay bounded."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juesuan.book import CannotRead
from juesuan.hosts.read import read_book
from tests.hosts import hostile

LIGHT_UNREADABLE = sorted(hostile.UNREADABLE.keys() - set(hostile.HEAVY))
LIGHT_READABLE = sorted(hostile.READABLE.keys() - set(hostile.HEAVY))
CHILD = """
import json, sys, time
from juesuan.book import CannotRead
from juesuan.hosts.read import read_book
for path in sys.argv[1:]:
    start = time.perf_counter()
    try:
        told = [p.message for p in read_book(path).problems]
    except CannotRead as error:
        told = str(error)
    try:
        peak = int(next(l for l in open("/proc/self/status") if l.startswith("VmHWM")).split()[1])
    except OSError:
        import resource
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([told, peak // 1024, time.perf_counter() - start]))
"""


@pytest.mark.parametrize("name", LIGHT_UNREADABLE)
@pytest.mark.parametrize("formulas", [True, False])
def test_unreadable_files_are_refused_in_one_sentence(name: str, formulas: bool, tmp_path: Path) -> None:
    maker, words = hostile.UNREADABLE[name]
    path = maker(tmp_path)
    with pytest.raises(CannotRead, match=re.escape(words)) as caught:
        read_book(path, formulas=formulas)
    assert is_sentence(str(caught.value))
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("name", LIGHT_READABLE)
def test_odd_files_are_read_and_told(name: str, tmp_path: Path) -> None:
    maker, words = hostile.READABLE[name]
    book = read_book(maker(tmp_path))
    told = [problem.message for problem in book.problems]
    assert any(words in message for message in told) if words else told == []
    assert all(is_sentence(message) for message in told)
    assert {problem.code for problem in book.problems} <= {"S-02"}
    assert book.sheets[0].name == "表1"


@pytest.mark.parametrize("name", hostile.HEAVY)
def test_memory_and_time_are_bounded(name: str, tmp_path: Path) -> None:
    path = hostile.MAKERS[name](tmp_path)
    words = (hostile.UNREADABLE.get(name) or hostile.READABLE[name])[1]
    command = [sys.executable, "-c", CHILD, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    told, megabytes, seconds = json.loads(done.stdout)
    assert isinstance(told, str) == (name in hostile.UNREADABLE)
    assert words in (told if isinstance(told, str) else "".join(told))
    assert megabytes < 400
    assert seconds < 20


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = hostile.honest(tmp_path)

    def refuse(self: Path, *args: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(CannotRead, match="没有权限"):
        read_book(path)


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "管道.xlsx"
    os.mkfifo(path)
    with pytest.raises(CannotRead, match="不是普通文件"):
        read_book(path)


def test_far_cells_leave_no_grid(tmp_path: Path) -> None:
    book = read_book(hostile.MAKERS["far_cell"](tmp_path))
    assert book.sheets[0].value(0, 0) == 1.0
    assert sum(map(len, book.sheets[0].rows)) < 1000
    assert book.problems[0].cell == "表1!XFD1048576"


def test_merges_and_hidden_columns_are_cut_at_the_limits(tmp_path: Path) -> None:
    assert read_book(hostile.MAKERS["merged_all"](tmp_path)).sheets[0].merges == ((0, 0, 19_999, 499),)
    sheet = read_book(hostile.MAKERS["hidden_columns"](tmp_path)).sheets[0]
    assert sheet.hidden_columns == frozenset(range(2, 500))
    assert sheet.hidden_rows == {4, 5}


def test_own_hidden_sheets_are_no_finding(tmp_path: Path) -> None:
    """Very hidden as we write them, or merely hidden after LibreOffice saved the file; anybody else's are told."""
    for name, told in (("_juesuan_meta", 0), ("草稿", 1)):
        for state in ("veryHidden", "hidden"):
            parts = hostile.parts(hostile.ONE, hostile.ONE, states=("", state), names=("表1", name))
            book = read_book(hostile.packed(parts))
            assert len(book.problems) == told
            assert book.sheet(name).state == state


def test_dde_is_told_at_its_cell_and_text_with_a_bar_is_not(tmp_path: Path) -> None:
    cells = (
        '<c r="A1"><f>"a|b"&amp;\'x|y\'!B1</f><v>0</v></c><c r="B1"><f>DDE("cmd","/c calc","")</f><v>0</v></c>'
        '<c r="C1" t="str"><v>=cmd|\'/c calc\'!A0</v></c>'
    )
    book = read_book(hostile.packed(hostile.parts(hostile.sheet(cells))))
    assert [problem.cell for problem in book.problems] == ["表1!B1"]


def test_odd_numbers_are_kept_as_they_are(tmp_path: Path) -> None:
    sheet = read_book(hostile.MAKERS["odd_numbers"](tmp_path)).sheets[0]
    assert [repr(sheet.value(0, column)) for column in range(6)] == ["nan", "inf", "1e+308", "inf", "'1_0'", "'x'"]
    assert str(sheet.value(0, 6)) == "2023-03-15 00:00:00"


SEED = [
    hostile.sheet(
        '<row r="1" hidden="1"><c r="A1" s="2" t="s"><v>1</v></c>'
        '<c r="B1" s="2"><f t="shared" ref="B1:B2" si="0">A1*2</f><v>3.5</v></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/></c><c r="C2" t="d"><v>2024-01-01</v></c></row>',
        before='<dimension ref="A1:C2"/><cols><col min="2" max="3" hidden="1"/></cols>',
        after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>',
    ),
    hostile.parts(hostile.ONE)["xl/workbook.xml"],
    hostile.parts(hostile.ONE)["xl/_rels/workbook.xml.rels"],
    hostile.parts(hostile.ONE)["xl/styles.xml"],
    hostile.strings("收入", "a&amp;b"),
]
NAMES = ("worksheets/sheet1.xml", "workbook.xml", "_rels/workbook.xml.rels", "styles.xml", "sharedStrings.xml")
BITS = ("9" * 20, "99999999999", "-1", "0", "XFE1", "c", "r", "甲", "", " ", "\0", *"'\"<>&", "/>", "&#0;", "&#49;")


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.data())
def test_any_text_of_a_part_is_read_or_refused(data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(SEED) - 1))
    text = str(SEED[which])
    for _ in range(data.draw(st.integers(1, 3))):
        place, length = data.draw(st.integers(60, len(text))), data.draw(st.integers(0, 4))
        text = text[:place] + data.draw(st.sampled_from(BITS)) + text[place + length :]
    never_a_traceback(hostile.packed(hostile.parts(str(SEED[0]), hostile.ONE, more={f"xl/{NAMES[which]}": text})))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=8), st.integers(0, 3))
def test_any_bytes_are_read_or_refused(place: int, patch: bytes, cut: int) -> None:
    data = hostile.packed(hostile.parts(str(SEED[0]), hostile.ONE))
    place %= len(data)
    never_a_traceback(data[:place] + patch + data[place + len(patch) + cut :])


def never_a_traceback(data: bytes) -> None:
    for careful in (False, True):
        try:
            told = [problem.message for problem in read_book(data, careful=careful).problems]
        except CannotRead as error:
            told = [str(error)]
        assert all(is_sentence(message) for message in told)


def is_sentence(text: str) -> bool:
    return text.endswith(("。", "。）")) and text.count("。") == 1 and "Error" not in text and "\n" not in text
