"""The words of a case ↔ the rows of the sheets of words, so that taking them out again gives the same case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from juesuan.case import BadCase, Case, SectionCase, TermCase, TermItem, WorkCase
from juesuan.provenance import ENTRY, ITEM, WordRow, WorkRow, paragraphs
from juesuan.template.words import typed

#: Characters that one cell of a workbook holds.
MOST = 32_767
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SUBJECT = re.compile(r"^(?P<class>.+)（类）(?P<group>.+)（款）(?P<item>.+)（项）：(?P<text>.*)$", re.DOTALL)


def narrative_rows(case: Case) -> list[WordRow]:
    """The rows of 情况说明. Raises BadCase for a paragraph that no cell holds."""
    for at, section in enumerate(case.narrative):
        _check(f"narrative.{at}（{section.section}）", [section.section, *paragraphs(section.text)])
    return typed((s.section, s.text) for s in case.narrative)


def glossary_rows(case: Case, notes: list[str]) -> list[WordRow]:
    """The rows of 名词解释; entries that cannot be told apart again are noted. Raises BadCase."""
    rows: list[WordRow] = []
    for at, entry in enumerate(case.glossary):
        made = [WordRow("text", entry)] if isinstance(entry, str) else list(_entry_rows(entry))
        _check(f"glossary.{at}", [row.text for row in made])
        if glossary_of((r.text, r.key) for r in made) != [_plain(entry)]:
            notes.append(f"名词解释第 {at + 1} 条的名词或科目名称里有“：”“（类）”等分隔用的字，取出时会分得不一样")
        rows += made
    return rows


def work_rows(case: Case) -> list[WorkRow]:
    """The rows of 重点工作. Raises BadCase."""
    rows = []
    for at, row in enumerate(case.key_work):
        texts = ["" if row.no is None else str(row.no), row.item or "", row.goal or "", row.done or ""]
        _check(f"key_work.{at}", texts)
        rows.append(WorkRow(*texts))
    return rows


def glossary_of(entries: Iterable[tuple[str, str]]) -> list[Any]:
    """名词解释 of a case from (text, key) of its rows: an entry typed apart in its parts, any other as its text."""
    found: list[Any] = []
    for text, key in entries:
        if key.startswith(ENTRY):
            found.append(_entry_of(text, key.removeprefix(f"{ENTRY}:")))
        elif key.startswith(ITEM) and found and isinstance(found[-1], dict) and (item := _item_of(text, key)):
            found[-1].setdefault("items", []).append(item)
        else:
            found.append(text)
    return found


def works_of(rows: Sequence[WorkRow]) -> list[dict[str, Any]]:
    """重点工作 of a case; a number that is one comes back as a number."""
    return [
        {
            "no": int(r.no) if r.no.isdecimal() else r.no or None,
            "item": r.item or None,
            "goal": r.goal or None,
            "done": r.done or None,
        }
        for r in rows
    ]


def unknown_words(case: Case) -> list[str]:
    """What the words of a case hold and no sheet carries."""
    parts: list[tuple[str, Sequence[SectionCase | WorkCase | TermCase | TermItem]]] = [
        ("情况说明", case.narrative),
        ("重点工作", case.key_work),
        ("名词解释", [x for e in case.glossary if isinstance(e, TermCase) for x in (e, *(e.items or ()))]),
    ]
    return [
        f"{name}有不认识的内容，没有填入：{'、'.join(keys)}"
        for name, entries in parts
        if (keys := sorted({key for entry in entries for key in entry.unknown}))
    ]


def _entry_rows(entry: TermCase) -> Iterable[WordRow]:
    said = f"{_shown(entry.no)}{entry.term}" + ("" if entry.text is None else f"：{entry.text}")
    yield WordRow("text", said, f"{ENTRY}:{_numbered(entry.no)}")
    for item in entry.items or ():
        mark = "" if item.no is None else f"{item.no}."
        yield WordRow(
            "text",
            f"{mark}{item.class_}（类）{item.group}（款）{item.item}（项）：{item.text}",
            f"{ITEM}:{_numbered(item.no)}",
        )


def _entry_of(text: str, number: str) -> dict[str, Any]:
    no = _number(number)
    term, mark, said = text.removeprefix(_shown(no)).partition("：")
    return {"no": no, "term": term, "text": said if mark else None}


def _item_of(text: str, key: str) -> dict[str, Any] | None:
    no = _number(key.removeprefix(f"{ITEM}:"))
    found = _SUBJECT.match(text.removeprefix("" if no is None else f"{no}."))
    if found is None:
        return None
    return {"no": no, "类": found["class"], "款": found["group"], "项": found["item"], "text": found["text"]}


def _plain(entry: str | TermCase) -> Any:
    """An entry as it comes out of a workbook."""
    if isinstance(entry, str):
        return entry
    told: dict[str, Any] = {"no": entry.no, "term": entry.term, "text": entry.text}
    if entry.items:
        told["items"] = [{"no": i.no, "类": i.class_, "款": i.group, "项": i.item, "text": i.text} for i in entry.items]
    return told


def _shown(no: int | str | None) -> str:
    return "" if no is None else f"{no}." if isinstance(no, int) else no


def _numbered(no: int | str | None) -> str:
    """A number kept in a key: "#7" is the number 7, "（七）" a text, "" none."""
    return "" if no is None else f"#{no}" if isinstance(no, int) else no


def _number(text: str) -> int | str | None:
    if text.startswith("#") and text[1:].isdecimal():
        return int(text[1:])
    return text or None


def _check(where: str, texts: Iterable[str]) -> None:
    for text in texts:
        if len(text) > MOST:
            raise BadCase(f"{where}有一段 {len(text)} 字，超过一个单元格能放的 {MOST} 字，请分段")
        if found := _ILLEGAL.search(text):
            raise BadCase(f"{where}有不能写入工作簿的控制字符（U+{ord(found.group()):04X}），请去掉：“{text[:20]}…”")
