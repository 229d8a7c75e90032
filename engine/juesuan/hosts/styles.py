"""Number formats by style index: what tells a date from an amount."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from juesuan.hosts import serial, tree
from juesuan.hosts.archive import remembered

#: The formats that files refer to by number only; 27–36 and 50–58 are dates in Chinese Excel and WPS.
_BUILTIN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "¥#,##0;¥-#,##0", 6: "¥#,##0;[Red]¥-#,##0",
    7: "¥#,##0.00;¥-#,##0.00", 8: "¥#,##0.00;[Red]¥-#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 37: "#,##0;-#,##0", 38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00", 40: "#,##0.00;[Red]-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 42: '_ ¥* #,##0_ ;_ ¥* -#,##0_ ;_ ¥* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', 44: '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: 'AM/PMh"时"mm"分"',
    35: 'AM/PMh"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: 'AM/PMh"时"mm"分"', 56: 'AM/PMh"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_ATTRIBUTE = re.compile(r'(?<![A-Za-z])([A-Za-z]++)="([^"<>]*+)"')
_TAG = re.compile(r"<(xf|numFmt) ([^<>]*+)>")


@dataclass(frozen=True, slots=True, eq=False)
class Styles:
    """``codes``: style index as written in the cells → format code, General left out; ``kinds``: the dates of them."""

    codes: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, serial.Kind] = field(default_factory=dict)


@remembered
def read(data: bytes) -> Styles:
    """The cell formats of styles.xml. Raises Damaged when it cannot be parsed."""
    named, used = _quick(data) or _careful(data)
    codes: dict[str, str] = {}
    kinds: dict[str, serial.Kind] = {}
    known: dict[str, serial.Kind] = {}
    for index, number in enumerate(used):
        code = named.get(number) or _BUILTIN.get(int(number[:9]) if number.isdecimal() else 0, "")
        if not code or code.lower() == "general":
            continue
        if code not in known:
            known[code] = serial.kind(code)
        codes[str(index)] = code
        if known[code]:
            kinds[str(index)] = known[code]
    return Styles(codes, kinds)


def _quick(data: bytes) -> tuple[dict[str, str], list[str]] | None:
    """None where the text is not as Office, WPS, LibreOffice and openpyxl write it."""
    start, end = data.find(b"<cellXfs"), data.find(b"</cellXfs>")
    if start < 0 or end < start or b"<!" in data:
        return None
    formats = data[data.find(b"<numFmts") : data.find(b"</numFmts>")] if b"<numFmts" in data else b""
    try:
        part, head = data[start:end].decode(), formats.decode()
    except UnicodeDecodeError:
        return None
    used = [dict(_ATTRIBUTE.findall(attributes)).get("numFmtId", "0") for _, attributes in _TAG.findall(part)]
    if len(used) != part.count("<xf ") or "='" in part or "='" in head or "&" in head.replace("&quot;", ""):
        return None
    pairs = [dict(_ATTRIBUTE.findall(attributes)) for _, attributes in _TAG.findall(head)]
    if len(pairs) != head.count("<numFmt "):
        return None
    return {p.get("numFmtId", ""): p.get("formatCode", "").replace("&quot;", '"') for p in pairs}, used


def _careful(data: bytes) -> tuple[dict[str, str], list[str]]:
    root = tree.root(data)
    named = {n.get("numFmtId", ""): n.get("formatCode", "") for n in tree.all_of(root, "numFmts", "numFmt")}
    return named, [n.get("numFmtId", "0") for n in tree.all_of(root, "cellXfs", "xf")]
