"""The headings and names that text and HTML reports share, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from juesuan.messages import Lang

Document = Mapping[str, Any]

CLASSES: dict[str, tuple[str, str]] = {
    "cause": ("根源", "cause"),
    "fatal": ("强制性", "must hold"),
    "explain": ("核实性", "to be explained"),
    "warn": ("提示", "hint"),
    "explained": ("已说明", "explained"),
    "rounding": ("尾差", "rounding"),
    "not_evaluated": ("未执行", "not checked"),
    "problem": ("文件", "file"),
}
BLANK = ("各表都没有填数", "No table has any figure")  # how the problem of a file with blank tables begins
NO_TABLES = "没有找到决算公开表"  # how the problem of a file without tables begins
EXPLAINED = "审核说明"  # the code of what is told about explanations
UNBOUND = 10  # figures nobody checked that are named; the JSON report has them all
ORDER = ("fatal", "explain", "warn", "not_evaluated", "explained", "rounding")


class Section(NamedTuple):
    """One class of findings under its heading."""

    key: str
    heading: str
    findings: list[Mapping[str, Any]]


def kind(finding: Mapping[str, Any]) -> str:
    """The class a finding is shown under: its severity when it breaks and is not explained, else its verdict."""
    if finding["explanation"]:
        return "explained"
    return str(finding["severity"] if finding["verdict"] == "breaks" else finding["verdict"])


def name(key: str, lang: Lang) -> str:
    """A class's name."""
    return CLASSES[key][lang == "en"]


def told(finding: Mapping[str, Any], lang: Lang) -> str:
    """A finding's message, with the explanation that closes it."""
    return f"{finding['message']}{explanation(finding, lang)}"


def explanation(finding: Mapping[str, Any], lang: Lang) -> str:
    """The explanation that closes a finding; "" where there is none."""
    given = finding["explanation"]
    if not given:
        return ""
    if lang == "en":
        return f" Explained by {given['who']} on {given['when']}: {given['reason']}; {given['text']}"
    return f"审核说明（{given['who']}，{given['when']}）：{given['reason']}；{given['text']}"


def clean(document: Document) -> bool:
    """True if nothing is 未执行, and nothing 不符 that is not explained."""
    return not any(kind(f) in ("fatal", "explain", "warn", "not_evaluated") for f in document["findings"])


def reading(document: Document, lang: Lang) -> str:
    """How many figures of the words were checked; "" for a file without 情况说明."""
    found = document["reading"]
    if not found:
        return ""
    rest = found["unbound"]
    if lang == "en":
        few = ", ".join(f"{x['cell']} {x['text']}" for x in rest[:UNBOUND])
        tail = f" Not checked, please look yourself: {few}{' …' if len(rest) > UNBOUND else ''}." if rest else ""
        return f"Narrative: {found['bound']} of {found['figures']} figures checked.{tail}"
    few = "、".join(f"{x['cell']}“{x['text']}”" for x in rest[:UNBOUND])
    tail = f"没有核到、请自行核对的 {len(rest)} 个：{few}{'等' if len(rest) > UNBOUND else ''}。" if rest else ""
    if any(p["message"].startswith(NO_TABLES) for p in document["problems"]):
        return (
            f"情况说明中的数 {found['figures']} 个；没有公开表可对，只看了文中前后、与自评表是否一致"
            f"（{found['bound']} 个）。{tail}"
        )
    return f"情况说明中的数 {found['figures']} 个，核对了 {found['bound']} 个。{tail}"


def sections(document: Document, lang: Lang) -> list[Section]:
    """The findings by class, worst first; those a cause explains stand with it and are left out here."""
    explained = {i for cause in document["causes"] for i in cause["explains"]}
    headings = {
        "fatal": ("不符（强制性，必须改正）", "Does not hold (must be corrected)"),
        "explain": ("待核实（核实性，改正或写明原因）", "To be explained or corrected"),
        "warn": ("提示", "Hints"),
        "not_evaluated": ("未执行（没有核对成）", "Not checked"),
        "explained": ("已说明（核实性，已填审核说明）", "Explained"),
        "rounding": ("尾差（四舍五入所致，不必修改）", "Rounding differences (nothing to mend)"),
    }
    found = []
    for key in ORDER:
        of_kind = [f for f in document["findings"] if kind(f) == key and f["id"] not in explained]
        if of_kind:
            found.append(Section(key, headings[key][lang == "en"], of_kind))
    return found


