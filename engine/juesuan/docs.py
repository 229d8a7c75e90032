"""Pages generated from the catalogue: ``python -m juesuan.docs rules`` prints docs/rules.md."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from juesuan.catalogue import Catalogue, load
from juesuan.formula import Predicate
from juesuan.rules import SEVERITY_NAMES, Role, Rule, Severity, WordRule, WordTolerance

#: The prefix of a rule id → the section it is printed in.
SECTIONS: Mapping[str, str] = {
    "T1": "一、收入支出决算总表",
    "T2": "二、收入决算表",
    "T3": "三、支出决算表",
    "T4": "四、财政拨款收入支出决算总表",
    "T5": "五、一般公共预算财政拨款支出决算表",
    "T6": "六、一般公共预算财政拨款基本支出决算明细表",
    "T7": "七、政府性基金预算财政拨款收入支出决算表",
    "T8": "八、国有资本经营预算财政拨款支出决算表",
    "T78": "七、八两表共有",
    "T9": "九、财政拨款“三公”经费支出决算表",
    "X": "十、表间关系",
    "S": "十一、文件与单元格",
    "N": "十二、情况说明",
    "B": "十三、补充资料",
    "P": "十四、绩效自评表",
}
ROLE_NAMES: Mapping[Role, str] = {
    "derive": "计算",
    "reconcile": "核对",
    "bound": "界限",
    "complete": "完整",
    "structure": "结构",
}
TOLERANCE_NAMES: Mapping[WordTolerance, str] = {
    "exact": "逐分相等",
    "rounding": "舍入区间",
    "same": "同一数值",
    "percent": "百分比",
    "score": "0.01 分",
}
HEADER: tuple[str, ...] = ("编号", "关系", "级别", "容差", "作用", "依据", "怎样改正", "年度、地区")

_HEAD = """# 勾稽关系目录

<!-- 由目录生成（make docs），请勿手改：改 workbook_templates/ 下 rules/、narrative/、forms/、bureau/ 的条目。 -->

共 {count} 条：强制性 {fatal} 条，核实性 {explain} 条，提示 {warn} 条。目录版本 {version}。
单独看一条：`juesuan explain 编号`。

- **关系**：`表[行, 栏]`；`each r in 表.行` 对每一行各成一条；`children(n)` 是下级科目；`sum(表[组])` 对一组行或栏求和。
- **级别**：强制性的应当改正；核实性的可能合理，须核实并写明原因；提示供参考。
- **容差**：逐分相等，一分不差；舍入区间，差额不超过参加计算的非空数各半个末位之和（万元两位小数时每个数 0.005 万元，
  以元填报时为零），不等而在其内的是尾差；同一数值，同一个数出现在两处，容许同上；百分比，相差不超过所注百分数。
  文字和自评表里，百分数按印出的小数位复核，得分相差 0.01 分以内是尾差。
- **作用**：计算（左边由右边算出，模板里是公式）、核对（两处应当相等）、界限（不大于、不小于）、完整（应当有）、
  结构（科目、名称、版式、文件）；情况说明、补充资料、自评表、单位汇总的规则用文字写成，注明所核对的是哪一种。
"""


def rules_page(catalogue: Catalogue) -> str:
    """docs/rules.md: every rule by section, in the catalogue's order."""
    rules = catalogue.declarations
    counts: dict[Severity, int] = {name: sum(r.severity == name for r in rules) for name in SEVERITY_NAMES}
    parts = [_HEAD.format(count=len(rules), version=catalogue.version, **counts)]
    by_prefix: dict[str, list[Rule | WordRule]] = {prefix: [] for prefix in SECTIONS}
    for rule in rules:
        by_prefix.setdefault(rule.id.partition("-")[0], []).append(rule)
    parts += [f"## {SECTIONS.get(prefix, prefix)}\n\n{_table(found)}" for prefix, found in by_prefix.items() if found]
    return "\n".join(parts)


def _table(rules: Iterable[Rule | WordRule]) -> str:
    rows = [HEADER, ("---",) * len(HEADER), *(tuple(_cell(text) for text in _row(rule)) for rule in rules)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(rule: Rule | WordRule) -> tuple[str, ...]:
    if isinstance(rule, WordRule):
        needs = f"<br>需要：{rule.needs}" if rule.needs else ""
        severity, tolerance = SEVERITY_NAMES[rule.severity], TOLERANCE_NAMES[rule.tolerance]
        severity += f"<br>{rule.milder}，为核实性" if rule.milder else ""
        return (f"**{rule.id}**", f"{rule.title}{needs}", severity, tolerance, rule.of, rule.source, rule.mend, "各年")
    return (
        f"**{rule.id}**",
        f"{rule.title}<br>{_formula(rule)}",
        SEVERITY_NAMES[rule.severity],
        _tolerance(rule),
        ROLE_NAMES[rule.role],
        rule.source,
        rule.mend,
        _span(rule),
    )


def _tolerance(rule: Rule) -> str:
    if isinstance(rule.tree.body, Predicate):
        return "—"
    return TOLERANCE_NAMES[rule.tolerance] + (f"，{rule.percent}%" if rule.percent else "")


def _formula(rule: Rule) -> str:
    text = f"`{rule.formula}`"
    if rule.when:
        text += f"<br>条件：`{rule.when}`"
    if rule.needs:
        text += f"<br>需要：{rule.needs}"
    return text


def _span(rule: Rule) -> str:
    years = "各年" if rule.years == "*" else _years(rule.years)
    regions = "" if "*" in rule.regions else "，" + "、".join(rule.regions)
    return years + regions + (f"，已停用（{rule.retired}）" if rule.retired else "")


def _years(years: str) -> str:
    first, dots, last = years.partition("..")
    if not dots:
        return f"{first} 年度"
    return f"{first or '最早'}—{last} 年度" if last else f"{first} 年度起"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main(arguments: list[str]) -> int:
    """Print a page as UTF-8. Returns 2 for an unknown one."""
    if arguments != ["rules"]:
        print("用法：python -m juesuan.docs rules", file=sys.stderr)
        return 2
    sys.stdout.buffer.write(rules_page(load()).encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
