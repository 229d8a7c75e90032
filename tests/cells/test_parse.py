from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juesuan.cells.parse import MAX_DEPTH, parse
from juesuan.cells.tree import (
    LEVELS,
    MAX_COLUMN,
    MAX_ROW,
    Array,
    Call,
    Chain,
    Error,
    Logical,
    Missing,
    Name,
    Node,
    Number,
    Percent,
    Ref,
    Text,
    Unary,
    Union,
    Unsupported,
    show,
)


def cell(row: int, col: int, sheet: str | None = None, fixed: int = 0) -> Ref:
    return Ref(sheet, row, col, row, col, fixed)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("C8", cell(7, 2)),
        ("=c8", cell(7, 2)),
        ("$C8", cell(7, 2, fixed=10)),
        ("C$8:$D9", Ref(None, 7, 2, 8, 3, 1 | 8)),
        ("D9:C8", Ref(None, 7, 2, 8, 3)),
        ("A:C", Ref(None, 0, 0, MAX_ROW - 1, 2)),
        ("$3:4", Ref(None, 2, 0, 3, MAX_COLUMN - 1, 1)),
        ("'收入 表'!C5", cell(4, 2, "收入 表")),
        ("收入支出决算总表!$C$5", cell(4, 2, "收入支出决算总表", 15)),
        ("'it''s'!A1:B2", Ref("it's", 0, 0, 1, 1)),
        ("表1!A1:表1!B2", Ref("表1", 0, 0, 1, 1)),
        ("表1!#REF!", Error("#REF!")),
        ("合计", Name("合计")),
        ("XFE1", Name("XFE1")),
        ("LOG10(1)", Call("LOG10", (Number(Decimal(1)),))),
        ("_xlfn.IFNA(A1,)", Call("IFNA", (cell(0, 0), Missing()))),
        ("IF(,,)", Call("IF", (Missing(), Missing(), Missing()))),
        ("TRUE", Logical(True)),
        ("true()", Call("TRUE", ())),
        ('"a""b"', Text('a"b')),
        ("#DIV/0!", Error("#DIV/0!")),
        ("1.5E+3", Number(Decimal(1500))),
        ('{1,-2;"a",TRUE}', Array(((Number(Decimal(1)), Number(Decimal(-2))), (Text("a"), Logical(True))))),
        ("(A1,B2)", Union((cell(0, 0), cell(1, 1)))),
        ("-2^2", Chain(Unary("-", Number(Decimal(2))), (("^", Number(Decimal(2))),))),
        ("2^-2", Chain(Number(Decimal(2)), (("^", Unary("-", Number(Decimal(2)))),))),
        ("--A1", Unary("--", cell(0, 0))),
        ("A1%%", Percent(cell(0, 0), 2)),
        ("1-(2-3)", Chain(Number(Decimal(1)), (("-", Chain(Number(Decimal(2)), (("-", Number(Decimal(3))),))),))),
        ("(1-2)-3", Chain(Number(Decimal(1)), (("-", Number(Decimal(2))), ("-", Number(Decimal(3)))))),
    ],
)
def test_trees(text: str, tree: Node) -> None:
    assert parse(text) == tree
    assert parse(show(tree)) == tree


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1]表!A1", "其他工作簿"),
        ("'[账.xlsx]表'!A1+1", "其他工作簿"),
        ("'C:\\x\\[账.xlsx]表'!A1", "其他工作簿"),
        ("cmd|'/c calc'!A0", "DDE"),
        ("表[金额]", "结构化引用"),
        ("SUM(表[[#本行],[金额]])", "结构化引用"),
        ("'一:三'!A1", "三维"),
        ("一表:三表!A1", "三维"),
        ("A1:INDEX(A:A,3)", "动态区域"),
        ("@A1", "动态数组"),
        ("A1 B2", "无法识别"),
        ("", "无法识别"),
        ("1+", "无法识别"),
        ("(1", "无法识别"),
        ("1)", "无法识别"),
        ("SUM(1,2", "无法识别"),
        ("{1,2;3}", "无法识别"),
        ("()", "无法识别"),
        ("1,2", "无法识别"),
        ("-" * 20_000 + "1", "上限"),
        ("IF(A1," * 200 + "1" + ")" * 200, f"{MAX_DEPTH} 层"),
        ("1+(" * 400 + "1" + ")" * 400, f"{MAX_DEPTH} 层"),
    ],
)
def test_refused(text: str, words: str) -> None:
    with pytest.raises(Unsupported, match=words):
        parse(text)


