"""Canonical content: alike whoever saved the file, different as soon as a value is."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan import catalogue
from juesuan.book import Book, Sheet, Value
from juesuan.fill import Totals, fill
from juesuan.findings import Explanation
from juesuan.formulas import freshen
from juesuan.hosts.read import read_book
from juesuan.hosts.write import workbook_bytes
from juesuan.seal import content as contents
from juesuan.seal.content import Change, Content, changes, content, encoded, number, packed, unpacked
from tests.conftest import Convert
from tests.foreign import cases
from tests.hosts import rich

CATALOGUE = catalogue.load()


def book(*sheets: Sheet, names: Mapping[str, str] | None = None) -> Book:
    return Book("x.xlsx", sheets, names or {})


def one(value: Value) -> str:
    return content(book(Sheet("甲", [[value]]))).sheets["甲"].get("A1", "")


@pytest.mark.parametrize(("value", "text"), [
    (0.1 + 0.2, "n0.3"), (1, "n1"), (1.0, "n1"), (-0.0, "n0"), (0, "n0"), (1e3, "n1000"), (1e15, "n1000000000000000"),
    (-12.5, "n-12.5"), (1 / 3, "n0.333333333333"), (5.684341886080801e-14, "n0"), (1e-6, "n0.000001"),
    (12345678901.23, "n12345678901.23"), (123456789012.34, "n123456789012.34"), (1e-9, "n0.000000001"),
    (True, "b1"), (False, "b0"), ("", ""), (None, ""), (" 尾随空格 ", "t 尾随空格 "), ("1", "t1"),
    ("甲\r\n乙\r丙", "t甲\n乙\n丙"), ("#DIV/0!", "t#DIV/0!"),
    (dt.datetime(2023, 12, 31), "n45291"), (dt.date(2023, 12, 31), "n45291"), (dt.datetime(1900, 1, 1), "n1"),
    (dt.datetime(2023, 12, 31, 12), "n45291.5"), (dt.time(6), "n0.25"), (dt.timedelta(hours=36), "n1.5"),
])  # fmt: skip
def test_values(value: Value, text: str) -> None:
    assert one(value) == text


@given(st.integers(-10**15, 10**15))
def test_every_fen_up_to_ten_billion_wan_counts(fen: int) -> None:
    """A 分 more or less is another figure wherever a double can tell (15 digits)."""
    if abs(fen) < 10**14:
        assert number(fen / 100) != number((fen + 1) / 100)
    assert number(fen / 100) == number(float(repr(fen / 100)))


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12))
def test_fifteen_digits_are_enough(value: float) -> None:
    """Excel shows and some programs store 15 digits."""
    assert number(float(f"{value:.15g}")) == number(value) or abs(float(number(value)) - value) <= abs(value) * 1e-11


def test_blank_sheets_and_cells_are_told_from_missing_ones() -> None:
    empty, gone = content(book(Sheet("甲", []), Sheet("乙", [["x"]]))), content(book(Sheet("乙", [["x"]])))
    assert changes(empty, gone) == (Change("removed", "甲", "", "", ""),)
    assert encoded(content(book(Sheet("甲", [["", None], [None]])))) == encoded(content(book(Sheet("甲", []))))


def test_own_sheets_are_left_out_but_not_those_that_only_look_like_it() -> None:
    sheets = (
        Sheet("校验结果", [["自己的"]]), Sheet("校验结果(2)", [["结果"]]), Sheet("审核说明", [["x"]]),
        Sheet("_juesuan_meta", [["x"]], state="hidden"), Sheet("_juesuan_a", [["x"]]), Sheet("甲", [["x"]]),
    )  # fmt: skip
    named = content(book(*sheets, names={"_juesuan_result": "'校验结果(2)'!$A$1"}))
    assert set(named.sheets) == {"校验结果", "_juesuan_a", "甲"}
    assert set(content(book(*sheets)).sheets) == {"校验结果(2)", "_juesuan_a", "甲"}


def test_order_and_visibility_of_sheets_do_not_count() -> None:
    one, other = Sheet("甲", [[1]]), Sheet("乙", [[2]], state="hidden")
    assert encoded(content(book(one, other))) == encoded(content(book(Sheet("乙", [[2]]), one)))


def test_changes() -> None:
    before = content(book(Sheet("甲", [[1, "a"], [None, 2]]), Sheet("乙", [["y"]]), Sheet("丙", [["z"]])),
                     [Explanation("k", "R", "政策", "旧", "某", "今")])
    after = content(book(Sheet("甲", [[1.5, "a"], ["新"]]), Sheet("丁", [["y"]]), Sheet("戊", [["w"]])),
                    [Explanation("k", "R", "政策", "新", "某", "今")])
    assert changes(before, before) == ()
    assert changes(before, after) == (
        Change("renamed", "乙", "", "乙", "丁"), Change("removed", "丙", "", "", ""), Change("added", "戊", "", "", ""),
        Change("changed", "甲", "A1", "1", "1.5"), Change("changed", "甲", "A2", "", "新"),
        Change("changed", "甲", "B2", "2", ""), Change("changed", "", "k", "政策 旧 某 今", "政策 新 某 今"),
    )  # fmt: skip


def test_cells_are_told_in_the_order_of_the_sheet() -> None:
    after = content(book(Sheet("甲", [[1] * 28, [1], *[[]] * 8, [1]])))
    told = [c.cell for c in changes(content(book(Sheet("甲", []))), after)]
    assert (told[0], told[25:30], told[-1]) == ("A1", ["Z1", "AA1", "AB1", "A2", "A11"], "A11")


@given(st.dictionaries(st.text(max_size=5), st.dictionaries(st.text("AB12", min_size=2, max_size=3), st.text())),
       st.dictionaries(st.text(max_size=5), st.tuples(st.text(), st.text())))  # fmt: skip
def test_packing(sheets: dict[str, dict[str, str]], told: dict[str, tuple[str, ...]]) -> None:
    found, plain = unpacked(packed(Content(sheets, told)))
    assert (found, plain) == (Content(sheets, told), encoded(Content(sheets, told)))


@pytest.mark.parametrize("data", [b"", b"x", packed(Content({}, {}))[:-3], contents.zlib.compress(b"[]"),
                                  contents.zlib.compress(b'{"sheets":{"a":1},"explanations":{}}'),
                                  contents.zlib.compress(b'{"sheets":{}}'), contents.zlib.compress(b"\xff")])
def test_what_is_no_packed_content(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        unpacked(data)


def test_a_bomb_is_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "_LIMIT", 1000)
    with pytest.raises(ValueError, match="not a packed content"):
        unpacked(packed(Content({"甲": {"A1": "t" + "字" * 5000}}, {})))


# --- other programs ---


@cache
def filled(case: str, totals: Totals) -> bytes:
    return workbook_bytes(fill(cases.load(case), CATALOGUE, totals=totals)[0])


def digest(data: bytes) -> bytes:
    return encoded(content(freshen(read_book(data)).book))


def by_openpyxl(data: bytes) -> bytes:
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(data)).save(out)
    return out.getvalue()


@pytest.mark.parametrize("totals", ["stated", "formula"])
@pytest.mark.parametrize("case", cases.CASE_IDS)
def test_openpyxl_saves_the_same_content(case: str, totals: Totals) -> None:
    """Also where it drops every formula's value: they are calculated again."""
    assert digest(by_openpyxl(filled(case, totals))) == digest(filled(case, totals))


