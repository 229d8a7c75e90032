"""The published narratives in workbooks laid out as other people do: every layout holds the same sections and texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from juesuan.bind import bind
from juesuan.binding import Binding
from juesuan.book import Book, Sheet, Value
from juesuan.catalogue import load
from juesuan.fill import fill
from juesuan.hosts.read import read_book
from juesuan.hosts.write import workbook_bytes
from juesuan.narrative.locate import BoundNarrative, locate
from juesuan.statements import StatementSet
from tests.foreign import cases
from tests.narrative import build

Section = tuple[str, str]
CASES = build.CASES
NOTHING = Binding("", "", {}, StatementSet("", "", "", None, {}), ())


def sections(case: str) -> list[Section]:
    """(heading, text) of a published narrative."""
    return [(p.section, p.text) for p in build.paragraphs(case)]


def terms(case: str) -> list[str]:
    """The entries of its 名词解释."""
    return [line for p in build.paragraphs(case, "glossary") for line in p.text.split("\n")]


def book(*sheets: Sheet) -> Book:
    return Book("说明.xlsx", sheets)


@cache
def tables(case: str) -> Book:
    """The nine tables of a case as a workbook of ours."""
    return read_book(workbook_bytes(fill(cases.load(case), load())[0]))


def found(made: Book) -> BoundNarrative:
    """The words of a workbook, bound to its tables where it has any."""
    titled = any("表" in str(v) and len(str(v)) < 40 for s in made.sheets for row in s.rows[:3] for v in row if v)
    return locate(made, bind(made, load()) if titled else NOTHING)


def a_paragraph_a_cell(case: str) -> Book:
    rows: list[list[Value]] = [["第三部分 部门决算情况说明"], [None]]
    for heading, text in sections(case):
        rows += [[heading], *([line] for line in text.split("\n"))]
    rows += [["第四部分 名词解释"], *([line] for line in terms(case))]
    return book(Sheet("Sheet1", rows))


def a_section_a_cell(case: str) -> Book:
    """Heading in one column, the whole text beside it, and what an amount column would hold."""
    rows: list[list[Value]] = [["序号", "标题", "内容", "字数"]]
    rows += [[float(n), heading, text, float(len(text))] for n, (heading, text) in enumerate(sections(case), start=1)]
    return book(Sheet("决算说明", rows), Sheet("名词解释", [[line] for line in terms(case)]))


def heading_and_text_in_one_cell(case: str) -> Book:
    rows: list[list[Value]] = [[None, f"{heading}\r\n{text}"] for heading, text in sections(case)]
    return book(Sheet("文字", [[None, None], *rows]))


def all_in_one_cell(case: str) -> Book:
    text = "\n".join(f"{heading}\n{text}" for heading, text in sections(case))
    return book(Sheet("文字", [["决算公开"], [text]]))


def numbers_in_a_column_of_their_own(case: str) -> Book:
    """一、 in column A, title and paragraphs in column B, page numbers in column C; blank rows between."""
    rows: list[list[Value]] = [[None, "决算情况说明", None]]
    page = 1.0
    for heading, text in sections(case):
        number, _, title = heading.partition("、")
        rows += [[f"{number}、", title, page], [None, None, None]]
        rows += [[None, line, None] for line in text.split("\n")]
        page += 1
    return book(Sheet("说明", rows))


def a_sheet_a_section(case: str) -> Book:
    return book(
        *(
            Sheet(f"说明{n}", [[heading], *([line] for line in text.split("\n"))])
            for n, (heading, text) in enumerate(sections(case), start=1)
        )
    )


def several_sheets(case: str) -> Book:
    """Cover, contents, the narrative in two halves, and a sheet of something else."""
    listed = sections(case)
    half = len(listed) // 2
    contents: list[list[Value]] = [["目录"], *([heading, float(n)] for n, (heading, _) in enumerate(listed, start=1))]
    halves = []
    for name, part in (("情况说明（上）", listed[:half]), ("情况说明（下）", listed[half:])):
        rows: list[list[Value]] = []
        for heading, text in part:
            rows += [[None, None, heading], *([None, None, line] for line in text.split("\n"))]
        halves.append(Sheet(name, rows))
    other = Sheet("联系方式", [["单位地址"], ["办公时间：工作日上午八点半到十二点，下午两点到五点半。"]])
    return book(Sheet("封面", [["部门决算公开"]]), Sheet("目录", contents), *halves, other)


def below_a_table(case: str) -> Book:
    """On the sheet of 国有资本经营预算财政拨款支出决算表, under its notes; the other tables as they are."""
    made = tables(case)
    rows: list[list[Value]] = []
    for heading, text in sections(case):
        rows += [[heading], *([line] for line in text.split("\n"))]
    return book(
        *(
            Sheet(s.name, [*map(list, s.rows), [], *rows], s.formulas, s.merges, formats=s.formats)
            if s.name == "国有资本经营表"
            else s
            for s in made.sheets
        )
    )


def merged_and_indented(case: str) -> Book:
    """Every paragraph merged over six columns and indented by hand, two blank rows after a section."""
    rows: list[list[Value]] = [["2023年度部门决算情况说明"]]
    merges = [(0, 0, 0, 5)]
    for heading, text in sections(case):
        for line in (heading, *text.split("\n")):
            merges.append((len(rows), 1, len(rows) + 1, 5))
            rows += [[None, f"　　{line}", None, None, None, None], []]
        rows += [[], []]
    return book(Sheet("1", rows, merges=tuple(merges)))


def beside_a_table(case: str) -> Book:
    """The text in column H, a table of figures in columns A to F of the same sheet."""
    rows: list[list[Value]] = [["项目", "金额", None, None, None, None, None, "决算情况说明"]]
    lines: list[str] = [line for heading, text in sections(case) for line in (heading, *text.split("\n"))]
    for at, line in enumerate(lines):
        rows.append([f"科目{at}", 12.5 * at, "万元", "是", None, None, None, line])
    return book(Sheet("汇总", rows))


LAYOUTS: tuple[Callable[[str], Book], ...] = (
    a_paragraph_a_cell, a_section_a_cell, heading_and_text_in_one_cell, all_in_one_cell,
    numbers_in_a_column_of_their_own, a_sheet_a_section, several_sheets, below_a_table, merged_and_indented,
    beside_a_table,
)  # fmt: skip


def texts(bound: BoundNarrative) -> list[Section]:
    """The sections that hold text, as found."""
    return [(part.heading, part.text) for part in bound.parts if part.passages]


def plainly(listed: Iterable[Section]) -> list[Section]:
    """Sections without the blanks at the edges of lines."""
    return [(heading.strip(), "\n".join(line.strip() for line in text.split("\n"))) for heading, text in listed]
