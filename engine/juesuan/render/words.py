"""Rule → a Chinese sentence, for ``explain``: “《支出决算表》每行：本年支出合计 ＝ 基本支出＋项目支出＋…”.

Said from the same tree that is checked and written as a cell formula, so it cannot say something else.
"""

from __future__ import annotations

from collections.abc import Sequence

from juesuan.catalogue import Catalogue
from juesuan.formula import Binder, Formula, Place, Predicate, Relation, Term
from juesuan.rules import Rule
from juesuan.shape import PRIOR
from juesuan.tables import TOTAL, TableSpec

_OPS = {"=": "＝", "<=": "≤", ">=": "≥", "<": "＜", ">": "＞", "!=": "≠"}
#: Sets of lines, as they are said of one line after the other.
_EACH = {"行": "每行", "科目": "每个科目", "类": "每个类", "款": "每个款", "项": "每个项",
         "上级": "每个有下级的科目", "末级": "每个末级科目", "空行": "每个空行", "应有行": "每个应有的行",
         "全部行": "每行", "栏": "各栏", "分栏": "各分栏"}
_CHECKS = {
    "parent": "上级科目（类、款）要在它前面列出", "ordered": "编码按升序排列", "known": "编码在科目表内",
    "named": "名称与科目表中该编码的名称一致", "unique": "同一编码只列一行", "leaf": "列到“项”级", "blank": "不填数",
    "present": "不能缺少", "samename": "同一编码在各表中的名称一致",
    "remarked": "没有数时，表下要写明没有这项收支", "remark": "表下的说明要与本表、本单位和表中的数相符",
}
_LISTED = 8


def words(rule: Rule, catalogue: Catalogue) -> str:
    """What a rule demands, in one sentence; of a check made while reading, its title."""
    if isinstance(rule.tree.body, Predicate) and rule.tree.body.name == "reading":
        return rule.title
    return _Speaker(catalogue, rule.tree).sentence()


