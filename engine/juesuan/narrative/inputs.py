"""补充资料 checked by itself and against the tables: sums, bounds, signs, dates (rules B-01 …, N-29, T9-04, T9-05)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from juesuan.amount import NotAnAmount, show
from juesuan.findings import Counts, Verdict, WordFinding
from juesuan.narrative.judge import LAST_PLACE, Value
from juesuan.narrative.three import COUNTS, NEEDED
from juesuan.narrative.vocabulary import vocabulary
from juesuan.refs import Ref
from juesuan.rules import Severity
from juesuan.statements import StatementSet
from juesuan.supplement import Supplement, specs

GENERAL, BASIC, THREE = "一般公共预算支出表", "基本支出明细表", "三公表"
#: A department publishes its final accounts within so many days of their approval.
DAYS = 20
_KINDS = ("领导", "主要负责人", "机要通信", "应急保障", "执法执勤", "特种专业技术", "离退休干部", "其他")
CARS = tuple(f"资产.{kind}用车" for kind in _KINDS)
#: Last year's figure and its reason ← line of the table of 三公.
THREE_LINES = {
    "三公": "合计",
    "出国": "因公出国（境）费",
    "用车": "公务用车小计",
    "购置": "公务用车购置费",
    "运行": "公务用车运行维护费",
    "接待": "公务接待费",
}
#: Parts of 三公 → what a reason may be given for instead.
ABOVE = {"出国": ("三公",), "用车": ("三公",), "接待": ("三公",), "购置": ("用车", "三公"), "运行": ("用车", "三公")}
MEETINGS = {"会议费": "30215", "培训费": "30216"}


@dataclass(frozen=True, slots=True)
class InputResult:
    """One relation of 补充资料. ``key`` leads to its cell (juesuan.supplement), ``others`` to those it rests on."""

    rule: str
    severity: Severity
    verdict: Verdict
    key: str
    stated: str = ""
    expected: str = ""
    difference: str = ""
    message: str = ""
    others: tuple[str, ...] = ()


def check_inputs(
    supplement: Supplement, statements: StatementSet, *, prior: StatementSet | None = None, narrated: bool = False
) -> tuple[InputResult, ...]:
    """Every relation of what was given. ``prior``: last year's tables; ``narrated``: the 情况说明 gives the reasons."""
    checks = _Checks(supplement, statements, prior)
    checks.purchases()
    checks.budgets()
    checks.cars()
    checks.signs()
    checks.running()
    checks.meetings()
    checks.prior_year()
    checks.projects()
    checks.dates()
    checks.counts()
    if not narrated:
        checks.reasons()
    return tuple(checks.found)


def counts(results: Iterable[InputResult]) -> Counts:
    """How the relations came out."""
    told = [r.verdict for r in results]
    return Counts(*(told.count(v) for v in ("holds", "rounding", "breaks", "not_evaluated", "not_applicable")))


def input_findings(results: Iterable[InputResult], cells: Mapping[str, str]) -> tuple[WordFinding, ...]:
    """What is not simply 相符, as the report has it. ``cells``: key → "Sheet!C7" (supplement.locate). Ids b1, b2, …"""
    rules, known = vocabulary().rules, specs()
    found: list[WordFinding] = []
    for result in results:
        if result.verdict in ("holds", "not_applicable"):
            continue
        name = known.label(result.key)
        remedy = {"rounding": "", "not_evaluated": "改好后请重新校验。"}.get(result.verdict, rules[result.rule].mend)
        keys = (result.key, *result.others)
        found.append(
            WordFinding(
                f"b{len(found) + 1}",
                result.rule,
                result.severity,
                result.verdict,
                "补充资料",
                name,
                "",
                tuple(dict.fromkeys(cells[k] for k in keys if k in cells)),
                result.stated,
                result.expected,
                result.difference,
                f"补充资料“{name}”：{result.message}{remedy}",
            )
        )
    return tuple(found)


