from __future__ import annotations

import datetime as dt
import time

import pytest

from juesuan.book import Book, Sheet, Value
from juesuan.cells.evaluate import Place
from juesuan.cells.recompute import recompute, same

from .books import book, reason, sheet, value

S = "S"


def test_values_across_sheets_and_names() -> None:
    cells: dict[str, Value] = {"C5": "='收入 支出'!C5+合计*2", "C6": "=C5+C5", "C7": "=SUM(合计区)"}
    names = {"合计": "'收入 支出'!$C$6", "合计区": "='收入 支出'!$C$5:$C$6", "相对": "S!C5"}
    cells["C8"] = "=相对"
    found = recompute(book(cells, names=names, **{"收入 支出": {"C5": 0.1, "C6": 0.2}}))
    assert found.values == {(S, 4, 2): 0.5, (S, 5, 2): 1.0, (S, 6, 2): 0.3}
    assert found.unsupported == {(S, 7, 2): "名称“相对”用了相对引用，不重算"}


def test_stale_and_uncached() -> None:
    cells: dict[str, Value] = {
        "A1": 0.1,
        "A2": 0.2,
        "B1": "=A1+A2",
        "B2": "=A1+A2",
        "B3": "=A1+A2",
        "B4": '=IF(A3=0,"",A3)',
        "B5": '=IF(A3=0,"",A3)',
        "B6": "=A3",
        "B7": "=1/0",
        "B8": "=A1",
        "B9": "=A1>0",
    }
    cached: dict[str, Value] = {
        "B1": 0.30000000000000004,
        "B2": 0.31,
        "B5": 0,
        "B6": 0,
        "B7": "#DIV/0!",
        "B8": "0.1",
        "B9": True,
    }
    found = recompute(book(cells, cached))
    assert found.stale == {(S, 1, 1): (0.31, 0.3), (S, 4, 1): (0, ""), (S, 7, 1): ("0.1", 0.1)}
    assert found.uncached == {(S, 2, 1)}


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        (1, 1.0, True),
        (0.1 + 0.2, 0.3, True),
        (1.0000004, 1.0, True),
        (1.000002, 1.0, False),
        (1e15, 1e15 + 1, True),
        (123456789.12, 123456789.13, False),
        (None, "", True),
        (0, "", False),
        (0, None, False),
        ("a", "a", True),
        ("1", 1, False),
        (True, 1, False),
        (dt.datetime(2023, 12, 31), 45291.0, True),
        (dt.date(2023, 12, 31), 45291, True),
        ("#N/A", "#N/A", True),
    ],
)
def test_same(a: Value, b: Value, equal: bool) -> None:
    assert same(a, b) is equal
    assert same(b, a) is equal


def test_cycles_are_told_and_what_rests_on_them_has_no_value() -> None:
    cells: dict[str, Value] = {
        "A1": "=A2",
        "A2": "=A3+1",
        "A3": "=A1",
        "B1": "=A1*2",
        "B2": "=SUM(A:A)",
        "C1": "=SUM(C1:C3)",
        "D1": "=D1+1",
        "E1": 5,
        "E2": "=E1",
        "E3": "=ROW(E3)",
        "E4": "=IFERROR(A1,0)",
    }
    cached: dict[str, Value] = {"A1": 1, "A2": 2, "A3": 3, "B1": 2, "B2": 6, "E1": 5}
    found = recompute(book(cells, cached))
    assert {frozenset(cycle) for cycle in found.cycles} == {
        frozenset({(S, 0, 0), (S, 1, 0), (S, 2, 0)}),
        frozenset({(S, 0, 2)}),
        frozenset({(S, 0, 3)}),
    }
    assert found.values == {(S, 1, 4): 5.0, (S, 2, 4): 3.0}
    assert set(found.unsupported) == {(S, 0, 1), (S, 1, 1), (S, 3, 4)}
    assert all("未能重算" in text for text in found.unsupported.values())


