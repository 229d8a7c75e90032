"""Tables and 补充资料 → 情况说明, piece by piece."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from juesuan import amount
from juesuan.catalogue import Catalogue
from juesuan.layout import Layout
from juesuan.narrate.figures import Figures, Quantity
from juesuan.narrate.frames import Frame, FrameSet, frame_of, frame_set
from juesuan.narrate.records import Narrative, Piece
from juesuan.narrate.voice import Voice
from juesuan.statements import StatementSet
from juesuan.supplement import Supplement, specs
from juesuan.supplement.records import Row as Told

#: 单位性质 whose 公用经费 is 机关运行经费, and those that have none.
RUNNING = ("行政", "参公")
INCOME = ("财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入")
SPENDING = ("基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出")
CARS = ("领导用车", "主要负责人用车", "机要通信用车", "应急保障用车", "执法执勤用车", "特种专业技术用车",
        "离退休干部用车", "其他用车")
#: What the cover says, by the label of its gap.
COVER = ("年度", "上年度", "单位名称")
FUNDS = {"基金项": ("政府性基金表", "小计"), "国资项": ("国有资本经营表", "合计")}


def narrate(statements: StatementSet, supplement: Supplement | None, *, catalogue: Catalogue, layout: Layout,
            region: str = "", kind: str = "", nature: str = "") -> Narrative:
    """The 情况说明 of one file. ``region``, ``kind`` and ``nature`` default to those of the layout and the statements.

    What is not known is written as 【待填：…】 and listed in the piece; nothing is guessed.
    """
    frames = frame_set(frame_of(region or layout.region))
    figures = Figures(statements, supplement or Supplement(), catalogue)
    voice = Voice(figures, frames.style)
    context = _context(voice, frames, kind or statements.kind or "单位", nature or statements.nature)
    context |= frames.parts(context)
    pieces: list[Piece] = []
    for frame in frames.frames:
        pieces += _pieces(frame, frames.titles[frame.section], context, voice)
    lacking = dict.fromkeys(key for piece in pieces for key in piece.missing)
    return Narrative(tuple(pieces), {key: voice.called.get(key) or key.partition(".")[2] for key in lacking})


def _context(voice: Voice, frames: FrameSet, kind: str, nature: str) -> dict[str, Any]:
    """Everything a frame may name."""
    figures, statements = voice.figures, voice.figures.statements
    year = statements.year or figures.supplement.year
    running = figures.given("机关运行.决算")
    if running.fen is None and nature in RUNNING:
        running = figures.table("基本支出明细表[公用经费合计, 决算数]")
    elif running.fen is None and nature == "事业":
        running = Quantity(0, "", "")
    return {
        **voice.functions(),
        "年度": str(year) if year else cover_gap("年度"), "上年度": str(year - 1) if year else cover_gap("上年度"),
        "单位": statements.unit or cover_gap("单位名称"), "主体": kind, "性质": nature,
        "因": frames.style.because, "升": frames.style.rise, "降": frames.style.fall,
        "来源": [(name, figures.table(f"收入决算表[合计, {name}]")) for name in INCOME],
        "去向": [(name, figures.table(f"支出决算表[合计, {name}]")) for name in SPENDING],
        "类": [row for row in figures.general if len(row.code) == 3],
        "年初预算合计": _budget(figures), "机关运行": running, "采购总额": _purchases(figures),
        "车辆": _cars(figures), "运行费明细": _parts(figures),
    }


def cover_gap(label: str) -> str:
    """A gap that only the cover can fill."""
    return f"【待填：{label}】"


def _pieces(frame: Frame, section: str, context: Mapping[str, Any], voice: Voice) -> Iterator[Piece]:
    number = 0
    for name, more in _rows(frame.each, voice.figures):
        voice.missing = []
        text = frame.text({**context, **more, "序": number + 1})
        if not text.strip():
            continue
        number += 1
        key = f"{frame.key}.{name}" if name else frame.key
        missing = (*voice.missing, *(f"封面.{label}" for label in COVER if cover_gap(label) in text))
        for at, part in enumerate((p for p in text.split("\n") if p.strip()), start=1):
            yield Piece(key if at == 1 else f"{key}.段{at}", section, part.strip(), missing if at == 1 else ())


def _rows(each: str, figures: Figures) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name within the frame's key, what the row adds to the context) for every row of a frame's list."""
    if not each:
        yield "", {}
    elif each == "类":
        uses = {row.get("编码", ""): row.get("用途", "") for row in figures.supplement.rows("类用途")}
        for row in figures.general:
            if len(row.code) == 3:
                yield row.code, {"行": row, "所用": uses.get(row.code, ""), "用途键": f"类用途.{row.code}.用途"}
    elif each == "项":
        yield from _items(figures)
    elif each in FUNDS:
        table, column = FUNDS[each]
        statement = figures.statement(table)
        for line in statement.lines if statement else ():
            if len(line.code) == 7:
                row = figures.row(line.code)
                yield line.code, {"行": row, "数额": figures.table(f"{table}[{line.code}, {column}]")}
    else:
        blank = {column.key: "" for column in specs().list(each).columns}
        for number, told in enumerate(figures.supplement.rows(each), start=1):
            yield str(number), {"行": {**blank, **told}, "数额": _projects(told, figures),
                                "款额": _money(told, each, number, figures)}


