"""``rules list``, ``rules show`` and ``explain``: what is checked, in the rules' own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from juesuan.cli import files
from juesuan.cli.errors import Stop
from juesuan.cli.help import add
from juesuan.cli.help import group as make_group
from juesuan.cli.options import argument, option
from juesuan.cli.tongue import lang, say

if TYPE_CHECKING:
    import typer

    from juesuan.catalogue import Catalogue
    from juesuan.rules import Rule, WordRule


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = make_group(say("勾稽关系目录。", "The catalogue of rules."))
    add(group, "list", listed, "列出规则，可按编号前缀、级别、年度、地区筛选。", "List the rules.")
    add(group, "show", show, "一条规则的全部内容。", "Everything declared of one rule.")
    app.add_typer(group, name="rules")
    add(
        app,
        "explain",
        explain,
        "用一段话解释一条规则：查什么、容许多少、怎么改。",
        "Explain a rule: what it checks, what it allows, how to mend.",
    )


def listed(
    start: Annotated[str, argument("[PREFIX]", zh="编号前缀，如 T3、X、N", en="id prefix: T3, X, N …")] = "",
    severity: Annotated[str, option("--severity", zh="fatal、explain 或 warn", en="fatal, explain or warn")] = "",
    region: Annotated[str, option("--region", zh="地区，如 湖北", en="region, e.g. 湖北")] = "",
    year: Annotated[int | None, option("--year", zh="决算年度", en="year of the account")] = None,
) -> int:
    from juesuan.cli.words import catalogue

    if severity not in ("", "fatal", "explain", "warn"):
        raise Stop(say("--severity 只能是 fatal、explain 或 warn。", "--severity must be fatal, explain or warn."))
    found = [
        rule
        for rule in catalogue().declarations
        if rule.id.startswith(start) and severity in ("", rule.severity) and _applies(rule, region, year)
    ]
    if not found:
        raise Stop(say("没有符合条件的规则。", "No rule matches."))
    files.put("\n".join(f"{rule.id:<10}{_padded(_severity(rule))}{_title(rule)}" for rule in found))
    return 0


def _applies(rule: Rule | WordRule, region: str, year: int | None) -> bool:
    from juesuan.rules import WordRule

    if isinstance(rule, WordRule):
        return True
    if region:
        return rule.applies(region, year)
    return year is None or rule.applies("*", year)


def show(rule_id: Annotated[str, argument("ID", zh="规则编号，如 T3-03", en="rule id, e.g. T3-03")]) -> int:
    from juesuan.cli.words import catalogue
    from juesuan.rules import WordRule

    rules = catalogue()
    rule = _rule(rules, rule_id)
    rows = _of_words(rule) if isinstance(rule, WordRule) else _of_tables(rules, rule)
    files.put("\n".join(f"{name}：{value}" for name, value in rows if value))
    return 0


def _of_tables(rules: Catalogue, rule: Rule) -> list[tuple[str, str]]:
    return [
        (say("编号", "id"), rule.id),
        (say("标题", "title"), _title(rule)),
        (say("公式", "formula"), rule.formula),
        (say("条件", "when"), rule.when),
        (say("级别", "severity"), _severity(rule)),
        (say("作用", "role"), rule.role),
        (say("容差", "tolerance"), f"{rule.tolerance}{f' {rule.percent}%' if rule.percent else ''}"),
        (say("需要", "needs"), rule.needs),
        (say("年度", "years"), rule.years),
        (say("地区", "regions"), say("、", ", ").join(rule.regions)),
        (say("依据", "source"), rule.source),
        (say("处理", "mend"), _mend(rule)),
        (say("停用", "retired"), rule.retired),
        *((f"{say('表注', 'note')} {name}", text) for name, text in _notes(rules, rule)),
    ]


def _of_words(rule: WordRule) -> list[tuple[str, str]]:
    return [
        (say("编号", "id"), rule.id),
        (say("标题", "title"), _title(rule)),
        (say("核对", "of"), rule.of),
        (say("级别", "severity"), _severity(rule)),
        (say("容差", "tolerance"), rule.tolerance),
        (say("需要", "needs"), rule.needs),
        (say("依据", "source"), rule.source),
        (say("处理", "mend"), _mend(rule)),
    ]


def explain(rule_id: Annotated[str, argument("RULE", zh="规则编号，如 T3-03", en="rule id, e.g. T3-03")]) -> int:
    from juesuan.cli.words import catalogue
    from juesuan.render.words import words
    from juesuan.rules import WordRule

    rules = catalogue()
    rule = _rule(rules, rule_id)
    meaning = {
        "fatal": say("强制性：算术或结构上必须成立，不符就要改正。", "Must hold; what breaks it has to be corrected."),
        "explain": say(
            "核实性：不符时先核对，属实的写明原因。", "May be legitimate; check it, and explain it if it is."
        ),
        "warn": say("提示：仅供留意。", "A hint."),
    }[rule.severity]
    if isinstance(rule, WordRule):
        head = [f"{rule.id}  {_title(rule)}", "", say(f"核对{rule.of}。", f"Checks {_OF[rule.of]}."), meaning]
        if rule.milder:
            head.append(say(f"{rule.milder}，为核实性。", f"May be legitimate where {rule.milder_en}."))
        lines = [*head, _words_tolerance(rule)]
        if rule.needs:
            lines.append(
                say(f"需要{rule.needs}，没有就不核对。", f"Needs {rule.needs}; without it nothing is checked.")
            )
    else:
        lines = [f"{rule.id}  {_title(rule)}", "", f"{words(rule, rules)}。", meaning, _tolerance_said(rule)]
        if rule.needs:
            needs = f"需要另外提供{rule.needs}（--prior），否则不核对。"
            lines.append(say(needs, "Needs last year's account (--prior)."))
    lines += [
        say(f"处理：{_mend(rule)}", f"To mend: {_mend(rule)}"),
        say(f"依据：{rule.source}。", f"Source: {rule.source}."),
    ]
    if not isinstance(rule, WordRule):
        lines += [
            say(f"{name} 表下注印作：{text}", f"Printed under the table in {name}: {text}")
            for name, text in _notes(rules, rule)
        ]
    files.put("\n".join(line for line in lines if line is not None))
    return 0


_OF = {"情况说明": "the narrative", "补充资料": "the supplementary data", "自评表": "the self-assessment forms",
       "单位汇总": "a department against its units"}


def _rule(rules: Catalogue, rule_id: str) -> Rule | WordRule:
    try:
        return rules.declared(rule_id.strip().upper())
    except KeyError:
        from difflib import get_close_matches

        near = say("、", ", ").join(get_close_matches(rule_id.upper(), [r.id for r in rules.declarations], 3, 0.5))
        hint = say(f"，相近的有 {near}", f"; similar: {near}") if near else ""
        raise Stop(
            say(
                f"没有编号为“{rule_id}”的规则{hint}；全部编号见 rules list。",
                f"There is no rule “{rule_id}”{hint}; see rules list.",
            )
        ) from None


def _title(rule: Rule | WordRule) -> str:
    return rule.title_en or rule.title if lang() == "en" else rule.title


def _severity(rule: Rule | WordRule) -> str:
    from juesuan.rules import SEVERITY_NAMES

    return say(SEVERITY_NAMES[rule.severity], rule.severity)


def _padded(text: str) -> str:
    """A severity's name, as wide as the widest (a Chinese character takes two places)."""
    return text + " " * (9 - sum(2 if ord(c) > 255 else 1 for c in text))