def causes(document: Document) -> list[list[Mapping[str, Any]]]:
    """The cause entries by group: the cells to correct together."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for cause in document["causes"]:
        groups.setdefault(cause["group"], []).append(cause)
    return list(groups.values())


def title(document: Document, lang: Lang) -> str:
    """Whose account, of which year."""
    year = document["year"]
    if lang == "en":
        return " ".join(filter(None, (document["unit"] or document["file"], str(year) if year else "")))
    return f"{document['unit'] or document['file']}{f' {year} 年度' if year else ''}决算校验"


def verdict(document: Document, lang: Lang) -> str:
    """The result in one line."""
    counts, found = document["counts"], document["findings"]
    worst = {key: sum(kind(f) == key for f in found) for key in ORDER}
    if said := blank(document):
        return said
    if lang == "en":
        if not counts["breaks"] and not counts["not_evaluated"]:
            tail = f", {counts['rounding']} of them within rounding" if counts["rounding"] else ""
            return f"All {counts['applicable']} relations hold{tail}."
        return (
            f"{counts['breaks']} of {counts['applicable']} relations do not hold ({worst['fatal']} must be corrected, "
            f"{worst['explain']} to be explained, {worst['warn']} hints, {worst['explained']} explained); "
            f"{counts['not_evaluated']} not checked."
        )
    if not counts["breaks"] and not counts["not_evaluated"]:
        tail = f"，其中尾差 {counts['rounding']} 条" if counts["rounding"] else ""
        return f"应核对的 {counts['applicable']} 条关系全部相符{tail}。"
    parts = [f"{name(key, lang)} {worst[key]}" for key in ("fatal", "explain", "warn", "explained") if worst[key]]
    inner = f"（{'、'.join(parts)}）" if parts else ""
    undone = f"，未执行 {counts['not_evaluated']} 条" if counts["not_evaluated"] else ""
    return f"应核对的 {counts['applicable']} 条关系中，不符 {counts['breaks']} 条{inner}{undone}。"


def blank(document: Document) -> str:
    """The sentence that says that nothing is filled in; "" where something is."""
    told = (p["message"] for p in document["problems"] if p["message"].startswith(BLANK))
    return next((f"{said.rstrip('。.')}{'。' if said.startswith(BLANK[0]) else '.'}" for said in told), "")


def tally(document: Document, lang: Lang) -> str:
    """How all relations came out."""
    c = document["counts"]
    if lang == "en":
        return (
            f"hold {c['holds']} · rounding {c['rounding']} · break {c['breaks']} · not checked "
            f"{c['not_evaluated']} · not applicable {c['not_applicable']}"
        )
    return (
        f"相符 {c['holds']} · 尾差 {c['rounding']} · 不符 {c['breaks']} · 未执行 {c['not_evaluated']} · "
        f"不适用 {c['not_applicable']}"
    )


def how_to_explain(lang: Lang) -> str:
    """What to do with the cells to type in."""
    if lang == "en":
        return (
            "Findings to be explained: type reason, explanation, by and on in the blue cells of their rows, save, and "
            "check again. What must be corrected cannot be explained away."
        )
    return "核实性问题：确认无误的，在该行浅蓝格选原因、写审核说明、填写人和日期，保存后再校验。强制性不符只能改正。"


def basis(document: Document, lang: Lang) -> str:
    """The file, the layout and the rules it was judged by."""
    mark = document["catalogue"]
    if lang == "en":
        return f"File {document['file']} · layout {document['layout']} · rules {mark['version']} ({mark['sha256'][:8]})"
    return f"文件 {document['file']} · 版式 {document['layout']} · 规则 {mark['version']}（{mark['sha256'][:8]}）"
