"""Whose file is it, and of which year: by the task book (任务书) in the hidden sheet, by the name, by the file name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from juesuan.bureau.roster import Roster
from juesuan.text import plain

#: The key of the meta sheet under which a distributed workbook carries its unit's code.
ROSTER_CODE = "roster_code"
How = Literal["任务书", "单位名称", "文件名", ""]
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Identity:
    """``code`` is "" for a stranger. ``other``: the unit that the words say, where the task book says another one."""

    code: str
    how: How
    note: str = ""
    other: str = ""


def identify(roster: Roster, meta: Mapping[str, str], unit: str, path: str) -> Identity:
    """The unit of a workbook that could be read. ``unit`` is the name it states, ``path`` relative to the folder."""
    named = roster.by_name.get(plain(unit)) if unit else None
    code = meta.get(ROSTER_CODE, "")
    if code in roster.units:
        own = roster.units[code]
        if named == code or not unit or plain(own.name) == plain(unit):
            return Identity(code, "任务书")
        if named is not None:
            note = f"工作簿是发给“{own.name}”（{code}）的，填的单位是“{unit}”（{named}）"
            return Identity(code, "任务书", note, named)
        return Identity(code, "任务书", f"填的单位名称“{unit}”与名册的“{own.name}”不同")
    if named is not None:
        note = f"任务书上的编码 {code} 不在名册中" if code else ""
        return Identity(named, "单位名称", note)
    if code or unit:
        return Identity("", "", f"“{unit or '未写名称'}”{f'（编码 {code}）' if code else ''}不在名册中")
    return by_file_name(roster, path, "没有写单位名称")


def by_file_name(roster: Roster, path: str, why: str) -> Identity:
    """The unit whose code, or else whose name, stands in the file's name or its folder's; "" unless just one does."""
    for part in reversed(PurePath(path).parts):
        words = set(re.split(r"[^0-9A-Za-z.]+", PurePath(part).stem)) | set(re.split(r"[^0-9A-Za-z]+", part))
        codes = {word for word in words if word in roster.units}
        if len(codes) == 1:
            return Identity(codes.pop(), "文件名", f"{why}，按文件名认定")
        text = plain(PurePath(part).stem)
        names = [name for name in roster.by_name if len(name) >= _SHORTEST and name in text]
        longest = [name for name in names if not any(name != n and name in n for n in names)]
        if len(longest) == 1:
            return Identity(roster.by_name[longest[0]], "文件名", f"{why}，按文件名认定")
    return Identity("", "", f"{why}，也不能从文件名认出单位")