@pytest.mark.filterwarnings("ignore:Unknown extension")  # openpyxl, of sparklines
def test_libreoffice_saves_the_same_content(libreoffice: Convert, tmp_path: Path) -> None:
    sources = {f"{case}-{totals}": filled(case, totals) for case in cases.CASE_IDS for totals in ("stated", "formula")}
    sources |= {"odd": odd(), "openpyxl": rich.openpyxl_book(), "xlsxwriter": rich.xlsxwriter_book()}
    paths = []
    for name, data in sources.items():
        paths.append(tmp_path / f"{name}.xlsx")
        paths[-1].write_bytes(data)
    for path, data in zip(libreoffice(paths), sources.values(), strict=True):
        saved = path.read_bytes()
        told = changes(content(freshen(read_book(data)).book), content(freshen(read_book(saved)).book))
        assert told == (), path.name
        assert digest(saved) == digest(data)
        assert digest(by_openpyxl(saved)) == digest(data)


def odd(base1904: bool = False) -> bytes:
    """Values that programs store in more than one way."""
    made = openpyxl.Workbook()
    if base1904:
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = made.active
    sheet.title = "杂"
    texts = ("  前后 ", "一\n二", "'撇号", "=不是公式", "001", "1,234.50", "<&>\"'", "全角　空格", "TRUE",
             "é", "e\u0301", "😀")
    for row, text in enumerate(texts, start=1):
        sheet.cell(row, 1, text).data_type = "s"
    numbers = (0.1 + 0.2, 1e-7, 1 / 3, 12345678901.23, -0.01, 1e20, 100, True, 0.125)
    for row, value in enumerate(numbers, start=1):
        sheet.cell(row, 2, value)
    moments = (dt.datetime(2023, 12, 31), dt.datetime(2023, 12, 31, 8, 30), dt.time(13, 45), dt.date(2024, 2, 29))
    for row, moment in enumerate(moments, start=1):
        sheet.cell(row, 3, moment)
    for row, formula in enumerate(("=B1+B2", '="甲"&A1', "=1/0", "=B8", '=IF(B1>9,1,"")', "=C1+1"), start=1):
        sheet.cell(row, 4, formula)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_dates_count_alike_from_1900_and_1904() -> None:
    assert digest(odd(base1904=True)) == digest(odd())


def test_rich_and_phonetic_text_is_its_plain_text() -> None:
    parts = rich.parts(odd())
    page = "xl/worksheets/sheet1.xml"
    runs = (b'<is><r><rPr><b/></rPr><t xml:space="preserve">00</t></r><r><t>1</t></r>'
            b'<rPh sb="0" eb="1"><t>ling</t></rPh><phoneticPr fontId="1"/></is>')
    changed = parts[page].replace(b"<is><t>001</t></is>", runs)
    assert changed != parts[page]
    assert digest(rich.zipped(parts | {page: changed})) == digest(odd())