def test_brackets_signs_and_long_sums_need_no_depth() -> None:
    assert parse("(" * 1000 + "1" + ")" * 1000) == Number(Decimal(1))
    assert parse("-" * 1001 + "1") == Unary("-" * 1001, Number(Decimal(1)))
    tree = parse("+".join(f"A{i}" for i in range(1, 2500)))
    assert isinstance(tree, Chain)
    assert len(tree.rest) == 2498
    assert parse(show(tree)) == tree


_sheets = st.sampled_from([None, "收入表", "it's", "2023 年", "A1", "R1C1", "TRUE", "a-b"])


@st.composite
def _refs(draw: st.DrawFn) -> Ref:
    top, left = draw(st.integers(0, MAX_ROW - 1)), draw(st.integers(0, MAX_COLUMN - 1))
    if draw(st.booleans()):
        return Ref(draw(_sheets), top, left, top, left, draw(st.sampled_from([0, 5, 10, 15])))
    bottom, right = draw(st.integers(top, MAX_ROW - 1)), draw(st.integers(left, MAX_COLUMN - 1))
    return Ref(draw(_sheets), top, left, bottom, right, draw(st.integers(0, 15)))


_numbers = st.decimals(0, 10**9, places=4).map(Number)
_leaves = st.one_of(
    _numbers,
    st.text(max_size=8).map(Text),
    st.booleans().map(Logical),
    st.sampled_from(["#DIV/0!", "#N/A", "#REF!"]).map(Error),
    _refs(),
    st.sampled_from(["合计", "税率.2023", "xxxx"]).map(Name),
    st.lists(_numbers, min_size=1, max_size=3).map(lambda row: Array((tuple(row), tuple(row)))),
)
_BY_LEVEL = {level: [op for op, found in LEVELS.items() if found == level] for level in set(LEVELS.values())}


def _trees(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    @st.composite
    def chain(draw: st.DrawFn) -> Node:
        level = draw(st.sampled_from(sorted(_BY_LEVEL)))
        pair = st.tuples(st.sampled_from(_BY_LEVEL[level]), inner)
        first, rest = draw(inner), tuple(draw(st.lists(pair, min_size=1, max_size=3)))
        if isinstance(first, Chain) and first.level == level:
            return Chain(first.first, first.rest + rest)
        return Chain(first, rest)

    def signed(args: tuple[str, Node]) -> Node:
        signs, node = args
        return Unary(signs + node.signs, node.operand) if isinstance(node, Unary) else Unary(signs, node)

    def percent(node: Node) -> Node:
        return Percent(node.operand, node.count + 1) if isinstance(node, Percent) else Percent(node)

    arguments = st.lists(st.one_of(inner, st.just(Missing())), max_size=3).filter(lambda a: a != [Missing()])
    return st.one_of(
        chain(),
        st.tuples(st.sampled_from(["-", "--", "+", "-+"]), inner).map(signed),
        inner.map(percent),
        st.tuples(st.sampled_from(["SUM", "IF", "T.TEST"]), arguments).map(lambda a: Call(a[0], tuple(a[1]))),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: Union(tuple(parts))),
    )


@given(st.recursive(_leaves, _trees, max_leaves=12))
@settings(max_examples=400, deadline=None)
def test_what_is_shown_reads_back(tree: Node) -> None:
    assert parse(show(tree)) == tree


@given(st.text(alphabet="A1B2:$!'\"(),;+-*/^&=<>%{}[]#|@ \t表.E9", max_size=40))
@settings(max_examples=600, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except Unsupported:
        return
    assert parse(show(tree)) == tree
