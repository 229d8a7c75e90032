"""Forms found in workbooks laid out by others: the same records as the published forms."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from juesuan.book import Book, Sheet
from juesuan.forms.filled import Filled, from_case
from juesuan.forms.locate import locate
from juesuan.forms.locate.shown import shown
from juesuan.forms.records import Form
from juesuan.forms.verify import verify
from tests.forms import foreign, published

CASES = published.CASES


def filled(case: str) -> list[Filled]:
    return [from_case(entry) for entry in published.load(case)["forms"]]


def told(form: Form) -> Form:
    """A form without what blanks in its title say: a title broken over two rows loses the one between."""
    return replace(form, title=form.title.replace(" ", ""))


@pytest.mark.parametrize("way", foreign.WAYS, ids=lambda w: w.name)
@pytest.mark.parametrize("case", CASES)
def test_other_layouts_give_the_same_records(case: str, way: foreign.Way) -> None:
    found = locate(foreign.book(way, filled(case)))
    assert [p for form in found for p in form.problems] == []
    assert [told(form.form) for form in found] == [told(form) for form in published.forms(case)]


@pytest.mark.parametrize("way", [w for w in foreign.WAYS if w.title != "sheet"], ids=lambda w: w.name)
@pytest.mark.parametrize("case", CASES)
def test_one_below_another_on_one_sheet(case: str, way: foreign.Way) -> None:
    found = locate(foreign.book(way, filled(case), together=True))
    assert [told(form.form) for form in found] == [told(form) for form in published.forms(case)]
    bottoms = [form.area[2] for form in found]
    tops = [form.area[0] for form in found]
    assert all(bottom < top for bottom, top in zip(bottoms, tops[1:], strict=False))


@pytest.mark.parametrize("case", CASES)
def test_located_forms_verify_like_the_published_ones(case: str) -> None:
    data = published.load(case)
    found = locate(foreign.book(foreign.WAYS[2], filled(case)))
    report = verify(
        [f.form for f in found], data["region"], data["year"], statements=published.statements(case),
        known=published.KNOWN[case],
    )  # fmt: skip
    assert report == published.report(case)
    for finding in report.findings:
        cell = found[finding.form].cell(finding.part, finding.row, finding.field)
        assert cell.startswith(found[finding.form].sheet + "!")


def test_a_finding_leads_to_its_cell() -> None:
    book = foreign.book(foreign.WAYS[6], filled("003"))
    (form, *_) = locate(book)
    at = next(i for i, row in enumerate(form.form.indicators) if row.actual == "49名")
    sheet, _, cell = form.cell("indicators", at, "actual").partition("!")
    assert _value(book, sheet, cell) == "49名"
    assert _value(book, *_split(form.cell("indicators", at, "weight"))).startswith("评选“武汉市技能大师”人数")
    assert _value(book, *_split(form.cell("indicators", at, "level1_weight"))) == "产出指标（17分）"
    assert _value(book, *_split(form.cell("funds", 2, "executed"))) == "37340.25"
    assert _value(book, *_split(form.cell("foot", None, "total_score"))) == "99.69"
    assert _value(book, *_split(form.cell("goals", 2, "weight"))) == "年度目标3：（23分）"
    assert form.cell("") == form.cell("nothing", 3, "known") == f"{form.sheet}!A1"


def _split(cell: str) -> tuple[str, str]:
    sheet, _, name = cell.partition("!")
    return sheet, name


def _value(book: Book, sheet: str, cell: str) -> str:
    from juesuan.book import cell_place

    return str(book.sheet(sheet).value(*cell_place(cell)))


# --- what is no form, and what cannot be read ---


def grid(*rows: tuple[object, ...]) -> Book:
    return Book("x.xlsx", (Sheet("表", [list(row) for row in rows]),))  # type: ignore[arg-type]


HEAD = ("一级指标", "二级指标", "三级指标", "目标值", "完成值", "得分")
LINE = ("产出指标（40分）", "数量指标（20分）", "培训人数（20分）", "≥100人", "110人", "20")


def test_lists_of_attachments_and_prose_are_no_forms() -> None:
    assert locate(grid(("附件1：2023年度某单位整体绩效自评表",), ("附件2：2023年度某项目自评表",))) == ()
    assert locate(grid(("我单位组织了绩效自评，填报了项目自评表。",), ("绩效自评结果良好",))) == ()
    assert locate(grid(("收入支出决算总表",), ("项目", "决算数"), ("基本支出", 12.5))) == ()


def test_a_form_without_headings_is_told_and_not_read() -> None:
    (form,) = locate(
        grid(("2023年度某单位整体绩效自评表",), ("产出指标", "数量指标", "培训人数", "100人", "90人", "18"))
    )
    assert form.form.indicators == ()
    assert form.spec == ""
    (problem,) = form.problems
    assert problem.cell == "表!A1"
    assert "没有找到指标的表头" in problem.message


def test_what_is_odd_is_told_with_its_cell() -> None:
    book = grid(("2023年度某项目绩效自评表",), (*HEAD[:5],), (*LINE[:2], None, "≥100人", "110人"), LINE[:5])
    (form,) = locate(book)
    assert [(p.cell, p.message.partition("：")[2]) for p in form.problems] == [
        ("表!A2", "指标表头里没有“得分”一栏，这一栏没有读到"),
        ("表!C3", "这一行有目标值、完成值或得分，但没有写三级指标名称"),
    ]
    assert [row.name for row in form.form.indicators] == ["", "培训人数"]
    (form,) = locate(grid(("2023年度某项目绩效自评表",), (*HEAD, "自评得分"), (*LINE, "19")))
    assert form.problems[0].cell == "表!G2"
    assert form.form.indicators[0].score == "20"


def test_a_blank_level_in_a_merged_column_stays_blank() -> None:
    sheet = Sheet("表", [["自评表"], list(HEAD), list(LINE), [None, None, *LINE[2:]], [None, None, *LINE[2:]]],
                  merges=((2, 0, 3, 0), (2, 1, 3, 1)))  # fmt: skip
    (form,) = locate(Book("x", (sheet,)))
    assert [row.level1 for row in form.form.indicators] == ["产出指标", "产出指标", ""]
    assert [row.level2_weight for row in form.form.indicators] == ["20", "20", None]


def test_heads_in_one_cell_and_units_line_are_told_apart() -> None:
    book = grid(
        ("2023年度整体绩效自评表",), ("金额单位：万元",), ("单位名称：某中心　填报日期：2024年5月22日",),
        ("主管部门", None, "项目实施单位", "某所"), HEAD, LINE, ("总分", None, None, None, None, 99.5),
        ("备注：1.口径", None), ("2.计分",), ("填表人：某甲", "联系电话：", "0000"),
    )  # fmt: skip
    (form,) = locate(book)
    fields = form.filled.fields
    assert form.form.unit_name == "某中心"
    assert form.form.fill_date == "2024年5月22日"
    assert "main_department" not in fields
    assert fields["implementing_unit"] == "某所"
    assert (fields["total_score"], fields["filled_by"], fields["phone"]) == ("99.5", "某甲", "0000")
    assert form.filled.notes == ("备注：1.口径", "2.计分")


def test_ticks_before_or_behind_an_option() -> None:
    book = grid(
        ("2023年度某项目自评表",), ("项目类别", "1.部门预算项目☑  2.财政专项资金□"),
        ("项目属性", "□持续性项目 √新增性项目"),
        ("项目类型", "☑ 1.常年性项目", "☐ 2.延续性项目"), HEAD, LINE,
    )  # fmt: skip
    (form,) = locate(book)
    assert form.filled.choices == {
        "项目类别": (("1.部门预算项目", True), ("2.财政专项资金", False)),
        "项目属性": (("持续性项目", False), ("新增性项目", True)),
        "项目类型": (("1.常年性项目", True), ("2.延续性项目", False)),
    }


@pytest.mark.parametrize(
    ("value", "code", "money", "text"),
    [
        (0.98, "0.0%", False, "98%"), (0.97612, "0.0%", False, "97.6%"), (0.99996, "0.0%", False, "100.0%"),
        (1, "0%", False, "100%"), (19.905000000000001, "0.00", False, "19.91"), (8.0, "0.00", False, "8"),
        (1696.45, "#,##0.00", True, "1696.45"), (10.0, "#,##0.00", True, "10.00"),
        (4800.0, '#,##0"人"', False, "4800人"),
        (0.1 + 0.2, "General", False, "0.3"), (0.0, "#,##0.00;-#,##0.00;;@", True, ""), (22, "", False, "22"),
        ("  ９人 ", "", False, "９人"), (None, "", False, ""),
    ],
)  # fmt: skip
def test_cells_are_read_as_displayed(value: float | str | None, code: str, money: bool, text: str) -> None:
    assert shown(value, code, money=money) == text


def test_nine_tables_cost_next_to_nothing() -> None:
    """A workbook without forms: well under half a millisecond (the best of several, for a busy machine)."""
    from juesuan import catalogue
    from juesuan.bind import bind
    from juesuan.fill import fill
    from juesuan.hosts.read import read_book
    from juesuan.template.package import workbook_bytes
    from tests.foreign import cases

    known = catalogue.load()
    case = {key: value for key, value in cases.load("003").items()
            if key in ("case", "unit", "year", "kind", "region", "money_unit", "tables")}  # fmt: skip
    book = read_book(workbook_bytes(fill(case, known)[0]))
    tables = list(bind(book, known).tables.values())
    assert locate(book, tables) == ()

    def once() -> float:
        start = time.perf_counter()
        locate(book, tables)
        return time.perf_counter() - start

    assert min(once() for _ in range(30)) < 0.0005


FUNDS = ("预算执行情况（20分）", "预算数（A）", "执行数（B）", "执行率（B/A）", "得分")


@pytest.mark.parametrize(
    ("value", "formula", "code", "rate"),
    [
        (0.9725, "C3/B3", "", "97.3%"),
        (0.9725, "C3/B3", "0.0%", "97.3%"),
        (1, 'IF(B3=0,"",C3/B3)', "", "100%"),
        (97.25, "C3/B3*100", "", "97.25"),
        (0.9725, "", "", "0.9725"),
        ("", 'IF(B3=0,"",C3/B3)', "", None),
    ],
)
def test_a_rate_that_is_divided_out_is_a_percentage(
    value: float | str, formula: str, code: str, rate: str | None
) -> None:
    rows = [["2023年度整体绩效自评表"], list(FUNDS), ["支出总额", 1040, 1011.4, value, 19.45], list(HEAD), list(LINE)]
    place = (2, 3)
    sheet = Sheet("表", rows, {place: formula} if formula else {}, formats={place: code} if code else {})
    (form,) = locate(Book("x.xlsx", (sheet,)))
    assert form.form.funds[0].rate == rate


def test_what_follows_a_form_on_its_sheet_is_not_part_of_it() -> None:
    book = grid(
        ("2023年度整体绩效自评表",), HEAD, LINE, ("总分", None, None, None, None, "100"), ("注：1.口径",), ("2.计分",),
        (None,),
        ("三、名词解释",), ("财政拨款收入：指……",),
    )  # fmt: skip
    (form,) = locate(book)
    assert form.filled.notes == ("注：1.口径", "2.计分")
    assert form.area == (0, 0, 5, 5)
    book = grid(("2023年度整体绩效自评表",), HEAD, LINE, (None,), ("第四部分 其他",), ("备注：无",))
    (form,) = locate(book)
    assert (form.filled.notes, form.area[2]) == ((), 2)
