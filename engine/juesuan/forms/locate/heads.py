"""Label–value cells: content right of a label, below a pair of labels, or in the same cell behind a colon."""

from __future__ import annotations

from dataclasses import dataclass, field

from juesuan.forms.labels import LONGEST, Labels
from juesuan.forms.locate.funds import Places, points_in
from juesuan.forms.locate.grid import Grid, Spot
from juesuan.forms.locate.marks import ticks
from juesuan.forms.scheme import load
from juesuan.text import bare

_FOOT = frozenset({"total_weight", "total_score", "grade", "deviation_analysis", "improvement"})
_TOTALS = frozenset({"basic_total", "project_total"})
_BELOW = frozenset({"annual_goal", "annual_goal_done"})
#: Labels printed in forms A–H by default; another wording in a sheet is kept only where it may be printed again.
_KEPT = ("main_department",)
_MONEY = frozenset({"basic_total", "project_total", "procurement"})


def part_of(key: str) -> str:
    """The part of a form a field belongs to: head, totals, foot or indicators."""
    if key in _FOOT:
        return "foot"
    return "totals" if key in _TOTALS else "indicators" if key == "indicators_weight" else "head"


@dataclass
class Heads:
    """Collects a form's fields and ticks; the first content found for a field stays."""

    grid: Grid
    labels: Labels
    places: Places
    fields: dict[str, str] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    choices: dict[str, tuple[tuple[str, bool | None], ...]] = field(default_factory=dict)

    def read(self, row: int) -> bool:
        """Read a row's labels; False where it has none."""
        spots = self.grid.row(row)
        if spots and bare(spots[0].text) in self.labels.choices and len(spots[0].text) <= LONGEST:
            self._choice(spots)
            return True
        known = [(s, key) for s in spots if (key := self.labels.field(s.text))]
        if [key for _, key in known[:2]] == ["annual_goal", "annual_goal_done"] and known[0][0].right + 1 == known[1][
            0
        ].column:
            for spot, key in known[:2]:
                self._keep(key, self.grid.text(spot.bottom + 1, spot.column), spot, (spot.bottom + 1, spot.column))
            return True
        found = False
        for spot in spots:
            if key := self.labels.field(spot.text):
                found = True
                place = self.grid.beside(spot)
                text = self.grid.text(*place, money=key in _MONEY)
                if self.labels.field(text) or place[1] <= spot.right:
                    text = ""
                if key == "annual_goal" and (weight := points_in([spot.text])) and not text:
                    self._keep("indicators_weight", weight, spot, (spot.row, spot.column))
                    continue
                self._keep(key, text, spot, place)
            else:
                found = self._inside(spot) or found
        return found

    def _inside(self, spot: Spot) -> bool:
        """“单位名称：某中心　填报日期：2024年5月22日” in one cell; right of it where nothing follows the colon."""
        if "：" not in spot.text and ":" not in spot.text:
            return False
        found = list(self.labels.colon.finditer(spot.text))
        for at, match in enumerate(found):
            key = self.labels.fields.get(bare(match[1]))
            end = found[at + 1].start() if at + 1 < len(found) else len(spot.text)
            text = spot.text[match.end() : end].strip()
            place = (spot.row, spot.column)
            if not text and at + 1 == len(found):
                place = self.grid.beside(spot)
                text = self.grid.text(*place)
                if self.labels.field(text) or self.labels.colon.match(text):
                    text = ""
            if key:
                self._keep(key, text, spot, place)
        return bool(found)

    def _keep(self, key: str, text: str, label: Spot, place: tuple[int, int]) -> None:
        if key in self.fields:
            return
        self.places.setdefault((part_of(key), None, key), place)
        if text:
            self.places[part_of(key), None, key] = place
            self.fields[key] = text
            if key in _KEPT and label.text not in _printed(key):
                self.named[key] = label.text.rstrip("：: ")

    def _choice(self, spots: list[Spot]) -> None:
        options = [option for spot in spots[1:] for option in ticks(spot.text, self.labels)]
        label = spots[0].text.rstrip("：: ")
        self.choices[label] = tuple(options)
        self.places["head", None, label] = (spots[0].row, spots[1].column if len(spots) > 1 else spots[0].column)


def _printed(key: str) -> set[str]:
    """The labels the forms themselves print for a field."""
    return {label for spec in load().forms.values() for s in spec.sections for k, label in s.fields if k == key}
