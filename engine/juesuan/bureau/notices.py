"""Sending back: for each unit a 整改通知 with what to correct, and a folder that holds only those that still apply."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from juesuan.bureau import letters, ours
from juesuan.bureau.ledger import Ledger
from juesuan.bureau.letters import NoDocx, Notice, Table
from juesuan.bureau.roster import Roster, Unit
from juesuan.bureau.status import Standing, changes, explained, standing
from juesuan.bureau.worker import unpacked
from juesuan.hosts.patch import write_atomic
from juesuan.show import words

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
#: Where notices go that no longer apply.
OUTDATED = "已过时"
#: Who gets a notice.
DUE = ("未报", "已报", "待修改", "待说明")
_NUMBERS = "一二三四五六七八九十"
#: What is told of a cell, row or table whose figures were not read.
_UNREAD = ("没有参加校验", "未参加校验", "没有读取", "读不出")
_CLASSES = ("fatal", "explain", "warn")


@dataclass(frozen=True, slots=True)
class Terms:
    """What the office adds: the day, who sends it (发文单位; "" for the unit at the top of the roster), and until when
    it wants an answer (None: soon)."""

    day: dt.date
    sender: str = ""
    due: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """``written``: the notices; ``retired``: older ones that were put aside, as they lie now."""

    written: tuple[Path, ...]
    retired: tuple[Path, ...]


def notice(ledger: Ledger, roster: Roster, unit: Unit, year: int, terms: Terms) -> Notice | None:
    """The notice of one unit; None where there is nothing to mend."""
    found = standing(ledger, roster, unit.code, year)
    if found.status not in DUE:
        return None
    report: Mapping[str, Any] = {}
    if found.file is not None:
        report = unpacked(ledger.value("SELECT document FROM file WHERE id=?", (found.file,)))
    tables = tuple(_numbered(_tables(ledger, found, report)))
    lead = (f"{unit.name}：", *_lead(found, report, year), _ask(found, terms.due))
    above = roster.path(unit.code)
    sender = terms.sender or (roster.units[above[0]].name if above else "")
    return Notice(f"{year} 年度决算公开整改通知", lead, tables, tuple(filter(None, (sender, said(terms.day)))))


def said(day: dt.date) -> str:
    """A date as letters have it."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def _ask(found: Standing, due: dt.date | None) -> str:
    when = f"于 {said(due)}前" if due else "尽快"
    match found.status:
        case "未报":
            return f"请{when}报送。"
        case "待说明":
            return f"请{when}改正；确属实际情况的，逐条写明原因（审核说明），重新报送。"
    return f"请{when}改正后重新报送。"


def _lead(found: Standing, report: Mapping[str, Any], year: int) -> Iterator[str]:
    """What there is to say before the tables."""
    if found.file is None:
        if found.outward:
            yield f"截至目前没有收到你单位可以使用的 {year} 年度决算公开表：{_sentence(found.outward)}"
        else:
            yield f"截至目前没有收到你单位 {year} 年度决算公开表。"
        return
    name = Path(found.path).name
    if "error" in report:
        yield f"你单位报送的“{name}”不能使用：{_sentence(report['error'])}"
        return
    if blank := words.blank(report):
        yield f"你单位报送的“{name}”{blank}"
        return
    counts, kinds = report["counts"], [words.kind({"explanation": None, **f}) for f in report["findings"]]
    inner = "、".join(f"{words.name(key, 'zh')} {kinds.count(key)}" for key in _CLASSES if key in kinds)
    undone = f"，未执行 {counts['not_evaluated']} 条" if counts["not_evaluated"] else ""
    yield (
        f"你单位第 {found.version} 次报送的“{name}”已校验：应核对 {counts['applicable']} 条关系，"
        f"不符 {counts['breaks']} 条{f'（{inner}）' if inner else ''}{undone}。"
    )
    first = []
    if unread := unread_cells(report):
        first.append(f"有 {len(unread)} 处读不出，其中的数没有参加校验，先改这些")
    if report["causes"]:
        then = "再改" if first else "先改"
        first.append(f"{then}“根源”所列的格，其余多由它们引起")
    if first:
        yield "；".join(first) + "。"


def _sentence(text: str) -> str:
    return f"{text.rstrip('。')}。"


# --- the tables ---


def _numbered(tables: Iterable[Table]) -> Iterator[Table]:
    for number, table in zip(_NUMBERS, tables, strict=False):
        yield Table(f"{number}、{table.heading}", table.heads, table.rows, table.widths)


