"""审核说明: typed beside a 核实性 finding, it closes it, travels with the file, and lapses when a figure changes."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest

from juesuan import explanations
from juesuan.__main__ import main
from juesuan.annotate import marks
from juesuan.book import Book, cell_name
from juesuan.edits import Edit, SetValue
from juesuan.findings import Explanation, WordFinding
from juesuan.hosts.patch import annotate, apply_edits
from juesuan.hosts.read import read_book
from juesuan.naming import split_cell
from juesuan.refs import Ref
from juesuan.report import to_json
from juesuan.show import html, text
from juesuan.validation import Validation
from tests.foreign import cases, damage
from tests.validated import address, validation, written

NOTED = ("年中追加或调减预算", "疫情后接待批次增加，已报批", "某某", "2024-03-05")


def over_budget() -> bytes:
    """001 with 接待 spending above its budget: T9-03 is to be explained, T9-01 must be corrected."""
    case = cases.load("001")
    place = address(case, "财政拨款“三公”经费支出决算表", "公务接待费", "决算数")
    return written(damage.change(case, place, Decimal("0.30")).case)


def annotated() -> bytes:
    data = over_budget()
    return annotate(data, marks(validation(data)))


def typing(data: bytes, rule: str, told: tuple[str | dt.date, ...] = NOTED) -> list[Edit]:
    """The edits of somebody who fills in the row of ``rule`` on 校验结果."""
    sheet = read_book(data, name="x.xlsx").sheet(explanations.RESULT)
    header = next(i for i, row in enumerate(sheet.rows) if "审核说明" in row)
    first = list(sheet.rows[header]).index("原因")
    row = next(i for i, cells in enumerate(sheet.rows) if i > header and rule in cells)
    return [SetValue(sheet.name, cell_name(row, first + i), value) for i, value in enumerate(told)]


def explained(data: bytes, rule: str = "T9-03", told: tuple[str | dt.date, ...] = NOTED) -> bytes:
    return apply_edits(data, typing(data, rule, told))


def found(validation: Validation, rule: str) -> Explanation | None:
    (finding,) = (f for f in validation.report.findings if f.rule == rule)
    return validation.report.explanations.get(finding.id)


def told(validation: Validation) -> list[str]:
    return [p.message for p in validation.report.problems if p.code == "审核说明"]


def test_an_explanation_closes_its_finding() -> None:
    before = validation(annotated())
    assert {f.rule for f in before.report.open} == {"T9-01", "T9-03"}
    after = validation(explained(annotated()))
    given = found(after, "T9-03")
    assert given is not None
    assert (given.reason, given.text, given.who, given.when) == NOTED
    assert {f.rule for f in after.report.open} == {f.rule for f in after.report.blocking} == {"T9-01"}
    assert told(after) == []
    assert after.report.counts == before.report.counts


def test_it_is_shown_in_every_report_and_kept_when_annotated_again() -> None:
    once = explained(annotated())
    result = validation(once)
    document = to_json(result)
    (entry,) = (f for f in document["findings"] if f["rule"] == "T9-03")
    assert entry["explanation"]["text"] == NOTED[1]
    assert "已说明" in text.plain([document], "zh")
    assert NOTED[1] in html.page([document], "zh")
    assert NOTED[1] in text.plain([document], "zh")
    again = annotate(once, marks(result))
    assert found(validation(again), "T9-03") == found(result, "T9-03")
    assert annotate(again, marks(validation(again))) == again


def test_it_lapses_when_a_figure_changes() -> None:
    data = explained(annotated())
    cell = validation(data).binding.cell(Ref("三公表", "公务接待费", "决算数"))
    sheet, name = split_cell(cell)
    changed = validation(apply_edits(data, [SetValue(sheet, name, 9.87)]))
    assert found(changed, "T9-03") is None
    assert any("已失效" in message for message in told(changed))


def test_it_is_told_when_it_is_no_longer_needed() -> None:
    data = explained(annotated())
    cell = validation(data).binding.cell(Ref("三公表", "公务接待费", "决算数"))
    sheet, name = split_cell(cell)
    changed = validation(apply_edits(data, [SetValue(sheet, name, 0.01)]))
    assert any("已不存在" in message for message in told(changed))


@pytest.mark.parametrize("missing", range(4))
def test_an_incomplete_explanation_does_not_count(missing: int) -> None:
    part = tuple("" if i == missing else t for i, t in enumerate(NOTED))
    result = validation(explained(annotated(), told=part))
    assert found(result, "T9-03") is None
    assert any(f"缺{explanations.COLUMNS['zh'][missing]}" in message for message in told(result))


@pytest.mark.parametrize(
    ("at", "text", "said"),
    [
        (0, "不知道", "不在可选的原因里"),
        (1, "无", "没有写明情况"),
        (3, "二〇二四年", "应写成 2024-03-05"),
    ],
)
def test_an_explanation_that_says_nothing_does_not_count(at: int, text: str, said: str) -> None:
    part = tuple(text if i == at else t for i, t in enumerate(NOTED))
    result = validation(explained(annotated(), told=part))
    assert found(result, "T9-03") is None
    assert any(said in message for message in told(result))


@pytest.mark.parametrize("kept", range(4))
def test_what_is_typed_half_stays_when_annotated_again(kept: int) -> None:
    part = tuple(t if i == kept else "" for i, t in enumerate(NOTED))
    once = explained(annotated(), told=part)
    again = annotate(once, marks(validation(once)))
    assert [one.explanation for one in explanations.read(read_book(again))] == [
        one.explanation for one in explanations.read(read_book(once))
    ]
    assert any("没有填全" in message for message in told(validation(again)))


def test_what_is_typed_beside_a_must_is_refused_and_stays() -> None:
    book = read_book(once := annotated(), name="x.xlsx")
    sheet = book.sheet(explanations.RESULT)
    (at,) = (at for at, row in enumerate(sheet.rows) if "T9-01" in row)
    typed = apply_edits(once, [SetValue(sheet.name, cell_name(at, 13), "领导同意")])
    result = validation(typed)
    assert any("强制性的不符不能用说明代替改正" in message for message in told(result))
    again = read_book(annotate(typed, marks(result)), name="x.xlsx").sheet(explanations.RESULT)
    assert any("领导同意" in row for row in again.rows)
    assert {f.rule for f in result.report.open} == {"T9-01", "T9-03"}


def test_the_words_of_a_lapsed_explanation_are_told_once_more() -> None:
    data = explained(annotated())
    cell = validation(data).binding.cell(Ref("三公表", "公务接待费", "决算数"))
    changed = apply_edits(data, [SetValue(*split_cell(cell), 9.87)])
    again = read_book(annotate(changed, marks(validation(changed))), name="x.xlsx").sheet(explanations.RESULT)
    assert any(NOTED[1] in str(value) and "已失效" in str(value) for row in again.rows for value in row)


def test_what_must_be_corrected_has_no_place_to_explain() -> None:
    sheet = read_book(annotated(), name="x.xlsx").sheet(explanations.RESULT)
    (row,) = (row for row in sheet.rows if "T9-01" in row)
    assert all(cell in (None, "") for cell in row[12:-1])


def test_an_explanation_smuggled_to_what_must_be_corrected_is_refused() -> None:
    data = annotated()
    result = validation(data)
    (fatal,) = (f for f in result.report.findings if f.rule == "T9-01")
    edits = typing(data, "T9-01")
    row = edits[0].cell[1:]  # type: ignore[union-attr]
    edits.append(SetValue(explanations.RESULT, f"Q{row}", explanations.key(fatal, result.binding)))
    after = validation(apply_edits(data, edits))
    assert found(after, "T9-01") is None
    assert any("强制性" in message for message in told(after))


def test_a_date_cell_is_read_as_a_date() -> None:
    result = validation(explained(annotated(), told=(*NOTED[:3], dt.date(2024, 3, 5))))
    given = found(result, "T9-03")
    assert given is not None
    assert given.when == "2024-03-05"


def test_clearing_keeps_what_was_typed(tmp_path: Path) -> None:
    path, cleared = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    path.write_bytes(explained(annotated()))
    assert main(["clear", str(path), "-o", str(cleared)]) == 0
    book = read_book(cleared)
    assert explanations.KEPT in [sheet.name for sheet in book.sheets]
    assert explanations.RESULT not in [sheet.name for sheet in book.sheets]
    given = found(validation(cleared.read_bytes()), "T9-03")
    assert given is not None
    assert (given.reason, given.text, given.who, given.when) == NOTED


def test_words_have_keys_of_their_own_figures() -> None:
    place = ("N-10", "explain", "breaks", "情况说明", "五", "", ())
    one = WordFinding("f1", *place, "5 万元", "6 万元", "", "相差 1 万元")  # type: ignore[arg-type]
    other = WordFinding("f9", *place, "5 万元", "7 万元", "", "相差 2 万元")  # type: ignore[arg-type]
    first, second = explanations.key(one, None), explanations.key(other, None)
    assert first.partition(".")[0] == second.partition(".")[0]
    assert first != second


def test_reasons_are_data() -> None:
    assert "其他" in explanations.reasons()
    assert len(",".join(explanations.reasons())) < 255  # a drop-down holds no more


def test_exit_status_counts_an_explained_finding_as_closed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    case = cases.load("001")
    place = address(case, "财政拨款“三公”经费支出决算表", "公务接待费", "决算数")
    data = written(damage.change(case, place, Decimal("0.30")).case)
    result = validation(data)
    sheet, name = split_cell(result.binding.cell(Ref("三公表", "合计", "决算数")))
    stated = result.binding.statements.tables["三公表"].figures["合计", "决算数"].fen / 1_000_000
    mended = apply_edits(data, [SetValue(sheet, name, round(stated + 0.30, 2))])
    assert [f.rule for f in validation(mended).report.open] == ["T9-03"]
    path = tmp_path / "a.xlsx"
    path.write_bytes(mended)
    assert main(["validate", str(path)]) == 1
    capfd.readouterr()
    path.write_bytes(explained(annotate(mended, marks(validation(mended)))))
    assert main(["validate", str(path), "--format", "json"]) == 0
    assert json.loads(capfd.readouterr().out)["counts"]["breaks"] == 1


def test_an_empty_book_has_none() -> None:
    assert explanations.read(Book("x.xlsx", ())) == ()
