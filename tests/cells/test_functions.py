from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juesuan.book import Value
from juesuan.cells.functions import FUNCTIONS
from juesuan.cells.special import SPECIAL

from .books import reason, value

CELLS: dict[str, Value] = {
    "A1": 1.5,
    "A2": 2,
    "A3": "文",
    "A4": None,
    "A5": True,
    "A6": "7",
    "A7": -3.25,
    "B1": "201",
    "B2": "20101",
    "B3": "2010101",
    "B4": "208",
    "B5": "20801",
    "B6": "2080101",
    "B7": 201,
    "C1": 10,
    "C2": 20,
    "C3": 30,
    "C4": 40,
    "C5": 50,
    "C6": 60,
    "C7": 70,
    "D1": "#N/A",
    "D2": dt.datetime(2023, 12, 31),
    "D3": 0.1,
    "D4": 0.2,
    "D5": 1e-9,
    "D6": 0.30000000000000004,
}


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        # numbers are exact decimals
        ("D3+D4", 0.3),
        ("D3+D4=0.3", True),
        ("D6=0.3", True),
        ("1.1-1-0.1", 0.0),
        ("1/3*3=1", True),
        ("ROUND(1.005,2)", 1.01),
        ("ROUND(2.675,2)", 2.68),
        ("ROUND(-0.5,0)", -1.0),
        ("ROUND(-2.5,0)", -3.0),
        ("ROUND(1234.5,-2)", 1200.0),
        ("ROUND(1.5,0)", 2.0),
        ("ROUNDUP(1.001,2)", 1.01),
        ("ROUNDUP(-1.1,0)", -2.0),
        ("ROUNDDOWN(-1.9,0)", -1.0),
        ("TRUNC(1.29,1)", 1.2),
        ("INT(-1.5)", -2.0),
        ("ABS(A7)", 3.25),
        ("MOD(-3,2)", 1.0),
        ("MOD(3,0)", "#DIV/0!"),
        ("SQRT(16)", 4.0),
        ("SQRT(-1)", "#NUM!"),
        ("SIGN(A7)", -1.0),
        ("-2^2", 4.0),
        ("0-2^2", -4.0),
        ("2^3^2", 64.0),
        ("2^-1", 0.5),
        ("0^0", "#NUM!"),
        ("2^0.5*2^0.5=2", True),
        ("50%", 0.5),
        ("-50%%", -0.005),
        ("POWER(10,-2)", 0.01),
        ("1E+300*1E+300", "#NUM!"),
        ("10^400", "#NUM!"),
        ("CEILING(1.01,0.1)", 1.1),
        ("FLOOR(1.19,0.1)", 1.1),
        ("QUOTIENT(-7,2)", -3.0),
        # blanks, text, bool and errors in arithmetic
        ("A4+1", 1.0),
        ('A4&"x"', "x"),
        ("A4", 0.0),
        ("A6+1", 8.0),
        ("A3+1", "#VALUE!"),
        ("A5+1", 2.0),
        ("1/0", "#DIV/0!"),
        ("1/A4", "#DIV/0!"),
        ("D1+1", "#N/A"),
        ('"1,234.50"+0', 1234.5),
        ('"12%"*100', 12.0),
        ('""+1', "#VALUE!"),
        ("A1&A2", "1.52"),
        ('1/3&""', "0.333333333333333"),
        ("TRUE&1", "TRUE1"),
        ('1E+21&""', "1E+21"),
        ("+A3", "文"),
        ("-A6", -7.0),
        ("D2+1", 45292.0),
        ("NoName", None),
        # comparison: numbers < text < logical, no case
        ('"a"="A"', True),
        ('1<"a"', True),
        ('"z"<TRUE', True),
        ("A4=0", True),
        ('A4=""', True),
        ("A4=FALSE", True),
        ('"1"=1', False),
        ("2>1", True),
        ("1<>1", False),
        ("TRUE>FALSE", True),
        ("A6=7", False),
        # aggregates pass over text and logicals in ranges, count them when given directly
        ("SUM(A1:A7)", 0.25),
        ('SUM(A1,"7",TRUE)', 9.5),
        ("SUM(A6)", 0.0),
        ("SUM(A5)", 0.0),
        ("SUM(A1:A2,A1)", 5.0),
        ('SUM("x",1)', "#VALUE!"),
        ("SUM(C1:D1)", "#N/A"),
        ("SUM((C1:C2,C4))", 70.0),
        ("SUM({1,2;3,4})", 10.0),
        ("AVERAGE(A1:A7)", 0.25 / 3),
        ("AVERAGE(A3)", "#DIV/0!"),
        ("MAX(A1:A7)", 2.0),
        ("MIN(A1:A7)", -3.25),
        ("MAX(A3)", 0.0),
        ("COUNT(A1:A7)", 3.0),
        ("COUNTA(A1:A7)", 6.0),
        ("COUNTBLANK(A1:A7)", 1.0),
        ('COUNT(1,"2","x",D1)', 2.0),
        ("PRODUCT(C1:C2,A7)", -650.0),
        ("SUMSQ(3,4)", 25.0),
        ("MEDIAN(C1:C4)", 25.0),
        ("LARGE(C1:C7,2)", 60.0),
        ("SMALL(C1:C7,9)", "#NUM!"),
        ("COUNTBLANK(F:F)", 1048576.0),
        ('COUNTIF(F:F,"")', 1048576.0),
        ("COUNT(A:A)", 3.0),
        ("SUBTOTAL(9,C1:C7)", 280.0),
        ("SUBTOTAL(109,C1:C2,C3)", 60.0),
        ("SUBTOTAL(1,C1:C2)", 15.0),
        ("SUBTOTAL(103,A1:A7)", 6.0),
        # conditions
        ("IF(A4,1,2)", 2.0),
        ('IF(A1>1,"是","否")', "是"),
        ("IF(FALSE,1)", False),
        ("IF(TRUE,,1)", 0.0),
        ("IF(A3,1,2)", "#VALUE!"),
        ("IF(D1,1,2)", "#N/A"),
        ('IF(SUM(A3:A4)=0,"",SUM(A3:A4))', ""),
        ('IF(SUM(C1:C2)=0,"",SUM(C1:C2))', 30.0),
        ('IFERROR(1/0,"-")', "-"),
        ("IFERROR(D1,5)", 5.0),
        ("IFNA(1/0,5)", "#DIV/0!"),
        ("IFNA(D1,5)", 5.0),
        ("IFERROR(A1,5)", 1.5),
        ("AND(TRUE,1,A1>1)", True),
        ("AND(A3:A3)", "#VALUE!"),
        ("OR(FALSE,0)", False),
        ("NOT(0)", True),
        ("XOR(TRUE,TRUE)", False),
        ("IFS(FALSE,1,TRUE,2)", 2.0),
        ("IFS(FALSE,1)", "#N/A"),
        ('CHOOSE(2,1,"b")', "b"),
        ("CHOOSE(3,1,2)", "#VALUE!"),
        ("ISBLANK(A4)", True),
        ("ISBLANK(A3)", False),
        ("ISNUMBER(A6)", False),
        ("ISNUMBER(A1)", True),
        ("ISTEXT(A3)", True),
        ("ISERROR(D1)", True),
        ("ISERR(D1)", False),
        ("ISNA(D1)", True),
        ("ISLOGICAL(A5)", True),
        ("ISNONTEXT(A1)", True),
        ("NA()", "#N/A"),
        ("TRUE()", True),
        ("FALSE()", False),
        ("N(A3)", 0.0),
        ("N(A5)", 1.0),
        ("T(A1)", ""),
        ("T(A3)", "文"),
        ('VALUE("1,200")', 1200.0),
        ('VALUE("x")', "#VALUE!"),
        # text
        ("LEFT(B3,3)", "201"),
        ("LEFT(B3)", "2"),
        ("LEFT(201.5,3)", "201"),
        ("RIGHT(B3,2)", "01"),
        ("RIGHT(B3,0)", ""),
        ("MID(B3,4,2)", "01"),
        ("MID(B3,0,2)", "#VALUE!"),
        ('LEN("收入")', 2.0),
        ("LEN(A4)", 0.0),
        ('TRIM("  a   b ")', "a b"),
        ('SUBSTITUTE("aXaX","X","-",2)', "aXa-"),
        ('SUBSTITUTE("aXaX","X","")', "aa"),
        ('REPLACE("abcd",2,2,"-")', "a-d"),
        ('CONCATENATE("a",1,TRUE)', "a1TRUE"),
        ('CONCAT(B1:B2,"x")', "20120101x"),
        ('TEXTJOIN("、",TRUE,A3:A4,"b")', "文、b"),
        ('UPPER("aé")', "AÉ"),
        ('LOWER("AB")', "ab"),
        ('FIND("b","abcb",3)', 4.0),
        ('FIND("B","abc")', "#VALUE!"),
        ('SEARCH("B?","abcb")', 2.0),
        ('REPT("ab",2)', "abab"),
        ('REPT("ab",1E9)', "#VALUE!"),
        ('EXACT("a","A")', False),
        ('CLEAN("a")', "a"),
        ('HYPERLINK("#x","看")', "看"),
        ('TEXT(1234.565,"0.00")', "1234.57"),
        ('TEXT(1234.5,"#,##0.00")', "1,234.50"),
        ('TEXT(-0.5,"0.0%")', "-50.0%"),
        ('TEXT(0.004,"0.00")', "0.00"),
        ('TEXT(-0.004,"0.00")', "0.00"),
        ('TEXT(5,"000")', "005"),
        ('TEXT(58,"0.##")', "58."),
        ('TEXT(D2,"yyyy")', "2023"),
        ('TEXT(D2,"yyyy年m月d日")', "2023年12月31日"),
        ('TEXT(D2,"yyyy-mm-dd")', "2023-12-31"),
        ('TEXT(-3,"0.00;(0.00)")', "(3.00)"),
        ('TEXT(A3,"0.00")', "文"),
        ('TEXT(1.5,"@")', "1.5"),
        ('TEXT(0.5,"#.0")', ".5"),
        ('TEXT(3,"0""万元""")', "3万元"),
        # criteria
        ('SUMIF(B1:B7,"201",C1:C7)', 80.0),
        ("SUMIF(B1:B7,201,C1:C7)", 80.0),
        ('SUMIF(B1:B7,"201*",C1:C7)', 60.0),
        ('SUMIF(B1:B7,B1&"??",C1)', 20.0),
        ('SUMIF(C1:C7,">=50")', 180.0),
        ('SUMIF(B1:B7,"<>208",C1:C7)', 240.0),
        ('SUMIFS(C1:C7,B1:B7,"20?*",C1:C7,"<50")', 100.0),
        ('COUNTIF(A1:A7,"")', 1.0),
        ('COUNTIF(A1:A7,"<>")', 6.0),
        ('COUNTIF(A1:A7,"=")', 1.0),
        ("COUNTIF(A1:A7,7)", 1.0),
        ("COUNTIF(A1:A7,TRUE)", 1.0),
        ('COUNTIF(A1:A7,"文")', 1.0),
        ('COUNTIFS(B1:B7,"208*",C1:C7,">40")', 2.0),
        ('COUNTIF(B1:B7,"~*")', 0.0),
        ('AVERAGEIF(C1:C7,">50")', 65.0),
        ('AVERAGEIFS(C1:C7,B1:B7,"208*")', 50.0),
        ('AVERAGEIF(C1:C7,">500")', "#DIV/0!"),
        ("SUMIFS(C1:C7,B1:B6,1)", "#VALUE!"),
        # arrays
        ('SUMPRODUCT((LEFT(B1:B7,3)="201")*(LEN(B1:B7)=5)*C1:C7)', 20.0),
        ("SUMPRODUCT((LEFT(B1:B7,3)=B1)*C1:C7)", 130.0),
        ("SUMPRODUCT(--(LEN(B1:B7)=3),C1:C7)", 120.0),
        ("SUMPRODUCT((LEN(B1:B7)=3)*A1:A7)", "#VALUE!"),
        ("SUMPRODUCT(--(LEN(B1:B7)=3),A1:A7)", -1.75),
        ("SUMPRODUCT((B1:B7=201),C1:C7)", 0.0),
        ("SUMPRODUCT(C1:C2,C3:C4)", 1100.0),
        ("SUMPRODUCT(C1:C2,C3:C5)", "#VALUE!"),
        ("SUMPRODUCT((C1:C7>20)*(C1:C7<60)*(C1:C7+1))", 123.0),
        ("SUMPRODUCT(C1:C7/2)", 140.0),
        ("SUMPRODUCT(5)", 5.0),
        ("SUMPRODUCT((C1:C3)*{1;2;3})", 140.0),
        ("SUMPRODUCT((C1:C2=20)*(A1:B2=2))", 1.0),
        ("SUMPRODUCT(1/(D3:D4))", 15.0),
        ('SUMPRODUCT((LEFT(B1:B7,3)="201")*(LEN(B1:B7)=5)*C1:D7)', "#N/A"),
        ("SUMPRODUCT((MOD(ROW(C1:C7),2)=0)*C1:C7)", 120.0),
        ("SUMPRODUCT(ROUND(C1:C3/7,0))", 8.0),
        ('SUMPRODUCT(SUMIF(B1:B7,{"208","20801"},C1:C7))', 90.0),
        # lookups
        ('VLOOKUP("20101",B1:C7,2,FALSE)', 20.0),
        ('VLOOKUP("9",B1:C7,2,0)', "#N/A"),
        ('VLOOKUP("20801*",B1:C7,2,0)', 50.0),
        ("VLOOKUP(35,C1:C7,1)", 30.0),
        ("VLOOKUP(5,C1:C7,1,TRUE)", "#N/A"),
        ("VLOOKUP(201,B1:C7,2,0)", 70.0),
        ("VLOOKUP(1,B1:C7,3,0)", "#REF!"),
        ("HLOOKUP(10,C1:D7,3,FALSE)", 30.0),
        ("MATCH(30,C1:C7,0)", 3.0),
        ("MATCH(35,C1:C7)", 3.0),
        ('MATCH("x",C1:C7,0)', "#N/A"),
        ("INDEX(C1:C7,2)", 20.0),
        ("INDEX(B1:C7,2,2)", 20.0),
        ("INDEX(C1:C7,8)", "#REF!"),
        ("SUM(INDEX(B1:C7,0,2))", 280.0),
        ('INDEX(C:C,MATCH("208",B:B,0))', 40.0),
        ("LOOKUP(45,C1:C7)", 40.0),
        ('LOOKUP(2,1/(B1:B7="208"),C1:C7)', 40.0),
        ("ROW()", 99.0),
        ("COLUMN()", 26.0),
        ("ROW(C7)", 7.0),
        ("COLUMN(C7)", 3.0),
        ("ROWS(C:C)", 1048576.0),
        ("COLUMNS(A1:C2)", 3.0),
        # dates
        ("DATE(2023,14,1)", 45323.0),
        ("YEAR(D2)", 2023.0),
        ("MONTH(D2)", 12.0),
        ("DAY(D2)", 31.0),
        ("DATE(2023,1,0)", 44926.0),
    ],
)
def test_values(formula: str, expected: Value) -> None:
    if expected is None:
        assert "没有定义" in reason("=" + formula, CELLS)
        return
    found = value("=" + formula, {**CELLS, "D5": None})
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("TODAY()", "易变"),
        ("RAND()", "易变"),
        ("OFFSET(A1,1,1)", "计算时才知道"),
        ('INDIRECT("A1")', "计算时才知道"),
        ('WEBSERVICE("http://x")', "WEBSERVICE 不支持"),
        ("ROUND(1)", "参数个数"),
        ('LEFT("a",1,2)', "参数个数"),
        ("A1:A3", "单个值"),
        ("A1:A3*2", "单个值"),
        ("SUM(A1:A3*2)", "单个值"),
        ("SUM(IF(A1:A3>0,1,0))", "单个值"),
        ("无此表!A1", "“无此表”不存在"),
        ('TEXT(1,"[红色]0")', "格式"),
        ('TEXT(1,"0.0E+0")', "格式"),
        ("SUBTOTAL(7,A1:A2)", "功能代码"),
        ("MATCH(1,A1:A7,1)", "没有排序"),
        ("IF(1,2,3,4)", "参数个数"),
        ("SUM()", "参数个数"),
    ],
)
def test_refusals(formula: str, words: str) -> None:
    assert words in reason("=" + formula, CELLS)


