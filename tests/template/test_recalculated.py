"""LibreOffice recalculates the templates: no error value, and every total is the exact sum the rules declare.

The workbooks are written without cached values, so that what is read back is LibreOffice's own. One conversion serves
all tests.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from juesuan import catalogue
from juesuan.bind import bind
from juesuan.binding import Binding
from juesuan.book import Book
from juesuan.catalogue import Catalogue
from juesuan.cells.recompute import recompute
from juesuan.draft import Draft, DraftCell, SheetDraft
from juesuan.fill import fill
from juesuan.hosts.read import read_book
from juesuan.hosts.write import write_workbook
from juesuan.plan import Plan
from juesuan.shape import TableShape
from juesuan.template.build import build, with_parents
from tests.foreign import cases

CATALOGUE: Catalogue = catalogue.load()
LAYOUTS = sorted(CATALOGUE.layouts)
CODES = ("2010507", "2080101", "2080150", "2080505", "2101101", "2101102", "2120801", "2210201", "2230105")
CASES = ("000", "001", "003")


def uncached(draft: Draft) -> Draft:
    """The draft without the formulas' values."""
    return replace(draft, sheets=tuple(
        replace(s, cells={p: replace(c, value=None) if c.formula else c for p, c in s.cells.items()})
        for s in draft.sheets))


def random_inputs(draft: Draft, seed: int) -> Draft:
    """Every input cell of the tables with a random amount of up to two decimals, some of them negative or blank."""
    chance = random.Random(seed)

    def drawn(cell: DraftCell) -> DraftCell:
        if cell.formula or cell.style not in ("input", "open input") or chance.random() < 0.15:
            return cell
        return replace(cell, value=Decimal(chance.randint(-10**6, 10**8)).scaleb(-2))

    return replace(draft, sheets=tuple(
        replace(s, cells={p: drawn(c) if not _open(s, p[0]) or s.cells[p[0], 0].value else c
                          for p, c in s.cells.items()}) if s.name in CATALOGUE.tables else s for s in draft.sheets))


def _open(sheet: SheetDraft, row: int) -> bool:
    return bool(sheet.open_rows and sheet.open_rows[0] <= row <= sheet.open_rows[1])


def typed(layout: str) -> Draft:
    """A blank workbook into whose open rows someone typed codes and, over the formulas of 项 rows, amounts."""
    draft, chance = build(CATALOGUE, layout, unit="甲单位", year=2023), random.Random(layout)
    sheets = []
    for sheet in draft.sheets:
        cells = dict(sheet.cells)
        if sheet.open_rows:
            for row, code in enumerate(with_parents(CODES), start=sheet.open_rows[0]):
                cells[row, 0] = replace(cells[row, 0], value=code)
                for place, cell in sheet.cells.items():
                    if place[0] == row and len(code) == 7 and cell.style == "open input":
                        cells[place] = replace(cell, value=Decimal(chance.randint(1, 10**7)).scaleb(-2), formula="")
        sheets.append(replace(sheet, cells=cells))
    return replace(draft, sheets=tuple(sheets))


def everything() -> dict[str, Draft]:
    found = {f"blank-{x}": build(CATALOGUE, x, unit="甲单位", year=2023) for x in LAYOUTS}
    found |= {f"typed-{x}": typed(x) for x in LAYOUTS}
    found |= {f"random-{x}-{seed}": random_inputs(build(CATALOGUE, x, unit="甲", year=2023, codes=CODES), seed)
              for x in LAYOUTS for seed in (1, 2)}
    return found | {f"case-{c}": fill(cases.load(c), CATALOGUE, totals="formula")[0] for c in CASES}


DRAFTS = everything()


@pytest.fixture(scope="module")
def recalculated(libreoffice: Callable[..., list[Path]], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Book]:
    folder = tmp_path_factory.mktemp("drafts")
    paths = []
    for name, draft in DRAFTS.items():
        paths.append(folder / f"{name}.xlsx")
        write_workbook(uncached(draft), paths[-1])
    return {path.stem: read_book(path) for path in libreoffice(paths, "xlsx")}


