"""What people type into 补充资料, brought to one text per value; a sentence for what cannot be understood."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from fractions import Fraction

from juesuan import amount
from juesuan.amount import NotAnAmount, Unit
from juesuan.book import Value
from juesuan.supplement.records import InputKind

#: What states that there is nothing, as against leaving a cell blank.
NOTHING = frozenset({"无", "没有", "零", "未发生", "无此项"})
#: Marks that people put where they leave something open.
OPEN = frozenset({"-", "--", "—", "——", "/", "\\", "…", "待填"})
#: The longest text a cell of Excel holds.
LONGEST = 32_767
_COUNT = re.compile(r"^(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?(\D{0,6})$")
_IN_YUAN = re.compile(r"(?<![万亿])元$")
_PERCENT = re.compile(r"^(-?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?%?$")
_DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")


class BadValue(ValueError):
    """A value that is not of its kind; the message is the second half of a sentence, in Chinese."""


def canonical(value: Value, kind: InputKind, money_unit: Unit = "万元", *, unit: str = "",
              choices: tuple[str, ...] = (), percent_cell: bool | None = None) -> str:
    """A typed value as its one text, "" for a blank. Raises BadValue.

    ``percent_cell``: whether a number stands in a cell formatted as a percentage (0.958 shown as 95.8%); None where
    that is not known.
    """
    if value is None or isinstance(value, bool):
        return "" if value is None else _refuse("是逻辑值", kind)
    if isinstance(value, str) and (not value.strip() or (kind != "text" and _plain(value) in OPEN)):
        return ""
    if kind == "text":
        return _text(value)
    if kind == "date":
        return _date(value)
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return _refuse("是日期或时间", kind)
    if kind == "amount":
        if money_unit == "万元" and isinstance(value, str) and _IN_YUAN.search(_plain(value)):
            return _refuse("写的是元，请换算成万元", kind)
        return _amount(value, money_unit)
    if kind == "count":
        return _count(value, unit)
    if kind == "percent":
        return _percent(value, percent_cell)
    return _choice(str(value).strip(), choices)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _refuse(what: str, kind: InputKind) -> str:
    names = {"amount": "金额", "count": "数量", "percent": "百分数", "text": "文字", "date": "日期", "choice": "选项"}
    raise BadValue(f"{what}，这里应填{names[kind]}")


def _text(value: Value) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, dt.datetime | dt.date):
        value = _date(value)
    text = "\n".join(line.strip() for line in str(value).replace("\r", "").split("\n") if line.strip())
    if len(text) > LONGEST:
        raise BadValue(f"有 {len(text)} 个字，一格最多 {LONGEST} 个")
    return text


def _amount(value: Value, money_unit: Unit) -> str:
    if isinstance(value, str) and _plain(value) in NOTHING:
        return "0"
    try:
        found = amount.parse(value, money_unit)
    except NotAnAmount as error:
        raise BadValue(f"{error}，这里应填金额（{money_unit}）") from error
    return "" if found is None else amount.show(found.fen, money_unit, least=0)


def _count(value: Value, unit: str) -> str:
    if isinstance(value, float):
        if not value.is_integer():
            raise BadValue(f"“{value}”不是整数，这里应填数量")
        value = int(value)
    text = _plain(str(value))
    if text in NOTHING:
        return "0"
    match = _COUNT.match(text)
    if not match:
        raise BadValue(f"“{value}”不是数量" + (f"，单位是“{unit}”" if unit else ""))
    sign, digits, said = match.groups()
    if said and unit and _plain(unit) != said and said not in ("个", "台", "套", "台套", "人", "次", "辆", "批"):
        raise BadValue(f"“{value}”的单位“{said}”不是“{unit}”")
    return f"{sign}{int(digits.replace(',', ''))}"


def _percent(value: Value, percent_cell: bool | None) -> str:
    if isinstance(value, int | float):
        number = Fraction(repr(value)) if isinstance(value, float) else Fraction(value)
        if percent_cell:
            number *= 100
        elif percent_cell is None and 0 < number <= 1 and isinstance(value, float):
            raise BadValue(f"“{value}”看不出是 {value}% 还是 {_decimal(number * 100)}%，请带上百分号")
        return f"{_decimal(number)}%"
    text = _plain(str(value))
    if text in NOTHING:
        return "0%"
    match = _PERCENT.match(text)
    if not match:
        raise BadValue(f"“{value}”不是百分数")
    return f"{_decimal(Fraction(text.rstrip('%').replace(',', '')))}%"


def _decimal(number: Fraction) -> str:
    """An exact decimal with at most six places, zeros dropped."""
    scaled = round(abs(number) * 10**6)
    whole, rest = divmod(scaled, 10**6)
    tail = f"{rest:06d}".rstrip("0")
    return ("-" if number < 0 and scaled else "") + (f"{whole}.{tail}" if tail else str(whole))


def _date(value: Value) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    match = _DATE.match(_plain(str(value)))
    if match:
        try:
            return dt.date(*(int(part) for part in match.groups())).isoformat()
        except ValueError:
            pass
    raise BadValue(f"“{value}”不是日期，请写成 2024-10-08 这样")


def _choice(text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise BadValue(f"“{text}”不在可选的内容中：{'、'.join(choices)}")
    return text