def _items(figures: Figures) -> Iterator[tuple[str, dict[str, Any]]]:
    """The 项 of the table, and those that only 年初预算 names, by code."""
    listed = {row["编码"]: row for row in figures.supplement.rows("年初预算") if row.get("编码")}
    rows = {row.code: row for row in figures.general if len(row.code) == 7}
    for code, told in listed.items():
        planned = amount.parse(told.get("年初预算"), figures.supplement.money_unit)
        if code not in rows and planned and planned.fen:
            rows[code] = figures.row(code)
    for code in sorted(rows):
        key = f"年初预算.{code}"
        found = amount.parse(listed.get(code, {}).get("年初预算"), figures.supplement.money_unit)
        budget = Quantity(found.fen if found else None, f"{key}.年初预算", f"{rows[code].name}年初预算")
        yield code, {"行": rows[code], "年初": budget,
                     "所因": listed.get(code, {}).get("原因", ""), "因键": f"{key}.原因"}


def _budget(figures: Figures) -> Quantity:
    """年初预算 in all: as given, else the sum of its 项 where none is lacking."""
    given = figures.given("年初预算合计")
    if given.fen is not None:
        return given
    every = [more["年初"] for _, more in _items(figures)]
    if not every or any(q.fen is None for q in every):
        return given
    return Quantity(sum(q.fen or 0 for q in every), "", "")


def _purchases(figures: Figures) -> Quantity:
    """政府采购 in all: as given, else the sum of what is given of 货物, 工程 and 服务."""
    given = figures.given("采购.总额")
    parts = [figures.given(f"采购.{name}") for name in ("货物", "工程", "服务")]
    if given.fen is not None or all(q.fen is None for q in parts):
        return given
    return Quantity(sum(q.fen or 0 for q in parts), "", "")


def _cars(figures: Figures) -> dict[str, Any]:
    """Vehicles: 总数 (None where not given), and the kinds of which there are any, each (key, label, number)."""
    known = figures.supplement
    kinds = [(name, known.count(f"资产.{name}")) for name in CARS]
    total = known.count("资产.车辆")
    if total is None and any(n is not None for _, n in kinds):
        total = sum(n or 0 for _, n in kinds)
    return {"总数": total, "各类": [(name, n) for name, n in kinds if n]}


def _parts(figures: Figures) -> list[tuple[str, Quantity]]:
    found = []
    for number, row in enumerate(figures.supplement.rows("运行费明细"), start=1):
        found.append((row.get("名称", ""), _cell(row, "金额", f"运行费明细.{number}", figures)))
    return [(name, q) for name, q in found if name and q.fen != 0]


def _cell(row: Told, column: str, key: str, figures: Figures) -> Quantity:
    found = amount.parse(row.get(column), figures.supplement.money_unit)
    return Quantity(found.fen if found else None, f"{key}.{column}", f"{row.get('名称', '')}{column}")


def _money(row: Told, each: str, number: int, figures: Figures) -> dict[str, Quantity]:
    if each != "绩效项目":
        return {}
    return {name: _cell(row, name, f"{each}.{number}", figures) for name in ("全年预算数", "执行数")}


def _projects(row: Told, figures: Figures) -> Quantity | None:
    """项目支出 of the 科目 that a row names, several added up; None where it names none."""
    codes = re.findall(r"\d+", row.get("编码", ""))
    if not codes:
        return None
    every = [figures.row(code).project for code in codes]
    lacking = next((q for q in every if q.fen is None), None)
    return lacking or Quantity(sum(q.fen or 0 for q in every), "", "")
