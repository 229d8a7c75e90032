"""The rule language: what is written and what is read are the same; what cannot be read is refused with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juesuan.catalogue import load
from juesuan.formula import BadFormula, Binder, Formula, Place, Predicate, Relation, Term, parse

OPS = ("=", "<=", ">=", "<", ">", "!=")


# --- written out again ---


def written(formula: Formula) -> str:
    """A formula's text, from its tree."""
    each = ", ".join(
        f"{b.variable} in {' | '.join(f'{table}.{name}' for table, name in b.sets)}" for b in formula.binders
    )
    return f"each {each}: {_body(formula.body)}" if each else _body(formula.body)


def _body(body: Relation | Predicate) -> str:
    if isinstance(body, Predicate):
        return f"{body.name}({', '.join(str(a) for a in body.arguments)})"
    return f"{_side(body.left)} {body.op} {_side(body.right)}"


def _side(terms: tuple[Term, ...]) -> str:
    parts = [
        f"{'-' if t.factor < 0 else '+' if n else ''} {f'sum({t.place})' if t.total else t.place}"
        for n, t in enumerate(terms)
    ]
    return " ".join(parts).strip() or "0"


names = st.text(st.sampled_from("收支入出决算表总本年合计基金款项类（）“”/、"), min_size=1, max_size=6)
tables = st.sampled_from(["收支总表", "支出决算表", "三公表", "上年收支总表"])
codes = st.sampled_from(["208", "20801", "2080101", "30101"])
fixed = st.builds(Place, tables, names | codes, names | st.just(""))
bound = st.builds(Place, st.sampled_from(["r", "n", "k1"]), st.just(""), names)
below = st.builds(Place, st.sampled_from(["r", "n"]), st.just(""), names, st.just(True))
terms = st.builds(Term, st.sampled_from([1, -1]), fixed | bound) | st.builds(
    Term, st.sampled_from([1, -1]), fixed | bound | below, st.just(True)
)
sides = st.lists(terms, max_size=4).map(tuple)
relations = st.builds(Relation, sides, st.sampled_from(OPS), sides)
predicates = st.builds(Predicate, names, st.lists(names | fixed, max_size=3).map(tuple))
sets = st.lists(st.tuples(tables, names), min_size=1, max_size=3).map(tuple)
binders = st.lists(st.builds(Binder, st.sampled_from(["r", "n", "c"]), sets), max_size=2).map(tuple)


@given(binders, relations | predicates)
def test_a_formula_written_out_reads_back(each: tuple[Binder, ...], body: Relation | Predicate) -> None:
    text = written(Formula("", each, body))
    assert parse(text) == Formula(text, each, body)


@given(binders, relations, st.integers(0, 3))
def test_spaces_do_not_matter(each: tuple[Binder, ...], body: Relation, width: int) -> None:
    text = written(Formula("", each, body))
    wide = text.replace(" ", " " * (width + 1)).replace("[", "[ ").replace("]", " ]")
    assert parse(wide).body == parse(text).body == body


@given(st.lists(relations | predicates, min_size=1, max_size=3))
def test_conditions_are_joined_by_and(parts: list[Relation | Predicate]) -> None:
    when = " 且 ".join(_body(part) for part in parts)
    assert parse("甲[乙] = 0", when).when == tuple(parts)


@pytest.mark.parametrize("rule", load().rules, ids=lambda rule: rule.id)
def test_shipped_formulas_read_back(rule: object) -> None:
    tree = rule.tree  # type: ignore[attr-defined]
    if isinstance(tree.body, Predicate) and tree.body.name == "reading":
        return  # its argument is a rule id, not a name
    assert parse(written(tree)).body == tree.body
    assert parse(written(tree)).binders == tree.binders


# --- what it means ---


def test_a_sum_and_a_difference() -> None:
    found = parse("收支总表[年末] = sum(收支总表[收入各项]) - 收支总表[本年支出合计, 决算数]").body
    assert found == Relation(
        (Term(1, Place("收支总表", "年末", "")),),
        "=",
        (Term(1, Place("收支总表", "收入各项", ""), True), Term(-1, Place("收支总表", "本年支出合计", "决算数"))),
    )