def plan_of(binding: Binding) -> Plan:
    shapes = {key: TableShape(CATALOGUE.tables[key], s.lines, s.columns, s.partial)
              for key, s in binding.statements.tables.items()}
    return CATALOGUE.plan(binding.region, binding.statements.year, shapes)


def fen(binding: Binding, place: tuple[str, str, str]) -> int:
    found = binding.statements.tables[place[0]].figures.get((place[1], place[2]))
    return found.fen if found else 0


@pytest.mark.parametrize("name", DRAFTS)
def test_no_formula_gives_an_error(name: str, recalculated: dict[str, Book]) -> None:
    draft, book = DRAFTS[name], recalculated[name]
    calculated = 0
    for sheet in draft.sheets:
        for place, cell in sheet.cells.items():
            value = book.sheet(sheet.name).value(*place)
            assert not (isinstance(value, str) and value.startswith("#")), (sheet.name, place)
            calculated += bool(cell.formula) and value is not None
    assert calculated > 60


@pytest.mark.parametrize("name", DRAFTS)
def test_totals_are_exactly_what_the_rules_add_up(name: str, recalculated: dict[str, Book]) -> None:
    binding = bind(recalculated[name], CATALOGUE)
    plan, checked, filled = plan_of(binding), 0, 0
    for linear in plan.linears:
        if linear.derives >= 0 and linear.condition < 0:
            target = plan.variables[linear.derives]
            total = sum(factor * fen(binding, plan.variables[v]) for factor, v in linear.right)
            assert fen(binding, target) == total, target
            checked, filled = checked + 1, filled + (total != 0)
    assert checked > (70 if name.startswith("blank") else 200)
    assert filled > 60 or name.startswith("blank")
    assert not any(s.unread for s in binding.statements.tables.values())


@pytest.mark.parametrize("name", [n for n in DRAFTS if n.startswith(("blank", "case"))])
def test_the_workbooks_own_values_are_libreoffices(name: str, recalculated: dict[str, Book]) -> None:
    """The values written beside the formulas, for readers that do not calculate."""
    draft, book = DRAFTS[name], recalculated[name]
    for sheet in draft.sheets:
        for place, cell in sheet.cells.items():
            if cell.formula:
                value = book.sheet(sheet.name).value(*place)
                shown = 0 if value is None and cell.value == 0 else value
                if isinstance(cell.value, Decimal | int):
                    assert Decimal(str(shown)).quantize(Decimal("0.000001")) == cell.value, (sheet.name, place)
                else:
                    assert (value or "") == (cell.value or ""), (sheet.name, place)


@pytest.mark.parametrize("name", DRAFTS)
def test_the_engine_recalculates_as_libreoffice_does(name: str, recalculated: dict[str, Book], tmp_path: Path) -> None:
    write_workbook(uncached(DRAFTS[name]), tmp_path / "甲.xlsx")
    result = recompute(read_book(tmp_path / "甲.xlsx"))
    assert not result.unsupported
    assert not result.cycles
    compared = 0
    for (sheet, row, column), value in result.values.items():
        other = recalculated[name].sheet(sheet).value(row, column)
        if isinstance(value, str) or value is None:
            assert (value or "") == (other or ""), (sheet, row, column)
        else:
            assert float(value) == pytest.approx(float(other or 0), abs=1e-6), (sheet, row, column)  # type: ignore[arg-type]
        compared += 1
    assert compared == sum(bool(c.formula) for s in DRAFTS[name].sheets for c in s.cells.values())


def test_typed_codes_bring_their_names(recalculated: dict[str, Book]) -> None:
    binding, named = bind(recalculated["typed-national"], CATALOGUE), 0
    for line in binding.statements.tables["支出决算表"].lines:
        if line.code:
            assert line.label == (CATALOGUE.functional.name(line.code, 2023) or "")
            named += bool(line.label)
    assert named > 15


def test_the_remark_of_an_empty_table_goes_when_it_has_figures(recalculated: dict[str, Book]) -> None:
    empty = bind(recalculated["blank-hunan-2021"], CATALOGUE).statements.tables["政府性基金表"]
    assert empty.remark == "因甲单位没有政府性基金收入，也没有使用政府性基金安排的支出，故本表无数据。"
    assert bind(recalculated["typed-hunan-2021"], CATALOGUE).statements.tables["政府性基金表"].remark == ""
