"""The columns of a roster: which row has their names, which column is which, what has to be told of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from juesuan.text import plain

#: Header rows are looked for so far down.
_HEADER_WITHIN = 10
#: What a column may be called; of two columns for one thing the name that stands first here is used.
_NAMES: dict[str, tuple[str, ...]] = {
    "code": ("单位编码", "预算单位编码", "单位代码", "预算单位代码", "编码", "代码", "code"),
    "name": ("单位名称", "预算单位名称", "名称", "单位", "预算单位", "name"),
    "parent": (
        *("上级编码", "上级代码", "上级单位编码", "上级单位代码", "主管单位编码", "主管单位代码"),
        *("主管部门编码", "主管部门代码", "parent", "上级", "上级单位", "主管单位", "主管部门"),
        *("上级名称", "上级单位名称", "主管单位名称", "主管部门名称"),
    ),
    "nature": ("单位性质", "预算单位性质", "性质", "单位类型", "预算单位类型", "nature", "kind"),
    "layout": ("版式", "模板", "layout"),
    "kind": ("类别", "单位类别", "category"),
    "key": ("公钥指纹", "单位公钥", "公钥", "key"),
    "contact": ("联系方式", "联系人", "联系电话", "contact"),
}
_TITLES = {"code": "单位编码", "name": "单位名称", "parent": "上级", "nature": "单位性质"}
_FIELDS = {plain(name).lower(): key for key, names in _NAMES.items() for name in names}


def header(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, dict[str, int], list[str]]:
    """(index of the header row, field → column, what to tell of the columns); (-1, {}, []) where there is none."""
    for index, (_, cells) in enumerate(rows[:_HEADER_WITHIN]):
        found: dict[str, list[int]] = {}
        for column, text in enumerate(cells):
            if key := _FIELDS.get(plain(text).lower()):
                found.setdefault(key, []).append(column)
        if {"code", "name"} <= found.keys():
            chosen = {key: min(columns, key=lambda c: _rank(key, cells[c])) for key, columns in found.items()}
            return index, chosen, list(_columns_told(cells, found, chosen))
    return -1, {}, []


def _rank(key: str, text: str) -> int:
    return [plain(name).lower() for name in _NAMES[key]].index(plain(text).lower())


def _columns_told(cells: Sequence[str], found: Mapping[str, Sequence[int]], chosen: Mapping[str, int]) -> Iterator[str]:
    for key, columns in found.items():
        if len(columns) > 1:
            names = "".join(f"“{cells[c]}”（第 {c + 1} 栏）" for c in columns)
            what = _TITLES.get(key, _NAMES[key][0])
            yield f"{names}都是{what}，用的是第 {chosen[key] + 1} 栏，请核对"
    known = {column for columns in found.values() for column in columns}
    unused = [text for column, text in enumerate(cells) if text and column not in known]
    if unused:
        yield f"没有用到的栏：{'、'.join(unused)}"
