"""What each button does, in the order of the ribbon. Names are those of the ribbon's controls."""

from __future__ import annotations

from juesuan import explanations
from juesuan.annotate import marks
from juesuan.book import CannotRead, Cell, cell_name, cell_place
from juesuan.edits import Edit
from juesuan.hosts.ooxml.comments import HEAD
from juesuan.naming import split_cell
from juesuan.recompute import recompute
from juesuan.report import to_json
from juesuan.seal import record
from juesuan.sheetnames import KEPT
from juesuan_addin import apply, more, rows, say
from juesuan_addin.actions import SEALED, Button, Session, Told
from juesuan_addin.port import Locked, Refused


def check(session: Session) -> Told:
    """校验: mark what does not agree, write 校验结果, show the first cause."""
    validation = session.validation
    edits: list[Edit] = list(marks(validation, "zh", session.catalogue))
    first, hidden = _first(session)
    said = say.summary(validation.report, to_json(validation, "zh", session.catalogue), first)
    if hidden:
        said += f"\n\n第一处在隐藏的工作表“{hidden}”里，请先取消隐藏再看。"
    if record.present(session.book):
        return Told(f"{said}\n\n没有标注：{SEALED}", serious=True, select=first)
    try:
        return Told(f"{said}\n\n标注前的副本：{session.renew(edits)}", select=first)
    except Locked as error:
        return _around(session, edits, said, str(error), first)


def _around(session: Session, edits: list[Edit], said: str, why: str, first: tuple[str, str] | None) -> Told:
    """校验 where passwords keep some sheets from being marked: the others are, and 校验结果 lists everything."""
    shut = session.shut(apply.touched(session.book, edits))
    rest = [edit for edit in edits if apply.names_of([edit]).isdisjoint(shut)]
    names = "、".join(f"“{name}”" for name in shut)
    try:
        if not shut:  # it is the workbook's structure
            raise Locked(why)
        copy = session.renew(rest)
    except (Locked, Refused) as error:
        return Told(f"{said}\n\n没有标注：{error}", serious=True, select=first)
    left = f"工作表{names}设有密码，没有标在上面；问题都列在“校验结果”表里，要标注请先在“审阅”里撤消保护。"
    return Told(f"{said}\n\n{left}\n标注前的副本：{copy}", serious=True, select=first)


def recalculate(session: Session) -> Told:
    """重算: the program calculates anew, and the engine says where it comes to something else."""
    session.port.recalculate()
    try:
        _, summary = recompute(session.validation)
    except CannotRead as error:
        return Told(f"表格程序已经重算全部公式。没有与本程序对照：{error}")
    left = f"有 {len(summary.left)} 条公式本程序不会算，以表格程序的结果为准。" if summary.left else ""
    if not summary.stale and not summary.uncached:
        return Told(f"{summary.formulas} 条公式已经重算，与本程序各自算得的一致。{left}")
    return Told(
        f"{summary.formulas} 条公式已经重算，其中 {summary.stale + summary.uncached} 条与本程序算得的不同，"
        f"请用“校验”查看是哪几格。{left}",
        serious=True,
    )


def clear(session: Session) -> Told:
    """清除标记: every colour and note of ours away, 校验结果 too."""
    count = 0

    session.not_sealed()
    if not session.marked:
        return Told("工作簿里没有校验留下的标记。")
    typed = explanations.read(session.book)

    def change() -> None:
        nonlocal count
        count = apply.clear(session.port, session.book)
        if typed:
            apply.apply(session.port, apply.without_marks(session.book), [explanations.keep(typed)])

    session.write(change, [*apply.touched(session.book, []), *session.noted])
    kept = f"已填的审核说明 {len(typed)} 条留在“{KEPT}”表里。" if typed else ""
    return Told(f"已清除 {count} 格的标记，颜色、批注和标签色都已恢复原样。{kept}")


def onward(session: Session) -> Told:
    """下一处: the next marked cell."""
    return _jump(session, 1)


def back(session: Session) -> Told:
    """上一处: the marked cell before."""
    return _jump(session, -1)