def test_unsupported_stand_in_with_their_cache_or_the_fallback() -> None:
    cells: dict[str, Value] = {"A1": "=TODAY()", "A2": "=A1+1", "B1": "=[1]X!A1", "B2": "=B1+1", "B3": "=SUM(B1:B2)"}
    found = recompute(book(cells, {"A1": 45000.0}))
    assert found.values == {(S, 1, 0): 45001.0}
    assert found.unsupported[S, 1, 1] == "引用了未能重算的单元格B1"
    assert set(found.unsupported) == {(S, 0, 0), (S, 0, 1), (S, 1, 1), (S, 2, 1)}
    asked: list[frozenset[Place]] = []

    def fallback(_: Book, places: frozenset[Place]) -> dict[Place, Value]:
        asked.append(places)
        return {(S, 0, 1): 7.0}

    found = recompute(book(cells, {"A1": 45000.0}), fallback)
    assert asked == [frozenset({(S, 0, 0), (S, 0, 1), (S, 1, 1), (S, 2, 1)})]
    assert found.values == {(S, 0, 1): 7.0, (S, 1, 1): 8.0, (S, 2, 1): 15.0, (S, 1, 0): 45001.0}
    assert set(found.unsupported) == {(S, 0, 0)}


def test_one_plan_serves_all_workbooks_of_a_template() -> None:
    for amount in (1.5, "文", None, 2.0):
        found = recompute(book({"A1": amount, "A2": 1, "B1": "=SUM(A1:A2)", "B2": "=A1+A2"}))
        number = amount if isinstance(amount, float) else 0.0
        assert found.values == {(S, 0, 1): number + 1, (S, 1, 1): "#VALUE!" if amount == "文" else number + 1}


def test_ragged_rows_and_formulas_outside_the_grid() -> None:
    part = Sheet("S", [[1.0], [2.0, 3.0, 4.0], []], {(2, 0): "SUM(A1:C2)", (9, 9): "A3+C2+C1"})
    assert recompute(Book("x", (part,))).values == {("S", 2, 0): 10.0, ("S", 9, 9): 14.0}


def test_subtotal_leaves_out_subtotals_and_minds_hidden_rows() -> None:
    cells: dict[str, Value] = {
        "A1": 1,
        "A2": 2,
        "A3": "=SUBTOTAL(9,A1:A2)",
        "A4": 4,
        "A5": "=SUBTOTAL(9,A1:A4)",
        "B1": "=SUBTOTAL(109,A1:A4)",
    }
    assert recompute(book(cells)).values == {(S, 2, 0): 3.0, (S, 4, 0): 7.0, (S, 0, 1): 7.0}
    found = recompute(Book("x", (sheet("S", cells, hidden=frozenset({1})),)))
    assert found.values == {(S, 0, 1): 5.0}
    assert "隐藏行" in found.unsupported[S, 2, 0]


def test_strange_cell_values() -> None:
    cells: dict[str, Value] = {
        "A1": float("nan"),
        "A2": float("inf"),
        "A3": 1e308,
        "A4": -1e308,
        "A5": 10**400,
        "A6": 1e-320,
    }
    found = recompute(
        book({**cells, **{f"B{i}": f"=A{i}*2" for i in range(1, 7)}, "C1": "=SUM(A3:A4)", "C2": "=A3+A3"})
    )
    assert found.values[S, 0, 1] == found.values[S, 1, 1] == found.values[S, 2, 1] == found.values[S, 4, 1] == "#NUM!"
    assert found.values[S, 0, 2] == 0.0
    assert found.values[S, 1, 2] == "#NUM!"
    assert isinstance(found.values[S, 5, 1], float)


# --- bounds ----------------------------------------------------------------------------------------------------------


