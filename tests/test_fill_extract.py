"""A case into the workbook and back."""

from __future__ import annotations

import copy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan import catalogue
from juesuan.bind import bind
from juesuan.book import Book, Sheet
from juesuan.case import BadCase, load_case, read_case, schema
from juesuan.draft import Draft
from juesuan.extract import extract, printed
from juesuan.fill import Totals, fill
from juesuan.hosts.read import read_book
from juesuan.hosts.write import workbook_bytes
from juesuan.template.build import BadRequest
from juesuan.template.form import stated
from tests.foreign import cases
from tests.narrative import build
from tests.soffice import convert

CATALOGUE = catalogue.load()
CASES = ("000", "001", "003")
HEADER = ("case", "unit", "year", "kind", "region", "money_unit", "tables")


def back(draft: Draft) -> dict[str, Any]:
    book = read_book(workbook_bytes(draft))
    return extract(book, bind(book, CATALOGUE), CATALOGUE)


def only_tables(case: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy({key: case[key] for key in HEADER if key in case})


@pytest.mark.parametrize("case", CASES)
def test_stated_gives_the_same_case_back(case: str) -> None:
    published = cases.load(case)
    draft, notes = fill(published | {"duties": [], "composition": ""}, CATALOGUE)
    assert back(draft) == only_tables(published)
    assert notes == ["案例里这些内容没有地方填，没有填入：composition、duties"]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("layout", sorted(CATALOGUE.layouts))
def test_any_layout_gives_the_same_tables_back(case: str, layout: str) -> None:
    published = cases.load(case)
    found = back(fill(published, CATALOGUE, layout)[0])
    assert found["tables"] == published["tables"]


@pytest.mark.parametrize(("case", "layout"), [("000", "hubei-2023-30"), ("001", "hunan-2021"), ("003", "hubei-2023")])
def test_the_layout_follows_region_year_and_rows(case: str, layout: str) -> None:
    assert meta(fill(cases.load(case), CATALOGUE)[0])["layout"] == layout


def meta(draft: Draft) -> dict[str, str]:
    cells = draft.sheet("_juesuan_meta").cells
    return {str(cells[row, 0].value): str(cells[row, 1].value or "") for row, column in cells if column == 0}


def test_formula_computes_what_the_rules_compute() -> None:
    draft, _ = fill(cases.load("000"), CATALOGUE, totals="formula")
    assert meta(draft)["totals"] == "formula"
    rows = {r["code"]: r["values"] for r in back(draft)["tables"]["支出决算表"]["rows"]}
    assert rows["208"] == ["1546.63", "573.19", "973.44", None, None, None]
    assert rows[None][:3] == ["1696.45", "723.01", "973.44"]
    sheet = draft.sheet("支出决算表")
    assert sum(bool(c.formula) for c in sheet.cells.values()) > 60
    assert not any(c.formula for p, c in fill(cases.load("000"), CATALOGUE)[0].sheet("支出决算表").cells.items()
                   if p[0] > 2)


def test_a_carry_over_known_only_in_total_stays_typed() -> None:
    """28 行 is the sum of 29–31 only where one of them is given."""
    case = only_tables(cases.load("003"))
    table = case["tables"]["财政拨款收入支出决算总表"]
    table["income"][27]["amount"] = "10.65"
    for row in table["income"][28:31]:
        row["amount"] = None
    draft, _ = fill(case, CATALOGUE, totals="formula")
    cells = {c.value: c for p, c in draft.sheet("财拨总表").cells.items() if p[1] == 2}
    assert cells[Decimal("10.65")].formula == ""
    table["income"][28]["amount"] = "10.65"
    draft, _ = fill(case, CATALOGUE, totals="formula")
    found = [c for p, c in draft.sheet("财拨总表").cells.items() if p[1] == 2 and c.value == Decimal("10.65")]
    assert [bool(c.formula) for c in found] == [True, False]


def test_another_region_is_filled_on_national_and_told() -> None:
    case = only_tables(cases.load("001")) | {"region": "四川"}
    draft, notes = fill(case, CATALOGUE)
    assert meta(draft)["layout"] == "national"
    assert meta(draft)["region"] == "四川"
    assert notes == ["没有“四川”2021 年度的版式，按全国通用版式（national）填写"]
    assert back(draft) == case


def test_nothing_is_dropped_without_a_word() -> None:
    case = only_tables(cases.load("000"))
    tables = case["tables"]
    tables["会议费支出表"] = tables["国有资本经营预算财政拨款支出决算表"]
    del tables["政府性基金预算财政拨款收入支出决算表"]
    del tables["收入支出决算总表"]["expenditure"][3]
    tables["收入支出决算总表"]["income"][8] |= {"item": "九、专用基金收入", "amount": "5.00"}
    tables["支出决算表"]["columns"].append("备用支出")
    for row in tables["支出决算表"]["rows"]:
        row["values"].append(None)
    tables["一般公共预算财政拨款基本支出决算明细表"]["rows"].append(
        {"block": "公用经费", "code": "31204", "name": "费用补贴", "amount": "1.00"})
    tables["财政拨款“三公”经费支出决算表"]["budget"]["会议费"] = "3.00"
    tables["收入决算表"]["unit"] = "万元"
    draft, notes = fill(case, CATALOGUE)
    said = "\n".join(notes)
    for words in ("《会议费支出表》不是九张公开表之一", "未生成：《政府性基金预算财政拨款收入支出决算表》",
                  "未列：公共安全支出", "“九、专用基金收入”不在版式的行中", "“备用支出”栏不在版式中",
                  "科目 31204 不在版式中",
                  "“会议费”不在版式中，没有填入：3.00", "《收入决算表》有不认识的内容，没有填入：unit"):
        assert words in said
    assert len(notes) == 8
    found = back(draft)["tables"]
    assert found["收入支出决算总表"]["income"][8] == {"line": 9, "item": "九、专用基金收入", "amount": "5.00"}
    assert [r["line"] for r in found["收入支出决算总表"]["expenditure"]][:5] == [31, 32, 33, 35, 36]
    assert found["一般公共预算财政拨款基本支出决算明细表"]["rows"][-1]["code"] == "31204"
    assert "备用支出" in {c.value for c in draft.sheet("支出决算表").cells.values()}


def test_lines_without_numbers_and_figures_that_are_none() -> None:
    case = only_tables(cases.load("001"))
    table = case["tables"]["收入支出决算总表"]
    table["income"] = [r | {"line": None} for r in table["income"] if r["item"]]
    table["expenditure"] = [r | {"line": None} for r in table["expenditure"] if r["item"]]
    table["income"][0]["amount"] = "约三百万"
    draft, notes = fill(case, CATALOGUE)
    assert "“约三百万”不是金额，按原样填入" in notes[-1]
    assert back(draft) == case


def test_money_in_yuan() -> None:
    case = only_tables(cases.load("001")) | {"money_unit": "元"}
    draft, _ = fill(case, CATALOGUE)
    assert back(draft) == case
    assert draft.sheet("收支总表").cells[2, 4].value == "金额单位：元"


@pytest.mark.parametrize(("change", "words"), [
    ({"unit": ""}, "unit：不能为空"),
    ({"year": "二〇二三"}, "year：应为整数"),
    ({"year": 1999}, "year：年度应在 2000 以后"),
    ({"kind": "公司"}, "kind：应为 '部门' 或 '单位'"),
    ({"tables": {"支出决算表": {"columns": ["基本支出"]}}}, "tables.支出决算表.rows：缺少"),
    ({"tables": {"支出决算表": {"columns": [], "rows": [{"values": [[]]}]}}}, "rows.0.values.0：应为文字"),
    ({"tables": 5}, "tables：应为对象"),
    ({"narrative": {}}, "narrative：应为列表"),
    ({"narrative": [{"section": "一、收入"}]}, "narrative.0.text：缺少"),
    ({"narrative": [{"section": "一、收入", "text": "长" * 32768}]}, "narrative.0（一、收入）有一段 32768 字"),
    ({"narrative": [{"section": "一、收入", "text": "甲\x07"}]}, "控制字符（U+0007）"),
    ({"glossary": [5]}, "glossary.0：应为对象"),
    ({"glossary": [{"no": "（一）"}]}, "glossary.0.term：缺少"),
    ({"key_work": [{"item": 5}]}, "key_work.0.item：应为文字"),
    ({"facts": {"values": {"没有这一项": "1"}}}, "facts：补充资料不合结构：values.没有这一项：没有这一项"),
    ({"forms": [{"kind": "别的"}]}, "forms.0.kind"),
])  # fmt: skip
def test_a_bad_case_is_refused_with_its_place(change: dict[str, Any], words: str) -> None:
    with pytest.raises(BadCase) as error:
        fill(only_tables(cases.load("000")) | change, CATALOGUE)
    assert words in str(error.value)


def test_other_refusals() -> None:
    with pytest.raises(BadCase, match="JSON 对象"):
        read_case([1])
    with pytest.raises(BadCase, match="不是有效的 JSON"):
        load_case("{")
    with pytest.raises(BadRequest, match="没有一张"):
        fill({"unit": "甲", "year": 2023, "tables": {}}, CATALOGUE)
    with pytest.raises(BadRequest, match="没有名为"):
        fill(cases.load("000"), CATALOGUE, "nowhere")


def test_the_schema_names_every_key_of_a_case() -> None:
    found = schema()
    assert found["$id"] == "juesuan.case/1"
    assert set(HEADER) <= set(found["properties"])
    names = set(found["$defs"])
    assert {"PanelCase", "CodeCase", "EconomicCase", "MatrixCase"} <= names
    assert {"narrative", "glossary", "key_work", "facts", "forms"} <= set(found["properties"])
    assert {"人员经费合计", "公用经费合计"} <= set(found["$defs"]["EconomicCase"]["properties"])


def test_numbers_instead_of_texts_are_taken() -> None:
    case = read_case(load_case('{"unit": "甲", "year": 2023, "tables": {"国有资本经营预算财政拨款支出决算表": '
                               '{"columns": ["合计"], "rows": [{"code": 223, "name": "甲", "values": [12.50]}]}}}'))
    assert case.tables["国有资本经营预算财政拨款支出决算表"].rows[0].values == ["12.50"]  # type: ignore[union-attr]


amounts = st.builds(lambda fen, places: f"{Decimal(fen).scaleb(-places):f}", st.integers(-10**8, 10**8),
                    st.integers(0, 6))


@given(amounts)
def test_an_amount_is_printed_as_it_was(text: str) -> None:
    value, code = stated(text)
    assert isinstance(value, Decimal)
    if Decimal(text) == 0:
        text = text.replace("-", "")
    assert printed(float(value), "" if code == "General" else code, "万元") == text


@pytest.mark.parametrize(("value", "code", "text"), [
    (0, "#,##0.00", "0.00"), (0, "#,##0.00;-#,##0.00;;@", None), (0.0, '#,##0.00;-#,##0.00;"-";@', None),
    (1234.5, "#,##0.00", "1234.50"), (-5, "#,##0.00;-#,##0.00;;@", "-5.00"), (38.2, "", "38.2"), (3.0, "", "3"),
    (0.1 + 0.2, "#,##0.00", "0.30"), (573.195, "#,##0.00", "573.195"), (None, "#,##0.00", None), ("", "", None),
    ("—", "", None), ("1,728.50", "", "1728.50"), ("１２．５", "", "12.5"), ("约三", "", "约三"), (2.4, "0.0##", "2.4"),
    (7.0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "7.00"),
])  # fmt: skip
def test_amounts_are_read_as_displayed(value: Any, code: str, text: str | None) -> None:
    assert printed(value, code, "万元") == text


def test_tables_in_two_units_come_back_in_one() -> None:
    assert printed(5000.0, "#,##0.00", "元", "万元") == "0.5"
    assert printed(12345678.0, "", "元", "万元") == "1234.5678"


# --- words ---

STRUCTURED = [
    {"no": "（一）", "term": "基本支出", "text": "指保障运转的支出：人员和公用。"},
    {"no": "（二）", "term": "本单位使用的支出功能分类科目（到项级）", "text": None, "items": [
        {"no": 1, "类": "教育支出", "款": "普通教育", "项": "学前教育", "text": "反映学前教育支出。"},
        {"no": None, "类": "住房保障支出", "款": "住房改革支出", "项": "购房补贴", "text": "反映购房补贴。"}]},
    {"no": 3, "term": "项目支出", "text": ""},
    "（四）“三公”经费：指三项经费。",
]  # fmt: skip
WORKS = [
    {"no": 1, "item": "参保扩面", "goal": "新增参保\n十四万人次", "done": "已完成。"},
    {"no": None, "item": "基金监管", "goal": None, "done": "=每季核查一次"},
    {"no": "三", "item": "信息化", "goal": "建成平台", "done": None},
]


def with_words(case: str) -> dict[str, Any]:
    """A case with its published narrative and 名词解释, and 重点工作."""
    return only_tables(cases.load(case)) | {
        "narrative": [{"section": p.section, "text": p.text} for p in build.paragraphs(case)],
        "glossary": [line for p in build.paragraphs(case, "glossary") for line in p.text.split("\n")],
        "key_work": copy.deepcopy(WORKS),
    }


@pytest.mark.parametrize("totals", ["stated", "formula"])
@pytest.mark.parametrize("case", CASES)
def test_words_come_back_as_they_were(case: str, totals: Totals) -> None:
    given = with_words(case)
    draft, notes = fill(given, CATALOGUE, totals=totals)
    found = back(draft)
    assert {key: found[key] for key in ("narrative", "glossary", "key_work")} == {
        key: given[key] for key in ("narrative", "glossary", "key_work")}
    assert not [note for note in notes if "没有填入" in note]


@pytest.mark.libreoffice
def test_words_come_back_from_libreoffice_too(tmp_path: Path) -> None:
    given = {case: with_words(case) for case in CASES}
    given["000"]["glossary"] = copy.deepcopy(STRUCTURED)
    for case, content in given.items():
        (tmp_path / f"{case}.xlsx").write_bytes(workbook_bytes(fill(content, CATALOGUE)[0]))
    for path in convert([tmp_path / f"{case}.xlsx" for case in CASES], "xlsx", tmp_path / "out"):
        book = read_book(path)
        assert extract(book, bind(book, CATALOGUE), CATALOGUE) == given[path.stem]


def test_a_glossary_in_parts_comes_back_in_parts() -> None:
    case = only_tables(cases.load("001")) | {"glossary": copy.deepcopy(STRUCTURED)}
    draft, notes = fill(case, CATALOGUE)
    assert (back(draft), notes) == (case, [])
    cells = [c.value for c in draft.sheet("名词解释").cells.values()]
    assert "1.教育支出（类）普通教育（款）学前教育（项）：反映学前教育支出。" in cells
    assert "（二）本单位使用的支出功能分类科目（到项级）" in cells
    case["glossary"][0]["term"] = "一：二"
    (note,) = fill(case, CATALOGUE)[1]
    assert note.startswith("名词解释第 1 条的名词或科目名称里有“：”“（类）”等分隔用的字")


def test_blank_lines_and_empty_sections_come_back() -> None:
    texts = ["\n甲。", "甲。\n\n乙。\n", "", "  前后有空格  \n丙。"]
    titles = ("一、收入支出决算总体情况说明", "二、收入决算情况说明", "三、支出决算情况说明", "四、想不到的标题")
    case = only_tables(cases.load("001")) | {
        "narrative": [{"section": h, "text": t} for h, t in zip(titles, texts, strict=True)]}
    assert back(fill(case, CATALOGUE)[0]) == case


def test_words_without_tables() -> None:
    case = {"case": "", "unit": "甲单位", "year": 2023, "kind": "单位", "region": "湖北", "money_unit": "万元",
            "tables": {}, "narrative": [{"section": "一、收入支出决算总体情况说明", "text": "收、支总计1,696.45万元"}]}
    draft, _ = fill(case, CATALOGUE)
    book = read_book(workbook_bytes(draft))
    assert extract(book, bind(book, CATALOGUE, required=False), CATALOGUE) == case


def test_facts_come_back() -> None:
    facts = {"schema": "juesuan.facts/1", "unit": "甲单位", "year": 2023, "money_unit": "万元",
             "values": {"上年.收支总计": "1698.48", "原因.收支总计": "采购减少"},
             "lists": {"年初预算": [{"编码": "2080111", "名称": "公共就业服务", "年初预算": "230.57"}]}}
    found = back(fill(cases.load("000") | {"facts": facts}, CATALOGUE)[0])["facts"]
    assert {key: found[key] for key in ("schema", "year", "money_unit", "values")} == {
        key: facts[key] for key in ("schema", "year", "money_unit", "values")}
    assert found["lists"]["年初预算"][0]["年初预算"] == "230.57"


def test_what_the_words_hold_besides_is_told() -> None:
    case = only_tables(cases.load("000")) | {"narrative": [{"section": "一、收入", "text": "甲。", "page": 3}],
                                            "key_work": [{"item": "甲", "who": "乙"}]}
    assert fill(case, CATALOGUE)[1] == [
        "情况说明有不认识的内容，没有填入：page", "重点工作有不认识的内容，没有填入：who"]


def test_extract_takes_foreign_workbooks_too() -> None:
    sheet = Sheet("甲", [["支出决算表"], ["单位：甲单位", "2023年度", "单位：万元"],
                        ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"],
                        ["合计", None, 3, 1, 2], ["208 社会保障和就业支出", None, 3, 1, 2.5]])
    book = Book("甲.xlsx", (sheet,))
    found = extract(book, bind(book, CATALOGUE), CATALOGUE, "甲")
    table = found["tables"]["支出决算表"]
    assert (found["case"], found["unit"], found["year"], table["code"]) == ("甲", "甲单位", 2023, None)
    assert table["columns"] == ["本年支出合计", "基本支出", "项目支出"]
    assert table["rows"] == [{"code": None, "name": "合计", "values": ["3", "1", "2"]},
                             {"code": "208", "name": "社会保障和就业支出", "values": ["3", "1", "2.5"]}]


@pytest.mark.parametrize("totals", ["stated", "formula"])
@pytest.mark.parametrize("case", CASES)
def test_filled_workbooks_stay_lean(case: str, totals: Totals) -> None:
    draft, _ = fill(cases.load(case), CATALOGUE, totals=totals)
    assert sum(len(s.cells) for s in draft.sheets) < 5000
    assert len(workbook_bytes(draft)) < 80_000