def _mend(rule: Rule | WordRule) -> str:
    from juesuan.messages import mend
    from juesuan.rules import WordRule

    if isinstance(rule, WordRule):
        return say(rule.mend, rule.mend_en)
    return mend(rule, lang())


def _words_tolerance(rule: WordRule) -> str:
    match rule.tolerance:
        case "score":
            return say("得分相差 0.01 分以内算尾差。", "A score may be off by 0.01 as a rounding difference.")
        case "percent":
            return say(
                "百分数按印出的小数位复核，印到整数的按一位小数看。",
                "A percentage is recomputed in the precision it is printed in.",
            )
        case "exact":
            return say(
                "文字与数字须完全一致；万元数末位差 0.01 算尾差。",
                "Must be the same; a last place of 0.01 万元 is a rounding difference.",
            )
        case _:
            return say(
                "每个数可有半个末位的舍入误差，差额在各数误差之和以内算尾差。",
                "Each figure may be off by half its last place; within their sum it is a rounding difference.",
            )


def _tolerance_said(rule: Rule) -> str:
    from juesuan.formula import Predicate

    if isinstance(rule.tree.body, Predicate):
        return say(
            "这是对科目、文字或版式的检查，没有金额容差。", "A check of codes, text or form; no tolerance applies."
        )
    if rule.percent:
        return say(f"相差不超过 {rule.percent}% 视为相符。", f"A difference of up to {rule.percent}% is accepted.")
    if rule.tolerance == "exact":
        return say("一分不差才相符。", "Must be exact.")
    return say(
        "以万元填列时，每个非空数可有 0.005 万元的舍入误差，差额在各数误差之和以内算尾差，不算不符；"
        "以元填列时须完全相等。",
        "In 万元 each non-blank figure may be off by 0.005; a difference within their sum is a rounding difference. "
        "In 元 it must be exact.",
    )


def _notes(rules: Catalogue, rule: Rule) -> list[tuple[str, str]]:
    """How layouts print the relation under the table: (layout's name, text)."""
    from juesuan.formula import Relation
    from juesuan.render.note import clause

    if not rule.note:
        return []
    tree, body = rule.tree, rule.tree.body
    table = (
        tree.binders[0].sets[0][0] if tree.binders else (body.left[0].place.of if isinstance(body, Relation) else "")
    )
    spec = rules.tables.get(table)
    if spec is None:
        return []
    printed: dict[str, str] = {}
    for layout in rules.layouts.values():
        if layout.formula_notes and (text := clause(rule, spec, layout)):
            printed[layout.name] = text
    return list(printed.items())
