"""The writing habits of spreadsheet programs, cell by cell: each is understood, by both parsers alike."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juesuan.book import Sheet, Value, cell_name
from juesuan.hosts.read import read_book
from tests.hosts.hostile import DOCUMENT, HEAD, MAIN, packed, parts, sheet, strings
from tests.hosts.same import cells, same

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
TABLE = (
    f'{HEAD}<sst xmlns="{MAIN}" count="9" uniqueCount="9">'
    '<si><t>收入</t><phoneticPr fontId="1" type="noConversion"/></si>'
    '<si><r><t>政府</t></r><r><rPr><b/><sz val="9"/></rPr><t xml:space="preserve"> 性&amp;</t></r></si>'
    '<si><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/></si>'
    "<si><t>甲&#10;乙_x000D__x4E2D_&lt;</t></si><si><t/></si><si><t>a\r\nb</t></si></sst>"
)
HABITS: dict[str, tuple[str, Value, str | None]] = {
    "number": ('<c r="B2"><v>1.50</v></c>', 1.5, None),
    "style first": ('<c s="1" r="B2"><v>1</v></c>', 1.0, None),
    "type before style": ('<c r="B2" t="n" s="1"><v>1</v></c>', 1.0, None),
    "exponent": ('<c r="B2"><v>5.7319E2</v></c>', 573.19, None),
    "long double": ('<c r="B2"><v>573.19000000000005</v></c>', 573.19, None),
    "metadata": ('<c r="B2" s="1" cm="1" vm="2"><v>3</v></c>', 3.0, None),
    "blank": ('<c r="B2" s="1"/>', None, None),
    "blank open": ('<c r="B2" s="1" t="n"></c>', None, None),
    "empty value": ('<c r="B2" s="1"><v/></c>', None, None),
    "shared": ('<c r="B2" t="s"><v>0</v></c>', "收入", None),
    "rich": ('<c r="B2" t="s"><v>1</v></c>', "政府 性&", None),
    "phonetic": ('<c r="B2" t="s"><v>2</v></c>', "東京", None),
    "escapes": ('<c r="B2" t="s"><v>3</v></c>', "甲\n乙\r中<", None),
    "empty shared": ('<c r="B2" t="s"><v>4</v></c>', None, None),
    "line end": ('<c r="B2" t="s"><v>5</v></c>', "a\nb", None),
    "inline": ('<c r="B2" t="inlineStr"><is><t xml:space="preserve"> a&#10;b </t></is></c>', " a\nb ", None),
    "inline rich": ('<c r="B2" t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is></c>', "甲乙", None),
    "inline phonetic": ('<c r="B2" t="inlineStr"><is><t>甲</t><rPh sb="0" eb="1"><t>x</t></rPh></is></c>', "甲", None),
    "character references": ('<c r="B2" t="inlineStr"><is><t>&#25910;&#x5165;</t></is></c>', "收入", None),
    "true": ('<c r="B2" t="b"><v>1</v></c>', True, None),
    "false": ('<c r="B2" t="b"><v>0</v></c>', False, None),
    "error": ('<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!", "1/0"),
    "iso date": ('<c r="B2" t="d"><v>2024-03-15T08:30:00</v></c>', dt.datetime(2024, 3, 15, 8, 30), None),
    "date": ('<c r="B2" s="2"><v>45366</v></c>', dt.datetime(2024, 3, 15), None),
    "date formula": ('<c r="B2" s="2"><f>TODAY()</f><v>45366.5</v></c>', dt.datetime(2024, 3, 15, 12), "TODAY()"),
    "formula": ('<c r="B2"><f>SUM(A1:A2)</f><v>3</v></c>', 3.0, "SUM(A1:A2)"),
    "formula, no value": ('<c r="B2"><f>A1&amp;"&lt;"</f></c>', None, 'A1&"<"'),
    "formula, empty value": ('<c r="B2"><f>A1</f><v></v></c>', None, "A1"),
    "formula text": ('<c r="B2" t="str"><f>A1</f><v>甲</v></c>', "甲", "A1"),
    "formula empty text": ('<c r="B2" t="str"><f>A1</f><v></v></c>', None, "A1"),
    "formula flags": ('<c r="B2"><f aca="false" ca="1">A1</f><v>1</v></c>', 1.0, "A1"),
    "array": ('<c r="B2"><f t="array" ref="B2:B3">A1:A2*2</f><v>1</v></c>', 1.0, "A1:A2*2"),
    "data table": ('<c r="B2"><f t="dataTable" ref="B2" dt2D="1" r1="A1" r2="A2"/><v>1</v></c>', 1.0, "TABLE(A1,A2)"),
    "foreign sheet": ("<c r=\"B2\"><f>'决算 表'!A1+收入!$B2</f><v>1</v></c>", 1.0, "'决算 表'!A1+收入!$B2"),
    "single quotes": ("<c r='B2' t='str'><v>甲</v></c>", "甲", None),
    "comment": ('<c r="B2"><!-- x --><v>1<!-- y -->2</v></c>', 12.0, None),
    "cdata": ('<c r="B2" t="str"><v><![CDATA[a<b&c]]></v></c>', "a<b&c", None),
    "instruction": ('<c r="B2"><?x y?><v>1</v></c>', 1.0, None),
    "lower case": ('<c r="b2"><v>1</v></c>', 1.0, None),
    "pretty": ('<c r="B2">\n  <f>A1</f>\n  <v>1</v>\n</c>', 1.0, "A1"),
    "extension": ('<c r="B2"><v>1</v><extLst><ext uri="{x}"/></extLst></c>', 1.0, None),
    "no name": ("<c/><c><v>4</v></c>", 4.0, None),
    "number by references": ('<c r="B2"><v>&#49;&#50;</v></c>', 12.0, None),
    "number that is none": ('<c r="B2"><v>甲&amp;乙</v></c>', "甲&乙", None),
    "spaces": ('<c r="B2" t="s"><v> 0 </v></c>', "收入", None),
    "full width digits": ('<c r="B2"><v>１２</v></c>', "１２", None),
    "underscore": ('<c r="B2"><v>1_000</v></c>', "1_000", None),
}


@pytest.mark.parametrize("habit", HABITS)
@pytest.mark.parametrize("careful", [False, True])
def test_writing_habits(habit: str, careful: bool) -> None:
    cell, value, formula = HABITS[habit]
    book = one_sheet(sheet(f'<row r="2">{cell}</row>'), careful)
    assert repr(book.value(1, 1)) == repr(value)
    assert book.formulas == ({} if formula is None else {(1, 1): formula})


def one_sheet(text: str | bytes, careful: bool = False, **more: str) -> Sheet:
    return read_book(packed(parts(text, more={"xl/sharedStrings.xml": TABLE, **more})), careful=careful).sheets[0]


def test_prefixed_strict_utf16_and_byte_order_mark() -> None:
    plain = sheet('<row r="1"><c r="A1" t="str"><f>B1</f><v>甲</v></c><c r="B1" s="1"><v>2</v></c></row>')
    prefixed = plain
    for tag in ("worksheet", "sheetData", "row", "c", "f", "v"):
        prefixed = prefixed.replace(f"<{tag} ", f"<x:{tag} ").replace(f"<{tag}>", f"<x:{tag}>")
        prefixed = prefixed.replace(f"</{tag}>", f"</x:{tag}>")
    writings = {
        "prefixed": prefixed.replace("xmlns=", "xmlns:x="),
        "strict": plain.replace(MAIN, STRICT),
        "utf-16": plain.replace("UTF-8", "UTF-16").encode("utf-16"),
        "gbk": plain.replace("UTF-8", "GBK").encode("gbk"),
        "mark": b"\xef\xbb\xbf" + plain.encode(),
        "no declaration": plain.removeprefix(HEAD),
    }
    expected = one_sheet(plain)
    assert cells(expected.rows) == {(0, 0): "甲", (0, 1): 2.0}
    for name, text in writings.items():
        found = one_sheet(text)
        assert (cells(found.rows), found.formulas, found.formats) == (
            cells(expected.rows),
            expected.formulas,
            {(0, 1): "#,##0.00"},
        ), name


def test_rows_and_cells_without_names() -> None:
    text = sheet("<row><c><v>1</v></c><c><v>2</v></c></row><row r='4'><c r='C4'><v>3</v></c><c><v>4</v></c></row>"
                 "<row><c><v>5</v></c></row>")  # fmt: skip
    assert cells(one_sheet(text).rows) == {(0, 0): 1, (0, 1): 2, (3, 2): 3, (3, 3): 4, (4, 0): 5}


def test_cells_out_of_order_and_false_dimension() -> None:
    text = sheet('<row r="3"><c r="C3"><v>3</v></c><c r="A3"><v>1</v></c></row><row r="1"><c r="B1"><v>2</v></c></row>',
                 before='<dimension ref="A1:B1"/>')  # fmt: skip
    assert cells(one_sheet(text).rows) == {(2, 2): 3, (2, 0): 1, (0, 1): 2}


def test_shared_formulas_are_expanded_where_they_stand() -> None:
    text = sheet(
        '<row r="2"><c r="C2"><f t="shared" ref="C2:D3" si="0">SUM(A2:$B2)*B$1&amp;"A2"</f><v>1</v></c>'
        '<c r="D2"><f t="shared" si="0"/><v>1</v></c></row>'
        '<row r="3"><c r="C3"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    expected = {(1, 2): 'SUM(A2:$B2)*B$1&"A2"', (1, 3): 'SUM(B2:$B2)*C$1&"A2"', (2, 2): 'SUM(A3:$B3)*B$1&"A2"'}
    assert one_sheet(text).formulas == expected
    assert one_sheet(text, careful=True).formulas == expected


def test_dates_of_1904_and_formats_from_styles() -> None:
    styles = (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="3">'
        '<numFmt numFmtId="176" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/>'
        '<numFmt numFmtId="177" formatCode="&quot;共&quot;0.00&quot;days&quot;"/>'
        '<numFmt numFmtId="178" formatCode="[h]:mm"/></numFmts><cellXfs count="5"><xf numFmtId="0"/>'
        '<xf numFmtId="176"/><xf numFmtId="177"/><xf numFmtId="178"/>'
        '<xf numFmtId="31"/></cellXfs></styleSheet>'
    )
    row = "".join(f'<c r="{c}1" s="{s}"><v>100.5</v></c>' for s, c in enumerate("ABCDE"))
    for old in (False, True):
        contents = parts(sheet(f'<row r="1">{row}</row>'), more={"xl/styles.xml": styles})
        if old:
            book = str(contents["xl/workbook.xml"])
            contents["xl/workbook.xml"] = book.replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
        tab = read_book(packed(contents)).sheets[0]
        day = dt.datetime(1904, 4, 10, 12) if old else dt.datetime(1900, 4, 9, 12)
        assert [tab.value(0, c) for c in range(5)] == [100.5, day, 100.5, dt.timedelta(days=100, hours=12), day]
        codes = ['yyyy"年"m"月"', '"共"0.00"days"', "[h]:mm", 'yyyy"年"m"月"d"日"']
        assert tab.formats == {(0, column): code for column, code in enumerate(codes, 1)}


def test_part_names_as_programs_write_them() -> None:
    contents = parts(sheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    contents["xl/_rels/workbook.xml.rels"] = str(contents["xl/_rels/workbook.xml.rels"]).replace(
        "worksheets/sheet1.xml", "/xl/Worksheets/%E8%A1%A8.xml"
    )
    contents["xl\\worksheets\\表.xml"] = contents.pop("xl/worksheets/sheet1.xml")
    assert read_book(packed(contents)).sheets[0].value(0, 0) == 1.0


def test_local_names_and_charts_are_left_out() -> None:
    book = (
        '<definedNames><definedName name="合计">表1!$A$1</definedName>'
        '<definedName name="_xlnm.Print_Area" localSheetId="0">表1!$A$1:$C$9</definedName></definedNames>'
    )
    contents = parts(sheet(""), sheet(""), names=("表1", "图"), book=book)
    contents["xl/_rels/workbook.xml.rels"] = str(contents["xl/_rels/workbook.xml.rels"]).replace(
        f'Id="rId2" Type="{DOCUMENT}/worksheet"', f'Id="rId2" Type="{DOCUMENT}/chartsheet"'
    )
    found = read_book(packed(contents))
    assert found.defined_names == {"合计": "表1!$A$1"}
    assert [tab.name for tab in found.sheets] == ["表1"]


TEXTS = ["0", "1", "7", "45366.25", "-1e3", "", "nan", "甲&amp;乙", "_x000A_", "2024-01-02"]
FORMULAS = ["", "<f>A1&gt;B$2</f>", '<f t="shared" si="0"/>', '<f t="shared" ref="A1:B9" si="0">C3*2</f>', "<f/>"]


@st.composite
def cell_texts(draw: st.DrawFn) -> str:
    """Rows of cells in every spelling, well-formed but not always sensible."""
    out = []
    for row in sorted(draw(st.sets(st.integers(1, 60), max_size=5))):
        hidden = draw(st.sampled_from(["", ' hidden="1"', ' hidden="false"', " hidden='true'", ' ht="9" hidden="0"']))
        out.append(f'<row r="{row}"{hidden}>')
        for column in sorted(draw(st.sets(st.integers(0, 600), max_size=5))):
            attributes = [f'r="{cell_name(row - 1, column)}"', f's="{draw(st.integers(0, 3))}"']
            kind = draw(st.sampled_from(["", "n", "s", "b", "e", "str", "inlineStr", "d"]))
            attributes += [f't="{kind}"'] if kind else []
            if draw(st.integers(0, 9)) == 0:
                attributes = draw(st.permutations(attributes))
            text = draw(st.sampled_from(TEXTS))
            value = f"<is><t>{text}</t></is>" if kind == "inlineStr" else f"<v>{text}</v>"
            formula = draw(st.sampled_from(FORMULAS))
            out.append(f"<c {' '.join(attributes)}>{formula}{draw(st.sampled_from([value, value, '']))}</c>")
        out.append("</row>")
    return "".join(out)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(cell_texts(), st.sampled_from(["", '<dimension ref="A1:J60"/>', '<dimension ref="A1:XFD1048576"/>']))
def test_quick_and_careful_agree(rows: str, dimension: str) -> None:
    more = {"xl/sharedStrings.xml": strings("收入", "a&amp;b_x0041_")}
    data = packed(parts(sheet(rows, before=dimension), more=more))
    same(read_book(data), read_book(data, careful=True))
