"""What sentence frames may call, under Chinese names; whatever is lacking is shown as 【待填：…】 and noted."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from juesuan.narrate.figures import Figures, Quantity
from juesuan.narrate.frames import Style
from juesuan.narrate.numbers import money, percent
from juesuan.supplement import specs

OFFICE = ("302", "307", "309", "310", "311", "312", "313", "399")
STAFF = ("301", "303")
#: Lead-ins and ends that people type with a reason or use, although the frame has them.
_LEAD = re.compile(
    r"^(?:(?:其|变动的?|增减的?|差异的?)?(?:主要)?原因(?:是|为|在于|(?=[：:]))|(?:主要)?(?:是)?因为)\s*[：:]?\s*"
)
_USE = re.compile(r"^(?:主要)?(?:是)?用于[：:]?\s*")
_END = "。；;，,、. \n"


class Voice:
    """The functions of one narration. ``missing`` collects what the piece being written lacks, ``called`` what all of
    it is called."""

    def __init__(self, figures: Figures, style: Style) -> None:
        self.figures, self.style = figures, style
        self.missing: list[str] = []
        self.called: dict[str, str] = {}

    def functions(self) -> dict[str, Callable[..., Any]]:
        """Chinese name → function, as the frames know them."""
        return {
            "表": self.figures.table, "填": self.figures.given, "有": self.has, "零": self.zero, "相等": self.same,
            "和": self.total, "差": self.difference, "大": self.larger, "金额": self.money, "占比": self.share,
            "数量": self.count, "有数量": self.counted, "比例": self.percent, "话": self.words, "段": self.passage,
            "原因": self.reason, "用途": self.use, "缺": self.lacking, "悬殊": self.apart, "表在": self.there,
            "人员清单": lambda: self.figures.economic(STAFF), "公用清单": lambda: self.figures.economic(OFFICE),
            "非零": self.nonzero, "正": self.positive, "行数": lambda key: len(self.figures.supplement.rows(key)),
        }

    # --- what is known ---

    def has(self, what: Quantity | str) -> bool:
        """Whether an amount is known, or an input is filled."""
        return what.fen is not None if isinstance(what, Quantity) else bool(self.figures.supplement.text(what))

    def zero(self, *what: Quantity) -> bool:
        """Whether all of these are known to be zero."""
        return all(q.fen == 0 for q in what)

    def nonzero(self, *what: Quantity) -> bool:
        """Whether any of these is known not to be zero."""
        return any(q.fen for q in what)

    def positive(self, what: Quantity) -> bool:
        """Whether an amount is known to be more than zero."""
        return what.fen is not None and what.fen > 0

    def same(self, a: Quantity, b: Quantity) -> bool:
        """Whether both are known and equal in the last place printed."""
        return a.fen is not None and b.fen is not None and (a.fen == b.fen or self.money(a) == self.money(b))

    def larger(self, a: Quantity, b: Quantity) -> bool:
        return a.fen is not None and b.fen is not None and a.fen > b.fen

    def apart(self, final: Quantity, budget: Quantity, tenths: int = 1) -> bool:
        """Whether two amounts differ by ``tenths`` tenths of the second or more; so they do where one is lacking."""
        if final.fen is None or budget.fen is None:
            return True
        return final.fen != budget.fen and abs(final.fen - budget.fen) * 10 >= abs(budget.fen) * tenths

    def there(self, table: str) -> bool:
        """Whether the file has the table."""
        return self.figures.statement(table) is not None

    # --- arithmetic ---

    def total(self, *what: Quantity) -> Quantity:
        """The sum; what is lacking in it stays lacking."""
        lacking = next((q for q in what if q.fen is None), None)
        return lacking or Quantity(sum(q.fen or 0 for q in what), "", "")

    def difference(self, a: Quantity, b: Quantity) -> Quantity:
        """The size of the difference, without sign."""
        if a.fen is None or b.fen is None:
            return a if a.fen is None else b
        return Quantity(abs(a.fen - b.fen), "", "")

    # --- text ---

    def lacking(self, key: str, label: str = "") -> str:
        """The gap that a person must fill."""
        if key not in self.missing:
            self.missing.append(key)
        return f"【待填：{self.called.setdefault(key, label or specs().label(key))}】"

    def money(self, what: Quantity) -> str:
        """An amount in 万元."""
        if what.fen is None:
            return self.lacking(what.key, what.label)
        return money(what.fen, grouped=self.style.grouped)

    def share(self, part: Quantity, whole: Quantity) -> str:
        """part / whole as a percentage. A whole of zero has no shares: "0%" of nothing, else a gap."""
        for what in (part, whole):
            if what.fen is None:
                return self.lacking(what.key, what.label)
        if not whole.fen:
            return "0%" if not part.fen else self.lacking("", "占比（总数为 0）")
        return percent(Fraction(part.fen or 0, whole.fen))

    def count(self, key: str) -> str:
        """A number of things with its unit."""
        found = self.figures.supplement.count(key)
        return self.lacking(key) if found is None else f"{found}{specs().input(key).unit}"

    def counted(self, key: str) -> bool:
        """Whether there are any of these things."""
        return bool(self.figures.supplement.count(key))

    def percent(self, key: str) -> str:
        """A percentage as given, with one decimal."""
        found = self.figures.supplement.percent(key)
        return self.lacking(key) if found is None else percent(found)

    def words(self, key: str) -> str:
        """A text within a sentence: line breaks and the full stop at its end dropped."""
        return _inline(self.figures.supplement.text(key)) or self.lacking(key)

    def passage(self, key: str) -> str:
        """A text of its own, ending with a full stop; line breaks make paragraphs."""
        text = self.figures.supplement.text(key)
        return _ended(text) if text else self.lacking(key) + "。"

    def reason(self, key: str, given: str | None = None, label: str = "") -> str:
        """A reason without its lead-in. ``given``: the text itself, of a list's row; ``label``: what it is called."""
        text = _LEAD.sub("", _inline(self.figures.supplement.text(key) if given is None else given))
        return text or self.lacking(key, label)

    def use(self, key: str, given: str | None = None, label: str = "") -> str:
        """What money was used for, without 用于."""
        text = _USE.sub("", _inline(self.figures.supplement.text(key) if given is None else given))
        return text or self.lacking(key, label)


def _inline(text: str) -> str:
    return "".join(text.split("\n")).strip().strip(_END)


def _ended(text: str) -> str:
    text = text.strip()
    return text if text[-1] in "。！？；…”）" else text + "。"
