"""Whose file is it, and of which year: by the task book (任务书) in the hidden sheet, by the name, by the file name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from juesuan.bureau.roster import OPENING, Roster
from juesuan.text import plain

#: The key of the meta sheet under which a distributed workbook carries its unit's code.
ROSTER_CODE = "roster_code"
How = Literal["任务书", "单位名称", "文件名", ""]
#: Words of a file's name shorter than this are as likely a number of copies as a unit's code.
_SURE = 3
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Identity:
    """``code`` is "" where it is nobody's for sure. ``other``: the unit that the words say, where the task book says
    another one. ``among``: whose it may be, where it is nobody's: the unit of the task book that somebody else has
    filled in, or units of one name between which nothing decides."""

    code: str
    how: How
    note: str = ""
    other: str = ""
    among: tuple[str, ...] = ()


def identify(roster: Roster, meta: Mapping[str, str], unit: str, path: str) -> Identity:
    """The unit of a workbook that could be read. ``unit`` is the name it states, ``path`` relative to the folder."""
    code = meta.get(ROSTER_CODE, "")
    if code in roster.units:
        return _by_task_book(roster, code, unit)
    note = f"任务书上的编码 {code} 不在名册中" if code else ""
    named = roster.by_name.get(plain(unit)) if unit else None
    if named is not None:
        return Identity(named, "单位名称", _joined(note, _misnamed(roster, named, path)))
    if unit and (among := roster.shared.get(plain(unit))):
        return _of_one_name(roster, among, unit, path, note)
    if code or unit:
        return Identity("", "", f"“{unit or '未写名称'}”{f'（编码 {code}）' if code else ''}不在名册中")
    return by_file_name(roster, path, "没有写单位名称")


def _by_task_book(roster: Roster, code: str, unit: str) -> Identity:
    """The unit whose distributed workbook it is, where the name filled in does not say another one."""
    own, filled = roster.units[code], plain(unit)
    if not filled or filled == plain(own.name):
        return Identity(code, "任务书")
    named = roster.by_name.get(filled) or next(iter(roster.shared.get(filled, ())), None)
    if named is not None:
        note = f"工作簿是发给“{own.name}”（{code}）的，填的单位是“{unit}”（{named}）"
        return Identity(code, "任务书", note, named)
    if len(filled) >= OPENING and (filled in plain(own.name) or plain(own.name) in filled):
        return Identity(code, "任务书", f"填的单位名称“{unit}”与名册的“{own.name}”不同")
    note = f"工作簿是发给“{own.name}”（{code}）的，填的单位“{unit}”不在名册中，请核对是哪个单位的"
    return Identity("", "任务书", note, among=(code,))


def _of_one_name(roster: Roster, among: Sequence[str], unit: str, path: str, note: str) -> Identity:
    """Which of several units of one name: the one whose code, or whose superior's code or name, the path has."""
    parts = list(reversed(PurePath(path).parts))
    for part in parts:
        words, text = _words(part), plain(PurePath(part).stem)
        own = [code for code in among if code in words]
        above = [c for c in among if any(a in words or plain(roster.units[a].name) in text for a in roster.path(c))]
        for found, which in ((own, "编码"), (above, "上级")):
            if len(found) == 1:
                said = f"名册中有 {len(among)} 个单位叫“{unit}”，按路径中的{which}认定为 {found[0]}"
                return Identity(found[0], "文件名", _joined(note, said))
    listed = "、".join(_told(roster, code) for code in among[:_SHOWN]) + ("等" if len(among) > _SHOWN else "")
    said = f"名册中有 {len(among)} 个单位叫“{unit}”（{listed}），无法判断是哪一个，请在文件名中写上单位编码"
    return Identity("", "", _joined(note, said), among=tuple(among))


def _told(roster: Roster, code: str) -> str:
    parent = roster.units[code].parent
    return f"{code} 属 {roster.units[parent].name}" if parent else code


def _misnamed(roster: Roster, code: str, path: str) -> str:
    """What to say where the file is called after another unit than the one whose figures it has."""
    stem = PurePath(path).stem
    codes = {word for word in _words(PurePath(path).name) if len(word) >= _SURE and word in roster.units}
    other = next(iter(codes)) if len(codes) == 1 else roster.by_name.get(plain(stem), "")
    if not other or other == code:
        return ""
    return f"文件名是“{roster.units[other].name}”（{other}）的，内容是“{roster.units[code].name}”（{code}）的，请核对"


def by_file_name(roster: Roster, path: str, why: str) -> Identity:
    """The unit whose code, or else whose name, stands in the file's name or its folder's; "" unless just one does."""
    for part in reversed(PurePath(path).parts):
        codes = {word for word in _words(part) if word in roster.units}
        if len(codes) == 1:
            return Identity(codes.pop(), "文件名", f"{why}，按文件名认定")
        names = set(_names_in(roster, plain(PurePath(part).stem)))
        longest = [name for name in names if not any(name != n and name in n for n in names)]
        if len(longest) == 1:
            return Identity(roster.by_name[longest[0]], "文件名", f"{why}，按文件名认定")
    return Identity("", "", f"{why}，也不能从文件名认出单位")


def units_in(roster: Roster, archive: str, names: Iterable[str]) -> tuple[str, ...]:
    """The units whose workbooks, by their names, lie in an archive (压缩包)."""
    found = (by_file_name(roster, f"{archive}/{name}", "").code for name in names)
    return tuple(dict.fromkeys(filter(None, found)))


def _words(part: str) -> set[str]:
    """What may be codes in one part of a path."""
    return set(re.split(r"[^0-9A-Za-z.]+", PurePath(part).stem)) | set(re.split(r"[^0-9A-Za-z]+", part))


def _names_in(roster: Roster, text: str) -> Iterator[str]:
    """The names of units that stand in a text."""
    for at in range(len(text) - OPENING + 1):
        for name in roster.by_opening.get(text[at : at + OPENING], ()):
            if text.startswith(name, at):
                yield name


def _joined(*notes: str) -> str:
    return "；".join(filter(None, notes))
