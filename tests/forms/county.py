"""Forms D–H of an invented county unit, as a case holds them."""

from __future__ import annotations

from typing import Any

from tests.forms.build import basic, hunan


def forms() -> list[dict[str, Any]]:
    """D, E, F, G, H."""
    return [whole(), project(), basics(), report(), roster()]


def _common(kind: str, title: str) -> dict[str, Any]:
    return {
        "kind": kind, "title": title, "unit_name": None, "fill_date": None, "project_name": None,
        "main_department": None, "implementing_unit": None, "checkboxes": {}, "funds": [], "indicators": [],
        "total_score": None, "grade": None, "deviation_analysis": None, "improvement": None, "notes": [],
    }  # fmt: skip


def _funds(item: str, *values: str | None) -> dict[str, Any]:
    initial, *rest = values
    keys = ("budget", "executed", "rate", "score", "weight")
    return {"item": item, **dict(zip(keys, rest, strict=True)), "extra": {"年初预算数": initial}}


def whole() -> dict[str, Any]:
    rows = [row | {"level2_weight": None, "deviation": "略" if row["level1"] == "产出指标" else None}
            for row in hunan()["indicators"]]  # fmt: skip
    return _common("整体", "2023年度部门整体支出绩效自评表") | {
        "unit_name": "某县某局", "fill_date": "2024年3月1日", "indicators": rows,
        "funds": [
            _funds("年度资金总额", "190.00", "210.00", "200.00", "95.2%", "9.52", "10"),
            _funds("一般公共预算", None, "190.00", "180.00", None, None, None),
            _funds("政府性基金拨款", None, "20.00", "20.00", None, None, None),
            _funds("纳入专户管理的非税收入", None, None, None, None, None, None),
            _funds("其他资金", None, None, "0.00", None, None, None),
            _funds("基本支出", None, "125.00", "120.00", None, None, None),
            _funds("项目支出", None, "85.00", "80.00", None, None, None),
        ],
        "total_score": "99.52", "grade": "优",
        "extra": {"annual_goal": "保障运转。", "annual_goal_done": "已完成。", "filled_by": "某甲", "phone": "0000-1",
                  "signed_by": "某乙"},
    }  # fmt: skip


def project() -> dict[str, Any]:
    def row(first: str, second: str, name: str | None, weight: str | None, *values: str | None) -> dict[str, Any]:
        target, actual, score = values
        return {"level1": first, "level1_weight": None, "level2": second, "level2_weight": None, "level3": name or "",
                "weight": weight, "target": target, "actual": actual, "score": score, "deviation": None}  # fmt: skip

    return _common("项目", "2023年度项目支出绩效自评表") | {
        "project_name": "培训经费", "main_department": "某县某局", "implementing_unit": "某所",
        "fill_date": "2024年3月1日",
        "funds": [
            _funds("年度资金总额", "80.00", "80.00", "78.50", "98.1%", "9.81", "10"),
            _funds("其中：当年财政拨款", "80.00", "80.00", "78.50", None, None, None),
            _funds("上年结转资金", None, None, None, None, None, None),
            _funds("其他资金", None, None, None, None, None, None),
        ],
        "indicators": [
            row("成本指标", "经济成本指标", "培训费", "20", "≤80万元", "78.5万元", "20"),
            row("成本指标", "社会成本指标", "无", None, "无", "无", None),
            row("产出指标", "数量指标", "培训人数", "40", "≥100人", "110人", "40"),
            row("效益指标", "社会效益指标", "服务水平", "20", "有效提升", "有效提升", "20"),
            row("满意度指标", "服务对象满意度指标", "学员满意度", "10", "≥90%", "95%", "10"),
        ],
        "total_score": "99.81",
        "extra": {"annual_goal": "办好培训。", "annual_goal_done": "已办好。", "total_weight": "100"},
    }  # fmt: skip


def basics() -> dict[str, Any]:
    rows = [dict(row) for row in basic()["basics"]]
    rows.insert(0, rows.pop())
    rows.append({"item": "项目支出", "last_year": "70", "budget": "85", "final": "80"})
    rows.append({"item": "培训经费", "last_year": "70.00", "budget": "85.00", "final": "80.00"})
    rows.append({"item": "办公楼维修", "approved_size": "1000", "actual_size": "990", "size_rate": "99%",
                 "approved_cost": "50.00", "actual_cost": "49.50", "cost_rate": "99%"})  # fmt: skip
    return _common("基础数据", "2023年度部门整体支出绩效评价基础数据表") | {
        "fill_date": "2024年3月1日", "basics": rows,
        "extra": {"procurement": "12.00", "adjustment": "5.00", "thrift": "压减会议。", "filled_by": "某甲"},
    }  # fmt: skip


def report() -> dict[str, Any]:
    texts = {"basics": "某局有三个股。", "duties": "一是管理；\n二是服务。", "economy": "节约。", "problems": "尚无。",
             "improvement": "继续。"}  # fmt: skip
    return _common("报告", "2023年度项目支出绩效自评报告") | {
        "unit_name": "某县某局", "project_name": "培训经费", "texts": texts, "goals": [],
    }  # fmt: skip


def roster() -> dict[str, Any]:
    people = [
        {"name": "某甲", "post": "局长", "office_phone": "0000-1", "mobile": "100", "remark": None},
        {"name": "某乙", "post": "会计", "office_phone": None, "mobile": "101", "remark": "经办"},
    ]
    return _common("名册", "绩效管理工作负责人名册") | {"unit_name": "某县某局", "people": people, "goals": []}