def test_brackets_spread_their_sign() -> None:
    one = parse("甲[a] = 甲[b] - (甲[c] - 甲[d] - (甲[e] + 甲[f]))").body
    assert one == parse("甲[a] = 甲[b] - 甲[c] + 甲[d] + 甲[e] + 甲[f]").body
    assert parse("甲[a] = - - 甲[b]").body == parse("甲[a] = 甲[b]").body
    assert parse("-(甲[a] - 甲[b]) = 0").body == parse("- 甲[a] + 甲[b] = 0").body
    assert parse("((甲[a])) = 0").body == parse("甲[a] = 0").body


def test_a_line_of_a_variable_and_a_line_of_a_table() -> None:
    tree = parse("each r in 收入决算表.行, c in 收入决算表.栏: r[c] = 支出决算表[r, c]")
    assert tree.binders == (Binder("r", (("收入决算表", "行"),)), Binder("c", (("收入决算表", "栏"),)))
    assert tree.body == Relation((Term(1, Place("r", "", "c")),), "=", (Term(1, Place("支出决算表", "r", "c")),))


def test_children_and_their_column() -> None:
    tree = parse("each n in 支出决算表.上级: n[基本支出] = sum(children(n)[基本支出])")
    assert isinstance(tree.body, Relation)
    assert tree.body.right == (Term(1, Place("n", "", "基本支出", children=True), True),)


def test_zero_is_an_empty_side() -> None:
    assert parse("甲[乙] >= 0").body == Relation((Term(1, Place("甲", "乙", "")),), ">=", ())
    assert parse("0 = 甲[乙]").body == Relation((), "=", (Term(1, Place("甲", "乙", "")),))


def test_several_sets_and_a_predicate() -> None:
    tree = parse("each k in 支出决算表.科目 | 政府性基金表.科目: within(k, 支出决算表)")
    assert tree.binders[0].sets == (("支出决算表", "科目"), ("政府性基金表", "科目"))
    assert tree.body == Predicate("within", ("k", "支出决算表"))


def test_names_hold_full_width_brackets_and_quotes() -> None:
    body = parse("三公表[因公出国（境）费, 决算数] = 0").body
    assert isinstance(body, Relation)
    assert body.left[0].place == Place("三公表", "因公出国（境）费", "决算数")


# --- refused ---


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "结尾"),
        ("收支总表[本年收入合计]", "结尾"),
        ("收支总表[本年收入合计] =", "结尾"),
        ("= 收支总表[本年收入合计]", "="),
        ("收支总表 = 收支总表[其他收入]", "应为“[”"),
        ("收支总表[本年收入合计 = 0", "应为“]”"),
        ("收支总表[] = 0", "应为“]”"),
        ("收支总表[a, b, c] = 0", "应为“]”"),
        ("收支总表[a] == 收支总表[b]", "="),
        ("收支总表[a] ~ 收支总表[b]", "关系符号"),
        ("收支总表[a] = sum(收支总表[b]", "应为“)”"),
        ("收支总表[a] = sum()", "应为“[”"),
        ("收支总表[a] = 收支总表[b] 收支总表[c]", "多出"),
        ("收支总表[a] = 收支总表[b] * 2", "多出"),
        ("收支总表[a] = 5", "应为“[”"),
        ("收支总表[a] = (收支总表[b] + 收支总表[c]", "应为“)”"),
        ("each r 收入决算表.行: r[a] = 0", "应为“in”"),
        ("each r in 收入决算表: r[a] = 0", "应为“.”"),
        ("each r in 收入决算表.行 r[a] = 0", "应为“:”"),
        ("each r in 收入决算表.行 |: r[a] = 0", "应为"),
        ("known(k", "结尾"),
        ("收支总表[a] ! 收支总表[b]", "看不懂"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, says: str) -> None:
    with pytest.raises(BadFormula) as refused:
        parse(text)
    assert says in str(refused.value)
    assert not text or "在“" in str(refused.value)


def test_a_condition_is_refused_too() -> None:
    with pytest.raises(BadFormula):
        parse("收支总表[a] = 0", "nature(行政")
    with pytest.raises(BadFormula):
        parse("收支总表[a] = 0", "收支总表[a] = 0 且 多余 的话")


@given(st.text(st.sampled_from("收支[](),.:|=<>+-! sumeach in0abk"), max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        tree = parse(text)
    except BadFormula:
        return
    assert tree.source == text
