"""A small account with forms that hold in every rule, and ways to change one thing in it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from juesuan.amount import parse
from juesuan.forms.records import FormReport, Known, read_forms
from juesuan.forms.verify import verify
from juesuan.statements import Line, Statement, StatementSet


def indicator(
    level1: tuple[str, str], level2: tuple[str, str], name: str, weight: str, target: str, actual: str
) -> dict[str, Any]:
    return {
        "level1": level1[0], "level1_weight": level1[1], "level2": level2[0], "level2_weight": level2[1],
        "level3": name, "weight": weight, "target": target, "actual": actual, "score": weight, "deviation": None,
    }  # fmt: skip


OUTPUT, EFFECT, CONTENT = ("产出指标", "40"), ("效益指标", "30"), ("满意度指标", "10")


def indicators(prefix: str = "") -> list[dict[str, Any]]:
    """Rows: 0 数量, 1 成本 (反向), 2 时效 (日期), 3 质量 (范围), 4 社会效益 (定性), 5 经济效益, 6 满意度."""
    return [
        indicator(OUTPUT, ("数量指标", "20"), f"{prefix}培训人数", "20", "≥100人", "110人"),
        indicator(OUTPUT, ("成本指标", "10"), f"{prefix}培训费", "10", "≤50万元", "48万元"),
        indicator(OUTPUT, ("时效指标", "5"), f"{prefix}完成时间", "5", "2023年12月", "2023年11月"),
        indicator(OUTPUT, ("质量指标", "5"), f"{prefix}结业分数", "5", "60-100分", "85分"),
        indicator(EFFECT, ("社会效益指标", "20"), f"{prefix}服务水平", "20", "有效提升", "有效提升"),
        indicator(EFFECT, ("经济效益指标", "10"), f"{prefix}增收比例", "10", "5%", "6%"),
        indicator(CONTENT, ("服务对象满意度指标", "10"), f"{prefix}学员满意度", "10", "≥90%", "95%"),
    ]


def funds(item: str, budget: str, executed: str, rate: str, score: str) -> dict[str, Any]:
    return {"item": item, "budget": budget, "executed": executed, "rate": rate, "score": score, "weight": "20"}


def whole() -> dict[str, Any]:
    return {
        "kind": "整体", "title": "整体自评表", "unit_name": "示例单位", "fill_date": "2024年5月22日",
        "funds": [funds("单位整体支出总额", "210.00", "200.00", "95.2%", "19.05")], "indicators": indicators("全部"),
        "total_score": "99.05", "deviation_analysis": "预算执行率有偏差，部分尾款未付。",
        "extra": {"基本支出总额": "120.00", "项目支出总额": "80.00"},
    }  # fmt: skip


def project() -> dict[str, Any]:
    return {
        "kind": "项目", "title": "项目自评表", "unit_name": "示例单位", "fill_date": "2024年5月22日",
        "funds": [funds("年度财政资金总额", "80.00", "80.00", "100%", "20")], "indicators": indicators(),
        "total_score": "100", "deviation_analysis": None, "extra": {"level0_weight": "80"},
    }  # fmt: skip


def hunan() -> dict[str, Any]:
    """Form D: funds by source and nature, points of the second level not printed, grade."""
    rows = [
        indicator(("产出指标", "50"), ("数量指标", ""), "培训人数", "50", "≥100人", "110人"),
        indicator(("效益指标", "30"), ("社会效益指标", ""), "服务水平", "30", "有效提升", "有效提升"),
        indicator(("满意度指标", "10"), ("服务对象满意度指标", ""), "学员满意度", "10", "≥90%", "95%"),
    ]
    total = {**funds("年度资金总额", "210.00", "200.00", "95.2%", "9.52"), "weight": "10", "initial": "190.00"}
    parts = {
        "一般公共预算": "180.00",
        "政府性基金拨款": "20.00",
        "其他资金": "0",
        "基本支出": "120.00",
        "项目支出": "80.00",
    }
    budgets = {
        "一般公共预算": "190.00",
        "政府性基金拨款": "20.00",
        "其他资金": "",
        "基本支出": "125.00",
        "项目支出": "85.00",
    }
    return {
        "kind": "整体", "title": "整体支出绩效自评表", "unit_name": "示例单位", "fill_date": "2024年5月22日",
        "funds": [total, *({"item": k, "budget": budgets[k], "executed": v} for k, v in parts.items())],
        "indicators": rows, "total_score": "99.52", "grade": "优", "deviation_analysis": None,
    }  # fmt: skip


def basic() -> dict[str, Any]:
    """Form F."""
    values = {
        "基本支出": "120", "公用经费": "30", "办公经费": "10", "水费、电费、差旅费": "8", "会议费、培训费": "2",
        "三公经费": "5.00", "公务用车购置和维护经费": "3.00", "出国经费": "0", "公务接待": "2.00",
    }  # fmt: skip
    rows: list[dict[str, Any]] = [{"item": k, "last_year": v, "budget": v, "final": v} for k, v in values.items()]
    rows.append({"item": "财政供养人员", "approved": "40", "actual": "38", "rate": "95%"})
    return {
        "kind": "基础数据",
        "title": "基础数据表",
        "unit_name": "示例单位",
        "fill_date": "2024年5月22日",
        "basics": rows,
    }


@dataclass
class Account:
    """Forms, tables and what is known; ``check`` verifies them."""

    forms: list[dict[str, Any]] = field(default_factory=lambda: [whole(), project()])
    tables: dict[str, str] = field(
        default_factory=lambda: {
            "本年支出合计": "200.00",
            "基本支出": "120.00",
            "项目支出": "80.00",
            "收入总计": "220.00",
        }
    )
    known: Known = field(default_factory=lambda: Known("示例单位", date(2024, 10, 12), 190_000_000, 1, True))
    region: str = "武汉"
    projects: dict[str, str] = field(default_factory=dict)  # table → project spending it has

    def check(self) -> FormReport:
        return verify(
            read_forms(deepcopy(self.forms)), self.region, 2023, statements=self.statements(), known=self.known
        )

    def statements(self) -> StatementSet | None:
        if not self.tables:
            return None
        spending = {("合计", k): a for k, v in self.tables.items() if k != "收入总计" and (a := parse(v, "万元"))}
        income = parse(self.tables.get("收入总计"), "万元")
        paid = {k: {("合计", "项目支出"): a} for k, v in self.projects.items() if (a := parse(v, "万元"))}
        held = {**paid, "支出决算表": spending, "收支总表": {("收入总计", "决算数"): income} if income else {}}
        return StatementSet(
            "示例单位", "单位", "", 2023,
            {k: Statement(k, "万元", tuple(Line(x, "", x) for x, _ in v), (), v) for k, v in held.items()},
        )  # fmt: skip
