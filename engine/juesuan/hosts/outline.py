"""The workbook part: which sheets there are, what is defined, and what a careful reader should be told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from juesuan.book import CannotRead, Problem, State, place_name
from juesuan.hosts import guard, tree
from juesuan.hosts.archive import Package, relations_of, remembered, target
from juesuan.hosts.guard import Damaged
from juesuan.sheetnames import OWN

_NO_BOOK = "文件里没有可读的工作簿（workbook.xml 缺失或损坏），请用 Excel、WPS 修复后另存为 .xlsx。"
_SHOWN = 3
_STATES: dict[str, State] = {"hidden": "hidden", "veryHidden": "veryHidden"}


@dataclass(frozen=True, slots=True)
class Tab:
    """A worksheet: its name, its part ("" when the package lacks it) and its state."""

    name: str
    part: str
    state: State

    @property
    def own(self) -> bool:
        # LibreOffice knows no "very hidden" and saves such a sheet as hidden.
        return self.state != "visible" and self.name.startswith(OWN)


@dataclass(frozen=True, slots=True)
class Outline:
    """What stands in workbook.xml; ``styles`` and ``strings`` are part names, "" where there is none."""

    tabs: tuple[Tab, ...]
    names: dict[str, str]
    base1904: bool
    styles: str
    strings: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    part: str  # the address as written when external
    external: bool


def read(package: Package) -> Outline:
    """The outline. Raises CannotRead when there is no workbook or no worksheet in it."""
    try:
        main = _main_part(package)
        workbook = _workbook(package.xml(main, guard.MAX_TREE))
        relations = _relations(package, main)
    except Damaged:
        raise CannotRead(_NO_BOOK) from None
    tabs, problems = [], []
    for name, identity, state in workbook.sheets:
        relation = relations.get(identity)
        if relation is None or relation.kind == "worksheet":
            tabs.append(Tab(name, relation.part if relation else "", state))
        elif "acrosheet" in relation.kind:
            problems.append(_problem(f"工作簿含宏表“{name}”，宏不会被执行，请确认来源可靠"))
    if not tabs:
        raise CannotRead("工作簿里没有工作表，请确认选对了文件。")
    if len(tabs) > guard.MAX_SHEETS:
        raise CannotRead(f"工作表超过 {guard.MAX_SHEETS} 张，请只保留决算公开表后另存为新文件。")
    hidden = [tab for tab in tabs if tab.state != "visible" and not tab.own]
    for tab in hidden:
        problems.append(_problem(f"工作表“{tab.name}”被隐藏，请确认是否应当公开", place_name(tab.name, 0, 0)))
    by_kind = {relation.kind: relation.part for relation in relations.values()}
    return Outline(
        tabs=tuple(tabs),
        names=dict(workbook.names),
        base1904=workbook.base1904,
        styles=by_kind.get("styles", ""),
        strings=by_kind.get("sharedStrings", ""),
        problems=(*_macros(package), *_links(package, relations), *problems),
    )


@dataclass(frozen=True, slots=True)
class _Workbook:
    """workbook.xml: (name, id of the relation, state) of every sheet, names of the whole book, and its calendar."""

    sheets: tuple[tuple[str, str, State], ...]
    names: dict[str, str]
    base1904: bool


@remembered
def _workbook(data: bytes) -> _Workbook:
    root = tree.root(data)
    sheets: list[tuple[str, str, State]] = []
    for node in tree.all_of(root, "sheets", "sheet"):
        identity = next((v for k, v in node.attrib.items() if str(k).endswith("}id")), "")
        sheets.append((node.get("name", ""), str(identity), _STATES.get(node.get("state", ""), "visible")))
    flags = next(tree.all_of(root, "workbookPr"), None)
    base1904 = flags is not None and flags.get("date1904") in ("1", "true")
    return _Workbook(tuple(sheets), _names(root), base1904)


def _main_part(package: Package) -> str:
    for relation in _relations(package, "").values():
        if relation.kind == "officeDocument":
            return relation.part
    return "xl/workbook.xml"


def _relations(package: Package, part: str) -> dict[str, _Relation]:
    if (where := relations_of(part)) not in package:
        return {}
    return _parsed(package.xml(where, guard.MAX_TREE), part)


@remembered
def _parsed(data: bytes, part: str) -> dict[str, _Relation]:
    found = {}
    for node in tree.all_of(tree.root(data), "Relationship"):
        external = node.get("TargetMode") == "External"
        aim = node.get("Target", "")
        kind = node.get("Type", "").rpartition("/")[2]
        found[node.get("Id", "")] = _Relation(kind, aim if external else target(part, unquote(aim)), external)
    return found


def _names(root: tree.Element) -> dict[str, str]:
    return {
        node.get("name", ""): node.text or ""
        for node in tree.all_of(root, "definedNames", "definedName")
        if node.get("localSheetId") is None
    }


def _macros(package: Package) -> list[Problem]:
    if not any(name.endswith("vbaproject.bin") for name in package.names("xl/")):
        return []
    return [_problem("工作簿含宏（VBA），宏不会被执行，公开前请另存为不含宏的 .xlsx")]


def _links(package: Package, relations: dict[str, _Relation]) -> list[Problem]:
    parts = [relation.part for relation in relations.values() if relation.kind == "externalLink"]
    if not parts:
        return []
    files, dde = [], False
    for part in parts[:_SHOWN]:
        try:
            dde = dde or b"ddeLink" in package.xml(part, guard.MAX_TREE)
            files += [unquote(r.part).replace("\\", "/").rpartition("/")[2] for r in _relations(package, part).values()]
        except Damaged:
            continue
    shown = "、".join(f"“{file}”" for file in files if file)
    aim = f"（{shown}）" if shown else ""
    problems = [_problem(f"工作簿有 {len(parts)} 处外部链接{aim}，链接不会被读取，请改为本表数值")]
    if dde:
        problems.append(_problem("工作簿含 DDE 链接（可启动其他程序），已忽略，请删除"))
    return problems


def _problem(message: str, cell: str = "") -> Problem:
    return Problem("S-02", cell, message + "。")


_QUOTED = re.compile(r'"[^"]*+"|\'[^\']*+\'')


def is_dde(formula: str) -> bool:
    """Whether a formula calls another program: "|" is no operator of Excel, only part of a DDE address."""
    bare = _QUOTED.sub("", formula)
    return "|" in bare or "DDE(" in bare.upper().replace(" ", "")