def unread_cells(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What was told of cells whose figures could not be read."""
    return [p for p in report["problems"] if p["cell"] and any(word in p["message"] for word in _UNREAD)]


def _tables(ledger: Ledger, found: Standing, report: Mapping[str, Any]) -> Iterator[Table]:
    if found.file is None or "error" in report or words.blank(report):
        return
    unread = unread_cells(report)
    if unread:
        rows = tuple((str(at), p["cell"], p["message"]) for at, p in enumerate(unread, start=1))
        yield Table("读不出的格：先改这些，其中的数才能参加校验", ("序号", "单元格", "说明"), rows, (5, 24, 91))
    if report["causes"]:
        first = "再改" if unread else "先改"
        yield Table(
            f"根源：{first}这些格（金额单位：万元）",
            ("序号", "单元格", "位置", "填列", "建议改为", "说明"),
            tuple(_causes(report["causes"])),
            (5, 18, 28, 12, 12, 45),
        )
    explained_by = {i for c in report["causes"] for i in c["explains"]}
    wanting = {p["cell"] for p in unread}
    rest = [
        f
        for f in report["findings"]
        if f["verdict"] != "rounding" and f["id"] not in explained_by and not f.get("explanation")
        if f["verdict"] != "not_evaluated" or wanting.isdisjoint(f["cells"])
    ]
    if rest:
        rest.sort(key=lambda f: words.ORDER.index(words.kind({"explanation": None, **f})))
        yield Table(
            f"{'其他' if report['causes'] else ''}须改正或说明的（金额单位：万元）",
            ("序号", "类别", "规则", "单元格", "相差", "说明"),
            tuple(_findings(rest)),
            (5, 10, 9, 20, 12, 64),
        )
    told = [p for p in report["problems"] if p["code"] not in ("S-01", "未核") and p not in unread]
    if told:
        about = tuple((str(at), p["cell"] or "", p["message"]) for at, p in enumerate(told, start=1))
        yield Table("关于文件", ("序号", "单元格", "说明"), about, (5, 24, 91))
    if found.before is not None:
        yield from _changed(ledger, found.file, found.before)


def _causes(causes: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    for at, c in enumerate(causes, start=1):
        place = " ".join(filter(None, (c["table"], c["row"], c["column"])))
        suggested = "（清空）" if c["suggested"] is None else c["suggested"]
        yield str(at), c["cell"] or "", place, c["stated"] or "（空）", suggested, c["message"]


def _findings(findings: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    for at, f in enumerate(findings, start=1):
        kind = words.name(words.kind({"explanation": None, **f}), "zh")
        yield str(at), kind, f["rule"], (f["cells"] or [""])[0], f["difference"] or "", f["message"]


def _changed(ledger: Ledger, file: int, before: int) -> Iterator[Table]:
    """What is new, gone or explained since the submission before."""
    appeared, gone = changes(ledger, file, before)
    every = (("新增", appeared), ("消除", gone), ("已说明", explained(ledger, file, before)))
    rows = tuple((name, r["rule"], r["tab"], r["line"], r["col"]) for name, found in every for r in found)
    if rows:
        yield Table("与上一次报送相比", ("变化", "规则", "表", "行", "栏"), rows, (8, 10, 50, 30, 22))


# --- the folder ---


def send_back(
    ledger: Ledger,
    roster: Roster,
    year: int,
    folder: Path,
    terms: Terms,
    style: str = "xlsx",
    only: Sequence[str] = (),
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Sent:
    """Write a notice for each unit that has something to mend (or of ``only`` those codes) and put aside those that lie
    there from before for the same units. Raises NoDocx, LedgerFault, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    make = letters.docx_bytes if style == "docx" else letters.xlsx_bytes
    codes = [code for code in roster.units if not only or code in only]
    written = []
    for number, code in enumerate(codes, start=1):
        found = notice(ledger, roster, roster.units[code], year, terms)
        tell(number, len(codes))
        if found is None:
            continue
        name = _UNSAFE.sub("_", roster.units[code].name).strip(" .")[:60]
        path = folder / f"{code}-{name}-整改通知.{style}"
        write_atomic(path, make(found))
        written.append(path)
    return Sent(tuple(written), tuple(_retired(folder, {p.name for p in written}, only)))


def _retired(folder: Path, kept: set[str], only: Sequence[str]) -> Iterator[Path]:
    """Move what earlier runs wrote and this one did not below ``OUTDATED``, under the time it was written; nothing is
    deleted, somebody may have added to it."""
    for path in sorted(folder.iterdir()):
        mine = path.suffix in (".xlsx", ".docx") and ours.by_name(path.name) == ours.NOTICE
        if not mine or path.name in kept or not path.is_file():
            continue
        if only and not any(path.name.startswith(f"{code}-") for code in only):
            continue
        when = dt.datetime.fromtimestamp(path.stat().st_mtime)
        target = folder / OUTDATED / f"{when:%Y%m%d-%H%M%S}-{path.name}"
        target.parent.mkdir(exist_ok=True)
        os.replace(path, target)
        yield target


__all__ = ["NoDocx", "Notice", "Sent", "Table", "Terms", "notice", "send_back", "unread_cells"]