class _Checks:
    """Collects results; amounts in 分 with the half of their rounding interval."""

    def __init__(self, supplement: Supplement, statements: StatementSet, prior: StatementSet | None) -> None:
        self.given, self.statements, self.prior = supplement, statements, prior
        self.found: list[InputResult] = []

    # --- figures ---

    def amount(self, key: str) -> Value | None:
        """An amount given; None for a blank or a text that is none (told by whoever read it)."""
        try:
            found = self.given.amount(key)
        except NotAnAmount:
            return None
        return Value(found.fen, found.half) if found else None

    def listed(self, name: str, column: str) -> list[tuple[str, Value]]:
        """The amounts of a list's column with their keys; [] where none is given."""
        spec, found = specs().list(name), []
        for number, row in enumerate(self.given.rows(name), start=1):
            text = row.get(column, "")
            if text:
                row_name = (row.get("编码", "") if spec.coded else "") or str(number)
                one = Supplement(money_unit=self.given.money_unit, values={"": text}).amount("")
                if one:
                    found.append((f"{name}.{row_name}.{column}", Value(one.fen, one.half)))
        return found

    def table(self, ref: Ref, of: StatementSet | None = None) -> Value | None:
        """A figure of the tables; a blank in a line that is there is zero."""
        table = (of or self.statements).tables.get(ref.table)
        if table is None:
            return None
        figure = table.figures.get((ref.line, ref.column))
        if figure is not None:
            return Value(figure.fen, figure.half)
        return Value(0, 0) if any(line.key == ref.line for line in table.lines) else None

    # --- results ---

    def add(
        self,
        rule: str,
        verdict: Verdict,
        key: str,
        message: str = "",
        *,
        stated: str = "",
        expected: str = "",
        difference: str = "",
        others: Sequence[str] = (),
    ) -> None:
        severity = vocabulary().rules[rule].severity
        told = "" if verdict == "holds" else message
        self.found.append(InputResult(rule, severity, verdict, key, stated, expected, difference, told, tuple(others)))

    def money(self, fen: int) -> str:
        return f"{show(fen, self.given.money_unit, least=0)} {self.given.money_unit}"

    def equal(self, rule: str, key: str, stated: Value, expected: Value, what: str, others: Sequence[str] = ()) -> None:
        """Compare two amounts; within the halves of both it is a 尾差."""
        off = stated.fen - expected.fen
        verdict: Verdict = "holds" if not off else "rounding" if abs(off) <= stated.half + expected.half else "breaks"
        message = f"填 {self.money(stated.fen)}，{what} {self.money(expected.fen)}，相差 {self.money(off)}。"
        self.add(
            rule,
            verdict,
            key,
            message,
            stated=self.money(stated.fen),
            expected=self.money(expected.fen),
            difference=self.money(off) if off else "",
            others=others,
        )

    def within(self, rule: str, key: str, small: Value, large: Value, what: str, others: Sequence[str]) -> None:
        """``small`` may not exceed ``large``."""
        off = small.fen - large.fen
        allowed = min(small.half + large.half, LAST_PLACE)
        verdict: Verdict = "holds" if off <= 0 else "rounding" if off <= allowed else "breaks"
        message = f"填 {self.money(small.fen)}，大于{what} {self.money(large.fen)}。"
        shown = (self.money(small.fen), self.money(large.fen), self.money(off) if off > 0 else "")
        self.add(rule, verdict, key, message, stated=shown[0], expected=shown[1], difference=shown[2], others=others)

    # --- relations ---

    def purchases(self) -> None:
        """B-01, B-02: 采购总额 is 货物 + 工程 + 服务; 小微 ≤ 中小 ≤ 总额."""
        keys = ("采购.货物", "采购.工程", "采购.服务")
        parts = {k: v for k in keys if (v := self.amount(k)) is not None}
        total = self.amount("采购.总额")
        summed = _sum(parts.values())
        if total is not None and parts:
            self.equal("B-01", "采购.总额", total, summed, "货物、工程、服务之和是", tuple(parts))
        whole = total if total is not None else summed if parts else None
        small, middle = self.amount("采购.小微企业"), self.amount("采购.中小企业")
        if small is not None and middle is not None:
            self.within("B-02", "采购.小微企业", small, middle, "授予中小企业合同金额", ("采购.中小企业",))
        if middle is not None and whole is not None:
            self.within("B-02", "采购.中小企业", middle, whole, "采购总额", ("采购.总额", *parts))

    def budgets(self) -> None:
        """B-03, B-03.1: 年初预算 of all items add up to the total; every item with a figure has its 年初预算."""
        items = self.listed("年初预算", "年初预算")
        total = self.amount("年初预算合计")
        if total is not None and items:
            keys = [key for key, _ in items]
            self.equal("B-03", "年初预算合计", total, _sum(v for _, v in items), "各项之和是", keys)
        table = self.statements.tables.get(GENERAL)
        if not items or table is None:
            return
        have = {key.split(".")[1] for key, _ in items}
        stating = {line for (line, _), amount in table.figures.items() if amount.fen}
        missing = [x for x in table.lines if len(x.code) == 7 and x.key in stating and x.code not in have]
        names = "、".join(x.label.strip() for x in missing)
        said = f"表中有数的 {len(missing)} 项没有填年初预算（没有预算的填 0）：{names}。"
        self.add("B-03.1", "breaks" if missing else "holds", "年初预算", said, expected=names)

    def cars(self) -> None:
        """B-04, B-06: the kinds of vehicles add up; 保有量 is the number of vehicles."""
        kinds = {k: n for k in CARS if (n := self.given.count(k)) is not None}
        total = self.given.count("资产.车辆")
        if total is not None and kinds:
            found = sum(kinds.values())
            said = f"填 {total} 辆，各类之和是 {found} 辆。"
            verdict: Verdict = "holds" if total == found else "breaks"
            shown = (f"{total} 辆", f"{found} 辆")
            self.add("B-04", verdict, "资产.车辆", said, stated=shown[0], expected=shown[1], others=tuple(kinds))
        kept = self.given.count("车辆.保有量")
        owned = total if total is not None else sum(kinds.values()) if kinds else None
        if kept is not None and owned is not None:
            said = f"填 {kept} 辆，国有资产占用的车辆是 {owned} 辆。"
            shown = (f"{kept} 辆", f"{owned} 辆")
            verdict = "holds" if kept == owned else "breaks"
            self.add("B-06", verdict, "车辆.保有量", said, stated=shown[0], expected=shown[1], others=("资产.车辆",))

    def signs(self) -> None:
        """B-05: nothing is negative; a share is at most 100%."""
        for one in specs().inputs:
            text = self.given.text(one.key)
            if not text or one.kind not in ("amount", "count", "percent"):
                continue
            if text.startswith("-"):
                self.add("B-05", "breaks", one.key, f"填 {text}，不应为负数。", stated=text)
            elif one.kind == "percent" and (self.given.percent(one.key) or 0) > 1:
                self.add("B-05", "breaks", one.key, f"填 {text}，占比不应大于 100%。", stated=text)
            else:
                self.add("B-05", "holds", one.key)

    def running(self) -> None:
        """B-07, B-08: the parts of 运行维护费 add up to it; 机关运行经费 is 公用经费, or at most that."""
        items = self.listed("运行费明细", "金额")
        spent = self.table(Ref(THREE, "公务用车运行维护费", "决算数"))
        if items and spent is not None:
            key, keys = items[0][0], [k for k, _ in items[1:]]
            what = "“三公”经费支出决算表的运行维护费是"
            self.equal("B-07", key, _sum(v for _, v in items), spent, what, keys)
        office, running = self.table(Ref(BASIC, "公用经费合计", "决算数")), self.amount("机关运行.决算")
        if office is None or running is None:
            return
        nature = self.statements.nature
        if self.statements.kind == "单位" and nature.startswith(("行政", "参公")):
            self.equal("B-08", "机关运行.决算", running, office, "基本支出明细表的公用经费合计是")
        elif self.statements.kind == "单位" and nature.startswith("事业"):
            self.equal("B-08", "机关运行.决算", running, Value(0, 0), "事业单位没有机关运行经费，应是")
        else:
            self.within("B-08", "机关运行.决算", running, office, "基本支出明细表的公用经费合计", ())

    def meetings(self) -> None:
        """B-09: meetings and training cost at least what basic spending shows."""
        for name, code in MEETINGS.items():
            given, held = self.amount(f"{name}.决算"), self.table(Ref(BASIC, code, "决算数"))
            if given is not None and held is not None:
                off = held.fen - given.fen
                verdict: Verdict = "holds" if off <= 0 else "rounding" if off <= held.half + given.half else "breaks"
                said = f"填 {self.money(given.fen)}，基本支出明细表就有 {self.money(held.fen)}。"
                shown = (self.money(given.fen), self.money(held.fen))
                self.add("B-09", verdict, f"{name}.决算", said, stated=shown[0], expected=shown[1])

    def prior_year(self) -> None:
        """B-10: last year's figures are those of last year's tables."""
        for one in specs().inputs if self.prior else ():
            given = self.amount(one.key) if one.prior and one.kind == "amount" else None
            if given is not None and one.prior:
                known = self.table(one.prior, self.prior)
                if known is not None:
                    self.equal("B-10", one.key, given, known, "上年决算表是")

    def projects(self) -> None:
        """B-11: as many projects are described as the accounts are said to show, not more than were assessed."""
        shown, all_of = self.given.count("绩效.反映项目数"), self.given.count("绩效.项目数")
        rows = len(self.given.rows("绩效项目"))
        key = "绩效.反映项目数"
        if shown is not None and all_of is not None and shown > all_of:
            said = f"填 {shown} 个，多于自评项目 {all_of} 个。"
            self.add("B-11", "breaks", key, said, stated=str(shown), expected=str(all_of), others=("绩效.项目数",))
        elif shown is not None and rows:
            said = f"填 {shown} 个，下面列了 {rows} 个。"
            self.add("B-11", "holds" if shown == rows else "breaks", key, said, stated=str(shown), expected=str(rows))

    def dates(self) -> None:
        """N-29: published within twenty days of approval."""
        keys = ("公开.公开日期", "公开.批复日期")
        published, approved = (_date(self.given.text(key)) for key in keys)
        if published is None or approved is None:
            self.add("N-29", "not_applicable", keys[0], "没有填批复日期和公开日期，不核对。")
            return
        days, last = (published - approved).days, approved + dt.timedelta(DAYS)
        said = f"{approved} 批复，{published} 公开，" + (
            f"批复后 {days} 天，应在 {DAYS} 日内（{last} 之前）。" if days > DAYS else "早于批复。"
        )
        right = 0 <= days <= DAYS
        self.add(
            "N-29",
            "holds" if right else "breaks",
            keys[0],
            said,
            stated=str(published),
            expected=str(last),
            others=keys[1:],
        )

    # --- 三公 ---

    def counts(self) -> None:
        """T9-05: groups, vehicles and visits exactly where money was spent on them."""
        for line, needed in NEEDED.items():
            spent = self.table(Ref(THREE, line, "决算数"))
            for count in needed if spent is not None else ():
                key = COUNTS[count][1]
                given = self.given.count(key)
                if given is None or spent is None:
                    continue
                right = (given > 0) == (spent.fen > 0)
                what = f"{line}决算是 {self.money(spent.fen)}"
                said = f"填 {given}，{what}。"
                verdict: Verdict = "holds" if right else "breaks"
                self.add("T9-05", verdict, key, said, stated=str(given), expected="" if right else what)

    def reasons(self) -> None:
        """T9-04: a rise over last year has its reason, its own or that of the whole it belongs to."""
        for name, line in THREE_LINES.items():
            before, now = self.amount(f"上年.{name}"), self.table(Ref(THREE, line, "决算数"))
            if before is None or now is None or now.fen <= before.fen:
                continue
            right = any(self.given.text(f"原因.{n}") for n in (name, *ABOVE.get(name, ())))
            more = self.money(now.fen - before.fen)
            said = f"{line if name != '三公' else '“三公”经费'}较上年增加 {more}，没有填原因。"
            verdict: Verdict = "holds" if right else "breaks"
            self.add("T9-04", verdict, f"原因.{name}", said, expected=more, others=(f"上年.{name}",))


def _sum(values: Iterable[Value]) -> Value:
    found = list(values)
    return Value(sum(v.fen for v in found), sum(v.half for v in found if v.fen))


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