def test_unsorted_lookup_is_refused_only_where_it_matters() -> None:
    assert value("=MATCH(1,A1:A3,0)", {"A1": 3, "A2": 1, "A3": 2}) == 2.0
    assert "没有排序" in reason("=MATCH(1,A1:A3,1)", {"A1": 3, "A2": 1, "A3": 2})


def test_every_listed_function_is_known() -> None:
    listed = [
        "SUM",
        "SUMIF",
        "SUMIFS",
        "SUMPRODUCT",
        "ROUND",
        "ROUNDUP",
        "ROUNDDOWN",
        "INT",
        "ABS",
        "MAX",
        "MIN",
        "AVERAGE",
        "COUNT",
        "COUNTA",
        "COUNTBLANK",
        "COUNTIF",
        "IF",
        "IFERROR",
        "AND",
        "OR",
        "NOT",
        "ISBLANK",
        "ISNUMBER",
        "ISTEXT",
        "ISERROR",
        "ISNA",
        "NA",
        "N",
        "T",
        "VALUE",
        "TEXT",
        "LEFT",
        "RIGHT",
        "MID",
        "LEN",
        "TRIM",
        "SUBSTITUTE",
        "CONCATENATE",
        "UPPER",
        "FIND",
        "REPT",
        "EXACT",
        "VLOOKUP",
        "HLOOKUP",
        "INDEX",
        "MATCH",
        "LOOKUP",
        "CHOOSE",
        "ROW",
        "COLUMN",
        "ROWS",
        "COLUMNS",
        "SUBTOTAL",
        "TRUE",
        "FALSE",
        "DATE",
        "YEAR",
        "MONTH",
    ]
    assert [name for name in listed if name not in FUNCTIONS and name not in SPECIAL] == []