class _Speaker:
    def __init__(self, catalogue: Catalogue, tree: Formula) -> None:
        self.catalogue, self.tables, self.tree = catalogue, catalogue.tables, tree
        self.binders = {b.variable: b for b in tree.binders}
        self.home = self._home()

    def sentence(self) -> str:
        """Where, on what condition, and what."""
        scope = "、".join(dict.fromkeys(self._each(b) for b in self.tree.binders))
        when = "，且".join(self._condition(part) for part in self.tree.when)
        when += "时，" if when else ""
        body = self.tree.body
        said = self._relation(body) if isinstance(body, Relation) else self._check(body)
        home = f"《{self._name(self.home)}》" if self.home else ""
        return f"{home}{scope}{'：' if home or scope else ''}{when}{said}"

    def _home(self) -> str:
        """The table everything is in, "" where several are spoken of."""
        body = self.tree.body
        named = [t for b in self.tree.binders for t, _ in b.sets]
        if isinstance(body, Relation):
            named += [t.place.of for t in body.left + body.right if t.place.of not in self.binders]
        elif not self.tree.binders and isinstance(body.arguments[0], str):
            named.append(body.arguments[0])
        known = dict.fromkeys(t for t in named if t in self.tables)
        return next(iter(known)) if len(known) == 1 and len(set(named)) == 1 else ""

    def _name(self, table: str) -> str:
        spec = self._spec(table)
        return ("上年" if table.startswith(PRIOR) else "") + (spec.name if spec else table)

    def _spec(self, table: str) -> TableSpec | None:
        return self.tables.get(table.removeprefix(PRIOR))

    def _each(self, binder: Binder) -> str:
        if self._is_column(binder):
            return _EACH.get(binder.sets[0][1], "各栏")
        said: dict[str, list[str]] = {}
        for table, name in binder.sets:
            said.setdefault(self._every(table, name), []).append(table)
        return "、".join("".join(f"《{self._name(t)}》" for t in tables if t != self.home) + each
                        for each, tables in said.items())

    def _every(self, table: str, name: str) -> str:
        """What a set of lines is called: the lines of a small group by name."""
        spec = self._spec(table)
        lines = spec.grouped.get(name, ()) if spec else ()
        if spec and lines and len(lines) <= _LISTED:
            return "、".join(f"“{spec.fixed[x].printed}”" for x in lines) + "各行"
        if name not in _EACH and name.endswith("行"):
            return f"{name.removesuffix('行')}的每行" if len(name) > 3 else f"{name.removesuffix('行')}部分的每行"
        return _EACH.get(name, f"{name}的每行")

    def _is_column(self, binder: Binder) -> bool:
        return binder.sets[0][1].endswith("栏")

    # --- bodies ---

    def _relation(self, body: Relation) -> str:
        return f"{self._sum(body.left)} {_OPS[body.op]} {self._sum(body.right)}"

    def _sum(self, terms: Sequence[Term]) -> str:
        if not terms:
            return "0"
        parts = [("－" if t.factor < 0 else "＋") + (str(abs(t.factor)) + "×" if abs(t.factor) > 1 else "")
                 + self._place(t.place, t.total) for t in terms]
        return "".join(parts).removeprefix("＋")

    def _place(self, place: Place, total: bool) -> str:
        if place.children:
            column = "" if place.column in self.binders else f"的“{place.column}”"
            return f"所属下级各科目{column}之和"
        if place.of in self.binders:
            return self._columns(place)
        table = "" if place.of == self.home else f"《{self._name(place.of)}》"
        return table + self._line(place, total) + self._column(place)

    def _columns(self, place: Place) -> str:
        """A column of the line spoken of; 分栏 spelled out."""
        spec = self.tables[self.binders[place.of].sets[0][0].removeprefix(PRIOR)]
        if place.column == "分栏":
            return "＋".join(f"“{c.printed}”" for c in spec.columns[1:])
        if place.column in self.binders:
            return "本栏"
        return f"“{place.column}”" if len(spec.columns) > 1 else "金额"

    def _line(self, place: Place, total: bool) -> str:
        if place.line in self.binders:
            return "该行" if place.of == self.home else "同一科目"
        if total:
            return self._group(place)
        spec = self._spec(place.of)
        if place.line == TOTAL and spec and spec.kind == "codes":
            return "合计行"
        name = self.catalogue.codes(spec.key).name(place.line) if spec and place.line.isdigit() else None
        return f"“{place.line} {name}”" if name else f"“{place.line}”"

    def _group(self, place: Place) -> str:
        spec = self._spec(place.of)
        lines = spec.grouped.get(place.line, ()) if spec else ()
        if spec and lines and len(lines) <= _LISTED:
            return f"{place.line}（{'、'.join(spec.fixed[x].printed for x in lines)}）之和"
        if place.line in ("类", "款", "项", "末级"):
            return f"各“{place.line}”行之和"
        if place.line.endswith("各款"):
            return f"{place.line.removesuffix('各款')} 所属各款之和"
        if place.line[-1] in "类款" and "各" not in place.line:
            return f"{place.line[:-1]}各{place.line[-1]}之和"
        return f"{place.line}之和"

    def _column(self, place: Place) -> str:
        if not place.column or place.column in self.binders:
            return ""
        return f"的“{place.column}”"

    def _check(self, body: Predicate) -> str:
        first, rest = body.arguments[0], body.arguments[1:]
        match body.name:
            case "within":
                return f"该科目在《{self._name(str(rest[0]))}》中也要列出"
            case "scope":
                return f"该科目属于{rest[0]}的功能科目"
            case "reading":
                return f"读取文件时核对（{first}）"
        return _CHECKS.get(body.name, body.name)

    def _condition(self, part: Relation | Predicate) -> str:
        if isinstance(part, Relation):
            return self._relation(part)
        argument = part.arguments[0]
        if part.name == "nature":
            return f"单位性质为{argument}{'（含参公）' if argument == '行政' else ''}"
        if part.name == "anyof" and isinstance(argument, Place):
            spec = self._spec(argument.of)
            group = bool(spec and argument.line in spec.grouped)
            return f"{self._place(argument, group).removesuffix('之和')}{'中任一项' if group else ''}有数"
        return f"{part.name}（{argument}）"
