"""Random formulas over random cells: our values beside LibreOffice's."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from juesuan.book import Value, cell_name
from juesuan.cells.recompute import recompute, same

from .books import book, by_libreoffice

ROWS, FIRST = 40, 5
WORDS = ["收入", "支出", "一般公共预算", "abc", "ABC", "a b", "人员经费", "项目*", "x"]


def data(rng: random.Random) -> dict[str, Value]:
    """A: codes as text; B: names; C–F: amounts with gaps; G: whole numbers ascending; H: anything.

    No logicals in H: LibreOffice adds TRUE in a range as 1, Excel passes over it.
    """
    cells: dict[str, Value] = {}
    codes = sorted(
        {rng.choice(["201", "208", "210"]) + rng.choice(["", "01", "0102", "05", "0501"]) for _ in range(200)}
    )
    for i in range(ROWS):
        row = FIRST + i
        cells[f"A{row}"] = codes[i % len(codes)]
        cells[f"B{row}"] = rng.choice(WORDS)
        for col in "CDEF":
            if rng.random() < 0.85:
                cells[f"{col}{row}"] = round(rng.uniform(-500, 5000), rng.choice([0, 1, 2, 2, 2]))
        cells[f"G{row}"] = i * 3 + rng.randrange(3)
        cells[f"H{row}"] = rng.choice([None, "文", "12", 12.5, "", 7])
    return {k: v for k, v in cells.items() if v is not None and v != ""}


class Maker:
    """Formulas by kind; ``number`` and ``condition`` nest."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def row(self) -> int:
        return self.rng.randrange(FIRST, FIRST + ROWS)

    def cell(self, columns: str = "CDEFG") -> str:
        prefix = self.rng.choice(["", "", "$"])
        return f"{prefix}{self.rng.choice(columns)}{self.rng.choice(['', '$'])}{self.row()}"

    def area(self, columns: str = "CDEF") -> str:
        rows = sorted((self.row(), self.row()))
        cols = sorted(self.rng.choice(columns) for _ in range(2))
        return f"{cols[0]}{rows[0]}:{cols[1]}{rows[1]}"

    def column(self, name: str) -> str:
        return f"${name}${FIRST}:${name}${FIRST + ROWS - 1}"

    def code(self) -> str:
        return self.rng.choice(['"201"', '"208"', '"20101"', '"2080501"', '"999"', f"$A{self.row()}"])

    def number(self, depth: int = 2) -> str:
        rng, n = self.rng, self.number
        if depth == 0:
            return rng.choice([self.cell(), self.cell(), str(round(rng.uniform(0, 99), 2)), str(rng.randrange(1, 9))])
        kinds = [
            lambda: f"({n(depth - 1)}{rng.choice('+-*')}{n(depth - 1)})",
            lambda: f"{n(depth - 1)}/({rng.randrange(1, 9)}+ABS({n(0)}))",
            lambda: f"-{n(depth - 1)}",
            lambda: f"{rng.randrange(1, 5)}^{rng.randrange(0, 4)}",
            lambda: f"-{rng.randrange(2, 5)}^2",
            lambda: f"{n(0)}%",
            lambda: f"SUM({self.area()},{n(depth - 1)})",
            lambda: f"SUM({self.area('CDEFGH')})",
            lambda: f"SUM({self.cell()}:{self.cell()},Other!A1:B3)",
            lambda: f"ROUND({n(depth - 1)},{rng.randrange(-2, 4)})",
            lambda: f"{rng.choice(['ROUNDUP', 'ROUNDDOWN', 'TRUNC'])}({n(0)},{rng.randrange(-1, 3)})",
            lambda: f"INT({n(depth - 1)})",
            lambda: f"MOD({self.cell('G')},7)",
            lambda: f"{rng.choice(['MAX', 'MIN', 'AVERAGE', 'COUNT', 'COUNTA'])}({self.area('CDEFGH')},3)",
            lambda: f"COUNTBLANK({self.area('CDEFH')})",
            lambda: f'COUNTIF({self.area()},"{rng.choice(["<", ">", "<=", ">=", "<>"])}{rng.randrange(0, 3000)}")',
            lambda: f"COUNTIF({self.column('A')},{self.code()})",
            lambda: f'COUNTIF({self.column("A")},LEFT({self.code()},3)&"*")',
            lambda: f"SUMIF({self.column('A')},{self.code()},{self.column(rng.choice('CDEF'))})",
            lambda: f'SUMIF({self.column("A")},{self.code()}&"??",{self.column("C")})',
            lambda: f'SUMIF({self.column("D")},">100")',
            lambda: f'SUMIFS({self.column("C")},{self.column("A")},"201*",{self.column("D")},">{rng.randrange(900)}")',
            lambda: f'COUNTIFS({self.column("A")},"<>201",{self.column("D")},"<{rng.randrange(4000)}")',
            lambda: (
                f"SUMPRODUCT((LEFT({self.column('A')},3)={self.code()})*(LEN({self.column('A')})=5)*{self.column('C')})"
            ),
            lambda: f"SUMPRODUCT(--(LEFT({self.column('A')},{rng.choice([3, 5])})={self.code()}),{self.column('E')})",
            lambda: f"SUMPRODUCT({self.column('C')},{self.column('D')})",
            lambda: f"SUMPRODUCT(({self.column('C')}>{rng.randrange(900)})*({self.column('D')}+{self.column('E')}))",
            lambda: f"VLOOKUP({self.cell('G')},$G${FIRST}:$H${FIRST + ROWS},1,{rng.choice(['TRUE', 'FALSE'])})",
            lambda: f"INDEX({self.column('G')},MATCH({self.code()},{self.column('A')},0))",
            lambda: f"MATCH({rng.randrange(0, 130)},{self.column('G')},1)",
            lambda: f"LOOKUP({rng.randrange(5, 130)},{self.column('G')},{self.column('C')})",
            lambda: f"INDEX($C${FIRST}:$F${FIRST + ROWS - 1},{rng.randrange(1, ROWS)},{rng.randrange(1, 5)})",
            lambda: f"SUM(INDEX($C${FIRST}:$F${FIRST + ROWS - 1},0,{rng.randrange(1, 5)}))",
            lambda: f"CHOOSE({rng.randrange(1, 4)},{n(0)},{n(0)},{n(0)})",
            lambda: f"SUBTOTAL({rng.choice([1, 2, 3, 4, 5, 9, 109, 102])},{self.area()})",
            lambda: f"ROW({self.cell()})+COLUMN({self.cell()})+ROWS({self.area()})*COLUMNS({self.area()})",
            lambda: f"ROW()+COLUMN()+N({self.cell('H')})",
            lambda: f"YEAR(DATE(20{rng.randrange(10, 30)},{rng.randrange(1, 15)},{rng.randrange(1, 40)}))",
            lambda: f"MONTH(DATE(2023,{rng.randrange(1, 13)},{rng.randrange(1, 29)}))+DAY(DATE(2024,2,29))",
            lambda: f"IF({self.condition()},{n(depth - 1)},{n(depth - 1)})",
            lambda: f"IFERROR({n(0)}/{rng.choice(['0', '4', 'G6'])},{n(0)})",
            lambda: f'LEN({self.text()})+FIND("0",{self.cell("A")}&"0")',
            lambda: f'VALUE(TEXT({n(0)},"0.00"))',
            lambda: f'VALUE("{rng.randrange(100)}.5")',
            lambda: f"ABS({n(depth - 1)})",
            lambda: f"SUM({n(depth - 1)},{self.area()},TRUE)",
            lambda: (
                f"LARGE({self.column('C')},{rng.randrange(1, 9)})-SMALL({self.column('D')},2)*MEDIAN({self.area()},1)"
            ),
            lambda: f"SUM((C5:D8,E6:F{self.row()}))",
            lambda: f"SUM({{1,2;3,{rng.randrange(9)}}})*2",
        ]
        return rng.choice(kinds)()

    def condition(self) -> str:
        rng = self.rng
        op = rng.choice(["=", "<>", "<", ">", "<=", ">="])
        return rng.choice(
            [
                f"{self.number(1)}{op}{self.number(0)}",
                f"{self.cell('B')}{op}{self.cell('B')}" if op in ("=", "<>") else f"{self.cell('G')}{op}5",
                f"AND({self.cell('G')}>3,{self.cell('C')}{op}100)",
                f"OR({self.cell('G')}>90,NOT({self.cell('C')}{op}100))",
                f"{rng.choice(['ISBLANK', 'ISNUMBER', 'ISTEXT', 'ISERROR', 'ISNA'])}({self.cell('ABCDEFH')})",
                f"EXACT({self.cell('B')},{self.cell('B')})",
                f"ISERROR(1/{self.cell('C')})",
                f'ISNA(MATCH("无",{self.column("A")},0))',
            ]
        )

    def text(self) -> str:
        rng = self.rng
        return rng.choice(
            [
                f"LEFT({self.cell('AB')},{rng.randrange(0, 4)})",
                f"RIGHT({self.cell('AB')},{rng.randrange(1, 4)})",
                f"MID({self.cell('A')},{rng.randrange(1, 4)},2)",
                f'TRIM("  "&{self.cell("B")}&"  x ")',
                f'SUBSTITUTE({self.cell("AB")},"0","零")',
                f'SUBSTITUTE("a-b-a-b","a","Z",{rng.randrange(1, 4)})',
                f'CONCATENATE({self.cell("A")},"、",{self.cell("G")})',
                f"{self.cell('B')}&{self.cell('CG')}",
                f'UPPER({self.cell("B")})&LOWER("QwE")',
                f'REPT("*",{rng.randrange(0, 5)})',
                f'TEXT({self.cell("CG")},"{rng.choice(["0.00", "#,##0.00", "0.0%", "0", "#,##0", "0.0", "000"])}")',
                f'TEXT(DATE(2023,{rng.randrange(1, 13)},28),"{rng.choice(["yyyy-mm-dd", "yyyy", "yyyy/m/d"])}")',
                f'T({self.cell("B")})&REPLACE({self.cell("A")},1,1,"@")',
                f'IF({self.condition()},"是","否")',
                f"VLOOKUP({self.code()},$A${FIRST}:$B${FIRST + ROWS - 1},2,FALSE)",
                f"HLOOKUP({self.cell('A')},$A${FIRST}:$B${FIRST + ROWS - 1},2,0)",
                f'IFERROR(VLOOKUP({self.code()},$A${FIRST}:$B${FIRST + ROWS - 1},2,0),"")',
                f'IF(SUM({self.area()})=0,"",SUM({self.area()}))',
            ]
        )


@pytest.mark.libreoffice
@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_random_formulas_agree(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    maker = Maker(rng)
    cells = data(rng)
    other: dict[str, Value] = {"A1": 1.25, "A2": "文", "B1": 0.1, "B2": 0.2, "B3": "=B1+B2", "C1": "=S!C5*2"}
    makers = [maker.number, maker.number, maker.number, maker.text, maker.condition]
    for i in range(1200):
        cells[cell_name(FIRST - 1 + i // 10, 10 + i % 10)] = "=" + rng.choice(makers)()
    source = book(cells, Other=other)
    ours = recompute(source)
    assert not ours.cycles
    theirs = by_libreoffice(source, tmp_path)
    wrong = []
    for place, fresh in ours.values.items():
        expected = theirs[place[0], cell_name(place[1], place[2])]
        if not same(expected, fresh):
            wrong.append((place[0], source.sheet(place[0]).formulas[place[1:]], expected, fresh))
    assert not wrong, "\n".join(map(str, wrong))
    assert not ours.unsupported
    assert len(ours.values) == 1202