_money = st.decimals(-(10**9), 10**9, places=4)


@given(_money, st.integers(-3, 5))
@settings(max_examples=200, deadline=None)
def test_round_is_half_away_from_zero(number: Decimal, digits: int) -> None:
    expected = number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert value(f"=ROUND(A1,{digits})", {"A1": float(number)}) == float(expected)


@given(
    st.lists(st.one_of(st.decimals(-(10**9), 10**9, places=6), st.sampled_from(["文", "12", True, None])), max_size=40)
)
@settings(max_examples=200, deadline=None)
def test_sum_is_the_exact_sum_of_the_numbers(cells: list[Decimal | str | bool | None]) -> None:
    shown: dict[str, Value] = {f"A{i}": float(c) if isinstance(c, Decimal) else c for i, c in enumerate(cells, 1)}
    expected = sum((c for c in cells if isinstance(c, Decimal)), Decimal(0))
    assert value("=SUM(A1:A50)", shown) == float(expected)
    if all(isinstance(c, Decimal) for c in cells) and cells:
        assert value("=" + "+".join(shown), shown) == float(expected)


@given(
    st.lists(
        st.tuples(st.sampled_from(["201", "20101", "2010101", "208", "20801", "", "2080101"]), st.integers(-999, 999)),
        min_size=2,
        max_size=20,
    )
)
@settings(max_examples=150, deadline=None)
def test_roll_ups_agree_with_one_another(rows: list[tuple[str, int]]) -> None:
    cells: dict[str, Value] = {"Z1": "201"}
    for i, (code, amount) in enumerate(rows, 1):
        cells[f"A{i}"], cells[f"C{i}"] = code, float(amount)
    n = len(rows)
    expected = float(sum(amount for code, amount in rows if code.startswith("201") and len(code) == 5))
    for formula in (
        f"=SUMPRODUCT((LEFT(A1:A{n},3)=Z1)*(LEN(A1:A{n})=5)*C1:C{n})",
        f"=SUMPRODUCT((LEFT(A1:A{n},3)=Z1)*(LEN(A1:A{n})=5),C1:C{n})",
        f"=SUMPRODUCT(--(LEFT(A1:A{n},3)=Z1),--(LEN(A1:A{n})=5),C1:C{n})",
        f"=SUMPRODUCT((LEFT(A1:A{n},3)=Z1)*(LEN(A1:A{n})=5)*(C1:C{n}+0))",
        f'=SUMIF(A1:A{n},Z1&"??",C1:C{n})',
        f'=SUMIFS(C1:C{n},A1:A{n},Z1&"??")',
    ):
        assert value(formula, cells) == expected, formula
