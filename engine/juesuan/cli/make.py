"""``fill``, ``extract`` and ``template``: between a case as JSON, the standard workbook and a blank one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

from juesuan.cli import files
from juesuan.cli.errors import Stop
from juesuan.cli.help import add
from juesuan.cli.options import argument, option
from juesuan.cli.tongue import say

if TYPE_CHECKING:
    import typer

    from juesuan.layout import Layout


def register(app: typer.Typer) -> None:
    """Add the commands."""
    add(app, "fill", fill, "把案例（JSON）填进标准工作簿。", "Fill a case (JSON) into the standard workbook.")
    add(app, "extract", extract, "从工作簿取出案例（JSON）。", "Take the case (JSON) out of a workbook.")
    add(app, "template", template, "生成空白的标准工作簿。", "Make a blank standard workbook.")


def fill(
    case: Annotated[Path, argument("CASE.json", zh="案例文件", en="the case")],
    output: Annotated[Path, option("--output", "-o", zh="写到这个 .xlsx", en="write this .xlsx")],
    layout: Annotated[
        str | None, option("--layout", zh="版式（默认按地区、年度选）", en="layout (default: by region and year)")
    ] = None,
    totals: Annotated[
        str,
        option(
            "--totals",
            zh="合计写法：stated 照原数，formula 用公式",
            en="totals as stated (even where wrong) or as formula",
        ),
    ] = "stated",
) -> int:
    from juesuan.case import BadCase, load_case
    from juesuan.cli.words import catalogue
    from juesuan.fill import fill as filled
    from juesuan.template.build import BadRequest
    from juesuan.template.package import workbook_bytes

    if totals not in ("stated", "formula"):
        raise Stop(
            say(
                f"--totals 只能是 stated 或 formula，不是“{totals}”。",
                f"--totals must be stated or formula, not “{totals}”.",
            )
        )
    _is_workbook(output)
    try:
        read = load_case(text_of(case))
        draft, notes = filled(read, catalogue(), layout, cast(Literal["stated", "formula"], totals))
    except (BadCase, BadRequest) as error:
        raise Stop(f"{case.name}：{error}") from error
    _tell_kept(files.write_new(output, workbook_bytes(draft)))
    for note in notes:
        files.tell(note)
    files.tell(say(f"已写出：{output}", f"Written: {output}"))
    return 0


def extract(
    path: Annotated[Path, argument("FILE", zh="工作簿", en="the workbook")],
    output: Annotated[Path | None, option("--output", "-o", zh="写到这个 JSON 文件", en="write this JSON file")] = None,
) -> int:
    from juesuan.bind import bind, no_table
    from juesuan.book import CannotRead
    from juesuan.cli.words import catalogue
    from juesuan.extract import extract as extracted
    from juesuan.extract import holds_anything
    from juesuan.formulas import freshen
    from juesuan.hosts.read import read_book

    rules = catalogue()
    book = freshen(read_book(files.read(path), name=path.name)).book
    case = extracted(book, bind(book, rules, required=False), rules, path.stem)
    if not holds_anything(case):
        raise CannotRead(no_table(book))
    text = files.pretty(case)
    if output is None:
        files.data(text)
    else:
        files.write(output, f"{text}\n")
        files.tell(say(f"已写出：{output}", f"Written: {output}"))
    return 0


def template(
    output: Annotated[Path, option("--output", "-o", zh="写到这个 .xlsx", en="write this .xlsx")],
    layout: Annotated[str, option("--layout", zh="版式（见 layout list）", en="layout (see layout list)")],
    unit: Annotated[str, option("--unit", zh="单位名称", en="the unit's name")],
    year: Annotated[int, option("--year", zh="决算年度", en="the year of the account", min=2000, max=2099)],
    kind: Annotated[str, option("--kind", zh="部门 或 单位", en="部门 (department) or 单位 (unit)")] = "单位",
    nature: Annotated[
        str, option("--nature", zh="单位性质：行政、参公、事业（可不填）", en="行政, 参公 or 事业 (may be left out)")
    ] = "",
    codes: Annotated[
        Path | None,
        option("--codes", zh="要预先列出的功能科目编码，一行一个", en="functional codes to list, one a line"),
    ] = None,
) -> int:
    from juesuan.cli.words import catalogue
    from juesuan.template.build import BadRequest, build
    from juesuan.template.package import workbook_bytes

    _is_workbook(output)
    if nature not in ("", "行政", "参公", "事业"):
        raise Stop(
            say(
                f"单位性质应为行政、参公或事业，不是“{nature}”。",
                f"--nature must be 行政, 参公 or 事业, not “{nature}”.",
            )
        )
    listed = (
        tuple(line.split(",")[0].split()[0] for line in text_of(codes).splitlines() if line.strip()) if codes else None
    )
    try:
        draft = build(catalogue(), layout, unit=unit, year=year, kind=kind, nature=nature, codes=listed)
    except BadRequest as error:
        raise Stop(f"{error}。") from error
    _tell_kept(files.write_new(output, workbook_bytes(draft)))
    _tell_year(catalogue().layouts[layout], year)
    files.tell(say(f"已写出：{output}", f"Written: {output}"))
    return 0


def _tell_year(layout: Layout, year: int) -> None:
    """Say so where the layout is known for other years only."""
    from juesuan.rules import within

    if not within(layout.years, year):
        files.tell(
            say(
                f"版式 {layout.id} 依据 {layout.years} 年度的表式，{year} 年度的表式可能不同，请与通知核对。",
                f"Layout {layout.id} is that of the years {layout.years}; check that {year} is laid out alike.",
            )
        )


def text_of(path: Path) -> str:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Stop(say(f"“{path.name}”不是文本文件。", f"“{path.name}” is not a text file."))


def _is_workbook(output: Path) -> None:
    if output.suffix.lower() != ".xlsx":
        raise Stop(say("输出文件应以 .xlsx 结尾。", "The output must end in .xlsx."))


def _tell_kept(kept: Path | None) -> None:
    """Say where the workbook that stood there before is now."""
    if kept is not None:
        files.tell(say(f"原有的同名工作簿另存为：{kept}", f"The workbook of that name is kept as: {kept}"))