def test_deep_nesting() -> None:
    assert value("=" + "(" * 1000 + "A1+1" + ")" * 1000, {"A1": 1}) == 2.0
    assert value("=" + "1+(" * 100 + "A1" + ")" * 100, {"A1": 1}) == 101.0
    assert value("=" + "IF(A1=1," * 64 + "9" + ",0)" * 64, {"A1": 1}) == 9.0
    assert "层" in reason("=" + "IF(A1=1," * 300 + "9" + ",0)" * 300, {"A1": 1})


def test_long_chain_of_dependencies() -> None:
    cells: dict[str, Value] = {"A1": 0.01} | {f"A{i}": f"=A{i - 1}+0.01" for i in range(2, 10_001)}
    assert recompute(book(cells)).values[S, 9_999, 0] == 100.0
    round_about: dict[str, Value] = {**cells, "A1": "=A10000"}
    (cycle,) = recompute(book(round_about)).cycles
    assert len(cycle) == 10_000


def test_enormous_ranges() -> None:
    cells: dict[str, Value] = {"A1": 1, "B2": 2}
    far: dict[str, Value] = {
        "A1": "=SUM(S!A1:XFD1048576)",
        "A2": "=SUM(S!A:XFD)",
        "A3": "=COUNTA(S!1:1048576)",
        "A4": "=SUMPRODUCT((S!A:A=1)*S!B1:B1048576)",
        "A5": "=COUNTBLANK(S!A:XFD)",
    }
    found = recompute(book(cells, Far=far))
    assert [found.values["Far", i, 0] for i in range(5)] == [3.0, 3.0, 2.0, 0.0, 2.0**34 - 2]


def test_work_is_bounded() -> None:
    """Growing fractions, growing texts, outer products and running totals end, each in time or with a reason."""
    started = time.monotonic()
    squares: dict[str, Value] = {"A1": 1.1} | {f"A{i}": f"=A{i - 1}*A{i - 1}/3" for i in range(2, 400)}
    assert len(recompute(book(squares)).values) == 398
    texts: dict[str, Value] = {"A1": "ab"} | {f"A{i}": f"=A{i - 1}&A{i - 1}" for i in range(2, 100)}
    assert recompute(book(texts)).values[S, 98, 0] == "#VALUE!"
    shares: dict[str, Value] = {f"A{i}": f"=1/{i}" for i in range(1, 5001)} | {"B1": "=SUM(A1:A5000)"}
    assert recompute(book(shares)).values[S, 0, 1] == pytest.approx(9.094508852984436)
    wide: dict[str, Value] = {f"A{i}": 1 for i in range(1, 3001)}
    outer = recompute(
        book(
            {
                **wide,
                "B1": "=SUMPRODUCT(A1:A3000*TRANS(A1:A3000))",
                "B2": "=SUMPRODUCT((A1:A3000)*(A1:A3000=1)*(C1:ZZ1=0))",
            }
        )
    )
    assert set(outer.unsupported) == {(S, 0, 1)}
    running: dict[str, Value] = {**wide, **{f"B{i}": f"=SUM(A$1:A{i})" for i in range(1, 3001)}}
    found = recompute(book(running))
    assert found.values[S, 1999, 1] == 2000.0
    assert all("区域过大" in text for text in found.unsupported.values())
    scans: dict[str, Value] = {**wide, **{f"B{i}": f'=COUNTIF(A$1:A$3000,"<{i}")' for i in range(1, 3001)}}
    assert len(recompute(book(scans)).values) == 3000
    assert time.monotonic() - started < 40


def test_too_much_work_is_refused() -> None:
    cells: dict[str, Value] = {f"A{i}": i for i in range(1, 15_001)}
    cells |= {f"B{i}": f'=COUNTIF(A$1:A$15000,"<{i}")' for i in range(1, 5_001)}
    found = recompute(book(cells))
    assert found.values[S, 99, 1] == 99.0
    assert found.unsupported
    assert {"本工作簿公式的计算量过大，其余公式不再重算"} == set(found.unsupported.values())