def insert_row(session: Session) -> Told:
    """插入科目行: a row below the selected one, with the formulas of its table."""
    session.not_sealed()
    plan = rows.plan(session.validation.binding, session.book, session.reading)

    def change() -> None:
        session.port.insert_row(plan.sheet, plan.row, plan.like)
        session.port.note(plan.sheet, dict.fromkeys(rows.noted(session.port.notes(plan.sheet), plan.row)))
        session.port.write(plan.sheet, [*plan.blanks, *plan.mended])
        session.port.lock(plan.sheet, plan.opened, False)
        if plan.plain:
            session.port.paint(plan.sheet, plan.plain)

    session.write(change, [plan.sheet])
    bare = "新行已插入。这张表的合计是填的数，没有公式：新行的金额请自己加进款、类和合计，再“校验”。"
    return Told(bare if plan.bare else "", select=(plan.sheet, cell_name(plan.row, plan.column)))


def report(session: Session) -> Told:
    """导出报告: an HTML page and the JSON beside the workbook, and the page is shown."""
    from juesuan.hosts.patch import write_atomic
    from juesuan.show.html import page
    from juesuan_addin.files import pretty, reports_folder

    document = to_json(session.validation, "zh", session.catalogue)
    folder = reports_folder(session.reading.folder, session.folder)
    stem = session.reading.name.rpartition(".")[0] or session.reading.name
    path = folder / f"{stem}（校验报告 {session.now:%Y%m%d-%H%M%S}）.html"
    try:
        write_atomic(path, page([document], "zh").encode("utf-8"))
        write_atomic(path.with_suffix(".json"), pretty(document).encode("utf-8"))
    except OSError as error:
        raise Refused(f"报告没有写成（{error.strerror or error}）：{path}") from error
    session.port.open_file(path)
    return Told(f"报告已写出：\n{path}\n同名的 .json 供其他程序读取。")


def guide(session: Session) -> Told:
    """帮助: the manual."""
    from juesuan_addin.files import manual

    path = manual()
    if path is None:
        return Told("没有找到使用手册，请重新安装加载项。", serious=True)
    session.port.open_file(path)
    return Told()


def about(session: Session) -> Told:
    """关于: versions."""
    return Told(say.versions(session.port.program, session.catalogue))


def _first(session: Session) -> tuple[tuple[str, str] | None, str]:
    """The first cause's cell, else the first open finding's, on a sheet that shows; the sheet's name where it is hidden
    and no other will do."""
    report = session.validation.report
    names = [c.cell for cause in report.causes for c in cause.corrections]
    names += [cell for finding in report.open for cell in finding.cells[:1]]
    places = [(sheet, cell) for sheet, cell in map(split_cell, names) if sheet and cell]
    showing = {sheet.name for sheet in session.reading.sheets if sheet.state == "visible"}
    seen = next((place for place in places if place[0] in showing), None)
    return seen, places[0][0] if places and seen is None else ""


def _jump(session: Session, step: int) -> Told:
    """The next or previous cell with one of our notes, round and round."""
    order = {sheet.name: at for at, sheet in enumerate(session.reading.sheets) if sheet.state == "visible"}
    places: list[tuple[int, Cell, str]] = []
    for sheet, at in order.items():
        notes = session.port.notes(sheet)
        places += [(at, cell_place(cell), sheet) for cell, text in notes.items() if HEAD in text]
    if not places:
        return Told("没有标记的格，请先“校验”。")
    places.sort()
    here = (order.get(session.reading.active_sheet, -1), cell_place(session.reading.active_cell), "")
    if step > 0:
        found = next((p for p in places if p[:2] > here[:2]), places[0])
    else:
        found = next((p for p in reversed(places) if p[:2] < here[:2]), places[-1])
    return Told(select=(found[2], cell_name(*found[1])))


BUTTONS: dict[str, Button] = {
    "check": Button("校验", "正在校验", check),
    "recalculate": Button("重算", "正在重算", recalculate),
    "narrate": Button("填写说明", "正在填写说明", more.narrate),
    "explain": Button("审核说明", "正在查找", more.explain),
    "lock": Button("锁定", "正在核对并锁定", more.lock),
    "unlock": Button("解锁", "正在解锁", more.unlock),
    "clear": Button("清除标记", "正在清除标记", clear),
    "back": Button("上一处", "正在查找", back),
    "onward": Button("下一处", "正在查找", onward),
    "insert_row": Button("插入科目行", "正在插入", insert_row),
    "report": Button("导出报告", "正在写报告", report),
    "guide": Button("帮助", "正在打开", guide),
    "about": Button("关于", "正在查看版本", about),
}


