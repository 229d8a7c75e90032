"""Generated text goes into a workbook; what people wrote there stays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juesuan.bind import bind
from juesuan.bind.bind import cover_cells
from juesuan.book import Book, Sheet, Value, cell_place
from juesuan.catalogue import load
from juesuan.edits import PutSheet, SetValue
from juesuan.fill import fill
from juesuan.hosts.patch import apply_edits
from juesuan.hosts.read import read_book
from juesuan.hosts.write import workbook_bytes
from juesuan.narrate import Piece
from juesuan.narrative.locate import BoundNarrative, locate
from juesuan.provenance import EDITED, GENERATED, OPEN, TYPED, WordRow, digest
from juesuan.refill import Narration, narration
from juesuan.refill.merge import glossary_rows, narrative_rows
from juesuan.refill.narration import drawn
from juesuan.supplement import Supplement
from juesuan.template import words
from juesuan.template.content import Facts
from tests.foreign import cases
from tests.foreign.writers import WRITERS
from tests.soffice import convert
from tests.words.layouts import NOTHING, a_section_a_cell, below_a_table, book, plainly, sections, texts

FACTS = Facts("甲单位", 2023)
REASON = "原因.收支总计"


def filled(case: str = "000", totals: str = "formula") -> bytes:
    return workbook_bytes(fill(cases.load(case), load(), totals=totals)[0])  # type: ignore[arg-type]


def narrated(data: bytes, **values: str) -> tuple[bytes, Narration]:
    """The workbook with its words written, and what was done; ``values`` go into 补充资料."""
    made = read_book(data)
    given_values = {key.replace("_", "."): text for key, text in values.items()}
    done = narration(made, bind(made, load()), load(), given=Supplement(values=given_values) if values else None)
    return apply_edits(data, done.edits), done


def words_of(data: bytes) -> BoundNarrative:
    made = read_book(data)
    return locate(made, bind(made, load()))


def cell_of(data: bytes, key: str) -> str:
    return next(p.cell for p in words_of(data).passages if p.key == key)


def typed(data: bytes, cell: str, text: str | None) -> bytes:
    """Somebody types over a cell."""
    sheet, _, name = cell.rpartition("!")
    return apply_edits(data, [SetValue(sheet, name, text)])


def beside(data: bytes, cell: str) -> tuple[Value, Value]:
    """状态 and the wording offered beside a cell."""
    sheet, _, name = cell.rpartition("!")
    row, column = cell_place(name)
    found = read_book(data).sheet(sheet)
    return found.value(row, column + 1), found.value(row, column + 2)


def test_an_empty_template_is_written_whole() -> None:
    data, done = narrated(filled())
    bound = words_of(data)
    assert [e.sheet.name for e in done.edits if isinstance(e, PutSheet)] == ["情况说明", "名词解释"]
    assert len(bound.parts) == 13
    assert all(p.key and p.made == digest(p.text) for p in (*bound.passages, *bound.glossary))
    assert done.refill.written == len(bound.passages) + len(bound.glossary)
    assert done.refill.open == sum("【待填" in p.text for p in bound.passages)
    assert (done.refill.kept, done.refill.typed) == (0, 0)
    states = {beside(data, p.cell)[0] for p in bound.passages}
    assert states == {GENERATED, OPEN}
    assert any(gap.cell == "补充资料!C6" and gap.label == "上年收、支总计" for gap in done.gaps)
    assert next(v for row in read_book(data).sheet("情况说明").rows for v in row) == "2023年度单位决算情况说明"


def test_writing_twice_changes_nothing() -> None:
    data, _ = narrated(filled())
    again, done = narrated(data)
    assert (done.edits, again) == ((), data)


def test_new_facts_renew_what_nobody_changed() -> None:
    data, _ = narrated(filled())
    data, done = narrated(data, 上年_收支总计="1698.48", 原因_收支总计="采购减少")
    assert [e.sheet.name for e in done.edits if isinstance(e, PutSheet)] == ["补充资料", "情况说明"]
    text = words_of(data).passages[0].text
    assert "采购减少" in text
    assert "减少2.03万元" in text
    assert "【待填" not in text


def test_edited_text_is_kept_with_the_new_wording_beside_it() -> None:
    data, _ = narrated(filled())
    first = words_of(data).passages[0]
    data = typed(data, first.cell, "我们自己写的一句话。")
    data, done = narrated(data, 上年_收支总计="1698.48", 原因_收支总计="采购减少")
    kept = words_of(data).passages[0]
    assert (kept.text, kept.key) == ("我们自己写的一句话。", first.key)
    state, offered = beside(data, kept.cell)
    assert state == EDITED
    assert "采购减少" in str(offered)
    assert done.refill.kept == 1
    assert narrated(data)[1].edits == ()
    taken, _ = narrated(typed(data, kept.cell, str(offered)))
    assert beside(taken, kept.cell) == (GENERATED, None)
    assert words_of(taken).passages[0].made == digest(str(offered))


def test_a_cleared_paragraph_stays_cleared() -> None:
    data, _ = narrated(filled())
    first, second = words_of(data).passages[:2]
    data, _ = narrated(typed(data, second.cell, None))
    assert second.key not in {p.key for p in words_of(data).passages}
    assert beside(data, second.cell) == (EDITED, second.text)
    assert words_of(data).passages[0].text == first.text
    assert narrated(data)[1].edits == ()


def test_what_is_changed_back_is_generated_again() -> None:
    data, _ = narrated(filled())
    first = words_of(data).passages[0]
    data, _ = narrated(typed(data, first.cell, "改了。"))
    data, _ = narrated(typed(data, first.cell, first.text))
    assert beside(data, first.cell) == (OPEN, None)
    assert words_of(data).passages[0].made == digest(first.text)


def test_typed_sections_get_the_generated_text_beside_them() -> None:
    case = cases.load("000") | {"narrative": [{"section": h, "text": t} for h, t in sections("000")]}
    data, done = narrated(workbook_bytes(fill(case, load())[0]))
    bound = words_of(data)
    assert texts(bound) == sections("000")
    assert beside(data, bound.passages[0].cell)[0] == TYPED
    assert str(beside(data, bound.passages[0].cell)[1]).startswith("2023年度收、支总计1,696.45万元")
    assert done.refill.typed == len(bound.passages)
    assert narrated(data)[1].edits == ()


@pytest.mark.parametrize("layout", [a_section_a_cell, below_a_table])
def test_text_on_a_foreign_sheet_is_taken_over_and_left_there(layout: object) -> None:
    """The tables are ours, the prose lies elsewhere: our sheet takes it, with the generated text beside it."""
    tables = read_book(filled(totals="stated"))
    other = layout("000")  # type: ignore[operator]
    made = other if layout is below_a_table else Book("甲", (*tables.sheets, *other.sheets))
    binding = bind(made, load())
    done = narration(made, binding, load())
    put = next(e for e in done.edits if isinstance(e, PutSheet) and e.sheet.name == "情况说明")
    bound = locate(book(drawn(put.sheet)), NOTHING)
    assert plainly(texts(bound)) == plainly(sections("000"))
    assert done.refill.written == 0 or layout is below_a_table


def test_a_workbook_that_is_not_ours() -> None:
    tables = read_book(filled(totals="stated"))
    own = [s for s in tables.sheets if s.name not in ("封面", "科目表", "_juesuan_meta")]
    taken = Sheet("情况说明", [["联系人"], ["电话"]])
    made = Book("别人的.xlsx", (*own, taken))
    done = narration(made, bind(made, load()), load(), layout=load().layouts["hubei-2023"])
    puts = [e for e in done.edits if isinstance(e, PutSheet)]
    assert [(e.sheet.name, e.after) for e in puts] == [
        ("补充资料", "三公表"),
        ("情况说明（2）", "补充资料"),
        ("名词解释", "情况说明（2）"),
    ]
    assert not any(c.formula for e in puts for c in e.sheet.cells.values())
    assert all(gap.cell.startswith("补充资料!") for gap in done.gaps if not gap.key.startswith(("名词", "表")))


@pytest.mark.libreoffice
def test_saved_by_libreoffice_nothing_counts_as_edited(tmp_path: Path) -> None:
    data, _ = narrated(filled())
    path = tmp_path / "说明.xlsx"
    path.write_bytes(data)
    (saved,) = convert(path, "xlsx", tmp_path / "out")
    again = saved.read_bytes()
    assert narrated(again)[1].edits == ()
    assert words_of(again).parts == words_of(data).parts


# --- rows by themselves ---

TITLES = ("一、收入支出决算总体情况说明", "二、收入决算情况说明", "三、支出决算情况说明")


def located(rows: Sequence[WordRow]) -> BoundNarrative:
    """Rows as they would be read back from a sheet of ours."""
    return locate(book(drawn(words.narrative(FACTS, rows, live=False))), NOTHING)


def piece(number: int, text: str, title: int = 0) -> Piece:
    return Piece(f"件{number}", TITLES[title], text)


def shown(rows: Sequence[WordRow]) -> list[tuple[str, str, str]]:
    return [(r.text, r.state, r.offered) for r in rows]


def test_new_pieces_go_behind_their_neighbours_and_old_ones_away() -> None:
    first = narrative_rows(BoundNarrative(), [piece(1, "甲。"), piece(2, "乙。"), piece(4, "丁。")])
    edited = [WordRow(r.kind, "乙改。" if r.text == "乙。" else r.text, r.key, r.made) for r in first]
    inserted = [*edited[:3], WordRow("text", "自己加的一段。"), *edited[3:]]
    rows = narrative_rows(located(inserted), [piece(1, "甲。"), piece(3, "丙。"), piece(4, "丁丁。")])
    assert shown(rows) == [
        (TITLES[0], "", ""),
        ("甲。", GENERATED, ""),
        ("丙。", GENERATED, ""),
        ("乙改。", EDITED, ""),
        ("自己加的一段。", TYPED, ""),
        ("丁丁。", GENERATED, ""),
    ]


def test_missing_sections_go_where_the_form_has_them() -> None:
    rows = narrative_rows(
        located(words.typed([(TITLES[2], "支出合计。"), ("四、别的情况说明", "别的。")])),
        [piece(1, "总。"), piece(2, "收。", 1), piece(3, "支。", 2)],
    )
    assert [r.text for r in rows] == [
        TITLES[0],
        "总。",
        TITLES[1],
        "收。",
        TITLES[2],
        "支出合计。",
        "四、别的情况说明",
        "别的。",
    ]
    assert rows[5].offered == "支。"


def test_a_section_no_longer_generated_goes_unless_somebody_wrote_in_it() -> None:
    first = narrative_rows(BoundNarrative(), [piece(1, "总。"), piece(2, "收。", 1), piece(3, "支。", 2)])
    mixed = [*first, WordRow("text", "补一句话。")]
    rows = narrative_rows(located(mixed), [piece(1, "总。")])
    assert [r.text for r in rows] == [TITLES[0], "总。", TITLES[2], "补一句话。"]


def test_a_heading_changed_by_hand_stays() -> None:
    first = narrative_rows(BoundNarrative(), [piece(1, "总。"), piece(2, "收。", 1)])
    changed = [WordRow(r.kind, "一、收支总体情况", r.key, r.made) if r.text == TITLES[0] else r for r in first]
    rows = narrative_rows(located(changed), [piece(1, "总总。"), piece(2, "收。", 1)])
    assert [r.text for r in rows] == ["一、收支总体情况", "总总。", TITLES[1], "收。"]


def test_a_copied_row_is_typed_text() -> None:
    first = narrative_rows(BoundNarrative(), [piece(1, "甲。"), piece(2, "乙。")])
    rows = narrative_rows(located([*first, first[1]]), [piece(1, "甲甲。"), piece(2, "乙。")])
    assert [(r.text, r.key, r.state) for r in rows[1:]] == [
        ("甲甲。", "件1", GENERATED),
        ("乙。", "件2", GENERATED),
        ("甲。", "", TYPED),
    ]


def test_more_columns_travel_along() -> None:
    first = narrative_rows(BoundNarrative(), [piece(1, "甲。")])
    noted = [
        WordRow(r.kind, r.text, r.key, r.made, r.offered, ((7, "请科长看"),)) if r.key == "件1" else r for r in first
    ]
    rows = narrative_rows(located(noted), [piece(1, "甲甲。")])
    assert rows[1] == WordRow("text", "甲甲。", "件1", digest("甲甲。"), "", ((7, "请科长看"),))


def test_a_typed_glossary_is_offered_the_terms_it_lacks() -> None:
    rows = [WordRow("text", "1.基本支出：指我们自己的解释。")]
    found = locate(book(drawn(words.glossary(FACTS, rows, live=False))), NOTHING)
    terms = [
        Piece("名词.基本支出", "名词解释", "（一）基本支出：指保障运转的支出。"),
        Piece("名词.项目支出", "名词解释", "（二）项目支出：指完成任务的支出。"),
    ]
    assert shown(glossary_rows(found, terms)) == [
        ("1.基本支出：指我们自己的解释。", TYPED, "（二）项目支出：指完成任务的支出。")
    ]


texts_of = st.text(alphabet="甲乙丙丁戊己。，【待填】\n ", max_size=12).filter(
    lambda t: not t or (bool(t.strip()) and t == t.strip())
)
pieces_of = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 2), texts_of.filter(bool)), max_size=8, unique_by=lambda x: x[0]
).map(lambda found: [piece(n, text, title) for n, title, text in sorted(found, key=lambda x: (x[1], x[0]))])


@settings(max_examples=150, deadline=None)
@given(pieces_of, pieces_of, st.data())
def test_whatever_is_changed_refilling_twice_is_once_and_loses_nothing(
    before: list[Piece], after: list[Piece], data: st.DataObject
) -> None:
    rows = narrative_rows(BoundNarrative(), before)
    changed: list[WordRow] = []
    for row in rows:
        action = data.draw(st.sampled_from(["keep", "edit", "insert", "delete"]))
        if action == "insert" or (action == "delete" and row.kind == "heading"):
            changed += [row, WordRow("text", f"手写{len(changed)}。")]
        elif action == "edit" and row.kind == "text":
            changed.append(WordRow("text", f"改{len(changed)}。", row.key, row.made))
        elif action != "delete":
            changed.append(row)
    once = narrative_rows(located(changed), after)
    assert narrative_rows(located(once), after) == once
    own = [r.text for r in changed if r.kind == "text" and r.text and (not r.made or r.edited)]
    assert [r.text for r in once if r.text in set(own)] == own
    told = {r.key: r.text for r in once if r.generated and not r.edited}
    assert all(told.get(p.key, p.text) == p.text for p in after)


def test_a_year_that_no_sheet_states_is_asked_for_where_it_belongs(tmp_path: Path) -> None:
    WRITERS["software_export"](cases.load("000"), path := tmp_path / "x.xlsx")
    foreign = read_book(path)
    gaps = {gap.key: gap for gap in narration(foreign, bind(foreign, load()), load()).gaps}
    assert "表上没有写明，请写在封面或表头" in gaps["封面.年度"].label
    assert gaps["封面.年度"].cell == ""
    assert "封面.上年度" not in gaps  # the same thing to fill in
    cells = cover_cells(read_book(filled()))
    assert cells == {"单位名称": "封面!C4", "年度": "封面!C5", "类别": "封面!C6", "单位性质": "封面!C7"}
